/**
 * What stood open with something typed into it when the session ended: kept in memory only, and for
 * the same user only, until they are signed in again.
 */
import { Words } from '@/lib/words';
import { isBooking, type Opened } from './useOpen';

export interface Standing {
  opened: Opened;
  words: Words;
}

let kept: { user: string; standing: Standing } | undefined;

export function keep(user: string, standing: Standing): void {
  kept = { user, standing };
}

export function keptFor(user: string): Standing {
  if (kept?.user !== user) kept = undefined;
  const standing = kept?.standing;
  const worthIt = standing && (isBooking(standing.opened) || standing.words.touched);
  return worthIt ? standing : { opened: null, words: new Words() };
}

/** Signing out on purpose forgets it. */
export function dropKept(): void {
  kept = undefined;
}
