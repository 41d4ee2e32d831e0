import { act } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { clinic } from '@/test/fake/clinic';
import { because, freeSlots } from '@/test/fake/reads';
import { id } from '@/test/fake/world';
import { ANNA, callsOf, dialog, openBoard, review, screen, waitFor, within } from '@/test/window';

const LIAM = id('a0', 1);
const tile = (name: RegExp) => screen.findByRole('button', { name });

async function onTile(name: RegExp) {
  const opened = await openBoard();
  (await tile(name)).focus();
  return opened;
}

async function openCard(name: RegExp) {
  const opened = await openBoard();
  await opened.user.click(await tile(name));
  await screen.findByRole('list', { name: 'Status' });
  return opened;
}

describe('the status of a visit', () => {
  test('one key a step on the visit that has the focus, and U takes the last one back', async () => {
    const { user } = await onTile(/^Liam Kowalski 11:00/);
    await user.keyboard('a');
    await screen.findByText('Arrived · 11:00 · Anna Weber');
    expect(callsOf('arrive_appointment')[0]?.request).toEqual({
      base_version: 2,
      command: { appointment_id: LIAM },
    });
    await user.keyboard('i');
    await screen.findByText('In the room · 11:00 · Anna Weber');
    await user.keyboard('f');
    await screen.findByText('Done · 11:00 · Anna Weber');
    await user.keyboard('u');
    await screen.findByText('Back to “In the room” · 11:00 · Anna Weber');
    expect(await tile(/^Liam Kowalski 11:00 · In the room/)).toHaveFocus();
  });

  test('a key that does not fit says what does, and sends nothing', async () => {
    const { user } = await onTile(/^Liam Kowalski 11:00/);
    await user.keyboard('f');
    expect(await screen.findByText('“Done” does not fit: Booked')).toBeInTheDocument();
    expect(screen.getByText('Possible now: Arrived, Cancel visit.')).toBeInTheDocument();
    expect(callsOf('complete_appointment')).toHaveLength(0);
  });

  test('“Did not come” before the visit begins says when it begins', async () => {
    const { user } = await onTile(/^Liam Kowalski 11:00/);
    await user.keyboard('x');
    expect(
      await screen.findByText('“Did not come” does not fit yet: the visit begins on Tue 24 Nov at 11:00'),
    ).toBeInTheDocument();
    expect(callsOf('mark_appointment_no_show')).toHaveLength(0);
  });

  test('pressing twice is one step', async () => {
    const { user } = await onTile(/^Liam Kowalski 11:00/);
    const answer = clinic.hold('arrive_appointment');
    await user.keyboard('aa');
    answer();
    await screen.findByText('Arrived · 11:00 · Anna Weber');
    expect(callsOf('arrive_appointment')).toHaveLength(1);
    await user.keyboard('i');
    expect(await screen.findByText('In the room · 11:00 · Anna Weber')).toBeInTheDocument();
  });

  test('a key does nothing on a free time', async () => {
    const { user } = await onTile(/^10:30 free, Anna Weber/);
    await user.keyboard('a');
    expect(callsOf('appointment_card')).toHaveLength(0);
    expect(screen.queryByRole('alert')).toBeNull();
  });

  test('the toast has the way back', async () => {
    const { user } = await onTile(/^Liam Kowalski 11:00/);
    await user.keyboard('a');
    await user.click(await screen.findByRole('button', { name: 'Undo' }));
    await screen.findByText('Back to “Booked” · 11:00 · Anna Weber');
    expect(clinic.visit(LIAM).status).toBe('booked');
  });

  test('the way back never undoes what somebody else did after', async () => {
    const { user } = await onTile(/^Liam Kowalski 11:00/);
    await user.keyboard('a');
    const undo = await screen.findByRole('button', { name: 'Undo' });
    act(() => clinic.changed(LIAM, { status: 'checked-in', path: ['booked', 'arrived'] }));
    await user.click(undo);
    expect(await screen.findByText(/Somebody else has just changed this\./)).toBeInTheDocument();
    expect(clinic.visit(LIAM).status).toBe('checked-in');
  });

  test('what was done is said to be done, even if its way back cannot be read', async () => {
    const { user } = await onTile(/^Liam Kowalski 11:00/);
    const answer = clinic.hold('arrive_appointment');
    await user.keyboard('a');
    await waitFor(() => expect(callsOf('arrive_appointment')).toHaveLength(1));
    clinic.fail('appointment_card', { code: 'storage' });
    answer();
    expect(await screen.findByText('Arrived · 11:00 · Anna Weber')).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Undo' })).toBeNull();
    expect(screen.queryByText('That did not work')).toBeNull();
  });

  test('a step that waits for its answer is not said to be done', async () => {
    const { user } = await onTile(/^Liam Kowalski 11:00/);
    clinic.waits = true;
    await user.keyboard('a');
    expect(await screen.findByText('Waiting for the server · 11:00 · Anna Weber')).toBeInTheDocument();
    expect(screen.queryByText('Arrived · 11:00 · Anna Weber')).toBeNull();
  });

  test('a cancelled visit can be taken back from its toast', async () => {
    const { user } = await onTile(/^Liam Kowalski 11:00/);
    await user.keyboard('c');
    await user.click(await screen.findByRole('radio', { name: 'The patient' }));
    await user.click(screen.getByRole('button', { name: 'Cancel visit' }));
    await screen.findByText('Cancelled · 11:00 · Anna Weber');
    await user.click(screen.getByRole('button', { name: 'Undo' }));
    expect(await tile(/^Liam Kowalski 11:00 · Manual therapy/)).toBeInTheDocument();
  });

  test('a cancelled visit whose time was taken meanwhile can be booked elsewhere, with what it was about', async () => {
    const { user } = await onTile(/^Liam Kowalski 11:00/);
    await user.keyboard('c');
    await user.click(await screen.findByRole('radio', { name: 'The patient' }));
    await user.click(screen.getByRole('button', { name: 'Cancel visit' }));
    await screen.findByText('Cancelled · 11:00 · Anna Weber');
    act(() => clinic.taken(ANNA, '2026-11-24T11:00:00Z'));
    clinic.fail('undo_status', { code: 'refused', refusal: because('slot_taken') });
    await user.click(screen.getByRole('button', { name: 'Undo' }));
    const alert = await screen.findByRole('alert');
    expect(alert).toHaveTextContent('Rudi Reception took it at 10:10.');
    expect(screen.getByLabelText('Service', { selector: 'input' })).toHaveValue(
      'Manual therapy · 30 min · until 11:30',
    );
    expect(within(screen.getByRole('dialog')).getByText('Liam Kowalski')).toBeInTheDocument();
    await user.keyboard('{Alt>}1{/Alt}');
    await user.click(await review(user));
    await screen.findByText(/^Booked · \d\d:\d\d · Anna Weber$/);
  });

  test('its card offers what is free instead, too', async () => {
    const { user } = await openCard(/^Liam Kowalski 11:00/);
    act(() => clinic.changed(LIAM, { status: 'cancelled', path: ['booked'] }));
    const [elsewhere] = freeSlots(clinic.world, {
      service_id: clinic.visit(LIAM).service_id,
      practitioner_id: ANNA,
      from: '2026-11-25',
      to: '2026-11-25',
    }).slots;
    const alternatives = elsewhere ? [elsewhere] : [];
    clinic.fail('undo_status', { code: 'refused', refusal: { ...because('slot_taken'), alternatives } });
    await user.click(await screen.findByRole('button', { name: 'More for this visit' }));
    await user.click(await screen.findByRole('menuitem', { name: /^Undo “Cancelled”/ }));
    await screen.findByRole('alert');
    await user.keyboard('1');
    expect(await screen.findByText('Wednesday 25 November 2026, 08:00–08:30')).toBeInTheDocument();
    expect(within(screen.getByRole('dialog')).getByText('Liam Kowalski')).toBeInTheDocument();
  });

  test('U takes a cancelled visit back, though it has no tile any more', async () => {
    const { user } = await onTile(/^Liam Kowalski 11:00/);
    await user.keyboard('c');
    await user.click(await screen.findByRole('radio', { name: 'The patient' }));
    await user.click(screen.getByRole('button', { name: 'Cancel visit' }));
    await screen.findByText('Cancelled · 11:00 · Anna Weber');
    await user.keyboard('u');
    expect(await tile(/^Liam Kowalski 11:00 · Manual therapy/)).toBeInTheDocument();
    expect(callsOf('undo_status')).toHaveLength(1);
  });

  test('the next word about a visit takes the place of the one before', async () => {
    const { user } = await onTile(/^Liam Kowalski 11:00/);
    await user.keyboard('f');
    await screen.findByText('“Done” does not fit: Booked');
    await user.keyboard('a');
    await screen.findByText('Arrived · 11:00 · Anna Weber');
    await waitFor(() => expect(screen.queryByText('“Done” does not fit: Booked')).toBeNull());
    await user.keyboard('i');
    await screen.findByText('In the room · 11:00 · Anna Weber');
    await waitFor(() => expect(screen.queryByText('Arrived · 11:00 · Anna Weber')).toBeNull());
    expect(screen.getAllByRole('button', { name: 'Undo' })).toHaveLength(1);
  });

  test('Escape on the board closes what was said', async () => {
    const { user } = await onTile(/^Liam Kowalski 11:00/);
    await user.keyboard('a');
    await screen.findByText('Arrived · 11:00 · Anna Weber');
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByText('Arrived · 11:00 · Anna Weber')).toBeNull());
    expect(await tile(/^Liam Kowalski 11:00 · Arrived/)).toHaveFocus();
  });
});

