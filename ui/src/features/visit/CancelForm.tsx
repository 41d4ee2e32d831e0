import { Button, Group, Radio, Stack, Textarea, Title } from '@mantine/core';
import { useState } from 'react';
import type { AppointmentCard, AppointmentId, CancelReason, VisitCancelled } from '@/bindings/types';
import { FailureAlert } from '@/components/FailureAlert';
import { RefusalAlert } from '@/components/RefusalAlert';
import { cancelReasons } from '@/lib/messages';
import { execute } from '@/lib/rpc';
import { t, tCount } from '@/lib/t';
import { useOnce } from '@/lib/useOnce';
import { useUnsaved, useWord } from '@/lib/words';
import { ChangedMeanwhile } from './ChangedMeanwhile';
import { ScopeChoice } from './ScopeChoice';
import { useMeanwhile } from './useMeanwhile';
import { useScope } from './useScope';

interface Props {
  card: AppointmentCard;
  today: string | undefined;
  onKeep: () => void;
  onCancelled: (cancelled: VisitCancelled, touched: readonly AppointmentId[]) => void;
}

const REASONS = Object.keys(cancelReasons) as CancelReason[];

export function CancelForm({ card, today, onKeep, onCancelled }: Props) {
  const [reason, setReason] = useWord<CancelReason | undefined>('reason', undefined);
  const [missing, setMissing] = useState(false);
  const [note, setNote] = useWord('note', '');
  useUnsaved('cancel', note.trim() !== '');
  const scope = useScope(card, 'can_cancel');
  const { touched } = scope;
  const { busy, refused, failure, once, forget } = useOnce();
  const meanwhile = useMeanwhile(card, refused, busy);
  const confirm = () => {
    if (!reason) return setMissing(true);
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
  return (
    <Stack>
      <Title order={4} size="h5">
        {t('visit.cancel.title')}
      </Title>
      <ChangedMeanwhile meanwhile={meanwhile} onAccept={forget} />
      {refused && !meanwhile.stale && <RefusalAlert refusal={refused} today={today} />}
      <FailureAlert sentence={failure} />
      <WhoSelect
        reason={reason}
        missing={missing}
        onReason={(value) => {
          setReason(value);
          setMissing(false);
        }}
      />
      <Textarea
        label={t('visit.cancel.note')}
        maxLength={2000}
        rows={2}
        resize="vertical"
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      <ScopeChoice card={card} scope={scope} />
      <Group>
        <Button
          color="red.8"
          loading={busy}
          disabled={meanwhile.stale || !touched}
          onClick={confirm}
          id="visit-cancel-confirm"
        >
          {tCount('visit.cancelAll', touched?.length ?? 1)}
        </Button>
        <Button variant="default" disabled={busy} onClick={onKeep}>
          {t('visit.cancel.keep')}
        </Button>
      </Group>
    </Stack>
  );
}

interface WhoProps {
  reason: CancelReason | undefined;
  missing: boolean;
  onReason: (reason: CancelReason) => void;
}

function WhoSelect({ reason, missing, onReason }: WhoProps) {
  return (
    <Radio.Group
      label={t('visit.cancel.reason')}
      value={reason ?? null}
      onChange={(value) => onReason(value as CancelReason)}
      error={missing && t('visit.cancel.reasonMissing')}
    >
      <Stack gap="xs" mt="xs">
        {REASONS.map((each, index) => (
          <Radio
            key={each}
            value={each}
            label={cancelReasons[each]}
            data-autofocus={index === 0 || undefined}
            id={`cancel-reason-${each}`}
          />
        ))}
      </Stack>
    </Radio.Group>
  );
}
