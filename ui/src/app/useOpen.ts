import { useCallback, useEffect, useRef, useState } from 'react';
import type { AppointmentId, BookingDraft, Navigate } from '@/bindings/types';
import type { Typed } from '@/features/booking/useBooking';
import type { VisitForm } from '@/features/visit/VisitDrawer';
import type { WantedSlot } from '@/lib/slots';
import { keepBooking, keptBooking } from './kept';

export interface OpenedBooking {
  kind: 'booking';
  slot: WantedSlot;
  draft: BookingDraft;
  typed: Typed;
}

export type Opened =
  | OpenedBooking
  | { kind: 'visit'; appointmentId: AppointmentId; first?: VisitForm }
  | { kind: 'find'; near: Navigate }
  | { kind: 'notices' | 'watches' | 'approvals' | 'shortcuts' | 'date' }
  | null;

/** What stands open over the board: one thing at a time. A booking is kept through a lost session. */
export function useOpen(user: string) {
  const [opened, setOpened] = useState<Opened>(() => keptBooking(user));
  const open = useFocusReturn(opened, setOpened);
  useEffect(() => keepBooking(user, opened?.kind === 'booking' ? opened : null), [user, opened]);
  /** Changes a part of the open booking and never what was typed meanwhile. */
  const change = useCallback(
    (part: Partial<Pick<OpenedBooking, 'slot' | 'typed'>>) =>
      setOpened((now) => (now?.kind === 'booking' ? { ...now, ...part } : now)),
    [],
  );
  return { opened, open, change };
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
