/**
 * What the tiles of a day leave out on their way to the page because it is the usual. A wall time is left out
 * where it is the minutes themselves; on which days it is not is the desk's word, and no time zone is involved.
 */
import type { AppointmentStatus, DayService, VisitTile } from '@/bindings/types';

type Begins = { from: number; wall_start?: string | undefined };
type Ends = { until: number; wall_end?: string | undefined };

/** What the clinic's wall shows when it begins. */
export function wallStart({ from, wall_start }: Begins): string {
  return wall_start ?? face(from);
}

/** What the clinic's wall shows when it ends. */
export function wallEnd({ until, wall_end }: Ends): string {
  return wall_end ?? face(until);
}

export function statusOf({ status = 'booked' }: VisitTile): AppointmentStatus {
  return status;
}

/** What a visit is for, out of what its day lists. */
export function serviceOf(services: readonly DayService[], { service }: VisitTile): DayService {
  return services[service] ?? UNKNOWN;
}

const UNKNOWN: DayService = { service_id: '', name: '' };

/** `HH:MM` of a minute of the day. */
export function face(minutes: number): string {
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}
