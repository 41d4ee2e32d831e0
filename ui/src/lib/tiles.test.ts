import { expect, test } from 'vitest';
import { serviceOf, statusOf, wallEnd, wallStart } from './tiles';

const VISIT = { appointment_id: 'a', patient_name: 'Maria Schmidt', service: 1, version: 1 };
const at = (from: number, wall_start?: string, wall_end?: string) => {
  const tile = { from, until: from + 30, wall_start, wall_end };
  return `${wallStart(tile)}–${wallEnd(tile)}`;
};

test('on an ordinary day the wall shows the minutes', () => {
  expect(at(0)).toBe('00:00–00:30');
  expect(at(545)).toBe('09:05–09:35');
  expect(at(1410)).toBe('23:30–24:00');
});

test('where the clocks change in between, it shows what the desk says', () => {
  // Berlin: 02:00 to 03:00 is skipped, or comes twice.
  expect(at(90, undefined, '03:00')).toBe('01:30–03:00');
  expect(at(480, '09:00', '09:30')).toBe('09:00–09:30');
  expect(at(150, undefined, '02:00')).toBe('02:30–02:00');
  expect(at(1470, '23:30', '24:00')).toBe('23:30–24:00');
  // Lord Howe Island: half an hour.
  expect(at(90, undefined, '02:30')).toBe('01:30–02:30');
  expect(at(90, undefined, '01:30')).toBe('01:30–01:30');
});

test('a visit is booked unless it says otherwise, for what its day lists', () => {
  const tile = { ...VISIT, from: 600, until: 630 };
  expect(statusOf(tile)).toBe('booked');
  expect(statusOf({ ...tile, status: 'arrived' })).toBe('arrived');
  const services = ['Physiotherapy', 'Yoga'].map((name) => ({ service_id: name, name }));
  expect(serviceOf(services, tile).name).toBe('Yoga');
  expect(serviceOf([], tile).name).toBe('');
});
