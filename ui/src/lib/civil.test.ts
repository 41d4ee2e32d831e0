import { expect, test } from 'vitest';
import { addDays, longDate, parseBirthDate, shortDate } from './civil';

const TODAY = '2026-11-24';

test('days are added across months, years and clock changes', () => {
  expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
  expect(addDays('2027-03-28', 1)).toBe('2027-03-29');
  expect(addDays('2024-03-01', -1)).toBe('2024-02-29');
});

test('a date of birth is understood as it is typed, and only if it exists', () => {
  const typed = [
    '1984-5-31',
    ' 31.05.1984 ',
    '31/05/1984',
    '31-5-84',
    '31051984',
    '31 May 1984',
    '31. may 84',
  ];
  for (const text of typed) expect(parseBirthDate(text, TODAY), text).toBe('1984-05-31');
  const nobodys = ['', '31.02.1990', '1990-13-01', '1990', '0', '31 Mai 1984', '31.2.84'];
  for (const text of nobodys) expect(parseBirthDate(text, TODAY), text).toBeNull();
});

test('a year of two digits is the latest that has begun', () => {
  expect(parseBirthDate('24.11.26', TODAY)).toBe('2026-11-24');
  expect(parseBirthDate('25.11.26', TODAY)).toBe('1926-11-25');
  expect(parseBirthDate('1.1.27', TODAY)).toBe('1927-01-01');
});

test('dates are said in words', () => {
  expect(longDate('2026-11-24')).toBe('Tuesday 24 November 2026');
  expect(shortDate('2026-11-24')).toBe('Tue 24 Nov');
});
