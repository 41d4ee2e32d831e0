import { memo } from 'react';
import type { DayColumn, DayService, HoldTile, HourLine, WaitingTile } from '@/bindings/types';
import { t, tCount } from '@/lib/t';
import { serviceOf } from '@/lib/tiles';
import { Bands, bandSentence } from './Bands';
import classes from './Board.module.css';
import { holdKey, isWork } from './cells';
import { FreeCellButton } from './FreeCellButton';
import { HoldButton } from './HoldButton';
import { VisitButton } from './VisitButton';
import { type Lane, WaitingCell } from './WaitingCell';

interface Props {
  column: DayColumn;
  row: number;
  left: number;
  width: number;
  hours: HourLine[];
  /** What the day's visits are for. */
  services: DayService[];
  opens: number;
  closes: number;
  minuteRem: number;
  hues: ReadonlyMap<string, number>;
  /** Nobody can be booked here any more, because the day is over. */
  over: boolean;
  /** The cell with the tab stop, if it is in this column. */
  activeKey: string | undefined;
}

/** One practitioner's day. Memoised: a change elsewhere costs this column nothing. */
export const Column = memo(function Column(props: Props) {
  const { column, row, left, width, hours, opens, minuteRem, hues, activeKey } = props;
  const top = (offset: number) => `${(offset - opens) * minuteRem}rem`;
  const span = (from: number, until: number) => ({
    top: top(from),
    height: `${(until - from) * minuteRem}rem`,
  });
  return (
    <div className={classes.column} role="row" aria-rowindex={row} style={{ left, width }}>
      <ColumnHead column={column} over={props.over} />
      <div className={classes.body}>
        <Bands bands={column.bands} span={span} />
        <HourLines hours={hours} opens={opens} closes={props.closes} top={top} />
        {column.free.map((free) => (
          <FreeCellButton
            key={free.from}
            free={free}
            style={span(free.from, free.until)}
            practitionerId={column.practitioner_id}
            practitionerName={column.name}
            active={activeKey === `free-${free.from}`}
          />
        ))}
        {column.holds.map((hold) => (
          <HoldButton
            key={holdKey(hold)}
            hold={hold}
            holdKey={holdKey(hold)}
            covers={isOver([...column.visits, ...holdsBefore(column, hold)], hold)}
            {...span(hold.from, hold.until)}
            practitionerId={column.practitioner_id}
            practitionerName={column.name}
            active={activeKey === holdKey(hold)}
          />
        ))}
        {column.waiting?.map((waiting) => (
          <WaitingCell
            key={waiting.appointment_id}
            waiting={waiting}
            covers={isOver(column.visits, waiting)}
            lane={laneOf(waiting, column.waiting ?? [])}
            {...span(waiting.from, waiting.until)}
            practitionerId={column.practitioner_id}
            practitionerName={column.name}
            active={activeKey === waiting.appointment_id}
          />
        ))}
        {column.visits.map((visit) => {
          const { service_id, name } = serviceOf(props.services, visit);
          return (
            <VisitButton
              key={visit.appointment_id}
              visit={visit}
              service={name}
              span={span}
              practitionerId={column.practitioner_id}
              practitionerName={column.name}
              hue={hues.get(service_id) ?? 0}
              active={activeKey === visit.appointment_id}
            />
          );
        })}
      </div>
    </div>
  );
});

/** Several seats of a class may wait at once: side by side. */
function laneOf(one: WaitingTile, all: readonly WaitingTile[]): Lane {
  const beside = all.filter((each) => each.from < one.until && one.from < each.until);
  return { index: beside.indexOf(one), of: beside.length };
}

/** Those of other desks come before this desk's own. */
function holdsBefore({ holds }: DayColumn, { mine }: HoldTile): readonly HoldTile[] {
  return mine ? holds.filter((each) => !each.mine) : [];
}

/** Whether something stands there already. */
function isOver(others: readonly Span[], { from, until }: Span): boolean {
  return others.some((each) => each.from < until && from < each.until);
}

interface Span {
  from: number;
  until: number;
}

function ColumnHead({ column, over }: Pick<Props, 'column' | 'over'>) {
  return (
    <div className={classes.head} role="rowheader" title={column.name}>
      <span className={classes.name}>{column.name}</span>
      <span className={classes.load}>{load(column, over)}</span>
      <span className={classes.hidden}>{column.bands.map(bandSentence).join('; ')}</span>
    </div>
  );
}

function load({ bands, free }: DayColumn, over: boolean): string {
  if (!bands.some(isWork)) return t('day.off');
  if (free.length > 0) return tCount('day.free.count', free.length);
  return over ? t('day.over') : t('day.full');
}

interface LineProps {
  hours: HourLine[];
  opens: number;
  closes: number;
  top: (offset: number) => string;
}

function HourLines({ hours, opens, closes, top }: LineProps) {
  return hours
    .filter(({ offset }) => offset > opens && offset < closes)
    .map(({ offset }) => (
      <div key={offset} className={classes.line} style={{ top: top(offset) }} aria-hidden />
    ));
}