describe('the card of a visit', () => {
  test('shows where it stands, and the next step is one key or one press away', async () => {
    const { user } = await openCard(/^Liam Kowalski 11:00/);
    const line = screen.getByRole('list', { name: 'Status' });
    expect(
      within(line)
        .getAllByRole('listitem')
        .map((each) => each.textContent),
    ).toEqual(['Booked', 'Arrived', 'In the room', 'Done']);
    expect(line.querySelector('[aria-current="step"]')).toHaveTextContent('Booked');
    const next = screen.getByRole('button', { name: 'Arrived' });
    await waitFor(() => expect(next).toHaveFocus());
    await user.keyboard('{Enter}');
    expect(await screen.findByRole('button', { name: 'In the room' })).toBeInTheDocument();
    expect(line.querySelector('[aria-current="step"]')).toHaveTextContent('Arrived');
    await user.keyboard('i');
    expect(await screen.findByRole('button', { name: 'Done' })).toBeInTheDocument();
  });

  test('a double click is one step, not two', async () => {
    const { user } = await openCard(/^Liam Kowalski 11:00/);
    await user.dblClick(screen.getByRole('button', { name: 'Arrived' }));
    expect(await screen.findByRole('button', { name: 'In the room' })).toBeEnabled();
    expect(callsOf('arrive_appointment')).toHaveLength(1);
    expect(callsOf('check_in_appointment')).toHaveLength(0);
  });

  test('approval is a step of the way only while it is waited for', async () => {
    await openCard(/^Noor O’Brien 15:30/);
    const steps = within(screen.getByRole('list', { name: 'Status' })).getAllByRole('listitem');
    expect(steps.map((each) => each.textContent)).toEqual([
      'Pending',
      'Booked',
      'Arrived',
      'In the room',
      'Done',
    ]);
    expect(screen.getByRole('button', { name: 'Approve' })).toBeInTheDocument();
  });

  test('the other legal steps are in the menu, and only those', async () => {
    const { user } = await openCard(/^Vera Kowalski 09:30/);
    await user.click(screen.getByRole('button', { name: 'More for this visit' }));
    const items = await screen.findAllByRole('menuitem');
    expect(items.map((item) => item.textContent)).toEqual(['Did not comeX']);
    await user.click(items[0] as HTMLElement);
    await screen.findByText('Did not come · 09:30 · Ben Okafor');
    expect(callsOf('mark_appointment_no_show')).toHaveLength(1);
  });

  test('a refused step says which ones are legal', async () => {
    const { user } = await openCard(/^Liam Kowalski 11:00/);
    const refusal = { ...because('illegal_status'), steps: ['check_in_appointment', 'undo_status'] as never };
    clinic.fail('arrive_appointment', { code: 'refused', refusal });
    await user.click(screen.getByRole('button', { name: 'Arrived' }));
    const alert = await screen.findByRole('alert');
    expect(alert).toHaveTextContent('The visit is in a state that does not allow this.');
    expect(alert).toHaveTextContent('Possible now: In the room, Undo.');
  });

  test('a visit that is rejected from its card keeps the reason', async () => {
    const { user } = await openCard(/^Noor O’Brien 15:30/);
    expect(screen.queryByRole('button', { name: 'More for this visit' })).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Decline…' }));
    await user.click(await screen.findByRole('button', { name: 'Decline' }));
    expect(screen.getByText('Say why it is declined.')).toBeInTheDocument();
    expect(callsOf('reject_appointment')).toHaveLength(0);
    await user.type(screen.getByLabelText(/Why is it declined/), 'Needs a referral');
    await user.click(screen.getByRole('button', { name: 'Decline' }));
    await screen.findByText('Declined · 15:30 · Anna Weber');
    expect(within(await dialog()).getByText('Needs a referral')).toBeInTheDocument();
  });

  test('somebody else’s time can be watched until it is free', async () => {
    const { user } = await openCard(/^Liam Kowalski 11:00/);
    await user.click(await screen.findByRole('button', { name: 'Tell me when it is free' }));
    await screen.findByText('Watching · 11:00 · Anna Weber');
    expect(callsOf('watch_slot')[0]?.request).toMatchObject({
      starts_at: '2026-11-24T11:00:00Z',
      ends_at: '2026-11-24T11:30:00Z',
      on: 'freed',
    });
    expect(await screen.findByText('You are told when it is free')).toBeInTheDocument();
  });
});
