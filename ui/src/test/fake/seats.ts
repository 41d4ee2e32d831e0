/** Classes and holds of the fake clinic: what shares or keeps a time without being one visit. */
import type { ClassSeats, HoldTile, SeatCount } from '@/bindings/types';
import { instant } from './wall';
import type { Held, Service, Visit, World } from './world';

type Time = Pick<Visit, 'practitioner_id' | 'date' | 'from' | 'until'>;

type ClassTime = Pick<Visit, 'practitioner_id' | 'service_id' | 'date' | 'from'>;

/** The visits of one class at one time. */
function together(world: World, { practitioner_id, service_id, date, from }: ClassTime): Visit[] {
  return world.visits.filter(
    (each) =>
      each.practitioner_id === practitioner_id &&
      each.service_id === service_id &&
      each.date === date &&
      each.from === from &&
      each.status !== 'cancelled',
  );
}

function serviceOf(world: World, serviceId: string): Service | undefined {
  return world.services.find(({ service_id }) => service_id === serviceId);
}

export function classOf(world: World, visit: Visit): ClassSeats | undefined {
  const capacity = serviceOf(world, visit.service_id)?.capacity ?? 1;
  if (capacity === 1) return undefined;
  const all = together(world, visit);
  const nameOf = (patientId: string) =>
    world.patients.find(({ patient_id }) => patient_id === patientId)?.name ?? '';
  const members = all
    .map(({ appointment_id, patient_id, status }) => ({
      appointment_id,
      patient_name: nameOf(patient_id),
      status,
    }))
    .sort((a, b) => a.patient_name.localeCompare(b.patient_name));
  return { taken: all.length, capacity, starts_at: instant(visit.date, visit.from), members };
}

/** The seats of a class at a time to which nobody may come yet. */
export function seatsAt(world: World, time: ClassTime): SeatCount | null {
  const capacity = serviceOf(world, time.service_id)?.capacity ?? 1;
  return capacity === 1 ? null : { taken: together(world, time).length, capacity };
}

/** The visits of a class are one tile: that of the first to have booked. */
export function isFirstOfClass(world: World, visit: Visit): boolean {
  return classOf(world, visit) === null || together(world, visit)[0] === visit;
}

/** The seats of the class that a wish would join; none when it is something else. */
export function sharesClass(world: World, visit: Visit, wish: Time & { service_id: string }) {
  const same = visit.service_id === wish.service_id && visit.from === wish.from;
  return same ? classOf(world, visit) : null;
}

/** Another desk's hold over a time; one's own never is in the way. */
export function heldBy(world: World, { practitioner_id, date, from, until }: Time): Held | undefined {
  return world.holds.find(
    (each) =>
      each.dialog === null &&
      each.practitioner_id === practitioner_id &&
      each.date === date &&
      each.from < until &&
      from < each.until,
  );
}

export function holdTiles(world: World, practitionerId: string, date: string): HoldTile[] {
  return world.holds
    .filter((each) => each.practitioner_id === practitionerId && each.date === date)
    .map(({ from, until, by, dialog }) => ({
      from,
      until,
      starts_at: instant(date, from),
      ends_at: instant(date, until),
      by_name: by,
      mine: dialog !== null,
    }));
}
