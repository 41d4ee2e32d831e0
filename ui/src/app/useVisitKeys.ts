import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { AppointmentCard } from '@/bindings/types';
import type { VisitForm } from '@/features/visit/VisitDrawer';
import type { Action } from '@/lib/keymap';
import { statuses } from '@/lib/messages';
import { query, readNow } from '@/lib/rpc';
import { classOf, isToCome } from '@/lib/slots';
import { type Step, stepByKey } from '@/lib/step';
import { t } from '@/lib/t';
import { attempt, hint, takeBack } from '@/lib/toasts';
import type { useOpen } from './useOpen';

/**
 * One key per step on the visit that has the focus. The tile of a class is several visits: with one
 * patient it is theirs, else the class opens and asks whose.
 */
export function useVisitKeys(
  open: ReturnType<typeof useOpen>['open'],
  bookOver: (card: AppointmentCard) => void,
) {
  const client = useQueryClient();
  return useMemo(() => {
    const onVisit = (asked: Action, act: (appointmentId: string) => unknown) => () => {
      const focused = focusedVisit();
      if (!focused) return;
      const group = classShown(client, focused);
      const only = group?.members.length === 1 ? group.members[0]?.appointment_id : undefined;
      if (group && !only) open({ kind: 'class', place: group.place, asked });
      else act(only ?? focused);
    };
    const step = (asked: Action, which: Step) => onVisit(asked, (id) => stepByKey(client, id, which));
    const form = (asked: Action, first: VisitForm) =>
      onVisit(asked, (appointmentId) => open({ kind: 'visit', appointmentId, first }));
    const over = (appointment_id: string) =>
      attempt(async () => {
        const card = await readNow(client, 'appointment_card', { appointment_id });
        if (isToCome(card)) return bookOver(card);
        hint(t('visit.bookOver.over'), t('visit.bookOver.status', said(card)), appointment_id);
      });
    // What was just done to the visit may have been a move, which is no step of its status.
    const back = onVisit('undo', (id) => takeBack(id) || stepByKey(client, id, 'undo_status'));
    return {
      arrive: step('arrive', 'arrive_appointment'),
      checkIn: step('checkIn', 'check_in_appointment'),
      complete: step('complete', 'complete_appointment'),
      noShow: step('noShow', 'mark_appointment_no_show'),
      approve: step('approve', 'approve_appointment'),
      // A cancelled visit has no tile any more: its way back stands in what was said about it.
      undo: () => (focusedVisit() ? back() : takeBack()),
      bookOver: onVisit('bookOver', over),
      reschedule: form('reschedule', 'reschedule'),
      edit: form('edit', 'edit'),
      cancelVisit: form('cancelVisit', 'cancel'),
    };
  }, [client, open, bookOver]);
}

function said({ patient, status }: AppointmentCard) {
  return { name: patient.name, status: statuses[status] };
}

function focusedVisit(): string | undefined {
  return document.activeElement?.closest<HTMLElement>('[data-appointment]')?.dataset.appointment;
}

/** The class that a tile of the board stands for. */
function classShown(client: QueryClient, appointmentId: string) {
  const { date } = document.querySelector<HTMLElement>('#board')?.dataset ?? {};
  const sheet = client.getQueryData(query('day_sheet', { date }).queryKey);
  return sheet && classOf(sheet, appointmentId);
}
