import { act } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { clinic } from '@/test/fake/clinic';
import { heldElsewhere } from '@/test/fake/holds';
import { id } from '@/test/fake/world';
import {
  ANNA,
  callsOf,
  dialog,
  fillBooking,
  freeCell,
  HALF_PAST_TWO,
  openBoard,
  review,
  screen,
  serviceField,
  waitFor,
  within,
} from '@/test/window';

const held = () => screen.findByRole('button', { name: 'Held by Rudi Reception 14:30–15:00, Anna Weber' });
const opened = () => callsOf('open_booking').map(({ request }) => request);

describe('holds', () => {
  test('a time that another desk keeps is named and not offered as free', async () => {
    await openBoard();
    await freeCell('14:30');
    act(() => void heldElsewhere(clinic, ANNA, HALF_PAST_TWO));
    expect(await held()).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: '14:30 free, Anna Weber' })).toBeNull();
  });

  test('the arrow keys reach it, and Enter says who has it and what is free instead', async () => {
    heldElsewhere(clinic, ANNA, HALF_PAST_TWO);
    const { user } = await openBoard();
    screen.getByRole('button', { name: /^Tom O’Brien 14:00/ }).focus();
    await user.keyboard('{ArrowDown}');
    expect(await held()).toHaveFocus();
    await user.keyboard('{Enter}');
    const alert = await screen.findByRole('alert');
    expect(alert).toHaveTextContent('Somebody is about to book this time.');
    expect(alert).toHaveTextContent('Rudi Reception has a booking open here, 14:30 to 15:00.');
    expect(within(alert).getAllByRole('button').length).toBeGreaterThan(2);
  });

  test('when the other desk closes, the time is free again without a reload', async () => {
    const release = heldElsewhere(clinic, ANNA, HALF_PAST_TWO);
    const { user } = await openBoard();
    await user.click(await held());
    await screen.findByRole('alert');
    act(release);
    await waitFor(() => expect(screen.queryByRole('alert')).toBeNull());
    await fillBooking(user);
    await user.click(await review(user));
    expect(await screen.findByText('Booked · 14:30 · Anna Weber')).toBeInTheDocument();
  });

  test('when the other desk closes, this one keeps the time at once', async () => {
    const release = heldElsewhere(clinic, ANNA, HALF_PAST_TWO);
    const { user } = await openBoard();
    await user.click(await held());
    await screen.findByRole('alert');
    expect(opened()).toHaveLength(1);
    act(release);
    await waitFor(() => expect(opened()).toHaveLength(2));
    expect(opened()[1]).toMatchObject({
      practitioner_id: ANNA,
      starts_at: HALF_PAST_TWO,
      ends_at: '2026-11-24T15:00:00Z',
      appointment_id: expect.any(String),
    });
    await waitFor(() => expect(document.querySelector('[data-hold="mine"]')).toBeInTheDocument());
  });

  test('a manager may book it all the same, and is told first that somebody is at it', async () => {
    const { user: signedIn } = clinic.session;
    clinic.session = { ...clinic.session, user: signedIn && { ...signedIn, role: 'manager' } };
    heldElsewhere(clinic, ANNA, HALF_PAST_TWO);
    const { user } = await openBoard();
    await user.click(await held());
    await fillBooking(user);
    expect(screen.getByText(/^Rudi Reception has a booking open at this time\./)).toBeInTheDocument();
    await user.click(await review(user));
    expect(await screen.findByText('Booked · 14:30 · Anna Weber')).toBeInTheDocument();
  });

  test('the own hold follows the dialog: its length, its time, and its end', async () => {
    const { user } = await openBoard();
    await user.click(await freeCell('14:30'));
    await dialog();
    const first = opened()[0] as { appointment_id?: string };
    expect(first).toEqual({
      practitioner_id: ANNA,
      starts_at: HALF_PAST_TWO,
      ends_at: '2026-11-24T15:00:00Z',
    });
    expect(document.querySelector('[data-hold="mine"]')).toBeInTheDocument();
    await user.click(serviceField());
    await user.click(await screen.findByRole('option', { name: /^Lymph drainage/ }));
    await waitFor(() => expect(opened()).toHaveLength(2));
    expect(opened()[1]).toMatchObject({ starts_at: HALF_PAST_TWO, ends_at: '2026-11-24T15:30:00Z' });
    await screen.findByRole('alert');
    await user.keyboard('{Alt>}1{/Alt}');
    await waitFor(() => expect(opened()).toHaveLength(3));
    expect(
      new Set(
        opened()
          .slice(1)
          .map((each) => (each as { appointment_id: string }).appointment_id),
      ).size,
    ).toBe(1);
    await user.keyboard('{Escape}');
    await waitFor(() => expect(callsOf('close_booking')).toHaveLength(1));
    await waitFor(() => expect(document.querySelector('[data-hold]')).toBeNull());
  });

  test('another service of the same length is held anew: of a class that is a seat', async () => {
    const { user } = await openBoard();
    await user.click(await freeCell('14:30'));
    await dialog();
    const choose = async (name: RegExp) => {
      await user.click(serviceField());
      await user.click(await screen.findByRole('option', { name }));
    };
    await choose(/^Physiotherapy/);
    await waitFor(() => expect(opened()).toHaveLength(2));
    await choose(/^Check-up/);
    await waitFor(() => expect(opened()).toHaveLength(3));
    const [, physiotherapy, checkUp] = opened() as Record<string, unknown>[];
    const same = { starts_at: HALF_PAST_TWO, ends_at: '2026-11-24T15:00:00Z', practitioner_id: ANNA };
    expect(physiotherapy).toMatchObject({ ...same, service_id: id('5e', 0) });
    expect(checkUp).toEqual({ ...physiotherapy, service_id: id('5e', 4) });
    await user.type(screen.getByLabelText('Note'), 'Brings pictures');
    expect(opened()).toHaveLength(3);
  });

  test('two clicks before the dialog is open are one dialog with one hold', async () => {
    const { user } = await openBoard();
    const answer = clinic.hold('open_booking');
    await user.click(await freeCell('14:30'));
    await user.click(await freeCell('10:30'));
    answer();
    await dialog();
    expect(opened()).toHaveLength(1);
    await user.keyboard('{Escape}');
    await waitFor(() => expect(callsOf('close_booking')).toHaveLength(1));
  });

  test('a booking that comes back with the session holds its slot again', async () => {
    const { user } = await openBoard();
    await user.click(await freeCell('14:30'));
    await fillBooking(user);
    clinic.session = { ...clinic.session, user: null };
    clinic.announce('session');
    await user.type(await screen.findByLabelText('Password'), 'frontdesk-demo');
    await user.click(screen.getByRole('button', { name: 'Sign in' }));
    await dialog();
    await waitFor(() => expect(opened()).toHaveLength(3));
    expect(opened()[2]).toEqual(opened()[1]);
    expect(opened()[2]).toMatchObject({ starts_at: HALF_PAST_TWO, appointment_id: expect.any(String) });
  });
});
