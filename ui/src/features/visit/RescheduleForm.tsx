import { Button, Group, Select, Stack, Text, Title } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { AppointmentCard, PractitionerId, SlotOffer, VisitPlaced } from '@/bindings/types';
import { FailureAlert } from '@/components/FailureAlert';
import { FreeTimes } from '@/components/FreeTimes';
import { RefusalAlert } from '@/components/RefusalAlert';
import { shortDate } from '@/lib/civil';
import { execute, query } from '@/lib/rpc';
import { t } from '@/lib/t';
import { useOnce } from '@/lib/useOnce';

interface Props {
  card: AppointmentCard;
  today: string | undefined;
  onBack: () => void;
  onMoved: (placed: VisitPlaced) => Promise<void>;
}

const ANYBODY = 'anybody';

/** Picks a free time of the same service and moves the visit there. */
export function RescheduleForm({ card, today, onBack, onMoved }: Props) {
  const [who, setWho] = useState<PractitionerId>(card.practitioner_id);
  const [chosen, setChosen] = useState<SlotOffer | null>(null);
  const { busy, refused, failure, once, forget } = useOnce();
  const live = useLiveRefusal(card, chosen);
  const choose = (offer: SlotOffer) => {
    forget();
    setChosen(offer);
  };
  const confirm = (to: SlotOffer) => once(async () => onMoved(await move(card, to)));
  const refusal = refused ?? live;
  return (
    <Stack>
      <Title order={4} size="h5">
        {t('visit.reschedule.title')}
      </Title>
      {refusal && <RefusalAlert refusal={refusal} today={today} onPick={choose} busy={busy} />}
      <FailureAlert sentence={failure} />
      <PractitionerSelect card={card} who={who} onWho={setWho} />
      <FreeTimes
        // Another therapist's days start from the visit's own day again.
        key={who}
        service_id={card.service_id}
        practitioner_id={who === ANYBODY ? undefined : who}
        moving={card.appointment_id}
        from={today && card.date < today ? today : card.date}
        chosen={chosen}
        onChoose={choose}
      />
      {!chosen && (
        <Text size="sm" c="var(--fd-muted)">
          {t('visit.reschedule.choose')}
        </Text>
      )}
      <Group>
        <Button
          loading={busy}
          disabled={!chosen || refusal !== null}
          onClick={() => chosen && void confirm(chosen)}
          id="visit-reschedule-confirm"
        >
          {chosen
            ? t('visit.reschedule.confirm', { date: shortDate(chosen.date), time: chosen.wall_start })
            : t('visit.reschedule')}
        </Button>
        <Button variant="default" disabled={busy} onClick={onBack}>
          {t('app.back')}
        </Button>
      </Group>
    </Stack>
  );
}

function move({ appointment_id, version }: AppointmentCard, to: SlotOffer): Promise<VisitPlaced> {
  const { starts_at, practitioner_id, location_id } = to;
  return execute('reschedule_appointment', {
    base_version: version,
    command: { appointment_id, starts_at, practitioner_id, location_id: location_id ?? undefined },
  });
}

/** The desk's own decision about the chosen time; it changes while the form is open. */
function useLiveRefusal(card: AppointmentCard, chosen: SlotOffer | null) {
  const { data, isPlaceholderData } = useQuery({
    ...query('reschedule_form', {
      appointment_id: card.appointment_id,
      practitioner_id: chosen?.practitioner_id,
      starts_at: chosen?.starts_at ?? card.starts_at,
    }),
    enabled: chosen !== null,
    placeholderData: keepPreviousData,
  });
  return chosen && data && !isPlaceholderData ? data.refusal : null;
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
