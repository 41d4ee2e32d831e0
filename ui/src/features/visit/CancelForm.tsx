import { Button, Group, Radio, Stack, Textarea, Title } from '@mantine/core';
import { useState } from 'react';
import type { AppointmentCard, CancelReason, VisitCancelled } from '@/bindings/types';
import { FailureAlert } from '@/components/FailureAlert';
import { cancelReasons } from '@/lib/messages';
import { execute } from '@/lib/rpc';
import { refusalSentence } from '@/lib/sentences';
import { t } from '@/lib/t';
import { useOnce } from '@/lib/useOnce';

interface Props {
  card: AppointmentCard;
  onKeep: () => void;
  onCancelled: (cancelled: VisitCancelled) => void;
}

const REASONS = Object.keys(cancelReasons) as CancelReason[];

export function CancelForm({ card, onKeep, onCancelled }: Props) {
  const [reason, setReason] = useState<CancelReason>();
  const [missing, setMissing] = useState(false);
  const [note, setNote] = useState('');
  const { busy, refused, failure, once } = useOnce();
  const confirm = () => {
    if (!reason) return setMissing(true);
    void once(async () => {
      const { appointment_id } = card;
      onCancelled(
        await execute('cancel_appointment', {
          base_version: card.version,
          command: { appointment_id, reason, note: note.trim() || undefined },
        }),
      );
    });
  };
  return (
    <Stack>
      <Title order={4} size="h5">
        {t('visit.cancel.title')}
      </Title>
      <FailureAlert sentence={refused ? refusalSentence(refused) : failure} />
      <Radio.Group
        label={t('visit.cancel.reason')}
        value={reason ?? null}
        onChange={(value) => {
          setReason(value as CancelReason);
          setMissing(false);
        }}
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
      <Textarea
        label={t('visit.cancel.note')}
        maxLength={2000}
        rows={2}
        resize="vertical"
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      <Group>
        <Button color="red.8" loading={busy} onClick={confirm} id="visit-cancel-confirm">
          {t('visit.cancel')}
        </Button>
        <Button variant="default" disabled={busy} onClick={onKeep}>
          {t('visit.cancel.keep')}
        </Button>
      </Group>
    </Stack>
  );
}
