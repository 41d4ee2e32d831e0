import { expect, test } from 'vitest';
import { addDays, longDate, parseCivil, shortDate } from './civil';

test('days are added across months, years and clock changes', () => {
  expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
  expect(addDays('2027-03-28', 1)).toBe('2027-03-29');
  expect(addDays('2024-03-01', -1)).toBe('2024-02-29');
});

test('a date of birth is understood as it is typed, and only if it exists', () => {
  expect(parseCivil('1984-5-31')).toBe('1984-05-31');
  expect(parseCivil(' 31.05.1984 ')).toBe('1984-05-31');
  expect(parseCivil('31/05/1984')).toBe('1984-05-31');
  for (const text of ['', '31.02.1990', '1990-13-01', '1990', '0']) expect(parseCivil(text)).toBeNull();
});

test('dates are said in words', () => {
  expect(longDate('2026-11-24')).toBe('Tuesday 24 November 2026');
  expect(shortDate('2026-11-24')).toBe('Tue 24 Nov');
});
