import { type CSSProperties, memo } from 'react';
import type { FreeCell } from '@/bindings/types';
import { t } from '@/lib/t';
import { wallStart } from '@/lib/tiles';
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
 * sheet and by one `HoverEye` for all of them. The keyboard watches with `W` on the cell itself.
 */
export const FreeCellButton = memo(
  function FreeCellButton({ free, style, practitionerId, practitionerName, active }: Props) {
    const time = wallStart(free);
    const values = { time, name: practitionerName };
    return (
      <div role="gridcell" className={classes.cell} style={style}>
        <button
          type="button"
          className={classes.free}
          tabIndex={active ? 0 : -1}
          aria-label={free.watched ? t('day.freeWatched', values) : t('day.free', values)}
          data-act="book"
          data-cell={`free-${free.from}`}
          data-start={time}
          data-watched={free.watched || undefined}
          data-practitioner={practitionerId}
          data-from={free.from}
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
