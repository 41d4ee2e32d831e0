import { Button, Group, Stack, Textarea } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type Decided, takeStep } from '@/lib/step';
import { t } from '@/lib/t';
import { useOnce } from '@/lib/useOnce';
import { useUnsaved, useWord } from '@/lib/words';
import { FailureAlert } from './FailureAlert';
import { RefusalAlert } from './RefusalAlert';

interface Props {
  visit: Decided;
  onKeep: () => void;
  onRejected: () => void;
}

/** Rejects a visit that waits for approval: the reason is what the patient is told. */
export function RejectForm({ visit, onKeep, onRejected }: Props) {
  const client = useQueryClient();
  // Decided on what was there when the question was asked.
  const [decided, , undecided] = useWord(`rejected ${visit.appointment_id}`, visit);
  const [reason, setReason] = useWord(`reject ${visit.appointment_id}`, '');
  useUnsaved(`reject ${visit.appointment_id}`, reason.trim() !== '');
  const [missing, setMissing] = useState(false);
  const { busy, refused, failure, once } = useOnce();
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
      <FailureAlert sentence={failure} />
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
        <Button
          variant="default"
          disabled={busy}
          onClick={() => {
            undecided();
            onKeep();
          }}
        >
          {t('app.back')}
        </Button>
      </Group>
    </Stack>
  );
}
