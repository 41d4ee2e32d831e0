import { act, fireEvent } from '@testing-library/react';
import { beforeEach, describe, expect, test } from 'vitest';
import { clinic } from '@/test/fake/clinic';
import { classAt } from '@/test/fake/holds';
import { callsOf, dialog, openBoard, patientField, review, screen, waitFor, within } from '@/test/window';

/** Ben Okafor, whose early afternoon is free in the fake clinic. */
const BEN = '00000000-0000-7000-8000-00b000000001';
const ONE = '2026-11-24T13:00:00Z';

const tile = (seats: string) =>
  screen.findByRole('button', { name: new RegExp(`^Back class 13:00 · ${seats}`) });
const members = () => within(screen.getByRole('list', { name: 'Who comes' })).getAllByRole('listitem');

describe('classes', () => {
  beforeEach(() => classAt(clinic, BEN, ONE, 3));

  test('all visits of a class are one tile that counts its seats', async () => {
    await openBoard();
    expect(await tile('3/8')).toHaveAccessibleName(/3 of 8 seats taken, with Ben Okafor/);
    expect(screen.getAllByRole('button', { name: /^Back class/ })).toHaveLength(1);
  });

  test('who comes is listed by name, and one key says that somebody is here', async () => {
    const { user } = await openBoard();
    (await tile('3/8')).focus();
    await user.keyboard('{Enter}');
    await dialog();
    await waitFor(() => expect(members()).toHaveLength(3));
    await waitFor(() => expect(within(members()[0] as HTMLElement).getAllByRole('button')[0]).toHaveFocus());
    await user.keyboard('{ArrowDown}a');
    await waitFor(() => expect(members()[1]).toHaveAttribute('data-status', 'arrived'));
    expect(members()[0]).toHaveAttribute('data-status', 'booked');
    expect(members()[1]).toHaveTextContent('Arrived');
    await user.keyboard('u');
    await waitFor(() => expect(members()[1]).toHaveAttribute('data-status', 'booked'));
  });

  test('a key held down takes one step', async () => {
    const { user } = await openBoard();
    await user.click(await tile('3/8'));
    await waitFor(() => expect(within(members()[0] as HTMLElement).getAllByRole('button')[0]).toHaveFocus());
    fireEvent.keyDown(document.activeElement as Element, { key: 'a' });
    await waitFor(() => expect(members()[0]).toHaveAttribute('data-status', 'arrived'));
    fireEvent.keyDown(document.activeElement as Element, { key: 'i', repeat: true });
    await user.keyboard('u');
    await waitFor(() => expect(members()[0]).toHaveAttribute('data-status', 'booked'));
    expect(callsOf('check_in_appointment')).toHaveLength(0);
  });

  test('the next step of a member is a button with their name', async () => {
    const { user } = await openBoard();
    await user.click(await tile('3/8'));
    const [first] = await screen.findAllByRole('button', { name: /^Arrived, / });
    await user.click(first as HTMLElement);
    await waitFor(() => expect(callsOf('arrive_appointment')).toHaveLength(1));
    expect(await screen.findByRole('button', { name: /^In the room, / })).toBeInTheDocument();
  });

  test('a patient is added at the class’s own time, for its own service', async () => {
    const { user } = await openBoard();
    await user.click(await tile('3/8'));
    await user.click(await screen.findByRole('button', { name: 'Add patient' }));
    await waitFor(() =>
      expect(screen.getByLabelText('Service', { selector: 'input' })).toHaveValue(
        'Back class · 60 min · until 14:00',
      ),
    );
    await user.type(patientField(), 'maria schm');
    await screen.findByRole('option', { name: /Maria Schmidt/ });
    await user.keyboard('{Enter}');
    await user.click(await review(user));
    expect(await screen.findByText('Booked · 13:00 · Ben Okafor')).toBeInTheDocument();
    expect(await tile('4/8')).toBeInTheDocument();
    expect(callsOf('book_appointment')[0]?.request).toMatchObject({ starts_at: ONE, practitioner_id: BEN });
  });

  test('asking for another visit at its time leads to the next seat', async () => {
    const { user } = await openBoard();
    (await tile('3/8')).focus();
    await user.keyboard('o');
    await waitFor(() => expect(screen.getByRole('button', { name: 'Add patient' })).toHaveFocus());
  });

  test('a key for one visit opens the class and asks for whom', async () => {
    const { user } = await openBoard();
    (await tile('3/8')).focus();
    await user.keyboard('a');
    await dialog();
    expect(await screen.findByText(/^The patient has arrived: who of them\?.* A does it\.$/)).toBeVisible();
    expect(callsOf('arrive_appointment')).toHaveLength(0);
    await waitFor(() => expect(within(members()[0] as HTMLElement).getAllByRole('button')[0]).toHaveFocus());
    await user.keyboard('{ArrowDown}a');
    await waitFor(() => expect(members()[1]).toHaveAttribute('data-status', 'arrived'));
  });

  test('the way back asks for whom, too', async () => {
    const { user } = await openBoard();
    (await tile('3/8')).focus();
    await user.keyboard('u');
    expect(await screen.findByText(/^Undo: who of them\?.* U does it\.$/)).toBeVisible();
    expect(callsOf('undo_status')).toHaveLength(0);
  });

  test('a form that was asked for opens for the member who is chosen', async () => {
    const { user } = await openBoard();
    (await tile('3/8')).focus();
    await user.keyboard('c');
    await waitFor(() => expect(members()).toHaveLength(3));
    await waitFor(() => expect(within(members()[0] as HTMLElement).getAllByRole('button')[0]).toHaveFocus());
    await user.keyboard('c');
    expect(await screen.findByText('Cancel this visit?')).toBeInTheDocument();
  });

  test('with one patient in the class a key is theirs', async () => {
    clinic.reset({ practitioners: 3 });
    classAt(clinic, BEN, ONE, 1);
    const { user } = await openBoard();
    (await tile('1/8')).focus();
    await user.keyboard('a');
    expect(await screen.findByText('Arrived · 13:00 · Ben Okafor')).toBeInTheDocument();
    expect(screen.queryByRole('dialog')).toBeNull();
  });
});

