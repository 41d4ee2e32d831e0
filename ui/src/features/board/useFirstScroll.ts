import { type RefObject, useLayoutEffect, useRef } from 'react';
import type { Clock, DaySheet } from '@/bindings/types';
import type { Layout } from './layout';

/** Opens today's board a little before now, and any other day at its beginning: once per day shown. */
export function useFirstScroll(
  scroller: RefObject<HTMLElement | null>,
  sheet: DaySheet,
  clock: Clock | undefined,
  layout: Layout,
) {
  const scrolled = useRef<string>(undefined);
  useLayoutEffect(() => {
    const box = scroller.current;
    if (!box || scrolled.current === sheet.date || box.clientHeight === 0) return;
    scrolled.current = sheet.date;
    const minutes = clock?.date === sheet.date ? clock.offset - sheet.opens - 60 : 0;
    box.scrollTop = Math.max(0, minutes) * layout.minuteRem * layout.remPx;
    // Whoever works on the board by keyboard keeps in view what has the focus.
    const focused = document.activeElement;
    if (box.contains(focused)) focused?.scrollIntoView?.({ block: 'nearest', inline: 'nearest' });
  });
}
