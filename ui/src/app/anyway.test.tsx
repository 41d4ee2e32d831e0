import { act } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
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
  review,
  screen,
  serviceField,
  waitFor,
} from '@/test/window';

type User = Awaited<ReturnType<typeof openBoard>>['user'];

/** Lymph drainage may be booked over another visit, with a reason; it takes 60 minutes, so that it clashes. */
async function clash(user: User) {
  await user.click(await freeCell('14:30'));
  await dialog();
  await user.click(serviceField());
  await user.click(await screen.findByRole('option', { name: /^Lymph drainage/ }));
  await screen.findByRole('alert');
}

async function pickPatient(user: User) {
  await user.type(patientField(), 'maria schm');
  await screen.findByRole('option', { name: /Maria Schmidt/ });
  await user.keyboard('{Enter}');
  await screen.findByRole('button', { name: 'Change' });
}

async function sayWhy(user: User, reason: string) {
  await user.click(await screen.findByRole('button', { name: 'Book anyway…' }));
  if (reason) await user.type(await screen.findByLabelText(/^Why is this rule broken\?/), reason);
  await user.click(screen.getByRole('button', { name: 'Book anyway' }));
}

const booked = () => callsOf('book_appointment').map(({ request }) => request);

describe('booking against a rule', () => {
  test('somebody walks in while the time is taken: O on the visit, a reason, booked beside it', async () => {
    const { user } = await openBoard();
    (await screen.findByRole('button', { name: /^Liam Kowalski 11:00/ })).focus();
    await user.keyboard('o');
    await dialog();
    await user.click(serviceField());
    await user.click(await screen.findByRole('option', { name: /^Lymph drainage/ }));
    await screen.findByRole('alert');
    await pickPatient(user);
    await sayWhy(user, 'In pain, came without a date');
    await user.click(await screen.findByRole('button', { name: 'Book' }));
    expect(await screen.findByText('Booked · 11:00 · Anna Weber')).toBeInTheDocument();
    expect(booked()[0]).toMatchObject({ override: { rules: ['slot_taken'] } });
    expect(await screen.findByRole('button', { name: /^Liam Kowalski 11:00/ })).toBeInTheDocument();
  });

  test('the card of a visit that is over offers no second one at its time', async () => {
    const { user } = await openBoard();
    await user.click(await screen.findByRole('button', { name: /^Liam Kowalski 11:00/ }));
    const offer = { name: 'Book another visit at this time…' };
    expect(await screen.findByRole('button', offer)).toBeInTheDocument();
    act(() =>
      clinic.changed(id('a0', 1), { status: 'fulfilled', path: ['booked', 'arrived', 'checked-in'] }),
    );
    await waitFor(() => expect(screen.queryByRole('button', offer)).toBeNull());
    await user.keyboard('{Escape}');
    (await screen.findByRole('button', { name: /^Liam Kowalski 11:00 · Done/ })).focus();
    await user.keyboard('o');
    expect(await screen.findByText('This visit is over: nothing is booked beside it')).toBeInTheDocument();
    expect(callsOf('open_booking')).toHaveLength(0);
  });

  test('needs a reason, shows it before it is booked, and marks the tile', async () => {
    const { user } = await openBoard();
    await clash(user);
    await pickPatient(user);
    await sayWhy(user, '');
    expect(screen.getByText('Say why.')).toBeInTheDocument();
    await user.type(screen.getByLabelText(/^Why is this rule broken\?/), 'Sisters');
    await user.click(screen.getByRole('button', { name: 'Book anyway' }));
    await user.click(await screen.findByRole('button', { name: 'Book' }));
    expect(await screen.findByText('Booked · 14:30 · Anna Weber')).toBeInTheDocument();
    expect(booked()).toHaveLength(1);
    expect(booked()[0]).toMatchObject({ override: { reason: 'Sisters', rules: ['slot_taken'] } });
    expect(
      await screen.findByRole('button', { name: /^Maria Schmidt 14:30 .* booked against a rule/ }),
    ).toBeInTheDocument();
  });

  test('the reason is shown with its rule in the review and can be taken back', async () => {
    const { user } = await openBoard();
    await clash(user);
    await pickPatient(user);
    await sayWhy(user, 'Sisters');
    expect(await screen.findByText('Against a rule: This time is taken.')).toBeInTheDocument();
    expect(screen.getByText('Reason: Sisters')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Keep the rule' }));
    expect(await screen.findByRole('alert')).toHaveTextContent('This time is taken.');
    expect(screen.getByRole('button', { name: 'Book' })).toBeDisabled();
  });

  test('said before everything is filled in, it asks for the rest', async () => {
    const { user } = await openBoard();
    await clash(user);
    await sayWhy(user, 'Sisters');
    expect(screen.getByText('Pick a patient, or enter a new one.')).toBeInTheDocument();
    expect(screen.getByText('Against a rule: This time is taken.')).toBeInTheDocument();
  });

  test('another service asks again: the reason was for this one', async () => {
    const { user } = await openBoard();
    await clash(user);
    await sayWhy(user, 'Sisters');
    await user.click(serviceField());
    await user.click(await screen.findByRole('option', { name: /^First visit/ }));
    expect(await screen.findByRole('alert')).toHaveTextContent('This time is taken.');
    expect(screen.queryByText('Reason: Sisters')).toBeNull();
    expect(screen.queryByRole('button', { name: 'Book anyway…' })).toBeNull();
  });

  test('a rule that only the server knows to be broken is added to the ones already named', async () => {
    const { user } = await openBoard();
    await clash(user);
    await pickPatient(user);
    await sayWhy(user, 'Sisters');
    const nothing = { field: null, conflict: null, alternatives: [], steps: [], changed: [], fates: [] };
    clinic.fail('book_appointment', {
      code: 'refused',
      refusal: { ...nothing, reason: 'off_grid', overridable: true },
    });
    await user.click(await screen.findByRole('button', { name: 'Book' }));
    expect(await screen.findByRole('alert')).toHaveTextContent('Visits cannot start at this minute');
    await sayWhy(user, 'Sisters, and late');
    expect(await screen.findByText('Booked · 14:30 · Anna Weber')).toBeInTheDocument();
    expect(booked()[1]).toMatchObject({
      override: { reason: 'Sisters, and late', rules: ['slot_taken', 'off_grid'] },
    });
  });
});

describe('booking what needs approval', () => {
  test('is said before and after: the visit is pending, not booked', async () => {
    clinic.world.visits = clinic.world.visits.filter(({ practitioner_id }) => practitioner_id !== ANNA);
    const { user } = await openBoard();
    await user.click(await freeCell('14:30'));
    await dialog();
    await user.click(serviceField());
    await user.click(await screen.findByRole('option', { name: /First visit.*needs approval/ }));
    expect(screen.getByText(/the visit starts as pending/)).toBeInTheDocument();
    await pickPatient(user);
    await user.click(screen.getByRole('button', { name: 'Review' }));
    await user.click(await screen.findByRole('button', { name: 'Book as pending' }));
    expect(await screen.findByText('Pending approval · 14:30 · Anna Weber')).toBeInTheDocument();
    expect(
      screen.getByText(/It keeps the time until somebody approves or declines it\./),
    ).toBeInTheDocument();
    expect(screen.queryByText(/^Booked ·/)).toBeNull();
    const tile = await screen.findByRole('button', { name: /^Maria Schmidt 14:30 · Pending/ });
    await waitFor(() => expect(tile).toHaveAttribute('data-status', 'pending'));
    expect(booked()[0]).toMatchObject({ starts_at: HALF_PAST_TWO });
  });
});

test('a booking without a broken rule names none', async () => {
  const { user } = await openBoard();
  await user.click(await freeCell('14:30'));
  await fillBooking(user);
  await user.click(await review(user));
  await screen.findByText('Booked · 14:30 · Anna Weber');
  expect(booked()[0]).not.toHaveProperty('override.rules');
});
