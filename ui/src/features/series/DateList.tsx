import { Text } from '@mantine/core';
import { type KeyboardEvent, useCallback, useEffect, useRef, useState } from 'react';
import type { ServiceId } from '@/bindings/types';
import { isKey, isTyping, useKeys } from '@/lib/keymap';
import { t } from '@/lib/t';
import { DateRow } from './DateRow';
import classes from './Series.module.css';
import type { PlannedDate, useSeries } from './useSeries';

interface Props {
  plan: ReturnType<typeof useSeries>;
  service_id: ServiceId;
  /** The date for which another time is being chosen. */
  shifting: string | undefined;
  onShifting: (date: string | undefined) => void;
}

/** Every date in the order of the rule. One tab stop; arrow keys go through them, a key decides. */
export function DateList({ plan, service_id, shifting, onShifting }: Props) {
  const { dates } = plan;
  const list = useRef<HTMLUListElement>(null);
  const [active, setActive] = useState<string>();
  const handlers = useHandlers(plan);
  const at = Math.max(
    0,
    dates.findIndex(({ date }) => date.rule_date === active),
  );

  const go = (to: PlannedDate | undefined) => {
    if (!to) return;
    setActive(to.date.rule_date);
    list.current?.querySelector<HTMLElement>(`[data-date="${to.date.rule_date}"]`)?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const here = dates[at];
    if (!here || isForOthers(event)) return;
    const to = target(dates, at, event);
    if (to !== undefined) go(dates[to]);
    else if (!decide(event, here, handlers, onShifting)) return;
    event.preventDefault();
  };
  // From the rule above, too: what needs a decision is one key away.
  useKeys({ nextOpenDate: () => go(dates.find(({ fate }) => fate.open)) }, true);
  const onShift = useCallback(
    (date: string | undefined) => {
      onShifting(date);
      if (date) setActive(date);
    },
    [onShifting],
  );
  return (
    <div className={classes.frame}>
      <ul
        ref={list}
        className={classes.list}
        aria-label={t('series.dates')}
        onKeyDown={onKeyDown}
        onFocus={(event) => setActive((old) => rowOf(event.target) ?? old)}
        data-dates={dates.length}
      >
        {dates.map((planned, index) => (
          <DateRow
            key={planned.date.rule_date}
            planned={planned}
            active={index === at}
            shifting={planned.date.rule_date === shifting}
            service_id={service_id}
            handlers={handlers}
            onShift={onShift}
          />
        ))}
      </ul>
      <Text size="xs" c="var(--fd-muted)">
        {t('series.keys')}
      </Text>
    </div>
  );
}

/** A shortcut of the window, a letter that is typed, or what the times of an open date have used. */
function isForOthers(event: KeyboardEvent): boolean {
  const { altKey, ctrlKey, metaKey, defaultPrevented } = event;
  return altKey || ctrlKey || metaKey || defaultPrevented || isTyping(event.target);
}

/** The keys that decide for a date. False for any other key. */
function decide(
  event: KeyboardEvent,
  here: PlannedDate,
  handlers: DateHandlers,
  onShifting: Props['onShifting'],
): boolean {
  const onRow = event.target instanceof HTMLElement && event.target.hasAttribute('data-date');
  if (isKey(event.nativeEvent, 'skipDate')) handlers.toggle(here);
  else if (isKey(event.nativeEvent, 'undoDate')) handlers.undo(here.date.rule_date);
  else if (onRow && event.key === 'Enter') onShifting(here.date.rule_date);
  else return false;
  return true;
}

export interface DateHandlers {
  skip: (date: string) => void;
  undo: (date: string) => void;
  shift: ReturnType<typeof useSeries>['shift'];
  toggle: (planned: PlannedDate) => void;
}

/** The same functions on every render, so that only the row that changed is drawn anew. */
function useHandlers(plan: Props['plan']): DateHandlers {
  const latest = useRef(plan);
  useEffect(() => {
    latest.current = plan;
  });
  const [handlers] = useState<DateHandlers>(() => ({
    skip: (date) => latest.current.skip(date),
    undo: (date) => latest.current.undo(date),
    shift: (date, offer) => latest.current.shift(date, offer),
    toggle: ({ date }) =>
      date.skipped ? latest.current.undo(date.rule_date) : latest.current.skip(date.rule_date),
  }));
  return handlers;
}

/** Which date a key leads to; none for a key that leads nowhere. */
function target(dates: readonly PlannedDate[], at: number, event: KeyboardEvent): number | undefined {
  if (isKey(event.nativeEvent, 'nextOpenDate')) {
    const later = dates.findIndex(({ fate }, index) => index > at && fate.open);
    const first = later < 0 ? dates.findIndex(({ fate }) => fate.open) : later;
    return first < 0 ? at : first;
  }
  const steps: Record<string, number> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + 10,
    PageUp: at - 10,
    Home: 0,
    End: dates.length - 1,
  };
  const to = steps[event.key];
  return to === undefined ? undefined : Math.min(dates.length - 1, Math.max(0, to));
}

function rowOf(element: Element): string | undefined {
  return element.closest<HTMLElement>('[data-date]')?.dataset.date;
}
