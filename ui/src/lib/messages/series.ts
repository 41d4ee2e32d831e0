/** What the series dialog says. */
import type { SeriesUnit } from '@/bindings/types';

export const seriesMessages = {
  'series.open.dialog': 'Repeat…',
  'series.title': 'Repeat the visit of {name}',
  'series.from': 'From {date}, {time} with {name}',
  'series.every': 'Every',
  'series.unit': 'Days, weeks or months',
  'series.count': 'Visits',
  'series.weekdays': 'On these days of the week',
  'series.month.hint': 'On the same day of the month; a month without it is left out.',
  'series.dates': 'Dates of the series',
  'series.visits.one': '1 visit',
  'series.visits.other': '{count} visits',
  'series.open.one': '1 date needs a decision',
  'series.open.other': '{count} dates need a decision',
  'series.skipped.one': '1 skipped',
  'series.skipped.other': '{count} skipped',
  'series.skipAll': 'Skip all that clash',
  'series.nearestAll': 'Nearest free for all',
  'series.undoAll': 'Undo all decisions',
  'series.skip': 'Skip',
  'series.skip.label': 'Skip {date}',
  'series.shift': 'Another time',
  'series.shift.label': 'Another time for {date}',
  'series.shift.title': 'Another time',
  'series.choose': 'All free times',
  'series.keep': 'Leave it',
  'series.undo': 'Undo',
  'series.undo.label': 'Undo the decision for {date}',
  'series.insteadOf': 'instead of {date}, {time}',
  'series.keys':
    '↑ ↓ go through the dates · J next that needs a decision · S skip · Enter another time · Z undo',
  'series.decide': 'Decide for each date that cannot be booked.',
  'series.span': '{first} to {last}',
  'series.confirm.one': 'Book 1 visit',
  'series.confirm.other': 'Book {count} visits',
  'series.confirmPending.one': 'Book 1 visit as pending',
  'series.confirmPending.other': 'Book {count} visits as pending',
  'series.approval': 'This service needs approval: the visits start as pending.',
  'series.returned':
    'Nothing was booked: somebody was faster with some of the dates. They are marked below; the others are still free.',
  'series.booked': 'Booked · {visits} · {name}',
  'series.pending': 'Pending approval · {visits} · {name}',
  'series.waiting': 'Waiting for the server · {visits} · {name}',
  'series.bookedDetail': '{service}, {first} to {last}',

  'keys.skipDate': 'Skip the date, or take it back',
  'keys.undoDate': 'Undo the decision for the date',
  'keys.nextOpenDate': 'Next date that needs a decision',
  'keys.shiftDate': 'Another time for the date',
} as const;

/** What becomes of a date, in a word. */
export const seriesFates = {
  free: 'Free',
  skipped: 'Skipped',
  shifted: 'Another time',
  anyway: 'Booked anyway',
  clash: 'Taken',
  held: 'Held',
  dayOff: 'Day off',
  closed: 'Closed',
  clock: 'Clock change',
  other: 'Not possible',
} as const;

export const seriesUnits: Record<SeriesUnit, string> = {
  day: 'Days',
  week: 'Weeks',
  month: 'Months',
};
