import { type MouseEvent, memo, useRef } from 'react';
import type { AppointmentId, Clock, DaySheet } from '@/bindings/types';
import { longDate } from '@/lib/civil';
import {
  type ClassPlace,
  classOf,
  type FreeStart,
  freeStartOf,
  type SlotTarget,
  slotOfHold,
  type WantedSlot,
} from '@/lib/slots';
import { t } from '@/lib/t';
import { type Size, useSize } from '@/lib/useSize';
import { Axis } from './Axis';
import classes from './Board.module.css';
import { Column } from './Column';
import { holdKey, isOver, locate } from './cells';
import { HoverEye } from './HoverEye';
import { useLayout } from './layout';
import { NowLine } from './NowLine';
import { useColumns } from './useColumns';
import { useFirstScroll, useHome } from './useFirstScroll';
import { useRoving } from './useRoving';

export interface BoardProps {
  sheet: DaySheet;
  clock: Clock | undefined;
  /** Colour of each service, 0 to 7. */
  hues: ReadonlyMap<string, number>;
  /** A slot to scroll to and to focus, once. */
  target: SlotTarget | undefined;
  /** Rises with every wish to be at now again. */
  homed: number;
  onFree: (start: FreeStart) => void;
  onVisit: (appointmentId: AppointmentId) => void;
  onWatch: (start: FreeStart) => void;
  /** A time that another desk keeps: who has it is said before anything is typed. */
  onHeld: (slot: WantedSlot) => void;
  onClass: (place: ClassPlace) => void;
}

/**
 * The day: a grid whose rows, for a screen reader, are the practitioners; on the screen they stand
 * upright. One tab stop; the arrow keys move it. Only the columns in view are mounted.
 */
export const Board = memo(function Board(props: BoardProps) {
  const frame = useRef<HTMLDivElement>(null);
  const size = useSize(frame);
  return (
    <div ref={frame} className={classes.frame}>
      {size && <Grid {...props} size={size} />}
    </div>
  );
});

function Grid(props: BoardProps & { size: Size }) {
  const { sheet, clock, hues, target, homed, onWatch, size } = props;
  const layout = useLayout(sheet, size);
  const { place, scroller, goTo, onKeyDown, onFocus, onBlur } = useRoving({ sheet, target, onWatch });
  const active = locate(sheet, place);
  const columns = useColumns(scroller, sheet.columns.length, layout, size, active?.column);
  const scroll = useFirstScroll(scroller, sheet, clock, layout);
  useHome(homed, () => {
    scroll();
    if (clock?.date === sheet.date) goTo(clock.offset);
  });

  const now = clock && clock.date === sheet.date ? clock : undefined;
  return (
    <div
      ref={scroller}
      className={classes.scroller}
      role="grid"
      aria-label={t('day.label', { date: longDate(sheet.date) })}
      aria-rowcount={sheet.columns.length}
      id="board"
      data-date={sheet.date}
      onKeyDown={onKeyDown}
      onFocus={onFocus}
      onBlur={onBlur}
      onClick={(event) => act(event, props)}
    >
      <div className={classes.canvas} style={{ width: columns.total, height: `${layout.heightRem}rem` }}>
        <Axis sheet={sheet} layout={layout} now={now} />
        {columns.items.map(({ index, left, size }) => {
          const column = sheet.columns[index];
          if (!column) return null;
          return (
            <Column
              key={column.practitioner_id}
              column={column}
              row={index + 1}
              left={left}
              width={size}
              hours={sheet.hours}
              services={sheet.services}
              opens={sheet.opens}
              closes={sheet.closes}
              minuteRem={layout.minuteRem}
              hues={hues}
              over={isOver(column, sheet.date, clock)}
              activeKey={active?.column === index ? active.cell.key : undefined}
            />
          );
        })}
        <HoverEye scroller={scroller} />
        {now && sheet.columns.length > 0 && (
          <NowLine clock={now} sheet={sheet} minuteRem={layout.minuteRem} />
        )}
      </div>
    </div>
  );
}

/** One click handler for the whole grid: cells stay plain and their columns memoised. */
function act(event: MouseEvent, { sheet, onFree, onVisit, onWatch, onHeld, onClass }: BoardProps) {
  const button = (event.target as Element).closest<HTMLElement>('[data-act]');
  // The second click of a double click is meant for nothing.
  if (!button || event.detail > 1) return;
  const { act, practitioner, appointment, cell, from } = button.dataset;
  if (act === 'visit' && appointment) return onVisit(appointment);
  if (act === 'class' && appointment) {
    const place = classOf(sheet, appointment)?.place;
    return place && onClass(place);
  }
  const column = sheet.columns.find((each) => each.practitioner_id === practitioner);
  if (!column) return;
  if (act === 'held') {
    const hold = column.holds.find((each) => holdKey(each) === cell);
    if (hold) onHeld(slotOfHold(column.practitioner_id, sheet.date, hold));
    return;
  }
  const free = column.free.find((each) => String(each.from) === from);
  if (!free) return;
  const start = freeStartOf(sheet, column, free);
  if (act === 'watch') onWatch(start);
  else onFree(start);
}
