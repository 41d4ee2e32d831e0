import { act } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { CommandError } from '@/lib/rpc';
import { attempt } from '@/lib/toasts';
import { clinic } from '@/test/fake/clinic';
import {
  dialog,
  fillBooking,
  freeCell,
  openBoard,
  openForm,
  review,
  screen,
  waitFor,
  within,
} from '@/test/window';

const AWAY = /The server cannot be reached/;
const BACK = 'The server is back. Nothing was sent before: send it again.';

async function connection(state: 'live' | 'connecting' | 'offline') {
  clinic.connection = { ...clinic.connection, state };
  act(() => void clinic.announce('connection'));
  await waitFor(() => expect(document.querySelector('#connection')).toHaveAttribute('data-state', state));
}

/** What could not be sent is said, until the server is back: then that, by itself. */
async function goesBySelf() {
  expect(await screen.findByText(AWAY)).toBeVisible();
  await connection('connecting');
  expect(screen.getByText(AWAY)).toBeVisible();
  await connection('live');
  expect(await screen.findByText(BACK)).toBeVisible();
  expect(screen.queryByText(AWAY)).toBeNull();
}

describe('a server that could not be reached and is back', () => {
  test('is said to be back in the booking dialog, and the same press books', async () => {
    const { user } = await openBoard();
    await user.click(await freeCell('14:30'));
    await fillBooking(user);
    const book = await review(user);
    await connection('offline');
    clinic.fail('book_appointment', { code: 'offline' });
    await user.click(book);
    await goesBySelf();
    await user.click(screen.getByRole('button', { name: 'Book' }));
    expect(await screen.findByText('Booked · 14:30 · Anna Weber')).toBeVisible();
  });

  test('is said to be back in the edit of a visit, also where it was known later to be away', async () => {
    const { user } = await openForm(/^Liam Kowalski 11:00/, 'e');
    await user.type(screen.getByLabelText('Note'), 'Towel');
    clinic.fail('update_appointment', { code: 'offline' });
    await user.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText(AWAY)).toBeVisible();
    await connection('offline');
    await goesBySelf();
    await user.click(screen.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(screen.queryByText(BACK)).toBeNull());
  });

  test('is said to be back beside a step of a visit', async () => {
    const { user } = await openBoard();
    await user.click(await screen.findByRole('button', { name: /^Liam Kowalski 11:00/ }));
    await connection('offline');
    clinic.fail('arrive_appointment', { code: 'offline' });
    await user.click(within(await dialog()).getByRole('button', { name: 'Arrived' }));
    await goesBySelf();
  });

  test('is not said to be away by a toast that still stands', async () => {
    await openBoard();
    await connection('offline');
    const nothing = { refusal: null, field: null, retry_after_seconds: null, request_id: null };
    const away = new CommandError({ code: 'offline', ...nothing });
    act(() => void attempt(() => Promise.reject(away)));
    await goesBySelf();
  });

  test('says nothing of what went wrong for another reason', async () => {
    const { user } = await openForm(/^Liam Kowalski 11:00/, 'e');
    await user.type(screen.getByLabelText('Note'), 'Towel');
    clinic.fail('update_appointment', { code: 'server_error' });
    await user.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText(/The server has a problem/)).toBeVisible();
    await connection('offline');
    await connection('live');
    expect(screen.getByText(/The server has a problem/)).toBeVisible();
    expect(screen.queryByText(BACK)).toBeNull();
  });
});
