import { useCallback, useEffect, useState } from 'react';
import type { AppointmentId, BookingDraft, Navigate } from '@/bindings/types';
import type { Typed } from '@/features/booking/useBooking';
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
  | { kind: 'visit'; appointmentId: AppointmentId }
  | { kind: 'find'; near: Navigate }
  | { kind: 'notices' | 'watches' | 'shortcuts' | 'date' }
  | null;

/** What stands open over the board: one thing at a time. A booking is kept through a lost session. */
export function useOpen(user: string) {
  const [opened, open] = useState<Opened>(() => keptBooking(user));
  useEffect(() => keepBooking(user, opened?.kind === 'booking' ? opened : null), [user, opened]);
  /** Changes a part of the open booking and never what was typed meanwhile. */
  const change = useCallback(
    (part: Partial<Pick<OpenedBooking, 'slot' | 'typed'>>) =>
      open((now) => (now?.kind === 'booking' ? { ...now, ...part } : now)),
    [],
  );
  return { opened, open, change };
}
