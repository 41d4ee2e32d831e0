import { expect, test } from 'vitest';
import * as catalogue from './messages';
import { t, tCount } from './t';

test('every code has one sentence of its own kind', () => {
  for (const sentence of Object.values(catalogue.reasons)) expect(sentence).toMatch(/^[A-Z].*[.]$/);
  for (const sentence of Object.values(catalogue.errors)) expect(sentence).toMatch(/^[A-Z].*[.]$/);
});

test('values are filled in, and counts choose their form', () => {
  expect(t('toast.booked', { time: '09:30', name: 'Anna {time}' })).toBe('Booked · 09:30 · Anna {time}');
  expect(tCount('connection.waiting', 1)).toBe('1 waiting');
  expect(tCount('connection.waiting', 3)).toBe('3 waiting');
});
