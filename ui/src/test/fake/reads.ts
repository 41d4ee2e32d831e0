/** The reads of the fake clinic: much simpler rules than the desk's, in the desk's own shapes. */
import type {
  BookingForm,
  ConflictKind,
  DayColumn,
  DayService,
  DaySheet,
  ErrorView,
  FreeSlots,
  FreeSlotsQuery,
  Override,
  Reason,
  RefusalView,
  Role,
  SlotOffer,
  WaitingTile,
} from '@/bindings/types';
import { addDays } from '@/lib/civil';
import { classOf, heldBy, holdTiles, isFirstOfClass, seatsAt, sharesClass } from './seats';
import { clock, dateOf, instant, minutesOf } from './wall';
import { NOW_MINUTES, type Practitioner, TODAY, type Visit, type World } from './world';

export const GRID = 30;

export interface Wish {
  practitioner_id: string;
  starts_at: string;
  length: number;
  ignoring?: string | undefined;
  /** Who asks: a manager may break more rules. */
  role?: Role | undefined;
}

export function daySheet(
  world: World,
  date: string,
  watched: (who: string, at: string) => boolean,
): DaySheet {
  const services = servicesOf(world, date);
  const columns = world.practitioners.map((each) => columnOf(world, each, date, services, watched));
  const edges = columns.flatMap(({ bands }) => bands.map(({ from, until }) => [from, until] as const));
  const opens = Math.min(480, ...edges.map(([from]) => from));
  const closes = Math.max(1080, ...edges.map(([, until]) => until));
  const hours = Array.from({ length: 24 }, (_, n) => ({ offset: n * 60, label: clock(n * 60) }));
  const starts_at = instant(date, 0);
  const day = { date, today: TODAY, starts_at, minutes: 1440, grid_minutes: GRID };
  return { ...day, hours, opens, closes, services, columns };
}

/** What the day's visits are for, each once. */
function servicesOf(world: World, date: string): DayService[] {
  const shown = world.visits.filter((visit) => visit.date === date && occupies(visit));
  const used = new Set(shown.map(({ service_id }) => service_id));
  return world.services
    .filter(({ service_id }) => used.has(service_id))
    .map(({ service_id, name }) => ({ service_id, name }));
}

function columnOf(
  world: World,
  practitioner: Practitioner,
  date: string,
  services: readonly DayService[],
  watched: (who: string, at: string) => boolean,
): DayColumn {
  const { practitioner_id, name } = practitioner;
  const visits = world.visits
    .filter((visit) => visit.date === date && visit.practitioner_id === practitioner_id && occupies(visit))
    .filter((visit) => isFirstOfClass(world, visit))
    .sort((a, b) => a.from - b.from)
    .map((visit) => ({
      patient_name: nameOf(world, visit).patient_name,
      service: services.findIndex(({ service_id }) => service_id === visit.service_id),
      appointment_id: visit.appointment_id,
      from: visit.from,
      until: visit.until,
      ...laneOf(world, visit),
      status: visit.status === 'booked' ? undefined : visit.status,
      class: classOf(world, visit),
      overridden: visit.override !== null || undefined,
      in_series: visit.series_id !== null || undefined,
      leaving: world.asked.some(({ moves }) => moves === visit.appointment_id) || undefined,
      version: visit.version,
    }));
  const free = freeStarts(world, practitioner, date, GRID).map((from) => {
    const isWatched = watched(practitioner_id, instant(date, from));
    return { from, until: from + GRID, watched: isWatched || undefined };
  });
  const bands = practitioner.bands(date);
  const holds = holdTiles(world, practitioner_id, date);
  return {
    practitioner_id,
    name,
    bands,
    visits,
    holds,
    waiting: waitingTiles(world, practitioner_id, date),
    free,
  };
}

function waitingTiles(world: World, practitionerId: string, date: string): WaitingTile[] | undefined {
  const here = world.asked.filter((each) => each.practitioner_id === practitionerId && each.date === date);
  const tiles = here.map((each) => {
    const { patient_name, service_name } = nameOf(world, each);
    const { appointment_id, moves, from, until } = each;
    const wall = { wall_start: clock(from), wall_end: clock(until) };
    return { appointment_id, moves, from, until, ...wall, patient_name, service_name };
  });
  return tiles.length > 0 ? tiles : undefined;
}

