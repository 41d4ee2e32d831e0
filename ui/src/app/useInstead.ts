import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef } from 'react';
import type { AppointmentCard, AppointmentId, KeptUpdate, SetAsideCommand } from '@/bindings/types';
import type { VisitForm } from '@/features/visit/VisitDrawer';
import { shortDate } from '@/lib/civil';
import { askedNames } from '@/lib/messages/outbox';
import { isOutOfPlace } from '@/lib/refusal';
import { readNow } from '@/lib/rpc';
import { errorSentence } from '@/lib/sentences';
import { slotOfVisit } from '@/lib/slots';
import { t } from '@/lib/t';
import { failed, hint, refused, refusedEach } from '@/lib/toasts';
import { NOTHING_TYPED, typedOf } from '@/lib/typed';
import type { useBookingFlows } from './useBookingFlows';
import { isBooking, type useOpen } from './useOpen';

type Opening = ReturnType<typeof useOpen>;
type BookSlot = ReturnType<typeof useBookingFlows>['bookSlot'];

/**
 * Another time for what cannot have its own any more: the dialog says by whom it was taken, and what is
 * free. What is being typed elsewhere is never thrown away for it.
 */
export function useInstead(opening: Opening, bookSlot: BookSlot) {
  const client = useQueryClient();
  const latest = useRef(opening);
  useEffect(() => {
    latest.current = opening;
  });
  const unlessTyping = useCallback(async (about: AppointmentId, act: () => Promise<void> | void) => {
    if (isTyping(latest.current)) return hint(t('toast.openFirst'), t('toast.openFirst.text'), about);
    await act();
  }, []);

  return useMemo(() => {
    const toForm = (appointmentId: AppointmentId, first: VisitForm, wanted?: KeptUpdate | null) =>
      latest.current.open({ kind: 'visit', appointmentId, first, wanted: wanted ?? undefined });
    /** A cancelled visit: another one like it. */
    const again = (card: AppointmentCard) => bookSlot(slotOfVisit(card), typedOf(card));
    /** What was set aside, was sent again, and has no place any more; none when it needs none. */
    const wayOf = (kept: SetAsideCommand): (() => Promise<void> | void) | undefined => {
      const { asked, appointment_id, update } = kept;
      if (asked === 'book_appointment') return bookingOf(kept, bookSlot);
      if (!appointment_id) return undefined;
      if (asked === 'reschedule_appointment') return () => toForm(appointment_id, 'reschedule');
      if (asked === 'update_appointment') return () => toForm(appointment_id, 'edit', update);
      if (asked !== 'undo_status') return undefined;
      return async () => again(await readNow(client, 'appointment_card', { appointment_id }));
    };
    const elsewhere = ({ appointment_id }: AppointmentCard) => toForm(appointment_id, 'reschedule');
    const orElse = takingBack(() => isTyping(latest.current), unlessTyping);
    return {
      orElse: orElse(again),
      /** The form offers times, and does not say what became of the old one. */
      orMove: orElse((card, error) => {
        refused(t('toast.failed'), errorSentence(error));
        elsewhere(card);
      }),
      cancelled: (card: AppointmentCard) => unlessTyping(card.appointment_id, () => again(card)),
      moved: (card: AppointmentCard) => unlessTyping(card.appointment_id, () => elsewhere(card)),
      /** At once for whoever still looks at the list from which it was sent, else on their word. */
      sentAgain: async (kept: SetAsideCommand, error: unknown) => {
        const way = isOutOfPlace(error) ? wayOf(kept) : undefined;
        if (!way) return failed(error);
        const title = t('outbox.refused', { what: askedNames[kept.asked] });
        if (latest.current.opened?.kind === 'notices') {
          refused(title, errorSentence(error));
          return way();
        }
        const what = kept.patient_name ?? askedNames[kept.asked];
        const instead = () => unlessTyping(kept.command_id, way);
        refusedEach(title, [{ what, why: errorSentence(error), instead }]);
      },
    };
  }, [client, bookSlot, unlessTyping]);
}

type Way = (card: AppointmentCard, error: unknown) => Promise<void> | void;
type UnlessTyping = (about: AppointmentId, act: () => Promise<void> | void) => Promise<void>;

/** Takes a change back; without its time another one, at once, unless something is being typed. */
function takingBack(typing: () => boolean, unlessTyping: UnlessTyping) {
  return (way: Way) => (back: () => Promise<void>, card: AppointmentCard) => async () => {
    try {
      await back();
    } catch (error) {
      if (!isOutOfPlace(error)) throw error;
      if (!typing()) return way(card, error);
      const what = t('toast.when', { date: shortDate(card.date), time: card.wall_start });
      const instead = () => unlessTyping(card.appointment_id, () => way(card, error));
      refusedEach(t('toast.failed'), [{ what, why: errorSentence(error), instead }]);
    }
  };
}

function isTyping({ opened, words }: Opening): boolean {
  return isBooking(opened) || words.unsaved.size > 0;
}

function bookingOf({ booking, slot }: SetAsideCommand, bookSlot: BookSlot) {
  if (!booking || !slot) return undefined;
  const { practitioner_id, starts_at, date, wall_start } = slot;
  const { patient, service_id: serviceId, notes, ends_at } = booking;
  const wanted = { practitioner_id, starts_at, ends_at, date, wall_start, location_id: null };
  return () => bookSlot(wanted, { ...NOTHING_TYPED, serviceId, patient, note: notes ?? '' });
}
