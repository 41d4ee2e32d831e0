import {
  IconArrowForwardUp,
  IconBeach,
  IconBuildingOff,
  IconCheck,
  IconClockExclamation,
  IconLock,
  IconMinus,
  IconShieldOff,
  IconX,
} from '@tabler/icons-react';
import { memo, useRef } from 'react';
import type { ServiceId } from '@/bindings/types';
import { boardDate } from '@/lib/civil';
import { seriesFates } from '@/lib/messages/series';
import { t } from '@/lib/t';
import type { DateHandlers } from './DateList';
import type { FateKind } from './fate';
import classes from './Series.module.css';
import { ShiftPanel } from './ShiftPanel';
import type { PlannedDate } from './useSeries';

interface Props {
  planned: PlannedDate;
  active: boolean;
  shifting: boolean;
  service_id: ServiceId;
  handlers: DateHandlers;
  onShift: (date: string | undefined) => void;
}

const ICONS: Record<FateKind, typeof IconCheck> = {
  free: IconCheck,
  skipped: IconMinus,
  shifted: IconArrowForwardUp,
  anyway: IconShieldOff,
  clash: IconX,
  held: IconLock,
  dayOff: IconBeach,
  closed: IconBuildingOff,
  clock: IconClockExclamation,
  other: IconX,
};

/** One date: when, what becomes of it in a word and a shape, and what can be decided. */
export const DateRow = memo(
  function DateRow({ planned, active, shifting, service_id, handlers, onShift }: Props) {
    const { date, fate } = planned;
    const row = useRef<HTMLLIElement>(null);
    const Icon = ICONS[fate.kind];
    const close = () => {
      onShift(undefined);
      row.current?.focus();
    };
    return (
      <li
        ref={row}
        className={classes.row}
        tabIndex={active ? 0 : -1}
        data-date={date.rule_date}
        data-fate={fate.kind}
        data-open={fate.open || undefined}
      >
        <span className={classes.when}>
          {boardDate(date.date)} <b>{date.wall_start}</b>
          {date.wall_end && `–${date.wall_end}`}
        </span>
        <span className={classes.fate}>
          <Icon className={classes.icon} aria-hidden /> <b>{seriesFates[fate.kind]}</b>
          {fate.detail && <span className={classes.detail}> {fate.detail}</span>}
        </span>
        <Decisions planned={planned} active={active} handlers={handlers} onShift={onShift} />
        {shifting && (
          <ShiftPanel
            planned={planned}
            service_id={service_id}
            onPick={(offer) => {
              handlers.shift(date.rule_date, offer);
              close();
            }}
            onClose={close}
          />
        )}
      </li>
    );
  },
  (a, b) =>
    a.active === b.active &&
    a.shifting === b.shifting &&
    a.service_id === b.service_id &&
    (b.shifting ? a.planned === b.planned : looksLike(a.planned, b.planned)),
);

/** Every plan is a new answer: a row is drawn anew only for what it shows. */
function looksLike({ date: a, fate: x }: PlannedDate, { date: b, fate: y }: PlannedDate): boolean {
  return (
    a.rule_date === b.rule_date &&
    a.date === b.date &&
    a.wall_start === b.wall_start &&
    a.wall_end === b.wall_end &&
    a.skipped === b.skipped &&
    a.shifted === b.shifted &&
    x.kind === y.kind &&
    x.detail === y.detail &&
    x.open === y.open
  );
}

function Decisions({ planned, active, handlers, onShift }: Omit<Props, 'shifting' | 'service_id'>) {
  const { date } = planned;
  const when = boardDate(date.date);
  const tabIndex = active ? 0 : -1;
  return (
    <span className={classes.decisions}>
      {(date.skipped || date.shifted) && (
        <button
          type="button"
          className={classes.decision}
          tabIndex={tabIndex}
          aria-label={t('series.undo.label', { date: when })}
          onClick={() => handlers.undo(date.rule_date)}
          data-decide="undo"
        >
          {t('series.undo')}
        </button>
      )}
      {!date.skipped && (
        <>
          <button
            type="button"
            className={classes.decision}
            tabIndex={tabIndex}
            aria-label={t('series.skip.label', { date: when })}
            onClick={() => handlers.skip(date.rule_date)}
            data-decide="skip"
          >
            {t('series.skip')}
          </button>
          <button
            type="button"
            className={classes.decision}
            tabIndex={tabIndex}
            aria-label={t('series.shift.label', { date: when })}
            onClick={() => onShift(date.rule_date)}
            data-decide="shift"
          >
            {t('series.shift')}
          </button>
        </>
      )}
    </span>
  );
}
