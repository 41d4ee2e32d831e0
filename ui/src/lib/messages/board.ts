/** What the board says of holds, classes and marks. */
export const boardMessages = {
  'day.buffer': 'Kept free, {minutes} min',
  'day.bufferBefore': '{minutes} min kept free before',
  'day.bufferAfter': '{minutes} min kept free after',
  'day.inSeries': 'part of a series',
  'day.overridden': 'booked against a rule',
  'day.class': '{shown}, until {end}, {taken} of {capacity} seats taken, with {name}',
  'day.waiting':
    '{patient} {start} · Waiting · {service}, until {end}, waiting for the server: saved on this desk and not booked yet, {name}',
  'day.waiting.short': 'Waiting',
  'day.waitingMove':
    '{patient} {start} · Move waiting · {service}, until {end}, waiting for the server: saved on this desk and not moved here yet, {name}',
  'day.waitingMove.short': 'Move waiting',
  'day.leaving': 'this desk has asked for another time and waits for the server',
  'day.leavingBadge': 'Moving',
  'day.heldBy': 'Held by {by} {start}–{end}, {name}',
  'day.heldBy.short': 'Held by {by}',
  'day.heldHere': 'Held here {start}–{end}, {name}',
  'day.heldHere.short': 'Held for your open booking',

  'class.full': 'Full',
  'class.title': 'Class',
  'class.seats': '{taken} of {capacity} seats',
  'class.members': 'Who comes',
  'class.step': '{step}, {name}',
  'class.add': 'Add patient',
  'class.asked': '{what}: who of them? ↑ ↓ go through the list, {key} does it.',
  'class.isFull': 'The class is full.',
  'class.next': 'Next with free seats',
  'class.next.none': 'No other class with a free seat within four weeks.',
  'class.gone': 'Nobody is booked into this class any more',
  'class.gone.text': 'Its time is free again on the board.',
} as const;
