/** Focuses what is marked as first in the open dialog: its focus trap does that only when it opens. */
export function focusFirst(selector = '[data-autofocus]'): void {
  document.querySelector<HTMLElement>(`[role="dialog"] :is(${selector}):not(:disabled)`)?.focus();
}
