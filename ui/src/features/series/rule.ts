import type { PractitionerId, SeriesChoice, SeriesPlanQuery, SeriesUnit } from '@/bindings/types';
import { weekdayOf } from '@/lib/civil';
import type { WantedSlot } from '@/lib/slots';
import type { Typed } from '@/lib/typed';

/** How a series repeats, as it is typed. */
export interface SeriesRule {
  unit: SeriesUnit;
  every: number;
  /** 1 = Monday … 7 = Sunday; used with weeks. */
  weekdays: number[];
  count: number;
}

/** A series that is being put together: it survives the way back to the booking. */
export interface SeriesDraft {
  rule: SeriesRule;
  choices: SeriesChoice[];
  /** The places, as {@link agreedKey} names them, for which rules are broken on purpose: no others. */
  agreed: readonly string[];
}

/** A booking that may become a series, and one again. */
interface Booking {
  slot: WantedSlot;
  typed: Typed;
  series: SeriesDraft | null;
}

export const LIMITS = { every: { min: 1, max: 52 }, count: { min: 2, max: 200 } } as const;

/** Ten visits, the same day every week: what is asked for most. */
export function firstDraft({ date }: WantedSlot): SeriesDraft {
  return {
    rule: { unit: 'week', every: 1, weekdays: [weekdayOf(date)], count: 10 },
    choices: [],
    agreed: [],
  };
}

/** When a visit is to be. */
export function placeKey({ date, wall_start }: { date: string; wall_start: string }): string {
  return `${date} ${wall_start}`;
}

/** What a rule is broken for: when, and with whom. */
export function agreedKey(place: { date: string; wall_start: string; practitioner_id: PractitionerId }) {
  return `${placeKey(place)} ${place.practitioner_id}`;
}

/** The series of a booking: what was agreed to for its one time holds for that time. */
export function seriesOf({ slot, typed: { override }, series }: Booking): SeriesDraft {
  const draft = series ?? firstDraft(slot);
  return override ? { ...draft, agreed: [...new Set([...draft.agreed, agreedKey(slot)])] } : draft;
}

/** The one visit of a series again: what was agreed to for other dates is not said of this time, nor kept. */
export function agreedAlone({ slot, typed, series }: Booking): Pick<Booking, 'typed' | 'series'> {
  const holds = series?.agreed.includes(agreedKey(slot)) ?? true;
  return {
    typed: holds ? typed : { ...typed, override: null },
    series: series && { ...series, agreed: [] },
  };
}

export function planQuery(slot: WantedSlot, typed: Typed, { rule, choices }: SeriesDraft): SeriesPlanQuery {
  return {
    practitioner_id: slot.practitioner_id,
    service_id: typed.serviceId ?? '',
    patient_id: typed.patient?.patient_id,
    starts_at: slot.starts_at,
    unit: rule.unit,
    every: rule.every,
    weekdays: rule.unit === 'week' ? rule.weekdays : [],
    count: rule.count,
    choices,
  };
}

/** The decisions with this one for its date; without it the date is as the rule says. */
export function decided(choices: readonly SeriesChoice[], date: string, choice?: Omit<SeriesChoice, 'date'>) {
  const others = choices.filter((each) => each.date !== date);
  const all = choice ? [...others, { ...choice, date }] : others;
  return all.sort((a, b) => a.date.localeCompare(b.date));
}
