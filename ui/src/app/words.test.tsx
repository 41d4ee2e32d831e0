import { act } from '@testing-library/react';
import type userEvent from '@testing-library/user-event';
import { describe, expect, test } from 'vitest';
import { navigateTo } from '@/lib/navigation';
import { clinic } from '@/test/fake/clinic';
import { id } from '@/test/fake/world';
import {
  ANNA,
  callsOf,
  dialog,
  fillBooking,
  freeCell,
  HALF_PAST_TWO,
  openBoard,
  patientField,
  screen,
  waitFor,
} from '@/test/window';

type User = ReturnType<typeof userEvent.setup>;
const LIAM = id('a0', 1);
const QUESTION = 'Throw away what you typed?';
const question = () => screen.findByRole('dialog', { name: QUESTION });
const note = () => screen.findByLabelText('Note');

async function typeIntoEdit() {
  const opened = await openBoard();
  (await screen.findByRole('button', { name: /^Liam Kowalski 11:00/ })).focus();
  await opened.user.keyboard('e');
  await opened.user.type(await note(), 'Brings pictures');
  return opened;
}

async function typeIntoReject() {
  const opened = await openBoard();
  await opened.user.keyboard('p');
  await opened.user.click(await screen.findByRole('button', { name: /^Decline Noor/ }));
  await opened.user.type(screen.getByLabelText(/Why is it declined/), 'Needs a referral');
  return opened;
}

async function signInAgain(user: User, name = 'reception1') {
  act(() => {
    clinic.session = { ...clinic.session, user: null };
    clinic.announce('session');
  });
  const field = await screen.findByLabelText('User');
  await user.clear(field);
  await user.type(field, name);
  await user.type(screen.getByLabelText('Password'), 'frontdesk-demo{Enter}');
  await screen.findByRole('grid', { hidden: true });
}

describe('signing out while something is typed', () => {
  const signOut = async (user: User) => {
    const menu = await screen.findByRole('button', { name: /menu of Rita Reception/, hidden: true });
    menu.focus();
    await user.keyboard('{Enter}');
    await user.click(await screen.findByRole('menuitem', { name: 'Sign out', hidden: true }));
  };

  test('asks first, and whoever stays has lost nothing', async () => {
    const { user } = await typeIntoEdit();
    await signOut(user);
    await question();
    expect(callsOf('sign_out')).toHaveLength(0);
    await user.click(screen.getByRole('button', { name: 'Keep it' }));
    await waitFor(() => expect(screen.queryByRole('dialog', { name: QUESTION })).toBeNull());
    expect(await note()).toHaveValue('Brings pictures');
    expect(callsOf('sign_out')).toHaveLength(0);
  });

  test('signs out when it may be thrown away', async () => {
    const { user } = await typeIntoEdit();
    await signOut(user);
    await question();
    await user.click(screen.getByRole('button', { name: 'Throw it away' }));
    expect(await screen.findByLabelText('Password')).toBeVisible();
    expect(callsOf('sign_out')).toHaveLength(1);
  });

  test('a click outside that is taken back leaves the keyboard in the form, not behind it', async () => {
    const { user } = await typeIntoEdit();
    (document.activeElement as HTMLElement).blur();
    const overlay = document.querySelector('.mantine-Drawer-overlay');
    if (overlay) await user.click(overlay);
    await question();
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog', { name: QUESTION })).toBeNull());
    const drawer = await dialog();
    await waitFor(() => expect(drawer.contains(document.activeElement)).toBe(true));
  });
});

