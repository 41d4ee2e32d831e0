import { ActionIcon, Button, Group, Text } from '@mantine/core';
import { IconChevronLeft, IconChevronRight, IconChevronsLeft, IconChevronsRight } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { AppointmentId, PractitionerId, ServiceId, SlotOffer } from '@/bindings/types';
import { addDays, longDate } from '@/lib/civil';
import { query } from '@/lib/rpc';
import { t } from '@/lib/t';
import { FailureAlert } from './FailureAlert';
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
  /** The first time gets the focus as soon as it is there. */
  autoFocus?: boolean;
}

/** How far ahead "the next free day" looks. */
const AHEAD_DAYS = 60;

const TURNS = [
  { days: -7, says: 'day.previousWeek', icon: IconChevronsLeft, id: undefined },
  { days: -1, says: 'day.previousDay', icon: IconChevronLeft, id: undefined },
  { days: 1, says: 'day.nextDay', icon: IconChevronRight, id: 'reschedule-next-day' },
  { days: 7, says: 'day.nextWeek', icon: IconChevronsRight, id: undefined },
] as const;

/** The free times of one day, and the way to the next day that has some. */
export function FreeTimes({ from, chosen, onChoose, present, autoFocus = false, ...wish }: Props) {
  const [date, setDate] = useState(from);
  const [jumps, setJumps] = useState(0);
  const { data, isPlaceholderData, error } = useQuery({
    ...query('free_slots', { ...wish, from: date, to: date }),
    placeholderData: keepPreviousData,
  });
  /** The button that was pressed goes with the empty day: the first time takes its focus. */
  const jump = (to: string) => {
    setDate(to);
    setJumps(jumps + 1);
  };
  const slots = (data?.slots ?? []).filter((slot) => !present || !isSame(slot, present));
  return (
    <div>
      <Group justify="space-between" wrap="nowrap">
        <Text fw={600} aria-live="polite">
          {longDate(date)}
        </Text>
        <Group gap={4} wrap="nowrap">
          {TURNS.map(({ days, says, icon: Icon, id }) => (
            <ActionIcon
              key={says}
              variant="default"
              size="lg"
              aria-label={t(says)}
              onClick={() => setDate(addDays(date, days))}
              id={id}
            >
              <Icon size="1.125rem" aria-hidden />
            </ActionIcon>
          ))}
        </Group>
      </Group>
      <FailureAlert error={error} />
      {data && slots.length === 0 && <NoneFree wish={wish} after={date} onShow={jump} />}
      <Times
        key={jumps}
        slots={slots}
        ready={data !== undefined && !isPlaceholderData}
        autoFocus={autoFocus || jumps > 0}
        chosen={chosen}
        named={!wish.practitioner_id}
        onChoose={onChoose}
        onDay={(days) => setDate(addDays(date, days))}
      />
    </div>
  );
}

interface TimesProps {
  slots: readonly SlotOffer[];
  /** The times are those of the day shown, not still those of the day before. */
  ready: boolean;
  autoFocus: boolean;
  chosen: SlotOffer | null;
  named: boolean;
  onChoose: (offer: SlotOffer) => void;
  onDay: (days: number) => void;
}

/** One tab stop; the arrow keys go through the times, Page Up and Page Down through days, with Shift weeks. */
function Times({ slots, ready, autoFocus, chosen, named, onChoose, onDay }: TimesProps) {
  const list = useRef<HTMLUListElement>(null);
  const [active, setActive] = useState(0);
  const at = Math.max(0, Math.min(active, slots.length - 1));
  const turned = useRef(autoFocus);
  useEffect(() => {
    if (!turned.current || !ready) return;
    turned.current = false;
    (list.current?.querySelector('button') ?? list.current)?.focus();
  });
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'PageDown' || event.key === 'PageUp') {
      event.preventDefault();
      turned.current = true;
      setActive(0);
      return onDay((event.key === 'PageDown' ? 1 : -1) * (event.shiftKey ? 7 : 1));
    }
    const next = stepOf(event.key, at, slots.length);
    if (next === undefined) return;
    event.preventDefault();
    setActive(next);
    list.current?.querySelectorAll('button')[next]?.focus();
  };
  return (
    <ul
      ref={list}
      className={classes.times}
      aria-label={t('visit.reschedule.pick')}
      tabIndex={-1}
      onKeyDown={onKeyDown}
    >
      {slots.map((slot, index) => (
        <li key={`${slot.starts_at}-${slot.practitioner_id}`}>
          <button
            type="button"
            className={classes.time}
            tabIndex={index === at ? 0 : -1}
            aria-pressed={isSame(slot, chosen)}
            onFocus={() => setActive(index)}
            onClick={() => onChoose(slot)}
            data-free={slot.wall_start}
          >
            <b>{slot.wall_start}</b>
            {named && <span title={slot.practitioner_name}>{slot.practitioner_name}</span>}
          </button>
        </li>
      ))}
    </ul>
  );
}

/** Which time a key leads to; none for another key. */
function stepOf(key: string, at: number, count: number): number | undefined {
  const to = {
    ArrowRight: at + 1,
    ArrowDown: at + 1,
    ArrowLeft: at - 1,
    ArrowUp: at - 1,
    Home: 0,
    End: count - 1,
  }[key];
  return to === undefined ? undefined : Math.max(0, Math.min(count - 1, to));
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
