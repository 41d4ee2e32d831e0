import { ActionIcon, Button, Group, Text } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { AppointmentId, PractitionerId, ServiceId, SlotOffer } from '@/bindings/types';
import { addDays, longDate } from '@/lib/civil';
import { query } from '@/lib/rpc';
import { t } from '@/lib/t';
import classes from './FreeTimes.module.css';

interface Props {
  service_id: ServiceId;
  practitioner_id: PractitionerId | undefined;
  moving?: AppointmentId;
  from: string;
  chosen: SlotOffer | null;
  /** Where the visit is now: no other time. */
  present?: Pick<SlotOffer, 'practitioner_id' | 'starts_at'>;
  onChoose: (offer: SlotOffer) => void;
}

/** How far ahead "the next free day" looks. */
const AHEAD_DAYS = 60;

/** The free times of one day, and the way to the next day that has some. */
export function FreeTimes({ from, chosen, onChoose, present, ...wish }: Props) {
  const [date, setDate] = useState(from);
  const { data } = useQuery({
    ...query('free_slots', { ...wish, from: date, to: date }),
    placeholderData: keepPreviousData,
  });
  const slots = (data?.slots ?? []).filter((slot) => !present || !isSame(slot, present));
  return (
    <div>
      <Group justify="space-between" wrap="nowrap">
        <Text fw={600} aria-live="polite">
          {longDate(date)}
        </Text>
        <Group gap={4} wrap="nowrap">
          <ActionIcon
            variant="default"
            size="lg"
            aria-label={t('day.previousDay')}
            onClick={() => setDate(addDays(date, -1))}
          >
            <IconChevronLeft size="1.125rem" aria-hidden />
          </ActionIcon>
          <ActionIcon
            variant="default"
            size="lg"
            aria-label={t('day.nextDay')}
            onClick={() => setDate(addDays(date, 1))}
            id="reschedule-next-day"
          >
            <IconChevronRight size="1.125rem" aria-hidden />
          </ActionIcon>
        </Group>
      </Group>
      {data && slots.length === 0 && <NoneFree wish={wish} after={date} onShow={setDate} />}
      <ul className={classes.times} aria-label={t('visit.reschedule.pick')}>
        {slots.map((slot) => (
          <li key={`${slot.starts_at}-${slot.practitioner_id}`}>
            <button
              type="button"
              className={classes.time}
              aria-pressed={isSame(slot, chosen)}
              onClick={() => onChoose(slot)}
              data-free={slot.wall_start}
            >
              <b>{slot.wall_start}</b>
              {!wish.practitioner_id && <span title={slot.practitioner_name}>{slot.practitioner_name}</span>}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

interface NoneProps {
  wish: Pick<Props, 'service_id' | 'practitioner_id' | 'moving'>;
  after: string;
  onShow: (date: string) => void;
}

function NoneFree({ wish, after, onShow }: NoneProps) {
  const { data } = useQuery(
    query('free_slots', { ...wish, from: addDays(after, 1), to: addDays(after, AHEAD_DAYS) }),
  );
  const next = data?.slots[0]?.date;
  return (
    <div role="status">
      <Text size="sm" my="xs">
        {t('visit.reschedule.none')}
      </Text>
      {next && (
        <Button variant="light" size="compact-sm" onClick={() => onShow(next)}>
          {t('visit.reschedule.next')}
        </Button>
      )}
    </div>
  );
}

function isSame(a: SlotOffer, b: Pick<SlotOffer, 'practitioner_id' | 'starts_at'> | null): boolean {
  return b !== null && instant(a) === instant(b) && a.practitioner_id === b.practitioner_id;
}

function instant({ starts_at }: Pick<SlotOffer, 'starts_at'>): number {
  return Date.parse(starts_at);
}
