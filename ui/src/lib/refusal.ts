/** What a refusal leaves to be done. */
import type { RefusalView } from '@/bindings/types';
import { CommandError } from './rpc';

/** Reasons for which another time would help, so that "none is free" is worth saying. */
const ANOTHER_TIME_HELPS: ReadonlySet<RefusalView['reason']> = new Set([
  'slot_taken',
  'capacity_full',
  'patient_busy',
  'location_busy',
  'outside_schedule',
]);

export function anotherTimeHelps({ reason }: RefusalView): boolean {
  return ANOTHER_TIME_HELPS.has(reason);
}

/** True when something cannot be where it should be, and can be elsewhere. */
export function isOutOfPlace(error: unknown): boolean {
  if (!(error instanceof CommandError) || error.view.code !== 'refused') return false;
  const { refusal } = error.view;
  return refusal !== null && anotherTimeHelps(refusal);
}
