import { expect, test } from 'vitest';
import type { VisitTile } from '@/bindings/types';
import { holdLabel, labelOf } from './labels';

const VISIT: VisitTile = {
  appointment_id: 'a',
  from: 600,
  until: 630,
  patient_name: 'Maria Schmidt',
  service: 0,
  version: 1,
};
const PHYSIO = 'Physiotherapy';

test('a visit starts with what is shown and says its status once more in words', () => {
  expect(labelOf(VISIT, PHYSIO, 'Anna')).toBe(
    'Maria Schmidt 10:00 · Physiotherapy, until 10:30, booked, with Anna',
  );
  expect(labelOf({ ...VISIT, status: 'checked-in', outside_schedule: true }, PHYSIO, 'Anna')).toBe(
    'Maria Schmidt 10:00 · In the room · Outside hours · Physiotherapy, until 10:30, in the room, with Anna',
  );
});

test('on a day whose clocks change, it says what the wall shows', () => {
  const tile = { ...VISIT, wall_start: '11:00', wall_end: '11:30' };
  expect(labelOf(tile, PHYSIO, 'Anna')).toMatch(/^Maria Schmidt 11:00 · .*, until 11:30, /);
});

test('what is special about a visit is said after it', () => {
  const special = { ...VISIT, in_series: true, overridden: true, buffer_before: 10, buffer_after: 5 };
  expect(labelOf(special, PHYSIO, 'Anna')).toMatch(
    /part of a series, booked against a rule, 10 min kept free before, 5 min kept free after$/,
  );
});

test('a class says its seats and never one patient’s name', () => {
  const seats = { taken: 8, capacity: 8, starts_at: '2026-11-24T10:00:00Z', members: [] };
  const label = labelOf({ ...VISIT, class: seats }, 'Yoga', 'Anna');
  expect(label).toBe('Yoga 10:00 · 8/8 · Full, until 10:30, 8 of 8 seats taken, with Anna');
  expect(label).not.toContain('Maria');
});

test('a hold says who has it; one’s own says that it is here', () => {
  const hold = {
    from: 600,
    until: 630,
    starts_at: '2026-11-24T10:00:00Z',
    ends_at: '2026-11-24T10:30:00Z',
    by_name: 'Rita',
    mine: false,
  };
  expect(holdLabel(hold, 'Anna')).toBe('Held by Rita 10:00–10:30, Anna');
  expect(holdLabel({ ...hold, mine: true }, 'Anna')).toBe('Held here 10:00–10:30, Anna');
});

test('a class says how many of its seats wait for the server', () => {
  const seats = { taken: 5, waiting: 2, capacity: 8, starts_at: '2026-11-24T10:00:00Z', members: [] };
  expect(labelOf({ ...VISIT, class: seats }, PHYSIO, 'Anna')).toMatch(/ 5\/8 · 2 waiting, until /);
});