describe('closing what was typed into', () => {
  test('Escape asks first, Escape again goes on typing, and only the button throws it away', async () => {
    const { user } = await typeIntoEdit();
    await user.keyboard('{Escape}');
    await question();
    await waitFor(() => expect(screen.getByRole('button', { name: 'Keep it' })).toHaveFocus());
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog', { name: QUESTION })).toBeNull());
    expect(await note()).toHaveValue('Brings pictures');
    await waitFor(async () => expect(await note()).toHaveFocus());
    await user.keyboard('{Escape}');
    await question();
    await user.click(screen.getByRole('button', { name: 'Throw it away' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(callsOf('update_appointment')).toHaveLength(0);
  });

  test('Back asks, and the form is open as it was', async () => {
    const { user } = await typeIntoEdit();
    await user.click(screen.getByRole('button', { name: 'Back' }));
    await question();
    await user.click(screen.getByRole('button', { name: 'Keep it' }));
    expect(await note()).toHaveValue('Brings pictures');
    await user.click(screen.getByRole('button', { name: 'Back' }));
    await user.click(await screen.findByRole('button', { name: 'Throw it away' }));
    await user.click(await screen.findByRole('button', { name: 'Edit' }));
    expect(await note()).not.toHaveValue('Brings pictures');
  });

  test('the cross asks, too', async () => {
    const { user } = await typeIntoReject();
    await user.click(screen.getByRole('button', { name: 'Close' }));
    await question();
    await user.keyboard('{Enter}');
    expect(screen.getByLabelText(/Why is it declined/)).toHaveValue('Needs a referral');
  });

  test('a booking that is filled in keeps its slot while it is asked', async () => {
    const { user } = await openBoard();
    await user.click(await freeCell('14:30'));
    await fillBooking(user);
    await user.keyboard('{Escape}');
    await question();
    expect(callsOf('close_booking')).toHaveLength(0);
    await user.click(screen.getByRole('button', { name: 'Keep it' }));
    expect(await note()).toHaveValue('Brings pictures');
    await user.keyboard('{Escape}');
    await user.click(await screen.findByRole('button', { name: 'Throw it away' }));
    await waitFor(() => expect(callsOf('close_booking')).toHaveLength(1));
  });

  test('who was searched for is not thrown away unasked', async () => {
    const { user } = await openBoard();
    await user.click(await freeCell('14:30'));
    await dialog();
    await user.type(patientField(), 'Zoe Quell 0151 77 88');
    await screen.findByRole('option', { name: 'New patient “Zoe Quell”' });
    // The first one closes the list only.
    await user.keyboard('{Escape}{Escape}');
    await question();
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog', { name: QUESTION })).toBeNull());
    expect(patientField()).toHaveValue('Zoe Quell 0151 77 88');
  });

  test('with nothing typed nothing is asked', async () => {
    const { user } = await openBoard();
    (await screen.findByRole('button', { name: /^Liam Kowalski 11:00/ })).focus();
    await user.keyboard('c');
    await dialog();
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  test('the click on a notification moves the board and leaves the form as it is', async () => {
    const { user } = await typeIntoEdit();
    act(() =>
      navigateTo({
        to: 'find_another',
        date: '2026-11-25',
        practitioner_id: ANNA,
        starts_at: HALF_PAST_TWO,
        wall_start: '14:30',
      }),
    );
    await waitFor(() =>
      expect(screen.getByRole('grid', { hidden: true })).toHaveAttribute('data-date', '2026-11-25'),
    );
    // Who types on does so where they were.
    await user.keyboard(', and a letter');
    expect(await note()).toHaveValue('Brings pictures, and a letter');
  });
});

describe('a session that ends', () => {
  test('gives an edit back, and still says what somebody else changed meanwhile', async () => {
    const { user } = await typeIntoEdit();
    act(() => {
      clinic.session = { ...clinic.session, user: null };
      clinic.announce('session');
    });
    await screen.findByText(/What you typed is still there when Rita Reception signs in\./);
    clinic.changed(LIAM, { notes: 'Theirs' });
    await signInAgain(user);
    expect(await note()).toHaveValue('Brings pictures');
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'Somebody else has changed this visit meanwhile',
    );
  });

  test('gives the note of a cancellation back, and who called it off', async () => {
    const { user } = await openBoard();
    (await screen.findByRole('button', { name: /^Liam Kowalski 11:00/ })).focus();
    await user.keyboard('c');
    await user.click(await screen.findByRole('radio', { name: 'The patient' }));
    await user.type(screen.getByLabelText('What was said'), 'Is ill');
    await signInAgain(user);
    expect(await screen.findByLabelText('What was said')).toHaveValue('Is ill');
    expect(screen.getByRole('radio', { name: 'The patient' })).toBeChecked();
  });

  test('gives the reason of a rejection back, in the list', async () => {
    const { user } = await typeIntoReject();
    await signInAgain(user);
    expect(await screen.findByLabelText(/Why is it declined/)).toHaveValue('Needs a referral');
    await user.click(screen.getByRole('button', { name: 'Decline' }));
    await screen.findByText('Declined · 15:30 · Anna Weber');
  });

  test('shows nothing of it to somebody else', async () => {
    const { user } = await typeIntoEdit();
    // Of the same name, even.
    const other = {
      user_id: id('05', 2),
      name: 'Rita Reception',
      role: 'manager',
      practitioner_id: null,
    } as const;
    await signInAgain(user);
    expect(await note()).toHaveValue('Brings pictures');
    act(() => {
      clinic.session = { ...clinic.session, user: other };
      clinic.announce('session');
    });
    await waitFor(() => expect(screen.queryByDisplayValue('Brings pictures')).toBeNull());
  });
});
