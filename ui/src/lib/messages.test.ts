import { expect, test } from 'vitest';
import type { RefusalView } from '@/bindings/types';
import * as catalogue from './messages';
import { CommandError } from './rpc';
import { errorSentence, stepsSentence } from './sentences';
import { t, tCount } from './t';

test('every code has one sentence of its own kind', () => {
  for (const sentence of Object.values(catalogue.reasons)) expect(sentence).toMatch(/^[A-Z].*[.]$/);
  for (const sentence of Object.values(catalogue.errors)) expect(sentence).toMatch(/^[A-Z].*[.]$/);
});

test('every step, status, notice and conflict has a name of its own', () => {
  const { steps, stepped, statuses, noticeKinds, conflicts, watchEdges } = catalogue;
  for (const record of [steps, stepped, statuses, noticeKinds, conflicts, watchEdges]) {
    const names = Object.values(record);
    for (const name of names) expect(name).toMatch(/^[A-Z]/);
    expect(new Set(names).size).toBe(names.length);
  }
});

test('a step that is not legal names those that are', () => {
  expect(stepsSentence(['arrive_appointment', 'cancel_appointment'])).toBe(
    'Possible now: Arrived, Cancel visit.',
  );
  expect(stepsSentence([])).toBe('Nothing can be changed about it now.');
  const nothing = {
    field: null,
    conflict: null,
    alternatives: [],
    changed: [],
    fates: [],
    overridable: false,
  };
  const refusal: RefusalView = { ...nothing, reason: 'illegal_status', steps: ['undo_status'] };
  const view = { code: 'refused', field: null, retry_after_seconds: null, request_id: null } as const;
  const error = new CommandError({ ...view, refusal });
  expect(errorSentence(error)).toBe('The visit is in a state that does not allow this. Possible now: Undo.');
});

test('values are filled in, and counts choose their form', () => {
  expect(t('toast.booked', { time: '09:30', name: 'Anna {time}' })).toBe('Booked · 09:30 · Anna {time}');
  expect(tCount('connection.waiting', 1)).toBe('1 waiting');
  expect(tCount('connection.waiting', 3)).toBe('3 waiting');
});
