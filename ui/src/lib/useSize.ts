import { type RefObject, useLayoutEffect, useState } from 'react';

export interface Size {
  width: number;
  height: number;
  /** Pixels of a rem: the user's text size. */
  rem: number;
}

/** The size of an element, known before anything in it is drawn, and followed from then on. */
export function useSize(ref: RefObject<HTMLElement | null>): Size | undefined {
  const [size, setSize] = useState<Size>();
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    const measure = () => {
      const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
      const next = { width: element.clientWidth, height: element.clientHeight, rem };
      setSize((old) => (old && isSame(old, next) ? old : next));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [ref]);
  return size;
}

function isSame(a: Size, b: Size): boolean {
  return a.width === b.width && a.height === b.height && a.rem === b.rem;
}
