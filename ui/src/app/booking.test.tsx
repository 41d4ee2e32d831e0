import { act, fireEvent } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { clinic } from '@/test/fake/clinic';
import { because } from '@/test/fake/reads';
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
  within,
} from '@/test/window';

const TAKEN = 'This time is taken.';

describe('booking', () => {
  test('a visit is booked with the keyboard alone', async () => {
    const { user } = await openBoard();
    (await freeCell('14:30')).focus();
    await user.keyboard('{Enter}');
    await dialog();
    await waitFor(() => expect(serviceField()).toHaveFocus());
    await user.keyboard('{ArrowDown}');
    await screen.findByRole('option', { name: /^Physiotherapy/ });
    await user.keyboard('{Enter}{Tab}');
    expect(patientField()).toHaveFocus();
    await user.keyboard('maria schm');
    await screen.findByRole('option', { name: /Maria Schmidt/ });
    await user.keyboard('{Enter}');
    await waitFor(() => expect(screen.getByRole('button', { name: 'Review' })).toHaveFocus());
    await user.keyboard('{Enter}');
    await waitFor(() => expect(screen.getByRole('button', { name: 'Book' })).toHaveFocus());
    await user.keyboard('{Enter}{Enter}');
    expect(await screen.findByText('Booked · 14:30 · Anna Weber')).toBeVisible();
    expect(await screen.findByRole('button', { name: /^Maria Schmidt 14:30 · Physiotherapy/ })).toHaveFocus();
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  test('"Booked" is said only when the board already shows the visit', async () => {
    const { user } = await openBoard();
    await user.click(await freeCell('14:30'));
    await fillBooking(user);
    const book = await review(user);
    const release = clinic.hold('day_sheet');
    await user.click(book);
    await waitFor(() => expect(callsOf('book_appointment')).toHaveLength(1));
    await waitFor(() => expect(callsOf('day_sheet').length).toBeGreaterThan(2));
    expect(screen.queryByText(/^Booked ·/)).toBeNull();
    release();
    await screen.findByText('Booked · 14:30 · Anna Weber');
    expect(screen.getByRole('button', { name: /^Maria Schmidt 14:30/ })).toBeInTheDocument();
  });

  test('a double click books once', async () => {
    const { user } = await openBoard();
    await user.click(await freeCell('14:30'));
    await fillBooking(user);
    const book = await review(user);
    const release = clinic.hold('book_appointment');
    await user.dblClick(book);
    release();
    await screen.findByText('Booked · 14:30 · Anna Weber');
    expect(callsOf('book_appointment')).toHaveLength(1);
  });

  test('a second try after a failure is the same booking', async () => {
    const { user } = await openBoard();
    await user.click(await freeCell('14:30'));
    await fillBooking(user);
    const book = await review(user);
    clinic.fail('book_appointment', { code: 'offline' });
    await user.click(book);
    await screen.findByText('The server cannot be reached. Nothing was sent and nothing was booked.');
    await user.click(screen.getByRole('button', { name: 'Book' }));
    await screen.findByText('Booked · 14:30 · Anna Weber');
    const ids = callsOf('book_appointment').map(
      ({ request }) => (request as { appointment_id: string }).appointment_id,
    );
    expect(new Set(ids).size).toBe(1);
    expect(ids).toHaveLength(2);
  });

  test('a slot that is taken while the dialog is open says so at once and keeps what was typed', async () => {
    const { user } = await openBoard();
    await user.click(await freeCell('14:30'));
    await fillBooking(user);
    clinic.taken(ANNA, HALF_PAST_TWO);
    expect(await screen.findByRole('alert')).toHaveTextContent(TAKEN);
    expect(screen.getByText(/Rudi Reception took it at 10:10\./)).toBeInTheDocument();
    expect(screen.getByLabelText('Note')).toHaveValue('Brings pictures');
    expect(within(await dialog()).getByText('Maria Schmidt')).toBeInTheDocument();
  });

  test('a number takes the free time with that number, and the booking goes there', async () => {
    const { user } = await openBoard();
    await user.click(await freeCell('14:30'));
    await fillBooking(user);
    clinic.taken(ANNA, HALF_PAST_TWO);
    await screen.findByRole('alert');
    await user.keyboard('{Alt>}1{/Alt}');
    await waitFor(() => expect(screen.queryByRole('alert')).toBeNull());
    const opened = callsOf('open_booking').map(({ request }) => request as { appointment_id?: string });
    // The slot, the same for the service that was chosen, and the other one for it.
    expect(opened).toHaveLength(3);
    expect(opened[1]?.appointment_id).toBeDefined();
    expect(opened[2]?.appointment_id).toBe(opened[1]?.appointment_id);
    expect(screen.getByLabelText('Note')).toHaveValue('Brings pictures');
    await user.click(await review(user));
    expect(await screen.findByText('Booked · 10:30 · Anna Weber')).toBeInTheDocument();
    const there = screen.getByRole('button', { name: /^Maria Schmidt 10:30/ });
    await waitFor(() => expect(there).toHaveFocus());
    const [booked] = callsOf('book_appointment');
    expect(booked?.request).toMatchObject({
      appointment_id: opened[1]?.appointment_id,
      starts_at: '2026-11-24T10:30:00Z',
      notes: 'Brings pictures',
    });
  });

  test('a digit in a text field is text', async () => {
    const { user } = await openBoard();
    await user.click(await freeCell('14:30'));
    await dialog();
    clinic.taken(ANNA, HALF_PAST_TWO);
    await screen.findByRole('alert');
    await user.type(patientField(), '1');
    expect(callsOf('open_booking')).toHaveLength(1);
  });

  test('a refusal by the server shows who has it and what is free, and nothing typed is lost', async () => {
    const { user } = await openBoard();
    await user.click(await freeCell('14:30'));
    await fillBooking(user);
    const book = await review(user);
    clinic.fail('book_appointment', {
      code: 'refused',
      refusal: {
        ...because('patient_busy'),
        conflict: {
          kind: 'patient',
          date: '2026-11-24',
          wall_start: '14:30',
          wall_end: '15:00',
          by_name: 'Rudi Reception',
          at: { date: '2026-11-23', time: '09:15:00' },
          by_me: false,
          label: null,
        },
      },
    });
    await user.click(book);
    expect(await screen.findByText('The patient has another visit at this time.')).toBeInTheDocument();
    expect(screen.getByText(/Rudi Reception took it on Mon 23 Nov at 09:15\./)).toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Book' })).toBeDisabled();
    await user.click(screen.getByRole('button', { name: 'Back' }));
    expect(screen.getByLabelText('Note')).toHaveValue('Brings pictures');
  });

  test('a new patient is entered in place and written under the id of the draft', async () => {
    const { user } = await openBoard();
    await user.click(await freeCell('14:30'));
    await dialog();
    await user.click(serviceField());
    await user.click(await screen.findByRole('option', { name: /^Check-up/ }));
    await user.type(patientField(), 'Zoe Quell');
    await user.click(await screen.findByRole('option', { name: 'New patient “Zoe Quell”' }));
    expect(screen.getByLabelText('Full name')).toHaveValue('Zoe Quell');
    await user.type(screen.getByLabelText('Date of birth'), '31.02.1990');
    await user.click(screen.getByRole('button', { name: 'Review' }));
    expect(screen.getByText('Enter a date that exists and has passed, like 31.5.1984.')).toBeInTheDocument();
    await user.clear(screen.getByLabelText('Date of birth'));
    await user.type(screen.getByLabelText('Date of birth'), '28.2.90');
    await user.click(await review(user));
    await screen.findByText('Booked · 14:30 · Anna Weber');
    expect(callsOf('put_patient')[0]?.request).toMatchObject({ name: 'Zoe Quell', birth_date: '1990-02-28' });
    expect(screen.getByRole('button', { name: /^Zoe Quell 14:30/ })).toBeInTheDocument();
  });

  test('Shift and Tab stay in the dialog, also where the engine does not name them', async () => {
    const { user } = await openBoard();
    await user.click(await freeCell('14:30'));
    const close = within(await dialog()).getByRole('button', { name: 'Close' });
    close.focus();
    fireEvent.keyDown(close, { key: 'Unidentified', code: 'Tab', shiftKey: true });
    expect(screen.getByRole('button', { name: 'Review' })).toHaveFocus();
  });

  test('a number takes its time also from a field that takes no text, and on review the refusal has the focus', async () => {
    const { user } = await openBoard();
    (await screen.findByRole('button', { name: /^Liam Kowalski 11:00/ })).focus();
    await user.keyboard('o');
    await fillBooking(user);
    await user.click(serviceField());
    await user.click(await screen.findByRole('option', { name: /^Lymph drainage/ }));
    await screen.findByRole('alert');
    await user.click(screen.getByRole('button', { name: 'Review' }));
    await waitFor(() => expect(screen.getByRole('alert').parentElement).toHaveFocus());
    await user.click(screen.getByRole('button', { name: 'Back' }));
    serviceField().focus();
    await user.keyboard('1');
    await waitFor(() => expect(screen.queryByRole('alert')).toBeNull());
  });

  test('letters pick the service, as in a list of the system', async () => {
    const { user } = await openBoard();
    await user.click(await freeCell('14:30'));
    await dialog();
    serviceField().focus();
    await user.keyboard('ph');
    expect(serviceField()).toHaveDisplayValue(/^Physiotherapy/);
    await user.keyboard('{Tab}');
    expect(patientField()).toHaveFocus();
  });

  test('what was searched for in vain goes over to the new patient', async () => {
    const { user } = await openBoard();
    await user.click(await freeCell('14:30'));
    await dialog();
    await user.type(patientField(), 'Zoe Quell 0151 77 88');
    await user.click(await screen.findByRole('option', { name: 'New patient “Zoe Quell”' }));
    expect(screen.getByLabelText('Full name')).toHaveValue('Zoe Quell');
    expect(screen.getByLabelText('Phone')).toHaveValue('0151 77 88');
    await user.type(screen.getByLabelText('Date of birth'), '28.2.90');
    await user.click(screen.getByRole('button', { name: 'Search instead' }));
    expect(patientField()).toHaveValue('Zoe Quell 0151 77 88 28.2.90');
    await user.clear(patientField());
    await user.type(patientField(), '28.2.90');
    await user.click(await screen.findByRole('option', { name: 'New patient' }));
    expect(screen.getByLabelText('Date of birth')).toHaveValue('28.2.90');
    expect(screen.getByLabelText('Full name')).toHaveValue('');
  });

  test('review asks for what is missing', async () => {
    const { user } = await openBoard();
    await user.click(await freeCell('14:30'));
    await dialog();
    await user.click(screen.getByRole('button', { name: 'Review' }));
    expect(screen.getByText('Pick a service.')).toBeInTheDocument();
    expect(screen.getByText('Pick a patient, or enter a new one.')).toBeInTheDocument();
  });

  test('a booking that waits for its answer never reads "Booked"', async () => {
    clinic.waits = true;
    const { user } = await openBoard();
    await user.click(await freeCell('14:30'));
    await fillBooking(user);
    await user.click(await review(user));
    expect(await screen.findByText('Waiting for the server · 14:30 · Anna Weber')).toBeInTheDocument();
    expect(screen.queryByText(/^Booked/)).toBeNull();
  });

  test('Escape closes, lets the slot go and gives the focus back to the cell', async () => {
    const { user } = await openBoard();
    await user.click(await freeCell('14:30'));
    await dialog();
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(callsOf('close_booking')).toHaveLength(1);
    await waitFor(async () => expect(await freeCell('14:30')).toHaveFocus());
  });

  test('what is typed while the dialog moves to another time stays', async () => {
    const { user } = await openBoard();
    await user.click(await freeCell('14:30'));
    await fillBooking(user);
    act(() => clinic.taken(ANNA, HALF_PAST_TWO));
    await screen.findByRole('alert');
    screen.getByLabelText('Note').focus();
    const answer = clinic.hold('open_booking');
    await user.keyboard('{Alt>}1{/Alt}');
    await user.type(screen.getByLabelText('Note'), ' and a referral');
    answer();
    await waitFor(() => expect(screen.queryByRole('alert')).toBeNull());
    expect(screen.getByLabelText('Note')).toHaveValue('Brings pictures and a referral');
  });

  test('a session that ends loses nothing that was typed', async () => {
    const { user } = await openBoard();
    await user.click(await freeCell('14:30'));
    await fillBooking(user);
    clinic.session = { ...clinic.session, user: null };
    clinic.announce('session');
    await user.type(await screen.findByLabelText('Password'), 'frontdesk-demo');
    await user.click(screen.getByRole('button', { name: 'Sign in' }));
    await dialog();
    expect(screen.getByLabelText('Note')).toHaveValue('Brings pictures');
  });
});
