import { act } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import type { EditReschedule } from '@/bindings/types';
import { clinic } from '@/test/fake/clinic';
import { because } from '@/test/fake/reads';
import { id } from '@/test/fake/world';
import { callsOf, dialog, openBoard, openForm, screen, waitFor, within } from '@/test/window';

const NOOR = id('a0', 9);
const NOOR_NEXT = id('a5', 11);
const note = () => screen.findByLabelText('Note');
const saveAll = () => screen.getByRole('button', { name: 'Save 4 visits' });
const cancelled = () => clinic.world.visits.filter(({ status }) => status === 'cancelled');

/** Cancels the visit of 11:00 and all after it. */
async function cancelLater(visits = 4) {
  const opened = await openForm(/^Noor Fernández 11:00/, 'c');
  await opened.user.click(await screen.findByRole('radio', { name: 'The patient' }));
  await opened.user.click(await screen.findByRole('radio', { name: /^This one and the later ones/ }));
  await opened.user.click(await screen.findByRole('button', { name: `Cancel ${visits} visits` }));
  await screen.findByText(`Cancelled · ${visits} visits · Noor Fernández`);
  return opened;
}

/** Moves the visit of 11:00 and all after it by two hours. */
async function moveLater() {
  const opened = await openForm(/^Noor Fernández 11:00/, 'm');
  await opened.user.click(await screen.findByRole('button', { name: '13:00' }));
  await opened.user.click(screen.getByRole('radio', { name: 'This one and the later ones · 4 visits' }));
  const go = screen.getByRole('button', { name: 'Move 4 visits, this one to Tue 24 Nov, 13:00' });
  await opened.user.click(go);
  await screen.findByText('Moved · 4 visits · Noor Fernández');
  return opened;
}

