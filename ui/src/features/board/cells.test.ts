import { expect, test } from 'vitest';
import type { Band, DayColumn } from '@/bindings/types';
import { isOver } from './cells';

const band = (kind: Band['kind'], from: number, until: number): Band => ({
  kind,
  from,
  until,
});

const COLUMN = { bands: [band('working', 480, 960), band('time_off', 960, 1080)] } as unknown as DayColumn;
const at = (offset: number) => ({ date: '2026-11-24', time: '', offset });

test('a day is over when its last working hours have passed, and full before', () => {
  expect(isOver(COLUMN, '2026-11-24', at(959))).toBe(false);
  expect(isOver(COLUMN, '2026-11-24', at(960))).toBe(true);
  expect(isOver(COLUMN, '2026-11-23', at(0))).toBe(true);
  expect(isOver(COLUMN, '2026-11-25', at(1_000))).toBe(false);
  expect(isOver(COLUMN, '2026-11-24', undefined)).toBe(false);
});
