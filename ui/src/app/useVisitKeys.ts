import { useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { VisitForm } from '@/features/visit/VisitDrawer';
import { type Step, stepByKey } from '@/lib/step';
import type { useOpen } from './useOpen';

/** One key per step on the visit that has the focus, wherever on the screen it is. */
export function useVisitKeys(open: ReturnType<typeof useOpen>['open']) {
  const client = useQueryClient();
  return useMemo(() => {
    const onVisit = (act: (appointmentId: string) => void) => () => {
      const appointmentId = focusedVisit();
      if (appointmentId) act(appointmentId);
    };
    const step = (which: Step) => onVisit((id) => void stepByKey(client, id, which));
    const form = (first: VisitForm) =>
      onVisit((appointmentId) => open({ kind: 'visit', appointmentId, first }));
    return {
      arrive: step('arrive_appointment'),
      checkIn: step('check_in_appointment'),
      complete: step('complete_appointment'),
      noShow: step('mark_appointment_no_show'),
      approve: step('approve_appointment'),
      undo: step('undo_status'),
      reschedule: form('reschedule'),
      edit: form('edit'),
      cancelVisit: form('cancel'),
    };
  }, [client, open]);
}

/** Not the tile of a class: that is several visits. */
function focusedVisit(): string | undefined {
  return document.activeElement?.closest<HTMLElement>('[data-appointment]:not([data-class])')?.dataset
    .appointment;
}
