import { Button, Group, Radio, Stack, Textarea, Title } from '@mantine/core';
import type { AppointmentCard, AppointmentId, CancelReason, VisitCancelled } from '@/bindings/types';
import { FailureAlert } from '@/components/FailureAlert';
import { RefusalAlert } from '@/components/RefusalAlert';
import { cancelReasons } from '@/lib/messages';
import { t, tCount } from '@/lib/t';
import { ChangedMeanwhile } from './ChangedMeanwhile';
import { ScopeChoice } from './ScopeChoice';
import { useCancel } from './useCancel';

interface Props {
  card: AppointmentCard;
  today: string | undefined;
  onKeep: () => void;
  onCancelled: (cancelled: VisitCancelled, touched: readonly AppointmentId[]) => void;
}

const REASONS = Object.keys(cancelReasons) as CancelReason[];

/** Gives a visit up, or several of its series. */
export function CancelForm(props: Props) {
  const { card, today, onKeep } = props;
  const cancel = useCancel(props);
  const { busy, refused, meanwhile, scope } = cancel;
  const { touched } = scope;
  return (
    <Stack>
      <Title order={4} size="h5">
        {t('visit.cancel.title')}
      </Title>
      <ChangedMeanwhile meanwhile={meanwhile} onAccept={cancel.forget} />
      {refused && !meanwhile.stale && <RefusalAlert refusal={refused} today={today} />}
      <FailureAlert error={cancel.failure} />
      <WhoSelect reason={cancel.reason} missing={cancel.missing} onReason={cancel.choose} />
      <Textarea
        label={t('visit.cancel.note')}
        maxLength={2000}
        rows={2}
        resize="vertical"
        value={cancel.note}
        onChange={(event) => cancel.setNote(event.currentTarget.value)}
      />
      <ScopeChoice card={card} scope={scope} />
      <Group>
        <Button
          color="red.8"
          loading={busy}
          disabled={meanwhile.stale || !touched}
          onClick={cancel.confirm}
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