/** Visits that overlap stand side by side, the earlier one first. */
function laneOf(world: World, visit: Visit) {
  const beside = world.visits.filter(
    (each) =>
      each.practitioner_id === visit.practitioner_id &&
      each.date === visit.date &&
      occupies(each) &&
      isFirstOfClass(world, each) &&
      each.from < visit.until &&
      visit.from < each.until,
  );
  return beside.length > 1 ? { lane: beside.indexOf(visit) || undefined, lanes: beside.length } : {};
}

export function freeStarts(
  world: World,
  practitioner: Practitioner,
  date: string,
  length: number,
  ignoring?: string,
  service_id = '',
): number[] {
  const starts: number[] = [];
  for (const band of practitioner.bands(date)) {
    if (band.kind !== 'working' && band.kind !== 'extra_hours') continue;
    for (let from = band.from; from + length <= band.until; from += GRID) {
      if (date < TODAY || (date === TODAY && from < NOW_MINUTES)) continue;
      const time = { practitioner_id: practitioner.practitioner_id, date, from, until: from + length };
      const visit = taker(world, time.practitioner_id, date, from, time.until, ignoring);
      const seats = visit && sharesClass(world, visit, { ...time, service_id });
      const room = !visit || (seats && seats.taken < seats.capacity);
      if (room && !heldBy(world, time)) starts.push(from);
    }
  }
  return starts;
}

export function freeSlots(world: World, asked: FreeSlotsQuery): FreeSlots {
  const service = world.services.find(({ service_id }) => service_id === asked.service_id);
  const slots: SlotOffer[] = [];
  for (let date = asked.from; service && date <= asked.to; date = addDays(date, 1)) {
    for (const each of world.practitioners) {
      if (asked.practitioner_id && asked.practitioner_id !== each.practitioner_id) continue;
      if (!service.practitioner_ids.includes(each.practitioner_id)) continue;
      const { service_id, duration_minutes: length } = service;
      for (const from of freeStarts(world, each, date, length, asked.moving, service_id)) {
        const place = { practitioner_id: each.practitioner_id, service_id, date, from };
        slots.push({ ...offer(each, service_id, date, from, length), seats: seatsAt(world, place) });
      }
    }
  }
  return { slots: slots.sort((a, b) => a.starts_at.localeCompare(b.starts_at)) };
}

/** Why a wish cannot be had, with what is free instead. */
export function refusal(world: World, wish: Wish, serviceId: string): RefusalView | null {
  const date = dateOf(wish.starts_at);
  const from = minutesOf(wish.starts_at);
  const time = { practitioner_id: wish.practitioner_id, date, from, until: from + wish.length };
  const visit = taker(world, time.practitioner_id, date, from, time.until, wish.ignoring);
  // A manager's booking ends the holds of others.
  const hold = visit || wish.role === 'manager' ? undefined : heldBy(world, time);
  const seats = visit && sharesClass(world, visit, { ...time, service_id: serviceId });
  if (seats && seats.taken < seats.capacity) return null;
  const taken = visit
    ? refusalOver(seats ? 'capacity_full' : 'slot_taken', 'appointment', visit)
    : hold && refusalOver('slot_taken', 'hold', hold);
  if (!taken) return null;
  const found = freeSlots(world, { service_id: serviceId, from: date, to: addDays(date, 13) }).slots;
  const same = found.filter((slot) => slot.practitioner_id === wish.practitioner_id).slice(0, 3);
  const others = found.filter((slot) => slot.practitioner_id !== wish.practitioner_id).slice(0, 3);
  const warns = world.services.find(({ service_id }) => service_id === serviceId)?.warns ?? false;
  return {
    ...taken,
    alternatives: [...same, ...others],
    overridable: warns || wish.role === 'manager',
  };
}

