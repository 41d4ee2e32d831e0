import { useCallback, useEffect, useRef, useState } from 'react';
import type { AppointmentId, BookingDraft, KeptUpdate, Navigate, SignedInUser } from '@/bindings/types';
import type { SeriesDraft } from '@/features/series/rule';
import type { VisitForm } from '@/features/visit/VisitDrawer';
import type { Action } from '@/lib/keymap';
import type { ClassPlace, WantedSlot } from '@/lib/slots';
import type { Typed } from '@/lib/typed';
import { Words } from '@/lib/words';
import { keep, keptFor, type Standing } from './kept';

/** A booking, as one visit or as a series: the same slot, ids and typed words in both dialogs. */
export interface OpenedBooking {
  kind: 'booking' | 'series';
  slot: WantedSlot;
  draft: BookingDraft;
  typed: Typed;
  /** How it repeats, once that was asked for. */
  series: SeriesDraft | null;
}

export type Opened =
  | OpenedBooking
  | {
      kind: 'visit';
      appointmentId: AppointmentId;
      first?: VisitForm | undefined;
      /** What is to stand in the form already. */
      wanted?: KeptUpdate | undefined;
    }
  | { kind: 'class'; place: ClassPlace; asked?: Action }
  | { kind: 'find'; near: Navigate }
  | { kind: 'notices' | 'watches' | 'approvals' | 'shortcuts' | 'date' }
  | null;

/** What stands open over the board: one thing at a time. What is typed is kept through a lost session. */
export function useOpen(user: SignedInUser) {
  const [standing, setStanding] = useState(() => keptFor(user.user_id));
  const { opened, words } = standing;
  const setOpened = useCallback((next: Opened) => setStanding((now) => standingOf(next, now)), []);
  const open = useFocusReturn(opened, setOpened);
  useEffect(() => keep(user, standing), [user, standing]);
  /** Changes a part of the open booking and never what was typed meanwhile. */
  const change = useCallback(
    (part: Partial<Omit<OpenedBooking, 'draft' | 'typed'>>) =>
      setStanding((now) => (isBooking(now.opened) ? { ...now, opened: { ...now.opened, ...part } } : now)),
    [],
  );
  const type = useCallback(
    (part: Partial<Typed>) =>
      setStanding((now) =>
        isBooking(now.opened)
          ? { ...now, opened: { ...now.opened, typed: { ...now.opened.typed, ...part } } }
          : now,
      ),
    [],
  );
  return { opened, words, open, change, type };
}

/** A booking that becomes a series, or one again, keeps what was typed; anything else starts anew. */
function standingOf(opened: Opened, now: Standing): Standing {
  const goesOn = isBooking(opened) && isBooking(now.opened) && opened.draft === now.opened.draft;
  return { opened, words: goesOn ? now.words : new Words() };
}

export function isBooking(opened: Opened): opened is OpenedBooking {
  return opened?.kind === 'booking' || opened?.kind === 'series';
}

/** What had the focus before something opened gets it back, unless the board goes to its target. */
function useFocusReturn(opened: Opened, setOpened: (next: Opened) => void) {
  const before = useRef<Element | null>(null);
  useEffect(() => {
    if (opened || !before.current) return;
    const element = before.current;
    before.current = null;
    if (document.activeElement && document.activeElement !== document.body) return;
    const place = element.isConnected ? element : document.querySelector('#board [tabindex="0"]');
    if (place instanceof HTMLElement) place.focus();
  }, [opened]);
  return useCallback(
    (next: Opened, to: 'back' | 'target' = 'back') => {
      if (next) before.current ??= document.activeElement;
      else if (to === 'target') before.current = null;
      setOpened(next);
    },
    [setOpened],
  );
}
