import { expect, test } from 'vitest';
import type { ConflictKind, FateView, Reason, RefusalView, SeriesDate } from '@/bindings/types';
import { NOTHING_TYPED } from '@/lib/typed';
import { fateOf, toldBy } from './fate';
import { agreedAlone, agreedKey, decided, firstDraft, placeKey, seriesOf } from './rule';

const DATE: SeriesDate = {
  rule_date: '2027-03-28',
  date: '2027-03-28',
  wall_start: '02:30',
  wall_end: '',
  practitioner_id: 'anna',
  practitioner_name: 'Anna Weber',
  starts_at: null,
  skipped: false,
  shifted: false,
  refusal: null,
};
const NOTHING = { override: null, agreed: true, told: undefined, today: undefined, usual: '09:00' };

function refusal(reason: Reason, kind?: ConflictKind, overridable = false): RefusalView {
  const place = { date: '2027-03-28', wall_start: '02:00', wall_end: '03:00' };
  const conflict = kind ? { ...place, kind, by_name: 'Rita', at: null, by_me: false, label: null } : null;
  return { reason, conflict, field: null, alternatives: [], steps: [], changed: [], fates: [], overridable };
}

test.each([
  ['dst_gap', undefined, 'clock'],
  ['dst_fold', undefined, 'clock'],
  ['outside_schedule', undefined, 'dayOff'],
  ['outside_schedule', 'time_off', 'dayOff'],
  ['outside_schedule', 'closure', 'closed'],
  ['slot_taken', 'appointment', 'clash'],
  ['slot_taken', 'hold', 'held'],
  ['capacity_full', 'appointment', 'clash'],
  ['patient_busy', 'patient', 'clash'],
  ['location_busy', 'location', 'clash'],
  ['in_past', undefined, 'other'],
] as const)('%s over %s is told as %s and needs a decision', (reason, kind, fate) => {
  const found = fateOf({ ...DATE, refusal: refusal(reason, kind) }, NOTHING);
  expect(found).toMatchObject({ kind: fate, open: true });
  expect(found.detail).not.toBe('');
});

test('a skipped date needs nothing, whatever stands there', () => {
  const found = fateOf({ ...DATE, skipped: true, refusal: refusal('slot_taken', 'appointment') }, NOTHING);
  expect(found).toMatchObject({ kind: 'skipped', open: false });
});

test('another time says what it stands for', () => {
  const found = fateOf({ ...DATE, date: '2027-03-29', shifted: true }, NOTHING);
  expect(found).toMatchObject({ kind: 'shifted', detail: 'instead of Sun 28 Mar, 09:00', open: false });
});

test('a broken rule that was named with a reason does not stand in the way; one that was not does', () => {
  const override = { reason: 'Asked for', rules: ['slot_taken' as const] };
  const named = { ...DATE, refusal: refusal('slot_taken', 'appointment', true) };
  const unnamed = { ...DATE, refusal: refusal('patient_busy', 'patient', true) };
  const forbidden = { ...DATE, refusal: refusal('slot_taken', 'appointment', false) };
  expect(fateOf(named, { ...NOTHING, override })).toMatchObject({ kind: 'anyway', open: false });
  expect(fateOf(unnamed, { ...NOTHING, override })).toMatchObject({ kind: 'clash', open: true });
  expect(fateOf(forbidden, { ...NOTHING, override })).toMatchObject({ kind: 'clash', open: true });
  const elsewhere = { ...NOTHING, override, agreed: false };
  expect(fateOf(named, elsewhere)).toMatchObject({ kind: 'clash', open: true });
});

test('what was agreed to for one time is said of no other one, on the way to a series and back', () => {
  const place = {
    date: '2027-03-30',
    wall_start: '09:00',
    practitioner_id: 'anna',
    starts_at: '2027-03-30T07:00:00Z',
    ends_at: '2027-03-30T07:30:00Z',
    location_id: null,
  };
  const typed = { ...NOTHING_TYPED, override: { reason: 'Asked for', rules: ['slot_taken' as const] } };
  expect(seriesOf({ slot: place, typed: NOTHING_TYPED, series: null }).agreed).toEqual([]);
  const series = seriesOf({ slot: place, typed, series: null });
  expect(series.agreed).toEqual([agreedKey(place)]);
  expect(agreedAlone({ slot: place, typed, series })).toEqual({ typed, series: { ...series, agreed: [] } });
  const others = { ...firstDraft(place), agreed: ['2027-04-06 09:00 anna'] };
  expect(agreedAlone({ slot: place, typed, series: others }).typed.override).toBeNull();
  expect(agreedAlone({ slot: place, typed, series: null }).typed.override).toBe(typed.override);
});

test('what only the server said is shown at its date and does not bar another try', () => {
  const bad: FateView = {
    appointment_id: 'a',
    date: DATE.date,
    wall_start: DATE.wall_start,
    reason: 'slot_taken',
    conflict: null,
    alternatives: [],
  };
  const told = toldBy({
    ...refusal('slot_taken'),
    fates: [bad, { ...bad, date: '2027-04-04', reason: null }],
  });
  expect(fateOf(DATE, { ...NOTHING, told: told.get(placeKey(DATE)) })).toMatchObject({
    kind: 'clash',
    open: false,
  });
  const free = { ...DATE, date: '2027-04-04' };
  expect(fateOf(free, { ...NOTHING, told: told.get(placeKey(free)) })).toMatchObject({ kind: 'free' });
});

test('a decision replaces the one before, and the decisions stay in the order of the dates', () => {
  const first = decided([], '2027-04-04', { skip: true });
  const second = decided(first, '2027-03-28', { skip: true });
  const third = decided(second, '2027-04-04', { skip: false, starts_at: '2027-04-05T09:00:00Z' });
  expect(third.map(({ date, skip }) => [date, skip])).toEqual([
    ['2027-03-28', true],
    ['2027-04-04', false],
  ]);
  expect(decided(third, '2027-03-28')).toHaveLength(1);
});