export function because(reason: Reason): RefusalView {
  const nothing = { field: null, conflict: null, alternatives: [], steps: [], changed: [], fates: [] };
  return { reason, ...nothing, overridable: false };
}

/** Refused because of another visit, or of a dialog that is open elsewhere. */
export function refusalOver(
  reason: Reason,
  kind: ConflictKind,
  visit: Pick<Visit, 'date' | 'from' | 'until' | 'by'>,
): RefusalView {
  const conflict = {
    kind,
    date: visit.date,
    wall_start: clock(visit.from),
    wall_end: clock(visit.until),
    by_name: visit.by,
    at: { date: TODAY, time: `${clock(NOW_MINUTES)}:00` },
    by_me: false,
    label: null,
  };
  return { ...because(reason), conflict };
}

/** What is left of a refusal when its rule may be broken and was named. */
export function unbroken(found: RefusalView | null, override: Override | undefined): RefusalView | null {
  return found?.overridable && override?.rules.includes(found.reason) ? null : found;
}

export function refused(refusal: RefusalView): ErrorView {
  return { code: 'refused', refusal, field: null, retry_after_seconds: null, request_id: null };
}

export function bookingForm(
  world: World,
  wish: Omit<Wish, 'length'>,
  serviceId: string | undefined,
): BookingForm {
  const from = minutesOf(wish.starts_at);
  const shortest = Math.min(...world.services.map(({ duration_minutes }) => duration_minutes));
  const chosen = world.services.find(({ service_id }) => service_id === serviceId);
  const length = chosen?.duration_minutes ?? shortest;
  return {
    practitioner_name: practitionerOf(world, wish.practitioner_id).name,
    date: dateOf(wish.starts_at),
    wall_start: clock(from),
    services: world.services.map((service) => ({
      service_id: service.service_id,
      name: service.name,
      duration_minutes: service.duration_minutes,
      wall_end: clock(from + service.duration_minutes),
      needs_approval: service.needs_approval,
      refused:
        refusal(world, { ...wish, length: service.duration_minutes }, service.service_id)?.reason ?? null,
    })),
    refusal: refusal(world, { ...wish, length }, chosen?.service_id ?? world.services[0]?.service_id ?? ''),
    in_past: false,
  };
}

/** Another visit of that patient at the same time. */
export function patientTaker(world: World, visit: Visit, patientId: string): Visit | undefined {
  return world.visits.find(
    (each) =>
      each.patient_id === patientId &&
      each.appointment_id !== visit.appointment_id &&
      each.date === visit.date &&
      occupies(each) &&
      each.from < visit.until &&
      visit.from < each.until,
  );
}

export function practitionerOf(world: World, practitionerId: string): Practitioner {
  const found = world.practitioners.find(({ practitioner_id }) => practitioner_id === practitionerId);
  if (!found) throw new Error('the fake clinic has no such practitioner');
  return found;
}

export function nameOf(world: World, visit: Visit) {
  return {
    patient_name: world.patients.find(({ patient_id }) => patient_id === visit.patient_id)?.name ?? '',
    service_name: world.services.find(({ service_id }) => service_id === visit.service_id)?.name ?? '',
    service_id: visit.service_id,
  };
}

export function offer(
  who: Practitioner,
  service_id: string,
  date: string,
  from: number,
  length: number,
): SlotOffer {
  return {
    practitioner_id: who.practitioner_id,
    practitioner_name: who.name,
    service_id,
    location_id: null,
    starts_at: instant(date, from),
    ends_at: instant(date, from + length),
    date,
    wall_start: clock(from),
    wall_end: clock(from + length),
    seats: null,
  };
}

function taker(world: World, who: string, date: string, from: number, until: number, ignoring?: string) {
  const asked = world.asked.filter(({ moves }) => !moves || moves !== ignoring);
  return [...world.visits, ...asked].find(
    (visit) =>
      visit.practitioner_id === who &&
      visit.date === date &&
      visit.appointment_id !== ignoring &&
      occupies(visit) &&
      visit.from < until &&
      from < visit.until,
  );
}

function occupies({ status }: Visit): boolean {
  return status !== 'cancelled';
}
