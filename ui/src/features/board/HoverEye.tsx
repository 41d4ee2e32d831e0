import { type CSSProperties, type RefObject, useEffect, useState } from 'react';
import { t } from '@/lib/t';
import classes from './Board.module.css';

interface Hovered {
  practitioner: string;
  from: string;
  start: string;
  watched: boolean;
  place: CSSProperties;
}

/**
 * The eye at the end of the free time under the pointer: one element instead of hundreds. It is for the
 * mouse only; `W` does the same on the focused cell, so that a screen reader does not meet it.
 */
export function HoverEye({ scroller }: { scroller: RefObject<HTMLElement | null> }) {
  const [over, setOver] = useState<Hovered>();
  useEffect(() => {
    const box = scroller.current;
    if (!box) return;
    const onOver = ({ target }: PointerEvent) => {
      if ((target as Element).closest('[data-act="watch"]')) return;
      setOver(hovered(box, target as Element));
    };
    const onLeave = () => setOver(undefined);
    box.addEventListener('pointerover', onOver);
    box.addEventListener('pointerleave', onLeave);
    return () => {
      box.removeEventListener('pointerover', onOver);
      box.removeEventListener('pointerleave', onLeave);
    };
  }, [scroller]);
  if (!over) return null;
  return (
    <span
      aria-hidden
      className={classes.eye}
      style={over.place}
      title={t('watch.slot', { time: over.start })}
      data-act="watch"
      data-practitioner={over.practitioner}
      data-from={over.from}
      data-watched={over.watched || undefined}
      // The focus stays in its cell.
      onMouseDown={(event) => event.preventDefault()}
    />
  );
}

/** The free cell at an element, and where its end is on the canvas. */
function hovered(box: HTMLElement, element: Element): Hovered | undefined {
  const cell = element.closest<HTMLElement>('[data-act="book"]');
  if (!cell) return undefined;
  const { practitioner = '', from = '', start = '', watched } = cell.dataset;
  const [at, frame] = [cell.getBoundingClientRect(), box.getBoundingClientRect()];
  const place = {
    top: at.top - frame.top + box.scrollTop,
    left: at.right - frame.left + box.scrollLeft,
    height: at.height,
  };
  return { practitioner, from, start, watched: watched !== undefined, place };
}
