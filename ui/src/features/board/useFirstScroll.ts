import { type RefObject, useEffect, useLayoutEffect, useRef } from 'react';
import type { Clock, DaySheet } from '@/bindings/types';
import type { Layout } from './layout';

/**
 * Opens today's board a little before now, and any other day at its beginning: once per day shown, and
 * whenever the returned function is called.
 */
export function useFirstScroll(
  scroller: RefObject<HTMLElement | null>,
  sheet: DaySheet,
  clock: Clock | undefined,
  layout: Layout,
) {
  const scrolled = useRef<string>(undefined);
  const scroll = () => {
    const minutes = clock?.date === sheet.date ? clock.offset - sheet.opens - 60 : 0;
    const top = Math.max(0, minutes) * layout.minuteRem * layout.remPx;
    if (scroller.current) scroller.current.scrollTop = top;
  };
  useLayoutEffect(() => {
    const box = scroller.current;
    if (!box || scrolled.current === sheet.date || box.clientHeight === 0) return;
    scrolled.current = sheet.date;
    scroll();
    // Whoever works on the board by keyboard keeps in view what has the focus.
    const focused = document.activeElement;
    if (box.contains(focused)) focused?.scrollIntoView?.({ block: 'nearest', inline: 'nearest' });
  });
  return scroll;
}

/** Serves each wish to be at now again, once. */
export function useHome(homed: number, serve: () => void) {
  const served = useRef(homed);
  useEffect(() => {
    if (served.current === homed) return;
    served.current = homed;
    serve();
  });
}