describe('a visit of a series', () => {
  test('says its place, lists the others, and leads to them', async () => {
    const { user } = await openBoard();
    await user.click(await screen.findByRole('button', { name: /^Noor Fernández 11:00/ }));
    await user.click(await screen.findByText('Series · 3 of 6'));
    const list = within(await screen.findByRole('list', { name: 'Visits of the series' }));
    expect(await list.findAllByRole('listitem')).toHaveLength(6);
    await user.click(list.getByRole('button', { name: /^Tue 1 Dec, 11:00/ }));
    expect(await screen.findByText('Tuesday 1 December 2026, 11:00–12:00')).toBeInTheDocument();
    expect(screen.getByRole('grid', { hidden: true })).toHaveAttribute('data-date', '2026-12-01');
  });

  test('a cancellation asks which visits are meant, on a version that covers them', async () => {
    clinic.visit(NOOR_NEXT).version = 500;
    const { user } = await openForm(/^Noor Fernández 11:00/, 'c');
    await user.click(await screen.findByRole('radio', { name: 'The patient' }));
    await user.click(screen.getByRole('radio', { name: 'This one and the later ones · 4 visits' }));
    await user.click(screen.getByRole('button', { name: 'Cancel 4 visits' }));
    await screen.findByText('Cancelled · 4 visits · Noor Fernández');
    expect(callsOf('cancel_appointment')[0]?.request).toMatchObject({
      base_version: 500,
      command: { appointment_id: NOOR, scope: 'following' },
    });
    expect(cancelled()).toHaveLength(4);
  });

  test('a cancellation of several is taken back visit by visit', async () => {
    const { user } = await cancelLater();
    await user.click(screen.getByRole('button', { name: 'Undo' }));
    expect(await screen.findByText('Taken back · 4 visits · Noor Fernández')).toBeInTheDocument();
    expect(callsOf('undo_status')).toHaveLength(4);
    expect(cancelled()).toHaveLength(0);
  });

  test('what of it cannot be taken back any more is said, with its reason', async () => {
    const { user } = await cancelLater();
    act(() => clinic.changed(NOOR_NEXT, { notes: 'Theirs' }));
    await user.click(screen.getByRole('button', { name: 'Undo' }));
    expect(await screen.findByText('Only 3 of 4 visits taken back · Noor Fernández')).toBeInTheDocument();
    expect(
      screen.getByText('Tue 1 Dec, 11:00: Somebody else has just changed this. Look again, then decide.'),
    ).toBeInTheDocument();
    expect(cancelled().map(({ appointment_id }) => appointment_id)).toEqual([NOOR_NEXT]);
  });

  test('of many that cannot be taken back the first are said, and how many more', async () => {
    const { world } = clinic;
    const last = clinic.visit(NOOR_NEXT);
    for (const [index, date] of ['2026-12-22', '2026-12-29', '2027-01-05'].entries())
      world.visits.push({ ...last, appointment_id: id('a6', index), date, path: [], log: [] });
    const { user } = await cancelLater(7);
    act(() => {
      for (const { appointment_id } of cancelled().filter((each) => each.appointment_id !== NOOR))
        clinic.changed(appointment_id, { notes: 'Theirs' });
    });
    await user.click(screen.getByRole('button', { name: 'Undo' }));
    await screen.findByText('Only 1 of 7 visits taken back · Noor Fernández');
    expect(screen.getAllByText(/^\w+ \d+ \w+, 11:00: Somebody else/)).toHaveLength(4);
    expect(screen.getByText('and 2 more')).toBeVisible();
    expect(screen.queryByRole('button', { name: /^Find another time/ })).toBeNull();
  });

  test('one whose time was taken is offered another one, with its patient and service', async () => {
    const { user } = await cancelLater();
    clinic.fail('undo_status', { code: 'refused', refusal: because('slot_taken') });
    await user.click(screen.getByRole('button', { name: 'Undo' }));
    await screen.findByText('Only 3 of 4 visits taken back · Noor Fernández');
    const another = await screen.findByRole('button', { name: /^Find another time for Tue 24 Nov, 11:00/ });
    await user.click(another);
    const booking = within(await screen.findByRole('dialog', { name: 'Book a visit' }));
    expect(booking.getByText('Noor Fernández')).toBeVisible();
  });

  test('one that was cancelled already is not counted, and not taken back', async () => {
    const visit = clinic.visit(NOOR_NEXT);
    Object.assign(visit, { status: 'cancelled', path: ['booked'] });
    const { user } = await openForm(/^Noor Fernández 11:00/, 'c');
    await user.click(await screen.findByRole('radio', { name: 'The patient' }));
    await user.click(screen.getByRole('radio', { name: 'This one and the later ones · 3 visits' }));
    await user.click(screen.getByRole('button', { name: 'Cancel 3 visits' }));
    await user.click(await screen.findByRole('button', { name: 'Undo' }));
    await screen.findByText('Taken back · 3 visits · Noor Fernández');
    expect(visit.status).toBe('cancelled');
  });

  test('a move of several says how many, before and after', async () => {
    const { user } = await openForm(/^Noor Fernández 11:00/, 'm');
    await user.click(await screen.findByRole('button', { name: '13:00' }));
    await user.click(screen.getByRole('radio', { name: 'This one and the later ones · 4 visits' }));
    await user.click(screen.getByRole('button', { name: 'Move 4 visits, this one to Tue 24 Nov, 13:00' }));
    expect(await screen.findByText('Moved · 4 visits · Noor Fernández')).toBeInTheDocument();
    expect(clinic.visit(NOOR_NEXT).from).toBe(780);
  });

  test('a move of several is taken back visit by visit, each to where it was', async () => {
    Object.assign(clinic.visit(NOOR_NEXT), { from: 690, until: 750, practitioner_id: id('b0', 2) });
    const { user } = await moveLater();
    expect(clinic.visit(NOOR_NEXT)).toMatchObject({ from: 810, practitioner_id: id('b0', 1) });
    await user.click(screen.getByRole('button', { name: 'Undo' }));
    expect(await screen.findByText('Taken back · 4 visits · Noor Fernández')).toBeInTheDocument();
    expect(clinic.visit(NOOR).from).toBe(660);
    expect(clinic.visit(NOOR_NEXT)).toMatchObject({ from: 690, until: 750, practitioner_id: id('b0', 2) });
    expect(await screen.findByRole('button', { name: /^Noor Fernández 11:00/ })).toHaveFocus();
  });

  test('what of a move cannot be taken back is said, and stays where it was moved to', async () => {
    const { user } = await moveLater();
    act(() => clinic.taken(id('b0', 1), '2026-12-08T11:00:00Z'));
    await user.click(screen.getByRole('button', { name: 'Undo' }));
    expect(await screen.findByText('Only 3 of 4 visits taken back · Noor Fernández')).toBeInTheDocument();
    expect(screen.getByText(/^Tue 8 Dec, 11:00: This time is taken\. .* took it on /)).toBeInTheDocument();
    expect(clinic.visit(NOOR_NEXT).from).toBe(660);
    expect(clinic.world.visits.find(({ date, from }) => date === '2026-12-08' && from === 780)).toBeDefined();
  });

  test('visits that were moved by a week go back without meeting each other', async () => {
    const { user } = await openForm(/^Noor Fernández 11:00/, 'm');
    await user.click(await within(await dialog()).findByRole('button', { name: 'Week after' }));
    await screen.findByText('Tuesday 1 December 2026');
    await user.click(await screen.findByRole('button', { name: '13:00' }));
    await user.click(screen.getByRole('radio', { name: 'This one and the later ones · 4 visits' }));
    await user.click(screen.getByRole('button', { name: 'Move 4 visits, this one to Tue 1 Dec, 13:00' }));
    await user.click(await screen.findByRole('button', { name: 'Undo' }));
    await screen.findByText('Taken back · 4 visits · Noor Fernández');
    const back = callsOf('reschedule_appointment').slice(1);
    expect(back.map(({ request }) => (request as EditReschedule).command.starts_at)).toEqual(
      ['2026-11-24', '2026-12-01', '2026-12-08', '2026-12-15'].map((date) => `${date}T11:00:00Z`),
    );
  });

  test('a change of another visit of the series is told by its fields', async () => {
    const { user } = await openForm(/^Noor Fernández 11:00/, 'e');
    await user.type(await note(), 'Towel');
    await user.click(screen.getByRole('radio', { name: 'All that have not begun · 4 visits' }));
    await waitFor(() => expect(callsOf('series_card').length).toBeGreaterThan(0));
    act(() => clinic.changed(NOOR_NEXT, { notes: 'Theirs' }));
    await user.click(saveAll());
    const alert = await screen.findByRole('alert');
    expect(alert).toHaveTextContent('Somebody else has changed other visits of the series meanwhile');
    expect(alert).toHaveTextContent('Changed: Note.');
    await user.click(screen.getByRole('button', { name: 'Go on with this' }));
    await user.click(saveAll());
    await screen.findByText('Saved · 4 visits · Noor Fernández');
    expect(clinic.visit(NOOR_NEXT).notes).toMatch(/Towel$/);
  });

  test('a reason that is given for one visit breaks no rule for the others', async () => {
    const signedIn = clinic.session.user;
    clinic.session = { ...clinic.session, user: signedIn && { ...signedIn, role: 'manager' } };
    const { user } = await openForm(/^Noor Fernández 11:00/, 'm');
    await user.click(await screen.findByRole('button', { name: '13:00' }));
    act(() => clinic.taken(id('b0', 1), '2026-11-24T13:00:00Z'));
    await screen.findByRole('alert');
    await user.click(screen.getByRole('radio', { name: 'This one and the later ones · 4 visits' }));
    await user.click(screen.getByRole('button', { name: 'Move anyway…' }));
    await user.type(await screen.findByLabelText(/^Why is this rule broken/), 'In pain');
    await user.click(screen.getByRole('button', { name: 'Move anyway' }));
    await waitFor(() => expect(document.querySelectorAll('[data-fate]')).toHaveLength(4));
    const asked = callsOf('reschedule_appointment').map(({ request }) => request as EditReschedule);
    expect(asked.map(({ command }) => command.override)).toEqual([undefined]);
    expect(clinic.visit(NOOR).from).toBe(660);
  });

  test('a refused move of several says the fate of every date, and moves none', async () => {
    const { user } = await openForm(/^Noor Fernández 11:00/, 'm');
    await user.click(await screen.findByRole('button', { name: '13:00' }));
    await user.click(screen.getByRole('radio', { name: 'This one and the later ones · 4 visits' }));
    act(() => clinic.taken(id('b0', 1), '2026-12-08T13:30:00Z'));
    await user.click(screen.getByRole('button', { name: 'Move 4 visits, this one to Tue 24 Nov, 13:00' }));
    const alert = await screen.findByRole('alert');
    const fates = [...alert.querySelectorAll('[data-fate]')].map((each) => each.getAttribute('data-fate'));
    expect(fates).toEqual(['free', 'free', 'slot_taken', 'free']);
    expect(alert).toHaveTextContent('Tue 8 Dec, 13:00');
    expect(clinic.visit(NOOR).from).toBe(660);
    // What was said was about four visits.
    await user.click(screen.getByRole('radio', { name: 'Only this one' }));
    await waitFor(() => expect(screen.queryByRole('alert')).toBeNull());
    expect(screen.getByRole('button', { name: 'Move to Tue 24 Nov, 13:00' })).toBeEnabled();
  });
});
