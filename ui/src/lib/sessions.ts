/** Where a class has seats when one of its times is full. */
import type { SlotOffer } from '@/bindings/types';

/** The time that is full. */
export type FullTime = Pick<SlotOffer, 'practitioner_id' | 'starts_at' | 'wall_start'>;

/** As many as there are number keys for alternatives. */
const MOST = 6;
/** A time to begin anew is worth a place beside the classes that take place already. */
const AT_LEAST_BEGUN = 3;

/**
 * The next times of a class with free seats, those first that somebody comes to already; then where it
 * could take place, once a day with each therapist, as near to the usual hour as can be.
 */
export function nextSessions(offers: readonly SlotOffer[], full: FullTime): SlotOffer[] {
  const others = offers.filter((offer) => !isAt(offer, full));
  const begun = others.filter(({ seats }) => seats !== null && seats.taken > 0);
  const beside = others.filter((offer) => !offer.seats?.taken && !begun.some((each) => clash(each, offer)));
  const empty = oncePerDay(beside, full);
  const first = begun.slice(0, Math.max(AT_LEAST_BEGUN, MOST - empty.length));
  return [...first, ...empty.slice(0, MOST - first.length)];
}

function oncePerDay(offers: readonly SlotOffer[], { wall_start }: FullTime): SlotOffer[] {
  const best = new Map<string, SlotOffer>();
  const away = (offer: SlotOffer) => Math.abs(minutes(offer.wall_start) - minutes(wall_start));
  for (const offer of offers) {
    const key = `${offer.date} ${offer.practitioner_id}`;
    const other = best.get(key);
    if (!other || away(offer) < away(other)) best.set(key, offer);
  }
  return [...best.values()];
}

function isAt(offer: SlotOffer, { practitioner_id, starts_at }: FullTime): boolean {
  return offer.practitioner_id === practitioner_id && instant(offer.starts_at) === instant(starts_at);
}

function clash(a: SlotOffer, b: SlotOffer): boolean {
  if (a.practitioner_id !== b.practitioner_id) return false;
  return instant(a.starts_at) < instant(b.ends_at) && instant(b.starts_at) < instant(a.ends_at);
}

/** On the clinic's wall: nothing here knows of zones. */
function minutes(wall: string): number {
  return Number(wall.slice(0, 2)) * 60 + Number(wall.slice(3, 5));
}

function instant(at: string): number {
  return Date.parse(at);
}
