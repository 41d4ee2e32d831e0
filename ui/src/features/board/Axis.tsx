import { memo } from 'react';
import type { Clock, DaySheet } from '@/bindings/types';
import classes from './Board.module.css';
import { HEADER_REM, type Layout } from './layout';

interface Props {
  sheet: DaySheet;
  layout: Layout;
  now: Clock | undefined;
}

/** Minutes around now in which an hour's label would stand under the time of now. */
const NEAR_NOW = 12;

/** The hours at the left edge. Each cell says its own time, so that this is for the eyes only. */
export const Axis = memo(function Axis({ sheet, layout, now }: Props) {
  const top = (offset: number) => `${HEADER_REM + (offset - sheet.opens) * layout.minuteRem}rem`;
  const shown = sheet.hours.filter(
    ({ offset }) => offset >= sheet.opens && offset < sheet.closes && !hides(now, offset),
  );
  return (
    <div className={classes.axis} aria-hidden style={{ width: layout.axisPx }}>
      <div className={classes.corner} />
      {shown.map(({ offset, label }) => (
        <span key={offset} className={classes.hour} style={{ top: top(offset) }}>
          {label}
        </span>
      ))}
      {now && now.offset >= sheet.opens && now.offset < sheet.closes && (
        <span className={classes.nowTime} style={{ top: top(now.offset) }}>
          {now.time}
        </span>
      )}
    </div>
  );
});

function hides(now: Clock | undefined, offset: number): boolean {
  return now !== undefined && Math.abs(now.offset - offset) < NEAR_NOW;
}
