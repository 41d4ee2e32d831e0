/**
 * What was typed into an open booking when the session ended: kept in memory only, and for the same
 * user only, until they are signed in again.
 */
import type { OpenedBooking } from './useOpen';

let kept: { user: string; booking: OpenedBooking } | undefined;

export function keepBooking(user: string, booking: OpenedBooking | null): void {
  kept = booking ? { user, booking } : undefined;
}

export function keptBooking(user: string): OpenedBooking | null {
  if (kept?.user !== user) kept = undefined;
  return kept?.booking ?? null;
}

/** Signing out on purpose forgets it. */
export function dropKept(): void {
  kept = undefined;
}
