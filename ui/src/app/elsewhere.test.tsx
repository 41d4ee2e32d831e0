import { act } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { clinic } from '@/test/fake/clinic';
import { because, freeSlots } from '@/test/fake/reads';
import { id } from '@/test/fake/world';
import { ANNA, callsOf, openForm, screen, waitFor, within } from '@/test/window';

const LIAM = id('a0', 1);
const NOOR = id('a0', 9);

const edit = () => openForm(/^Liam Kowalski 11:00/, 'e');
const note = () => screen.findByLabelText('Note');
const save = () => screen.getByRole('button', { name: 'Save' });

describe('a change that does not fit where the visit is', () => {
  async function giveToMaria() {
    const { user } = await edit();
    Object.assign(clinic.visit(NOOR), { patient_id: id('9a', 0) });
    await user.type(await note(), 'Brings pictures');
    await user.click(await screen.findByRole('button', { name: 'Change' }));
    await user.type(screen.getByLabelText('Patient', { selector: 'input' }), 'maria schm');
    await screen.findByRole('option', { name: /Maria Schmidt/ });
    await user.keyboard('{Enter}');
    await user.click(save());
    await screen.findByRole('alert');
    return user;
  }
  const there = () => screen.findByRole('button', { name: 'Move to Tue 24 Nov, 14:30 and save' });

  test('offers what is free for it, one key and Enter away: moved first, then changed', async () => {
    const user = await giveToMaria();
    await user.keyboard('{Alt>}2{/Alt}');
    expect(await there()).toHaveFocus();
    expect(screen.getByText('Saved, the visit goes to Tue 24 Nov, 14:30 with Anna Weber.')).toBeVisible();
    await user.keyboard('{Enter}');
    expect(await screen.findByText('Saved · 14:30 · Anna Weber')).toBeVisible();
    expect(clinic.visit(LIAM)).toMatchObject({
      from: 870,
      patient_id: id('9a', 0),
      notes: 'Brings pictures',
    });
    expect(callsOf('reschedule_appointment')[0]?.request).toMatchObject({ base_version: 2 });
    expect(await screen.findByRole('heading', { name: 'Maria Schmidt' })).toBeVisible();
    expect(screen.queryByText(/changed this visit meanwhile/)).toBeNull();
  });

  test('keeps its time if that is wanted after all, and another patient is another question', async () => {
    const user = await giveToMaria();
    await user.keyboard('{Alt>}2{/Alt}');
    await user.click(await screen.findByRole('button', { name: 'Keep its time' }));
    expect(save()).toBeVisible();
    expect(callsOf('reschedule_appointment')).toHaveLength(0);
  });

  test('is not lost where the move succeeds and the change does not', async () => {
    const user = await giveToMaria();
    await user.keyboard('{Alt>}2{/Alt}');
    clinic.fail('update_appointment', { code: 'server_error' });
    await user.click(await there());
    expect(
      await screen.findByText(
        /was moved to Tue 24 Nov, 14:30 with Anna Weber; the change itself is not saved/,
      ),
    ).toBeVisible();
    expect(await note()).toHaveValue('Brings pictures');
    await user.click(save());
    await screen.findByText('Saved · 14:30 · Anna Weber');
    expect(clinic.visit(LIAM)).toMatchObject({
      from: 870,
      patient_id: id('9a', 0),
      notes: 'Brings pictures',
    });
  });

  test('is not sent while the move has no answer, and stays in the form', async () => {
    const user = await giveToMaria();
    await user.keyboard('{Alt>}2{/Alt}');
    clinic.waits = true;
    await user.click(await there());
    expect(await screen.findByText(/The move has no answer yet, so the change was not sent/)).toBeVisible();
    expect(callsOf('update_appointment')).toHaveLength(1);
    expect(await note()).toHaveValue('Brings pictures');
  });

  test('says so where the time was taken meanwhile, moves nothing, and offers anew what fits', async () => {
    const user = await giveToMaria();
    await user.keyboard('{Alt>}2{/Alt}');
    act(() => clinic.taken(ANNA, '2026-11-24T14:30:00Z'));
    await user.click(await there());
    const alert = await screen.findByRole('alert');
    expect(alert).toHaveTextContent('The visit stays where it is.');
    expect(within(alert).queryByRole('button')).toBeNull();
    expect(callsOf('update_appointment')).toHaveLength(1);
    expect(clinic.visit(LIAM)).toMatchObject({ from: 660 });
    await user.click(save());
    await waitFor(() => expect(callsOf('update_appointment')).toHaveLength(2));
    expect(await screen.findByRole('alert')).not.toHaveTextContent('The visit stays where it is.');
    expect(within(screen.getByRole('alert')).getAllByRole('button').length).toBeGreaterThan(0);
  });

  test('that the server cannot be asked for after the move is not said to be nothing', async () => {
    const user = await giveToMaria();
    await user.keyboard('{Alt>}2{/Alt}');
    clinic.fail('update_appointment', { code: 'offline' });
    await user.click(await there());
    expect(
      await screen.findByText(/^The visit was moved to .* Then the server could not be reached/),
    ).toBeVisible();
    expect(screen.queryByText(/Nothing was sent/)).toBeNull();
  });
});

describe('the way back of a move', () => {
  test('is another time where the old one was taken meanwhile, and says by whom', async () => {
    const { user } = await openForm(/^Liam Kowalski 11:00/, 'm');
    await user.click(await screen.findByRole('button', { name: '14:30' }));
    await user.click(await screen.findByRole('button', { name: /^Move to Tue 24 Nov, 14:30/ }));
    await screen.findByText('Moved · 14:30 · Anna Weber');
    act(() => clinic.taken(ANNA, '2026-11-24T11:00:00Z'));
    await user.click(screen.getByRole('button', { name: 'Undo' }));
    expect(
      await screen.findByText(/^This time is taken\..* Rudi Reception took it on Tue 24 Nov at 10:10\.$/),
    ).toBeInTheDocument();
    const times = within(await screen.findByRole('list', { name: 'Free times' }));
    expect(await times.findByRole('button', { name: '11:30' })).toBeInTheDocument();
    expect(times.queryByRole('button', { name: '11:00' })).toBeNull();
  });
});

describe('a move that the server refuses', () => {
  test('offers what is free instead, one key and Enter away', async () => {
    const { user } = await openForm(/^Liam Kowalski 11:00/, 'm');
    await user.click(await screen.findByRole('button', { name: '14:30' }));
    const [offer] = freeSlots(clinic.world, {
      service_id: clinic.visit(LIAM).service_id,
      practitioner_id: ANNA,
      from: '2026-11-25',
      to: '2026-11-25',
    }).slots;
    if (!offer) throw new Error('nothing is free');
    const refusal = { ...because('patient_busy'), alternatives: [offer] };
    clinic.fail('reschedule_appointment', { code: 'refused', refusal });
    await user.click(await screen.findByRole('button', { name: /^Move to Tue 24 Nov, 14:30/ }));
    expect(await screen.findByRole('alert')).toHaveTextContent('The patient has another visit at this time.');
    await user.keyboard('{Alt>}1{/Alt}');
    const confirm = await screen.findByRole('button', { name: `Move to Wed 25 Nov, ${offer.wall_start}` });
    await waitFor(() => expect(confirm).toHaveFocus());
    await user.keyboard('{Enter}');
    await waitFor(() => expect(clinic.visit(LIAM).date).toBe('2026-11-25'));
  });
});
