import type { WallInstant } from '@/bindings/types';
import { plainDate } from '@/lib/civil';

/** `14:05:12` of today, else with its date: yesterday's clinic must not look like today's. */
export function asOf({ date, time }: WallInstant, today: string | undefined): string {
  return date === today ? time : `${plainDate(date)}, ${time}`;
}
