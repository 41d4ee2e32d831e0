import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef } from 'react';
import type { SeriesBooked, VisitPlaced } from '@/bindings/types';
import { agreedAlone, seriesOf } from '@/features/series/rule';
import { execute, readNow } from '@/lib/rpc';
import type { WantedSlot } from '@/lib/slots';
import { attempt } from '@/lib/toasts';
import { NOTHING_TYPED, type Typed } from '@/lib/typed';
import { announceBooked, announceSeries } from './announce';
import type { Day } from './useDay';
import { isBooking, type Opened, type OpenedBooking, type useOpen } from './useOpen';

type Open = ReturnType<typeof useOpen>['open'];

/** From a free time to a visit or a series. The slot is held and watched as long as the dialog is open. */
export function useBookingFlows(
  day: Day,
  opened: Opened,
  open: Open,
  showPlaced: (placed: VisitPlaced) => Promise<void>,
) {
  const client = useQueryClient();
  const { date: shown, show, focus } = day;
  useHoldAgain(opened);
  useLetGo(opened);
  const asking = useRef(false);

  const bookSlot = useCallback(
    async (slot: WantedSlot, typed: Typed = NOTHING_TYPED) => {
      // A second click is not a second dialog: nobody would close the first one's hold.
      if (asking.current) return;
      asking.current = true;
      await attempt(async () => {
        const { practitioner_id, starts_at, ends_at } = slot;
        const service_id = typed.serviceId ?? undefined;
        const draft = await execute('open_booking', { practitioner_id, starts_at, ends_at, service_id });
        open({ kind: 'booking', slot: { ...slot, held_for: service_id }, draft, typed, series: null });
      });
      asking.current = false;
    },
    [open],
  );

  return {
    bookSlot,
    showPlaced,
    booked: async (placed: VisitPlaced) => {
      await showPlaced(placed);
      announceBooked(placed);
    },
    /** The same booking, now as a series; and back. */
    repeat: (booking: OpenedBooking) => open({ ...booking, kind: 'series', series: seriesOf(booking) }),
    single: (booking: OpenedBooking) => open({ ...booking, kind: 'booking', ...agreedAlone(booking) }),
    seriesBooked: async (booking: OpenedBooking, booked: SeriesBooked) => {
      const { practitioner_id, wall_start } = booking.slot;
      const { first } = booked;
      await readNow(client, 'day_sheet', { date: first });
      open(null, 'target');
      show(first, { date: first, practitioner_id, wall_start });
      announceSeries(booked);
    },
    abandon: (booking: OpenedBooking) => {
      const { date, practitioner_id, wall_start } = booking.slot;
      // A time of another day is not on the board: the focus goes back to where the dialog was opened.
      if (date !== shown) return open(null);
      open(null, 'target');
      focus({ date, practitioner_id, wall_start });
    },
  };
}

/** A dialog that is not open any more, for whatever reason, keeps no slot. */
function useLetGo(opened: Opened) {
  const now = isBooking(opened) ? opened.draft.appointment_id : undefined;
  const before = useRef(now);
  useEffect(() => {
    const appointment_id = before.current;
    before.current = now;
    if (!appointment_id || appointment_id === now) return;
    void attempt(() => execute('close_booking', { appointment_id }));
  }, [now]);
}

/** A booking that came back after the session had ended holds its slot again: signing out let it go. */
function useHoldAgain(opened: Opened) {
  const first = useRef(opened);
  useEffect(() => {
    const kept = first.current;
    if (!isBooking(kept)) return;
    const { practitioner_id, starts_at, ends_at } = kept.slot;
    const { appointment_id } = kept.draft;
    const service_id = kept.typed.serviceId ?? undefined;
    const again = { practitioner_id, starts_at, ends_at, appointment_id, service_id };
    void attempt(() => execute('open_booking', again));
  }, []);
}
