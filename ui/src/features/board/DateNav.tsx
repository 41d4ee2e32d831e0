import { ActionIcon, Button, Popover, Tooltip } from '@mantine/core';
import { DatePicker } from '@mantine/dates';
import {
  IconCalendar,
  IconChevronLeft,
  IconChevronRight,
  IconChevronsLeft,
  IconChevronsRight,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { addDays, boardDate } from '@/lib/civil';
import { KEYMAP } from '@/lib/keymap';
import { type MessageKey, t } from '@/lib/t';
import classes from './DateNav.module.css';

interface Props {
  date: string;
  today: string | undefined;
  onShow: (date: string) => void;
  onToday: () => void;
  picking: boolean;
  onPicking: (picking: boolean) => void;
}

/** Today, a day, a week, or any date. Dates are plain ISO strings: there is no zone to get wrong. */
export function DateNav({ date, today, onShow, onToday, picking, onPicking }: Props) {
  const by = (days: number) => () => onShow(addDays(date, days));
  return (
    <nav className={classes.nav} aria-label={t('menu.date')}>
      <Step says="day.previousWeek" shortcut={KEYMAP.previousWeek.shown[0]} onClick={by(-7)}>
        <IconChevronsLeft size="1.125rem" aria-hidden />
      </Step>
      <Step says="day.previousDay" shortcut={KEYMAP.previousDay.shown[0]} onClick={by(-1)}>
        <IconChevronLeft size="1.125rem" aria-hidden />
      </Step>
      <Button
        variant={date === today ? 'light' : 'default'}
        size="compact-md"
        h="2.125rem"
        px="sm"
        disabled={!today}
        aria-current={date === today ? 'date' : undefined}
        onClick={onToday}
        id="day-today"
      >
        {t('day.today')}
      </Button>
      <Step says="day.nextDay" shortcut={KEYMAP.nextDay.shown[0]} onClick={by(1)}>
        <IconChevronRight size="1.125rem" aria-hidden />
      </Step>
      <Step says="day.nextWeek" shortcut={KEYMAP.nextWeek.shown[0]} onClick={by(7)}>
        <IconChevronsRight size="1.125rem" aria-hidden />
      </Step>
      <DatePick date={date} today={today} onShow={onShow} picking={picking} onPicking={onPicking} />
    </nav>
  );
}

function DatePick({ date, today, onShow, picking, onPicking }: Omit<Props, 'onToday'>) {
  return (
    <Popover
      id="day-pick"
      opened={picking}
      onChange={onPicking}
      trapFocus
      returnFocus
      shadow="md"
      position="bottom-start"
    >
      <Popover.Target>
        <Button
          variant="subtle"
          size="compact-md"
          h="2.125rem"
          className={classes.date}
          leftSection={<IconCalendar size="1.125rem" aria-hidden />}
          onClick={() => onPicking(!picking)}
          aria-label={t('day.pick', { date: boardDate(date) })}
        >
          {boardDate(date)}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <DatePicker
          value={date}
          defaultDate={date}
          highlightToday={false}
          weekendDays={[]}
          firstDayOfWeek={1}
          onChange={(picked) => {
            if (picked) onShow(picked);
            onPicking(false);
          }}
          getDayProps={(day) => (day === today ? { 'data-clinic-today': true, 'aria-current': 'date' } : {})}
          classNames={{ day: classes.day ?? '', weekday: classes.weekday ?? '' }}
          ariaLabels={{
            previousMonth: t('day.previousMonth'),
            nextMonth: t('day.nextMonth'),
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}

interface StepProps {
  says: MessageKey & `day.${'previous' | 'next'}${'Day' | 'Week'}`;
  shortcut: string;
  onClick: () => void;
  children: ReactNode;
}

function Step({ says, shortcut, onClick, children }: StepProps) {
  return (
    <Tooltip label={`${t(says)} (${shortcut})`} withArrow>
      <ActionIcon
        variant="default"
        size="2.125rem"
        aria-label={t(says)}
        onClick={onClick}
        id={says.replace('.', '-')}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
