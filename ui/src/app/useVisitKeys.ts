import { useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { AppointmentCard } from '@/bindings/types';
import type { VisitForm } from '@/features/visit/VisitDrawer';
import { statuses } from '@/lib/messages';
import { query } from '@/lib/rpc';
import { stepsSentence } from '@/lib/sentences';
import { isToCome } from '@/lib/slots';
import { type Step, stepByKey } from '@/lib/step';
import { t } from '@/lib/t';
import { attempt, hint, takeBack } from '@/lib/toasts';
import type { useOpen } from './useOpen';

/** One key per step on the visit that has the focus, wherever on the screen it is. */
export function useVisitKeys(
  open: ReturnType<typeof useOpen>['open'],
  bookOver: (card: AppointmentCard) => void,
) {
  const client = useQueryClient();
  return useMemo(() => {
    const onVisit = (act: (appointmentId: string) => unknown) => () => {
      const appointmentId = focusedVisit();
      if (appointmentId) act(appointmentId);
    };
    const step = (which: Step) => onVisit((id) => stepByKey(client, id, which));
    const form = (first: VisitForm) =>
      onVisit((appointmentId) => open({ kind: 'visit', appointmentId, first }));
    return {
      arrive: step('arrive_appointment'),
      checkIn: step('check_in_appointment'),
      complete: step('complete_appointment'),
      noShow: step('mark_appointment_no_show'),
      approve: step('approve_appointment'),
      // A cancelled visit has no tile any more: its way back stands in what was said about it.
      undo: () => (focusedVisit() ? step('undo_status')() : takeBack()),
      bookOver: onVisit((appointment_id) =>
        attempt(async () => {
          const card = await client.fetchQuery(query('appointment_card', { appointment_id }));
          if (isToCome(card)) return bookOver(card);
          const said = { step: t('keys.bookOver'), status: statuses[card.status] };
          hint(t('visit.step.notNow', said), stepsSentence(card.steps), appointment_id);
        }),
      ),
      reschedule: form('reschedule'),
      edit: form('edit'),
      cancelVisit: form('cancel'),
    };
  }, [client, open, bookOver]);
}

/** Not the tile of a class: that is several visits. */
function focusedVisit(): string | undefined {
  return document.activeElement?.closest<HTMLElement>('[data-appointment]:not([data-class])')?.dataset
    .appointment;
}
