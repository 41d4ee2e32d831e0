import type { Clock, DaySheet } from '@/bindings/types';
import classes from './Board.module.css';
import { HEADER_REM } from './layout';

/** Where the clinic's clock stands. It comes from the desk; no timer runs here. */
export function NowLine({ clock, sheet, minuteRem }: { clock: Clock; sheet: DaySheet; minuteRem: number }) {
  if (clock.offset < sheet.opens || clock.offset > sheet.closes) return null;
  const top = `${HEADER_REM + (clock.offset - sheet.opens) * minuteRem}rem`;
  return <div className={classes.nowLine} aria-hidden style={{ top }} />;
}
