import { Button, Group, Stack, Textarea } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type Decided, takeStep } from '@/lib/step';
import { t } from '@/lib/t';
import { useOnce } from '@/lib/useOnce';
import { useUnsaved, useWord } from '@/lib/words';
import { FailureAlert } from './FailureAlert';
import { RefusalAlert } from './RefusalAlert';
import type { Ask } from './useLeaving';

interface Props {
  visit: Decided;
  /** Before a reason that was typed is thrown away. */
  ask: Ask;
  onKeep: () => void;
  onRejected: () => void;
}

/** Rejects a visit that waits for approval: the reason is what the patient is told. */
export function RejectForm({ visit, ask, onKeep, onRejected }: Props) {
  const client = useQueryClient();
  const form = `reject ${visit.appointment_id}`;
  // Decided on what was there when the question was asked.
  const [decided, , undecided] = useWord(`rejected ${visit.appointment_id}`, visit);
  const [reason, setReason, unsaid] = useWord(form, '');
  useUnsaved(form, reason.trim() !== '');
  const [missing, setMissing] = useState(false);
  const { busy, refused, failure, once } = useOnce();
  const back = () => {
    undecided();
    unsaid();
    onKeep();
  };
  const confirm = () => {
    const said = reason.trim();
    if (!said) return setMissing(true);
    void once(async () => {
      await takeStep(client, decided, 'reject_appointment', said);
      onRejected();
    });
  };
  return (
    <Stack gap="xs">
      {refused && <RefusalAlert refusal={refused} today={undefined} />}
      <FailureAlert error={failure} />
      <Textarea
        id="reject-reason"
        label={t('reject.reason')}
        description={t('reject.hint')}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        required
        data-autofocus
        autoFocus
        maxLength={2000}
        rows={2}
        value={reason}
        error={missing && t('reject.missing')}
        onChange={(event) => {
          setReason(event.currentTarget.value);
          setMissing(false);
        }}
      />
      <Group>
        <Button color="red.8" loading={busy} onClick={confirm} id="reject-confirm">
          {t('reject.confirm')}
        </Button>
        <Button variant="default" disabled={busy} onClick={() => ask(back, form)}>
          {t('app.back')}
        </Button>
      </Group>
    </Stack>
  );
}
