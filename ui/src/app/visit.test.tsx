import { act, fireEvent } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { clinic } from '@/test/fake/clinic';
import { refusal } from '@/test/fake/reads';
import { id } from '@/test/fake/world';
import {
  ANNA,
  callsOf,
  dialog,
  freeCell,
  openBoard,
  patientField,
  screen,
  waitFor,
  within,
} from '@/test/window';

const LIAM = id('a0', 1);
const VISIT = /^Liam Kowalski 11:00 · Manual therapy/;

async function openVisit() {
  const opened = await openBoard();
  await opened.user.click(await screen.findByRole('button', { name: VISIT }));
  await dialog();
  await screen.findByRole('heading', { name: 'Liam Kowalski' });
  return opened;
}

/** Cancels a visit at a slow server, and does not wait for its answer. */
async function cancelAndGoOn() {
  const { user } = await openVisit();
  await user.click(screen.getByRole('button', { name: 'Cancel visit' }));
  await user.click(screen.getByRole('radio', { name: 'The patient' }));
  const answer = clinic.hold('cancel_appointment');
  await user.click(screen.getByRole('button', { name: 'Cancel visit' }));
  await user.keyboard('{Escape}');
  return { user, answer };
}

describe('a visit', () => {
  test('from a day without a free time, one press leads to the next one and the focus goes along', async () => {
    const { user } = await openVisit();
    clinic.taken(ANNA, '2026-11-25T08:00:00Z', 600);
    await user.keyboard('m');
    await screen.findByRole('button', { name: '14:30' });
    await user.click(within(await dialog()).getByRole('button', { name: 'Day after' }));
    const next = await screen.findByRole('button', { name: 'Show the next free day' });
    expect(screen.getByText('No free time on this day.')).toBeInTheDocument();
    await user.click(next);
    const first = (await within(screen.getByRole('list', { name: 'Free times' })).findAllByRole('button'))[0];
    await waitFor(() => expect(first).toHaveFocus());
  });

  test('its card says everything about it', async () => {
    await openVisit();
    const card = within(await dialog());
    for (const said of ['Tuesday 24 November 2026, 11:00–11:30', 'Booked', 'Manual therapy', 'Room 2']) {
      expect(card.getByText(said)).toBeInTheDocument();
    }
    expect(card.getByText('Rita Reception, 20 Nov 2026 at 16:32')).toBeInTheDocument();
  });

  test('cancelling asks who called it off, then frees the time and says so', async () => {
    const { user } = await openVisit();
    await user.click(screen.getByRole('button', { name: 'Cancel visit' }));
    await waitFor(() => expect(screen.getByRole('radio', { name: 'The patient' })).toHaveFocus());
    await user.click(await screen.findByRole('button', { name: 'Cancel visit' }));
    expect(screen.getByText('Say who called it off.')).toBeInTheDocument();
    expect(callsOf('cancel_appointment')).toHaveLength(0);
    await user.click(screen.getByRole('radio', { name: 'The patient' }));
    await user.type(screen.getByLabelText('What was said'), 'Has a cold');
    await user.click(screen.getByRole('button', { name: 'Cancel visit' }));
    expect(await screen.findByText('Cancelled · 11:00 · Anna Weber')).toBeInTheDocument();
    expect(callsOf('cancel_appointment')[0]?.request).toMatchObject({
      base_version: 2,
      command: { reason: 'patient', note: 'Has a cold' },
    });
    await waitFor(async () => expect(await freeCell('11:00')).toHaveFocus());
    expect(screen.queryByRole('button', { name: VISIT })).toBeNull();
  });

  test('an answer that comes late does not close what was opened since', async () => {
    const { user, answer } = await cancelAndGoOn();
    await user.click(await freeCell('14:30'));
    await user.type(patientField(), 'maria');
    act(answer);
    expect(await screen.findByText('Cancelled · 11:00 · Anna Weber')).toBeInTheDocument();
    expect(patientField()).toHaveValue('maria');
    expect(patientField()).toHaveFocus();
    expect(callsOf('close_booking')).toHaveLength(0);
  });

  test('nor the same visit, opened again', async () => {
    const { user, answer } = await cancelAndGoOn();
    await user.click(await screen.findByRole('button', { name: VISIT }));
    act(answer);
    expect(await screen.findByText('Cancelled · 11:00 · Anna Weber')).toBeInTheDocument();
    expect(screen.getByRole('heading', { name: 'Liam Kowalski' })).toBeInTheDocument();
  });

  test('Escape closes the card and gives the focus back to the visit', async () => {
    const { user } = await openVisit();
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    await waitFor(() => expect(screen.getByRole('button', { name: VISIT })).toHaveFocus());
  });

  test('the second click of a double click on a visit does not close its card again', async () => {
    await openVisit();
    const outside = document.querySelector('.mantine-Drawer-overlay') as Element;
    fireEvent.click(outside, { detail: 2 });
    expect(screen.getByRole('heading', { name: 'Liam Kowalski' })).toBeInTheDocument();
    fireEvent.click(outside, { detail: 1 });
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  test('a visit is kept when the user thinks again', async () => {
    const { user } = await openVisit();
    await user.click(screen.getByRole('button', { name: 'Cancel visit' }));
    await user.click(await screen.findByRole('button', { name: 'Keep visit' }));
    expect(screen.getByRole('button', { name: 'Reschedule' })).toBeInTheDocument();
    expect(callsOf('cancel_appointment')).toHaveLength(0);
  });

  test('rescheduling moves it, and the board shows it there before it is said', async () => {
    const { user } = await openVisit();
    await user.click(screen.getByRole('button', { name: 'Reschedule' }));
    await user.click(await screen.findByRole('button', { name: '14:30' }));
    await user.click(await screen.findByRole('button', { name: 'Move to Tue 24 Nov, 14:30' }));
    expect(await screen.findByText('Moved · 14:30 · Anna Weber')).toBeInTheDocument();
    expect(screen.getByRole('button', { name: /^Liam Kowalski 14:30/ })).toBeInTheDocument();
    expect(await freeCell('11:00')).toBeInTheDocument();
  });

  test('a move to another day brings the board there', async () => {
    const { user } = await openVisit();
    await user.click(screen.getByRole('button', { name: 'Reschedule' }));
    await user.click(await within(await dialog()).findByRole('button', { name: 'Day after' }));
    await user.click(await screen.findByRole('button', { name: '09:00' }));
    await user.click(await screen.findByRole('button', { name: 'Move to Wed 25 Nov, 09:00' }));
    await screen.findByText('Moved · 09:00 · Anna Weber');
    expect(screen.getByRole('grid')).toHaveAttribute('data-date', '2026-11-25');
    expect(screen.getByRole('button', { name: /^Liam Kowalski 09:00/ })).toBeInTheDocument();
  });

  test('a move is taken back by its toast, and the board goes back with it', async () => {
    const { user } = await openVisit();
    await user.click(screen.getByRole('button', { name: 'Reschedule' }));
    await user.click(await within(await dialog()).findByRole('button', { name: 'Day after' }));
    await user.click(await screen.findByRole('button', { name: '09:00' }));
    await user.click(await screen.findByRole('button', { name: 'Move to Wed 25 Nov, 09:00' }));
    await user.click(await screen.findByRole('button', { name: 'Undo' }));
    await screen.findByText('Moved back · 11:00 · Anna Weber');
    expect(callsOf('reschedule_appointment')[1]?.request).toMatchObject({
      command: { practitioner_id: ANNA, starts_at: '2026-11-24T11:00:00Z', ends_at: '2026-11-24T11:30:00Z' },
    });
    await waitFor(() => expect(screen.getByRole('button', { name: VISIT })).toHaveFocus());
  });

  test('U on a visit that was just moved takes the move back, not its status', async () => {
    Object.assign(clinic.visit(LIAM), { path: ['pending'] });
    const { user } = await openVisit();
    await user.click(screen.getByRole('button', { name: 'Reschedule' }));
    await user.click(await screen.findByRole('button', { name: '14:30' }));
    await user.click(await screen.findByRole('button', { name: 'Move to Tue 24 Nov, 14:30' }));
    await screen.findByText('Moved · 14:30 · Anna Weber');
    await waitFor(() => expect(screen.getByRole('button', { name: /^Liam Kowalski 14:30/ })).toHaveFocus());
    await user.keyboard('u');
    await screen.findByText('Moved back · 11:00 · Anna Weber');
    expect(callsOf('undo_status')).toHaveLength(0);
    expect(clinic.visit(LIAM).status).toBe('booked');
  });

  test('a move away from a time that has passed offers no way back', async () => {
    Object.assign(clinic.visit(LIAM), { from: 540, until: 570 });
    const { user } = await openBoard();
    (await screen.findByRole('button', { name: /^Liam Kowalski 09:00/ })).focus();
    await user.keyboard('m');
    await user.click(await screen.findByRole('button', { name: '14:30' }));
    await user.click(await screen.findByRole('button', { name: 'Move to Tue 24 Nov, 14:30' }));
    await screen.findByText('Moved · 14:30 · Anna Weber');
    expect(screen.queryByRole('button', { name: 'Undo' })).toBeNull();
  });

  test('a refused move says why and offers other times', async () => {
    const { user } = await openVisit();
    await user.click(screen.getByRole('button', { name: 'Reschedule' }));
    await user.click(await screen.findByRole('button', { name: '14:30' }));
    const confirm = await screen.findByRole('button', { name: 'Move to Tue 24 Nov, 14:30' });
    const [anna] = clinic.world.practitioners;
    const service = clinic.world.services[2]?.service_id ?? '';
    const wish = {
      practitioner_id: anna?.practitioner_id ?? '',
      starts_at: '2026-11-24T11:00:00Z',
      length: 30,
    };
    clinic.fail('reschedule_appointment', { code: 'refused', refusal: refusal(clinic.world, wish, service) });
    await user.click(confirm);
    expect(await screen.findByRole('alert')).toHaveTextContent('This time is taken.');
    await user.click(within(screen.getByRole('alert')).getAllByRole('button')[0] as HTMLElement);
    await waitFor(() => expect(screen.queryByRole('alert')).toBeNull());
    expect(screen.getByRole('button', { name: /^Move to/ })).toBeEnabled();
  });

  test('a chosen time that is taken meanwhile is refused before it is tried', async () => {
    const { user } = await openVisit();
    await user.click(screen.getByRole('button', { name: 'Reschedule' }));
    await user.click(await screen.findByRole('button', { name: '14:30' }));
    clinic.taken(clinic.world.practitioners[0]?.practitioner_id ?? '', '2026-11-24T14:30:00Z');
    expect(await screen.findByRole('alert')).toHaveTextContent('This time is taken.');
    expect(screen.getByRole('button', { name: /^Move to/ })).toBeDisabled();
  });
});
