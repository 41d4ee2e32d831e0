/**
 * What stood open with something typed into it when the session ended: kept in memory only, and for
 * the same user only, until they are signed in again.
 */
import type { SignedInUser, UserId } from '@/bindings/types';
import { Words } from '@/lib/words';
import { isBooking, type Opened } from './useOpen';

export interface Standing {
  opened: Opened;
  words: Words;
}

let kept: { user: SignedInUser; standing: Standing } | undefined;

export function keep(user: SignedInUser, standing: Standing): void {
  kept = { user, standing };
}

export function keptFor(userId: UserId): Standing {
  if (kept?.user.user_id !== userId) kept = undefined;
  const standing = kept?.standing;
  return standing && isWorth(standing) ? standing : { opened: null, words: new Words() };
}

function isWorth({ opened, words }: Standing): boolean {
  return isBooking(opened) || (opened !== null && words.touched);
}

/** Whose session ended without their doing, and whether something of theirs waits; none otherwise. */
export function sessionLost(): { user: string; typed: boolean } | null {
  return kept ? { user: kept.user.name, typed: isWorth(kept.standing) } : null;
}

/** Signing out on purpose forgets it. */
export function dropKept(): void {
  kept = undefined;
}
