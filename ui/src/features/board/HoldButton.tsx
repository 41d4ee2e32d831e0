import { type CSSProperties, memo } from 'react';
import type { HoldTile } from '@/bindings/types';
import { t } from '@/lib/t';
import { wallStart } from '@/lib/tiles';
import classes from './Board.module.css';
import { holdLabel } from './labels';

interface Props {
  hold: HoldTile;
  holdKey: string;
  /** Something else stands in the same place: a class, or what was taken against a rule. */
  covers: boolean;
  top: string;
  height: string;
  practitionerId: string;
  practitionerName: string;
  active: boolean;
}

/**
 * A time that an open dialog keeps. Another desk's can be opened, to read who has it and what is free
 * instead; this desk's own is only a frame around the time that its dialog is about.
 */
export const HoldButton = memo(function HoldButton(props: Props) {
  const { hold, holdKey, covers, top, height, practitionerId, practitionerName, active } = props;
  // Beside a class, whose other seats are still free, a hold takes the end of the line.
  const style: CSSProperties = { top, height, ...(covers && !hold.mine && { left: '60%', zIndex: 2 }) };
  const label = holdLabel(hold, practitionerName);
  if (hold.mine) {
    return (
      <div className={classes.ownHold} style={style} data-hold="mine" aria-hidden>
        {!covers && <span data-mark="held">{t('day.heldHere.short')}</span>}
      </div>
    );
  }
  return (
    <div role="gridcell" className={classes.cell} style={style}>
      <button
        type="button"
        className={classes.hold}
        tabIndex={active ? 0 : -1}
        aria-label={label}
        title={label}
        data-act="held"
        data-hold="other"
        data-cell={holdKey}
        data-practitioner={practitionerId}
        data-start={wallStart(hold)}
      >
        <span data-mark="held">{t('day.heldBy.short', { by: hold.by_name })}</span>
      </button>
    </div>
  );
});
