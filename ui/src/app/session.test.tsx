import { act } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { clinic } from '@/test/fake/clinic';
import { freeCell, openBoard, openWindow, screen, waitFor } from '@/test/window';

const signedOut = () => {
  clinic.session = { ...clinic.session, user: null };
};

describe('signing in', () => {
  test('the last user is remembered, and a wrong password says so', async () => {
    signedOut();
    const { user } = await openWindow();
    expect(await screen.findByLabelText('User')).toHaveValue('reception1');
    await user.type(screen.getByLabelText('Password'), 'guess');
    await user.keyboard('{Enter}');
    expect(await screen.findByRole('alert')).toHaveTextContent('User or password is wrong.');
    await user.clear(screen.getByLabelText('Password'));
    await user.type(screen.getByLabelText('Password'), 'frontdesk-demo{Enter}');
    expect(await screen.findByRole('grid')).toBeInTheDocument();
  });

  test('a sign-in at the start that failed is told, with its user, until somebody tries again', async () => {
    const why = { code: 'invalid', field: 'password', refusal: null } as const;
    const start = { user: 'manager', why: { ...why, retry_after_seconds: null, request_id: null } };
    clinic.session = { ...clinic.session, user: null, start };
    const { user } = await openWindow();
    expect(await screen.findByLabelText('User')).toHaveValue('manager');
    expect(screen.getByRole('alert')).toHaveTextContent(
      'Signing in as manager at the start did not work. Type your password.',
    );
    await user.type(screen.getByLabelText('Password'), 'guess{Enter}');
    await waitFor(() => expect(screen.getByRole('alert')).toHaveTextContent('User or password is wrong.'));
  });

  test('too many tries say how long to wait', async () => {
    signedOut();
    const { user } = await openWindow();
    clinic.fail('sign_in', { code: 'too_many_tries', retry_after_seconds: 8 });
    await user.type(await screen.findByLabelText('Password'), 'x{Enter}');
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'Too many tries. Wait 8 seconds, then try again.',
    );
  });

  test('the demo’s sign-ins are told in the demo only', async () => {
    signedOut();
    await openWindow();
    expect(await screen.findByText(/frontdesk-demo/)).toBeInTheDocument();
    clinic.session = { ...clinic.session, demo: false };
    act(() => void clinic.announce('session'));
    await waitFor(() => expect(screen.queryByText(/frontdesk-demo/)).toBeNull());
  });

  test('an unencrypted cache is told before and after signing in', async () => {
    signedOut();
    clinic.session = { ...clinic.session, encrypted: false };
    await openWindow();
    expect(await screen.findByText('Not encrypted')).toBeInTheDocument();
  });

  test('the first download shows how far it is', async () => {
    clinic.connection = { ...clinic.connection, loading: { rows: 81_250, of: 200_000 } };
    await openWindow();
    expect(await screen.findByText('81,250 of 200,000')).toBeInTheDocument();
    clinic.connection = { ...clinic.connection, loading: null };
    act(() => void clinic.announce('connection'));
    expect(await screen.findByRole('grid')).toBeInTheDocument();
  });

  test('offline says as of when, and what waits', async () => {
    clinic.connection = { ...clinic.connection, state: 'offline', waiting: 2 };
    await openBoard();
    expect(screen.getByText('As of 10:10:22 · offline')).toBeInTheDocument();
    expect(screen.getByText('2 waiting')).toBeInTheDocument();
    expect(
      screen.getByText(/No connection to the server\. You see the clinic as of 10:10:22/),
    ).toBeInTheDocument();
  });

  test('offline since yesterday says the date, above the board too', async () => {
    const as_of = { date: '2026-11-23', time: '17:58:01' };
    clinic.connection = { ...clinic.connection, state: 'offline', as_of };
    await openBoard();
    expect(screen.getByText('As of 23 Nov 2026, 17:58:01 · offline')).toBeInTheDocument();
    expect(screen.getByText(/You see the clinic as of 23 Nov 2026, 17:58:01;/)).toBeInTheDocument();
  });

  test('a session that ended by itself is told, a sign-out is not', async () => {
    const { user } = await openBoard();
    act(() => {
      signedOut();
      clinic.announce('session');
    });
    expect(await screen.findByText('Your session has ended. Sign in again.')).toBeInTheDocument();
    await user.type(screen.getByLabelText('Password'), 'frontdesk-demo{Enter}');
    await user.click(await screen.findByRole('button', { name: /menu of Rita Reception/ }));
    await user.click(await screen.findByRole('menuitem', { name: 'Sign out' }));
    await screen.findByLabelText('Password');
    expect(screen.queryByText(/Your session has ended/)).toBeNull();
  });

  test('signing out hides the clinic, and what was said of it', async () => {
    const { user } = await openBoard();
    clinic.fail('open_booking', { code: 'storage' });
    await user.click(await freeCell('14:30'));
    await screen.findByText('That did not work');
    await user.click(screen.getByRole('button', { name: /menu of Rita Reception/ }));
    await user.click(await screen.findByRole('menuitem', { name: 'Sign out' }));
    expect(await screen.findByLabelText('Password')).toBeInTheDocument();
    expect(screen.queryByRole('grid')).toBeNull();
    await waitFor(() => expect(screen.queryByText('That did not work')).toBeNull());
  });
});
