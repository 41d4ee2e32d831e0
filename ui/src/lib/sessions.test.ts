import { describe, expect, test } from 'vitest';
import type { SlotOffer } from '@/bindings/types';
import { nextSessions } from './sessions';

const FULL = { practitioner_id: 'ben', starts_at: '2026-11-24T13:00:00Z', wall_start: '13:00' };

/** An hour of a class of eight: `ben 25 13:00 2` is the 25th at one with two in it. */
function offer(said: string): SlotOffer {
  const [practitioner_id = '', day, wall_start = '', taken] = said.split(' ');
  const date = `2026-11-${day}`;
  const hour = Number(wall_start.slice(0, 2)) + 1;
  const wall_end = `${String(hour).padStart(2, '0')}${wall_start.slice(2)}`;
  return {
    practitioner_id,
    practitioner_name: practitioner_id,
    service_id: 'class',
    location_id: null,
    starts_at: `${date}T${wall_start}:00Z`,
    ends_at: `${date}T${wall_end}:00Z`,
    date,
    wall_start,
    wall_end,
    seats: { taken: Number(taken), capacity: 8 },
  };
}

const next = (...offers: string[]) =>
  nextSessions(offers.map(offer), FULL).map(
    ({ practitioner_name, date, wall_start, seats }) =>
      `${practitioner_name} ${date.slice(8)} ${wall_start} ${seats?.taken}`,
  );

describe('where a class has seats', () => {
  test('those that somebody comes to stand first, in their order', () => {
    expect(next('ben 25 13:00 0', 'ann 26 09:00 5', 'ben 27 13:00 2')).toEqual([
      'ann 26 09:00 5',
      'ben 27 13:00 2',
      'ben 25 13:00 0',
    ]);
  });

  test('a time that overlaps one of them is no time to begin anew, but another therapist’s is', () => {
    expect(next('ben 25 13:00 2', 'ben 25 13:30 0', 'ann 25 13:30 0', 'ben 25 14:00 0')).toEqual([
      'ben 25 13:00 2',
      'ann 25 13:30 0',
      'ben 25 14:00 0',
    ]);
  });

  test('of the free hours of a day the one nearest to the usual hour is enough', () => {
    expect(next('ben 25 08:00 0', 'ben 25 12:30 0', 'ben 25 15:00 0', 'ben 26 13:00 0')).toEqual([
      'ben 25 12:30 0',
      'ben 26 13:00 0',
    ]);
  });

  test('never more than there are keys, and never the full one itself', () => {
    const days = ['25', '26', '27', '28', '29', '30'];
    const begun = days.map((day) => `ben ${day} 13:00 1`);
    const empty = days.map((day) => `ann ${day} 13:00 0`);
    expect(next('ben 24 13:00 8', ...begun, ...empty)).toEqual([...begun.slice(0, 3), ...empty.slice(0, 3)]);
    expect(next(...begun, 'ann 25 13:00 0')).toEqual([...begun.slice(0, 5), 'ann 25 13:00 0']);
  });
});
