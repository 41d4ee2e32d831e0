import { Button, Group, Select, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { flushSync } from 'react-dom';
import type { AppointmentCard, PractitionerId, SlotOffer, VisitPlaced } from '@/bindings/types';
import { BookAnyway } from '@/components/BookAnyway';
import { FailureAlert } from '@/components/FailureAlert';
import { FreeTimes } from '@/components/FreeTimes';
import { RefusalAlert } from '@/components/RefusalAlert';
import { shortDate } from '@/lib/civil';
import { focusFirst } from '@/lib/focus';
import { query } from '@/lib/rpc';
import { t, tCount } from '@/lib/t';
import { ChangedMeanwhile } from './ChangedMeanwhile';
import { ScopeChoice } from './ScopeChoice';
import { useReschedule } from './useReschedule';

interface Props {
  card: AppointmentCard;
  today: string | undefined;
  onBack: () => void;
  onMoved: (placed: VisitPlaced, before: readonly AppointmentCard[]) => Promise<void>;
}

const ANYBODY = 'anybody';

/** Picks a free time of the same service and moves the visit there. */
export function RescheduleForm(props: Props) {
  const { card, today, onBack } = props;
  const move = useReschedule(props);
  const { chosen, choose, busy, refusal, meanwhile, scope } = move;
  /** What had the focus goes with the refusal: one more Enter moves there. */
  const instead = (offer: SlotOffer) => {
    flushSync(() => choose(offer));
    focusFirst('#visit-reschedule-confirm');
  };
  const [who, setWho] = useState<PractitionerId>(card.practitioner_id);
  return (
    <Stack>
      <Title order={4} size="h5">
        {t('visit.reschedule.title')}
      </Title>
      <ChangedMeanwhile meanwhile={meanwhile} onAccept={move.forget} />
      {refusal && !meanwhile.stale && (
        <RefusalAlert refusal={refusal} today={today} onPick={instead} busy={busy}>
          <BookAnyway key={refusal.reason} refusal={refusal} verb="move" busy={busy} onSay={move.anyway} />
        </RefusalAlert>
      )}
      <FailureAlert error={move.failure} />
      <PractitionerSelect card={card} who={who} onWho={setWho} />
      <FreeTimes
        // Another therapist's days start from the visit's own day again.
        key={who}
        service_id={card.service_id}
        practitioner_id={who === ANYBODY ? undefined : who}
        moving={card.appointment_id}
        from={today && card.date < today ? today : card.date}
        chosen={chosen}
        present={card}
        onChoose={choose}
      />
      {!chosen && (
        <Text size="sm" c="var(--fd-muted)">
          {t('visit.reschedule.choose')}
        </Text>
      )}
      <ScopeChoice card={card} scope={scope} />
      <Buttons move={move} onBack={onBack} />
    </Stack>
  );
}

function Buttons({ move, onBack }: { move: ReturnType<typeof useReschedule>; onBack: () => void }) {
  const { chosen, busy, refusal, meanwhile } = move;
  const visits = move.scope.touched?.length;
  return (
    <Group>
      <Button
        loading={busy}
        disabled={!chosen || !visits || refusal !== null || meanwhile.stale}
        onClick={() => move.confirm()}
        id="visit-reschedule-confirm"
      >
        {chosen ? moveSentence(chosen, visits ?? 1) : t('visit.reschedule')}
      </Button>
      <Button variant="default" disabled={busy} onClick={onBack}>
        {t('app.back')}
      </Button>
    </Group>
  );
}

function moveSentence({ date, wall_start: time }: SlotOffer, visits: number): string {
  const to = { date: shortDate(date), time };
  if (visits === 1) return t('visit.reschedule.confirm', to);
  return t('visit.reschedule.confirmAll', { visits: tCount('series.visits', visits), ...to });
}

interface SelectProps {
  card: AppointmentCard;
  who: string;
  onWho: (who: string) => void;
}

function PractitionerSelect({ card, who, onWho }: SelectProps) {
  const { data } = useQuery(query('services', {}));
  const sheet = useQuery(query('day_sheet', { date: card.date }));
  const offering = new Set(
    data?.services.find(({ service_id }) => service_id === card.service_id)?.practitioner_ids,
  );
  const options = (sheet.data?.columns ?? [])
    .filter(
      ({ practitioner_id }) => offering.has(practitioner_id) || practitioner_id === card.practitioner_id,
    )
    .map(({ practitioner_id, name }) => ({ value: practitioner_id, label: name }));
  return (
    <Select
      label={t('visit.practitioner')}
      data={[...options, { value: ANYBODY, label: t('visit.reschedule.anyone') }]}
      value={who}
      onChange={(value) => value && onWho(value)}
      allowDeselect={false}
      searchable={options.length > 8}
      data-autofocus
      id="reschedule-practitioner"
    />
  );
}
