import { type FocusEvent, type KeyboardEvent, useEffect, useRef } from 'react';
import { focusFirst } from '@/lib/focus';
import { isKey, isTyping } from '@/lib/keymap';

/**
 * The list by keyboard: ↑ ↓ go from visit to visit, Y approves. A row that was decided takes its buttons
 * with it: the focus goes to the one that takes its place, never to another one that was passed over.
 */
export function useRows(visits: unknown) {
  const list = useRef<HTMLUListElement>(null);
  const at = useRef(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list has other rows.
  useEffect(() => {
    // Rows come and go above the one that has the focus.
    const here = rowOf(list.current, document.activeElement);
    if (here >= 0) at.current = here;
    if (document.activeElement !== document.body) return;
    focusFirst('.mantine-Drawer-close');
    focusRow(list.current, at.current, '[data-approve]');
  }, [visits]);
  const onFocus = (event: FocusEvent) => {
    at.current = rowOf(list.current, event.target);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (isTyping(event.target)) return;
    // Of the row that the user sees under the focus, wherever it stands by now.
    const here = rowOf(list.current, event.target as Element);
    if (isKey(event, 'approve')) {
      if (event.repeat) return;
      rowsOf(list.current)[here]?.querySelector<HTMLElement>('[data-approve]')?.click();
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      focusRow(list.current, here + (event.key === 'ArrowDown' ? 1 : -1), sameAs(event.target));
    } else return;
    event.preventDefault();
  };
  return { list, onFocus, onKeyDown };
}

function rowsOf(list: HTMLElement | null): HTMLElement[] {
  return [...(list?.querySelectorAll<HTMLElement>('[data-approval]') ?? [])];
}

/** Where the row stands that holds this; -1 when none does. */
function rowOf(list: HTMLElement | null, element: Element | null): number {
  return rowsOf(list).findIndex((row) => row.contains(element));
}

/** The row at that place, or the last one; in it that button, or whatever can be pressed. */
function focusRow(list: HTMLElement | null, at: number, button: string): void {
  const rows = rowsOf(list);
  const row = rows[Math.max(0, Math.min(at, rows.length - 1))];
  const wanted = row?.querySelector<HTMLElement>(button) ?? row?.querySelector<HTMLElement>('button');
  wanted?.focus();
}

function sameAs(target: EventTarget): string {
  const { dataset } = target as HTMLElement;
  if (dataset.reject) return '[data-reject]';
  return dataset.show ? '[data-show]' : '[data-approve]';
}
