import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { type RefObject, useCallback, useLayoutEffect, useMemo, useRef } from 'react';
import type { AppointmentCard, AppointmentId, Navigate, VisitCancelled, VisitPlaced } from '@/bindings/types';
import type { VisitForm } from '@/features/visit/VisitDrawer';
import { useNavigate } from '@/lib/navigation';
import { readIfPossible, readNow } from '@/lib/rpc';
import { type ClassPlace, type FreeStart, slotOf, slotOfVisit, type WantedSlot } from '@/lib/slots';
import { wayBack } from '@/lib/step';
import { hush } from '@/lib/toasts';
import { announceAllCancelled, announceCancelled, announceMoved, announceSaved } from './announce';
import { wayBackOfMove } from './moveBack';
import { wayBackOfAll } from './takeBackAll';
import { useBookingFlows } from './useBookingFlows';
import type { Day } from './useDay';
import { useInstead } from './useInstead';
import { isBooking, type useOpen } from './useOpen';
import { useToggleWatch } from './useToggleWatch';
import { useVisitKeys } from './useVisitKeys';

export type Flows = ReturnType<typeof useFlows>;
type Open = ReturnType<typeof useOpen>['open'];

/** What happens between the board and what opens over it. */
export function useFlows(day: Day, opening: ReturnType<typeof useOpen>) {
  const { opened, words, open } = opening;
  const latest = useLatest(opening);
  /** Whether what is open is still what was open when this was asked: each opening has its own words. */
  const stands = () => latest.current.words === words;
  const client = useQueryClient();
  const { show } = day;
  const toggleWatch = useToggleWatch();

  /** The board shows the visit before anybody reads that it is booked. */
  const showPlaced = async (placed: VisitPlaced) => {
    const { date, appointment_id } = placed;
    await readNow(client, 'day_sheet', { date });
    // Whoever has gone on meanwhile is not called back.
    if (!stands()) return;
    open(null, 'target');
    show(date, { date, appointment_id });
  };

  const booking = useBookingFlows(day, opened, open, showPlaced);
  const { bookSlot } = booking;
  const instead = useInstead(opening, bookSlot);
  const bookOver = useCallback((card: AppointmentCard) => void bookSlot(slotOfVisit(card)), [bookSlot]);
  const visitKeys = useVisitKeys(open, bookOver);

  const flows = {
    onFree: useCallback((start: FreeStart) => void bookSlot(slotOf(start)), [bookSlot]),
    onVisit: useCallback(
      (appointmentId: string, first?: VisitForm) => open({ kind: 'visit', appointmentId, first }),
      [open],
    ),
    bookOver,
    onWatch: toggleWatch,
    onHeld: useCallback((slot: WantedSlot) => void bookSlot(slot), [bookSlot]),
    onClass: useCallback((place: ClassPlace) => open({ kind: 'class', place }), [open]),
    ...booking,
    ...visitFlows(client, day, open, {
      ...booking,
      instead,
      stands,
      isOpen: () => latest.current.opened !== null,
    }),
    sentAgain: instead.sentAgain,
    showSlot: (near: Navigate) => follow(near, opening, day),
  };
  useNavigate((near) => follow(near, opening, day));
  return { ...flows, keys: { ...useKeys(open), ...visitKeys } };
}

interface Around {
  showPlaced: ReturnType<typeof useBookingFlows>['showPlaced'];
  instead: ReturnType<typeof useInstead>;
  /** Whether the drawer from which it is asked is still what is open. */
  stands: () => boolean;
  /** Whether anything is. */
  isOpen: () => boolean;
}

/** What became of a visit in its drawer, and the ways from it to others. */
function visitFlows(
  client: QueryClient,
  { show, focus }: Day,
  open: Open,
  { showPlaced, instead, stands, isOpen }: Around,
) {
  /** Wherever it is now. */
  const showAgain = async (appointment_id: AppointmentId) => {
    const card = await readIfPossible(client, 'appointment_card', { appointment_id });
    if (card && !isOpen()) show(card.date, { date: card.date, appointment_id });
  };
  return {
    moved: async (placed: VisitPlaced, before: readonly AppointmentCard[]) => {
      await showPlaced(placed);
      const back = await wayBackOfMove(client, before, instead.moved);
      const undo = async () => {
        await back?.();
        await showAgain(placed.appointment_id);
      };
      const [only, ...others] = before;
      const single = only && others.length === 0 ? instead.orMove(undo, only) : undo;
      announceMoved(placed, before.length, back && single);
    },
    saved: announceSaved,
    cancelled: async (
      card: AppointmentCard,
      cancelled: VisitCancelled,
      touched: readonly AppointmentId[],
    ) => {
      const { date, practitioner_id, wall_start, appointment_id } = card;
      if (stands()) {
        open(null, 'target');
        focus({ date, practitioner_id, wall_start });
      }
      if (touched.length === 1) {
        const back = await wayBack(client, appointment_id);
        return announceCancelled(cancelled, back && instead.orElse(back, card));
      }
      const back = await wayBackOfAll(client, touched, instead.cancelled);
      announceAllCancelled(card.patient.name, cancelled, touched.length, back);
    },
    /** Another visit of the series: the board goes there, and its card opens. */
    showVisit: (date: string, appointmentId: AppointmentId) => {
      show(date, { date, appointment_id: appointmentId });
      open({ kind: 'visit', appointmentId }, 'target');
    },
    /** A visit on its day, without its card. */
    showOnBoard: (date: string, appointment_id: AppointmentId) => {
      open(null, 'target');
      show(date, { date, appointment_id });
    },
  };
}

function useLatest<T>(value: T): RefObject<T> {
  const latest = useRef(value);
  useLayoutEffect(() => {
    latest.current = value;
  });
  return latest;
}

function useKeys(open: Open) {
  return useMemo(
    () => ({
      pickDate: () => open({ kind: 'date' }),
      notices: () => open({ kind: 'notices' }),
      approvals: () => open({ kind: 'approvals' }),
      watches: () => open({ kind: 'watches' }),
      help: () => open({ kind: 'shortcuts' }),
      hush,
      board: focusBoard,
      move: focusBoard,
    }),
    [open],
  );
}

function focusBoard() {
  document.querySelector<HTMLElement>('#board [tabindex="0"]')?.focus();
}

/**
 * Goes to a slot. An open booking stays open, and so does what was typed into: nothing is lost, and a
 * booking has its own alternatives.
 */
function follow(near: Navigate, { opened, words, open }: ReturnType<typeof useOpen>, day: Day) {
  const { date, practitioner_id, wall_start } = near;
  // The focus stays where the user types.
  if (isBooking(opened) || words.unsaved.size > 0) return day.show(date);
  day.show(date, { date, practitioner_id, wall_start });
  open(near.to === 'find_another' ? { kind: 'find', near } : null, 'target');
}
