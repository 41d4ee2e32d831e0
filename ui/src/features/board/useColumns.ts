import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useEffect, useMemo, useRef } from 'react';
import type { Size } from '@/lib/useSize';
import type { Layout } from './layout';

interface Placed {
  index: number;
  left: number;
  size: number;
}

/** Up to here all columns are mounted: the virtualiser would cost more than it saves. */
const ALL = 12;

/** Which columns are mounted, and where; the one with the tab stop always is. */
export function useColumns(
  scroller: RefObject<HTMLElement | null>,
  count: number,
  { axisPx, columnPx }: Layout,
  { width, height }: Size,
  active: number | undefined,
): { items: Placed[]; total: number } {
  const virtual = useVirtualizer({
    horizontal: true,
    enabled: count > ALL,
    count,
    overscan: 2,
    getScrollElement: () => scroller.current,
    estimateSize: () => columnPx,
    paddingStart: axisPx,
    initialRect: { width, height },
    rangeExtractor: (range) => {
      const shown = defaultRangeExtractor(range);
      if (active === undefined || shown.includes(active)) return shown;
      return [...shown, active].sort((a, b) => a - b);
    },
  });
  const measured = useRef(columnPx);
  useEffect(() => {
    // A new width makes the known places wrong.
    if (measured.current !== columnPx) virtual.measure();
    measured.current = columnPx;
  }, [virtual, columnPx]);
  const all = useMemo(
    () =>
      Array.from({ length: count }, (_, index) => ({
        index,
        left: axisPx + index * columnPx,
        size: columnPx,
      })),
    [count, axisPx, columnPx],
  );
  const total = axisPx + count * columnPx;
  if (count <= ALL) return { items: all, total };
  const items = virtual.getVirtualItems().map(({ index, start, size }) => ({ index, left: start, size }));
  return { items, total };
}
