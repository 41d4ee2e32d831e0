import type {
  AppointmentCard,
  AppointmentId,
  ClassMember,
  DayColumn,
  DaySheet,
  FreeCell,
  HoldTile,
  PractitionerId,
  ServiceId,
  SlotOffer,
} from '@/bindings/types';
import { serviceOf, wallStart } from './tiles';

/** A free start of the board, with whose it is and on which day; it ends with its step of the grid. */
export interface FreeStart {
  practitioner_id: PractitionerId;
  practitioner_name: string;
  date: string;
  starts_at: string;
  ends_at: string;
  wall_start: string;
}

/** What a booking dialog needs to know of its slot. */
export interface WantedSlot {
  practitioner_id: PractitionerId;
  starts_at: string;
  ends_at: string;
  date: string;
  wall_start: string;
  location_id: string | null;
  /** What the open dialog keeps it for: of a class that is a seat. None until it asks for it. */
  held_for?: ServiceId | undefined;
}

/** A place on the board to scroll to and to focus; a new object is a new wish. */
export type SlotTarget = { date: string } & (
  | { appointment_id: AppointmentId }
  | { practitioner_id: PractitionerId; wall_start: string }
);

/** A class on the board: its visits change, its place does not. */
export interface ClassPlace {
  date: string;
  practitioner_id: PractitionerId;
  service_id: ServiceId;
  starts_at: string;
}

/** Who comes to the class that a tile stands for, and where it is; none for the tile of one visit. */
export function classOf(
  { date, services, columns }: DaySheet,
  appointmentId: AppointmentId,
): { place: ClassPlace; members: readonly ClassMember[] } | undefined {
  for (const { practitioner_id, visits } of columns) {
    const tile = visits.find(({ appointment_id }) => appointment_id === appointmentId);
    if (!tile?.class) continue;
    const { starts_at, members } = tile.class;
    const { service_id } = serviceOf(services, tile);
    return { place: { date, practitioner_id, service_id, starts_at }, members };
  }
  return undefined;
}

export function slotOfHold(practitioner_id: PractitionerId, date: string, hold: HoldTile): WantedSlot {
  const { starts_at, ends_at } = hold;
  return { practitioner_id, starts_at, ends_at, date, wall_start: wallStart(hold), location_id: null };
}

/** Whoever is still to come has a visit that another one can stand beside. */
export function isToCome({ status }: AppointmentCard): boolean {
  return status === 'pending' || status === 'booked' || status === 'arrived';
}

/** The time of a visit, for another visit beside it. */
export function slotOfVisit(card: AppointmentCard): WantedSlot {
  const { practitioner_id, starts_at, ends_at, date, wall_start } = card;
  return { practitioner_id, starts_at, ends_at, date, wall_start, location_id: null };
}

export function freeStartOf(
  { date, starts_at: midnight }: DaySheet,
  { practitioner_id, name }: DayColumn,
  free: FreeCell,
): FreeStart {
  return {
    practitioner_id,
    practitioner_name: name,
    date,
    starts_at: plusMinutes(midnight, free.from),
    ends_at: plusMinutes(midnight, free.until),
    wall_start: wallStart(free),
  };
}

export function slotOf({ practitioner_id, date, starts_at, ends_at, wall_start }: FreeStart): WantedSlot {
  return { practitioner_id, date, starts_at, ends_at, wall_start, location_id: null };
}

export function slotOfOffer({
  practitioner_id,
  starts_at,
  ends_at,
  date,
  wall_start,
  location_id,
}: SlotOffer): WantedSlot {
  return { practitioner_id, starts_at, ends_at, date, wall_start, location_id };
}

/** Elapsed minutes later: no time zone is involved. */
export function plusMinutes(instant: string, minutes: number): string {
  return new Date(Date.parse(instant) + minutes * 60_000).toISOString().replace('.000Z', 'Z');
}
