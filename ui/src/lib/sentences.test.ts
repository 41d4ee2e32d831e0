import { expect, test } from 'vitest';
import { CommandError } from './rpc';
import { errorSentence } from './sentences';

test('a mistake of the window is not blamed on the server', () => {
  expect(errorSentence(new TypeError('x is undefined'))).toMatch(/^This window made a mistake\./);
});

test('an error of the desk has its own sentence, and the id to quote', () => {
  const nothing = { refusal: null, field: null, retry_after_seconds: null };
  const error = new CommandError({ code: 'server_error', ...nothing, request_id: '7f3a9c' });
  expect(errorSentence(error)).toMatch(/^The server has a problem\..* Quote 7f3a9c/);
});
