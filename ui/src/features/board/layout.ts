import type { DaySheet } from '@/bindings/types';

/** Sizes in rem follow the user's text size; widths in pixels follow the window. */
export interface Layout {
  minuteRem: number;
  heightRem: number;
  axisPx: number;
  columnPx: number;
  /** Too narrow for a time beside a name: the time is on the axis, too. */
  narrow: boolean;
}

export const HEADER_REM = 3.25;
const AXIS_REM = 4;
const COLUMN_REM = 9.5;
const NARROW_REM = 11;
const HOUR_REM = 5;
/** The smallest target that a finger or a shaking hand hits: 24 px. */
const TARGET_REM = 1.5;

export function layoutOf(sheet: DaySheet, widthPx: number, heightPx: number): Layout {
  const rem = rootFontPx();
  const minutes = Math.max(60, sheet.closes - sheet.opens);
  const least = Math.max(HOUR_REM / 60, Math.min(0.15, TARGET_REM / Math.max(1, sheet.grid_minutes)));
  const fitting = (heightPx / rem - HEADER_REM - 0.25) / minutes;
  const minuteRem = Math.min(0.2, Math.max(least, fitting));
  const axisPx = AXIS_REM * rem;
  const share = Math.floor((widthPx - axisPx) / Math.max(1, sheet.columns.length));
  const columnPx = Math.max(COLUMN_REM * rem, share);
  return {
    minuteRem,
    heightRem: HEADER_REM + minutes * minuteRem,
    axisPx,
    columnPx,
    narrow: columnPx < NARROW_REM * rem,
  };
}

export function rootFontPx(): number {
  return Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
}
