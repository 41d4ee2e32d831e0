import { useState } from 'react';
import type { AppointmentCard, AppointmentId, CancelReason, VisitCancelled } from '@/bindings/types';
import { execute } from '@/lib/rpc';
import { useOnce } from '@/lib/useOnce';
import { useUnsaved, useWord } from '@/lib/words';
import { useMeanwhile } from './useMeanwhile';
import { useScope } from './useScope';

interface Options {
  card: AppointmentCard;
  onCancelled: (cancelled: VisitCancelled, touched: readonly AppointmentId[]) => void;
}

/** The form's behaviour: never without saying who called it off, decided on the visit as the user saw it. */
export function useCancel({ card, onCancelled }: Options) {
  const [reason, setReason] = useWord<CancelReason | undefined>('reason', undefined);
  const [missing, setMissing] = useState(false);
  const [note, setNote] = useWord('note', '');
  useUnsaved('cancel', note.trim() !== '');
  const scope = useScope(card, 'can_cancel');
  const { busy, refused, failure, once, forget } = useOnce();
  const meanwhile = useMeanwhile(card, refused, busy);

  const choose = (value: CancelReason) => {
    setReason(value);
    setMissing(false);
  };
  const confirm = () => {
    if (!reason) return setMissing(true);
    const { touched } = scope;
    if (!touched) return;
    const { appointment_id } = card;
    void once(async () => {
      const cancelled = await execute('cancel_appointment', {
        base_version: meanwhile.version(scope.scope),
        command: { appointment_id, reason, note: note.trim() || undefined, scope: scope.scope },
      });
      onCancelled(cancelled, touched);
    });
  };
  return {
    reason,
    choose,
    missing,
    note,
    setNote,
    scope,
    busy,
    refused,
    failure,
    forget,
    meanwhile,
    confirm,
  };
}
