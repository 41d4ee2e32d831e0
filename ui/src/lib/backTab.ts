/**
 * WebKitGTK does not name the key of Shift and Tab ("Unidentified"), so that no focus trap knows it and
 * the focus walks out of a dialog. The same press is told again, under its name.
 */
export function nameBackTab(): () => void {
  window.addEventListener('keydown', rename, true);
  return () => window.removeEventListener('keydown', rename, true);
}

function rename(event: KeyboardEvent): void {
  if (event.code !== 'Tab' || event.key !== 'Unidentified') return;
  event.stopImmediatePropagation();
  const { shiftKey, ctrlKey, altKey, metaKey, repeat } = event;
  const named = { key: 'Tab', code: 'Tab', shiftKey, ctrlKey, altKey, metaKey, repeat };
  const goesOn = event.target?.dispatchEvent(
    new KeyboardEvent('keydown', { ...named, bubbles: true, cancelable: true, composed: true }),
  );
  if (!goesOn) event.preventDefault();
}
