import { Badge, Button, Drawer, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { AppointmentCard, AppointmentId, VisitCancelled, VisitPlaced } from '@/bindings/types';
import { Facts } from '@/components/Facts';
import { Failure } from '@/components/Failure';
import { StatusIcon } from '@/components/StatusIcon';
import { longDate, plainDate } from '@/lib/civil';
import { focusFirst } from '@/lib/focus';
import { cancelReasons, statuses } from '@/lib/messages';
import { query } from '@/lib/rpc';
import { clockTime } from '@/lib/sentences';
import { t } from '@/lib/t';
import { CancelForm } from './CancelForm';
import { RescheduleForm } from './RescheduleForm';

interface Props {
  appointmentId: AppointmentId;
  today: string | undefined;
  onMoved: (placed: VisitPlaced) => Promise<void>;
  onCancelled: (card: AppointmentCard, cancelled: VisitCancelled) => void;
  onClose: () => void;
}

/** A visit: all about it, and what can be done with it. */
export function VisitDrawer({ appointmentId, today, onMoved, onCancelled, onClose }: Props) {
  const [step, setStep] = useState<'card' | 'cancel' | 'reschedule'>('card');
  const {
    data: card,
    isError,
    error,
    refetch,
  } = useQuery(query('appointment_card', { appointment_id: appointmentId }));
  const shown = card ? step : undefined;
  useEffect(() => {
    if (shown) focusFirst();
  }, [shown]);
  return (
    <Drawer opened onClose={onClose} position="right" size="28rem" title={t('visit.title')} id="visit">
      {isError && <Failure error={error} onRetry={() => void refetch()} />}
      {card && !isError && (
        <Stack gap="lg">
          <Head card={card} />
          {step === 'card' && <Card card={card} onStep={setStep} />}
          {step === 'cancel' && (
            <CancelForm
              card={card}
              onKeep={() => setStep('card')}
              onCancelled={(cancelled) => onCancelled(card, cancelled)}
            />
          )}
          {step === 'reschedule' && (
            <RescheduleForm card={card} today={today} onBack={() => setStep('card')} onMoved={onMoved} />
          )}
        </Stack>
      )}
    </Drawer>
  );
}

function Head({ card }: { card: AppointmentCard }) {
  return (
    <div>
      <Group gap="sm" wrap="nowrap" align="flex-start" justify="space-between">
        <Title order={3} size="h4" style={{ overflowWrap: 'anywhere' }}>
          {card.patient.name}
        </Title>
        <Badge
          variant="outline"
          color="var(--fd-accent)"
          size="lg"
          tt="none"
          style={{ flex: 'none' }}
          leftSection={<StatusIcon status={card.status} />}
        >
          {statuses[card.status]}
        </Badge>
      </Group>
      <Text>
        {longDate(card.date)}, {card.wall_start}–{card.wall_end}
      </Text>
      <Text c="var(--fd-muted)">{t('booking.with', { name: card.practitioner_name })}</Text>
    </div>
  );
}

function Card({ card, onStep }: { card: AppointmentCard; onStep: (step: 'cancel' | 'reschedule') => void }) {
  const { patient, taken_at } = card;
  return (
    <>
      <Facts
        facts={[
          [t('visit.phone'), patient.phone],
          [t('visit.birthDate'), patient.birth_date && plainDate(patient.birth_date)],
          [t('visit.service'), card.service_name],
          [t('visit.location'), card.location_name],
          [t('visit.notes'), card.notes],
          [
            t('visit.taken'),
            t('visit.takenBy', {
              name: card.taken_by_name,
              date: plainDate(taken_at.date),
              time: clockTime(taken_at),
            }),
          ],
          [t('visit.cancelReason'), card.cancel_reason && cancelReasons[card.cancel_reason]],
        ]}
      />
      <Group>
        {card.can_reschedule && (
          <Button onClick={() => onStep('reschedule')} id="visit-reschedule" data-autofocus>
            {t('visit.reschedule')}
          </Button>
        )}
        {card.can_cancel && (
          <Button variant="outline" color="var(--fd-bad)" onClick={() => onStep('cancel')} id="visit-cancel">
            {t('visit.cancel')}
          </Button>
        )}
      </Group>
    </>
  );
}
