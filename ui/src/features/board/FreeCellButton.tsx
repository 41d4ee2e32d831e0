import { type CSSProperties, memo } from 'react';
import type { FreeCell } from '@/bindings/types';
import { t } from '@/lib/t';
import classes from './Board.module.css';

interface Props {
  free: FreeCell;
  style: CSSProperties;
  practitionerId: string;
  practitionerName: string;
  active: boolean;
}

/**
 * A start that can be booked. There are hundreds, so that what the pointer reveals is drawn by the style
 * sheet, not by elements. The eye is for the mouse; the keyboard has `W` on the cell itself.
 */
export const FreeCellButton = memo(
  function FreeCellButton({ free, style, practitionerId, practitionerName, active }: Props) {
    const values = { time: free.wall_start, name: practitionerName };
    const data = { 'data-practitioner': practitionerId, 'data-from': free.from };
    return (
      <div role="gridcell" className={classes.cell} style={style}>
        <button
          type="button"
          className={classes.free}
          tabIndex={active ? 0 : -1}
          aria-label={free.watched ? t('day.freeWatched', values) : t('day.free', values)}
          data-act="book"
          data-cell={`free-${free.from}`}
          data-start={free.wall_start}
          {...data}
        />
        <button
          type="button"
          className={classes.eye}
          tabIndex={-1}
          aria-label={t('watch.slot', { time: free.wall_start })}
          aria-pressed={free.watched}
          title={t('watch.slot', { time: free.wall_start })}
          data-act="watch"
          {...data}
        />
      </div>
    );
  },
  (a, b) =>
    a.free === b.free &&
    a.active === b.active &&
    a.style.top === b.style.top &&
    a.style.height === b.style.height &&
    a.practitionerName === b.practitionerName,
);
