import { expect, test } from 'vitest';
import { isKey, KEYMAP } from './keymap';

const pressed = (
  key: string,
  held: Partial<Record<'altKey' | 'ctrlKey' | 'metaKey' | 'shiftKey', boolean>> = {},
) => ({
  key,
  altKey: false,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  ...held,
});

test('keys mean the same with caps lock, and something else with Shift', () => {
  expect(isKey(pressed('T'), 'today')).toBe(true);
  expect(isKey(pressed('w'), 'watch')).toBe(true);
  expect(isKey(pressed('W', { shiftKey: true }), 'watches')).toBe(true);
  expect(isKey(pressed('W', { shiftKey: true }), 'watch')).toBe(false);
});

test('signs that need Shift on some keyboards are matched by what they are', () => {
  expect(isKey(pressed('?', { shiftKey: true }), 'help')).toBe(true);
  expect(isKey(pressed('{', { shiftKey: true }), 'previousWeek')).toBe(true);
});

test('a key with Control is the browser’s', () => {
  expect(isKey(pressed('t', { ctrlKey: true }), 'today')).toBe(false);
});

test('no two actions share a key', () => {
  const keys = Object.values(KEYMAP).flatMap((shortcut) => [...shortcut.keys]);
  expect(new Set(keys).size).toBe(keys.length);
});
