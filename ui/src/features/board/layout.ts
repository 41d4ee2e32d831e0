import { useMemo } from 'react';
import type { DaySheet } from '@/bindings/types';
import type { Size } from '@/lib/useSize';

/** Sizes in rem follow the user's text size; widths in pixels follow the window. */
export interface Layout {
  minuteRem: number;
  heightRem: number;
  axisPx: number;
  columnPx: number;
  remPx: number;
}

export const HEADER_REM = 3.25;
const AXIS_REM = 4;
const COLUMN_REM = 9.5;
const HOUR_REM = 5;
/** The smallest target that a finger or a shaking hand hits: 24 px. */
const TARGET_REM = 1.5;

/** Depends on the day's frame only, so that a changed visit lays nothing out anew. */
export function useLayout({ opens, closes, grid_minutes, columns }: DaySheet, size: Size): Layout {
  const count = columns.length;
  return useMemo(() => {
    const { width, height, rem } = size;
    const minutes = Math.max(60, closes - opens);
    const least = Math.max(HOUR_REM / 60, Math.min(0.15, TARGET_REM / Math.max(1, grid_minutes)));
    const fitting = (height / rem - HEADER_REM - 0.25) / minutes;
    const minuteRem = Math.min(0.2, Math.max(least, fitting));
    const axisPx = AXIS_REM * rem;
    const share = Math.floor((width - axisPx) / Math.max(1, count));
    const columnPx = Math.max(COLUMN_REM * rem, share);
    return {
      minuteRem,
      heightRem: HEADER_REM + minutes * minuteRem,
      axisPx,
      columnPx,
      remPx: rem,
    };
  }, [opens, closes, grid_minutes, count, size]);
}