describe('a full class', () => {
  const NEXT_WEEK = '2026-12-01T13:00:00Z';
  const seat = (name: RegExp) => screen.findByRole('button', { name });
  const nextWeek = () => seat(/^1 13:00 Tue 1 Dec Ben Okafor 6 of 8 seats free$/);

  beforeEach(() => {
    const service_id = classAt(clinic, BEN, ONE, 8);
    classAt(clinic, BEN, NEXT_WEEK, 2, 8, service_id);
  });

  test('says so, takes nobody more, and offers its next times with free seats', async () => {
    const { user } = await openBoard();
    const full = await tile('8/8');
    expect(full).toHaveAccessibleName(/^Back class 13:00 · 8\/8 · Full, /);
    expect(full).toHaveTextContent('Full');
    await user.click(full);
    expect(await screen.findByText('The class is full.')).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Add patient' })).toBeNull();
    expect(screen.getByRole('heading', { name: 'Next with free seats' })).toBeVisible();
    expect(await nextWeek()).toBeVisible();
    // Where nobody comes yet stands after it, at the usual hour where that is free.
    expect(await seat(/^2 13:00 Wed 25 Nov Ben Okafor 8 of 8 seats free$/)).toBeVisible();
  });

  test('is one key and Enter away from a seat of the next one', async () => {
    const { user } = await openBoard();
    (await tile('8/8')).focus();
    await user.keyboard('o');
    await waitFor(async () => expect(await nextWeek()).toHaveFocus());
    await user.keyboard('{Enter}');
    expect(await screen.findByText('Tuesday 1 December 2026, 13:00–14:00')).toBeInTheDocument();
    expect(screen.getByLabelText('Service', { selector: 'input' })).toHaveValue(
      'Back class · 60 min · until 14:00',
    );
    expect(callsOf('open_booking')[0]?.request).toMatchObject({
      starts_at: NEXT_WEEK,
      practitioner_id: BEN,
      service_id: expect.any(String),
    });
    await user.type(patientField(), 'maria schm');
    await screen.findByRole('option', { name: /Maria Schmidt/ });
    await user.keyboard('{Enter}');
    await user.click(await review(user));
    expect(await screen.findByText('Booked · 13:00 · Ben Okafor')).toBeInTheDocument();
    expect(await tile('3/8')).toBeInTheDocument();
  });

  test('has the keyboard with whoever was booked into it, also among others and at another hour', async () => {
    const service_id = clinic.world.services.at(-1)?.service_id;
    classAt(clinic, BEN, '2026-11-30T09:00:00Z', 2, 8, service_id);
    const { user } = await openBoard();
    (await tile('8/8')).focus();
    await user.keyboard('o');
    await waitFor(async () => expect(await seat(/^1 09:00 Mon 30 Nov Ben Okafor 6 of 8/)).toHaveFocus());
    await user.keyboard('{Enter}');
    await screen.findByText('Monday 30 November 2026, 09:00–10:00');
    await user.type(patientField(), 'maria schm');
    await screen.findByRole('option', { name: /Maria Schmidt/ });
    await user.keyboard('{Enter}');
    await user.click(await review(user));
    await screen.findByText('Booked · 09:00 · Ben Okafor');
    await waitFor(async () => expect(await seat(/^Back class 09:00 · 3\/8/)).toHaveFocus());
  });

  test('gets the keyboard back from a dialog about another day', async () => {
    const { user } = await openBoard();
    (await tile('8/8')).focus();
    await user.keyboard('o');
    await waitFor(async () => expect(await nextWeek()).toHaveFocus());
    await user.keyboard('{Enter}');
    await screen.findByText('Tuesday 1 December 2026, 13:00–14:00');
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    await waitFor(async () => expect(await tile('8/8')).toHaveFocus());
  });

  test('takes a number as well', async () => {
    const { user } = await openBoard();
    await user.click(await tile('8/8'));
    await nextWeek();
    await user.keyboard('1');
    expect(await screen.findByText('Tuesday 1 December 2026, 13:00–14:00')).toBeInTheDocument();
  });

  test('without another one says so', async () => {
    clinic.reset({ practitioners: 3 });
    classAt(clinic, BEN, ONE, 4, 4);
    clinic.world.services.at(-1)?.practitioner_ids.splice(0);
    const { user } = await openBoard();
    await user.click(await tile('4/4'));
    expect(await screen.findByText('No other class with a free seat within four weeks.')).toBeVisible();
  });
});

describe('a class whose last seat goes while somebody books it', () => {
  test('offers its next times, and what was typed is still there', async () => {
    const service_id = classAt(clinic, BEN, ONE, 7);
    classAt(clinic, BEN, '2026-12-01T13:00:00Z', 2, 8, service_id);
    const { user } = await openBoard();
    await user.click(await tile('7/8'));
    await user.click(await screen.findByRole('button', { name: 'Add patient' }));
    await user.type(await screen.findByLabelText('Note'), 'Brings pictures');
    act(() => void classAt(clinic, BEN, ONE, 1, 8, service_id));
    const alert = await screen.findByRole('alert');
    expect(alert).toHaveTextContent('This class is full.');
    const offer = await within(alert).findByRole('button', {
      name: /^1 13:00 Tue 1 Dec .* 6 of 8 seats free$/,
    });
    expect(within(alert).getByRole('heading', { name: 'Next with free seats' })).toBeVisible();
    await user.click(offer);
    await waitFor(() => expect(screen.queryByRole('alert')).toBeNull());
    expect(await screen.findByText('Tuesday 1 December 2026, 13:00–14:00')).toBeInTheDocument();
    expect(screen.getByLabelText('Note')).toHaveValue('Brings pictures');
  });
});
