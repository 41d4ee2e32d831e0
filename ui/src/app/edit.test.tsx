import { act } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { clinic } from '@/test/fake/clinic';
import { because } from '@/test/fake/reads';
import { id } from '@/test/fake/world';
import { ANNA, callsOf, dialog, openForm, screen, waitFor, within } from '@/test/window';

const LIAM = id('a0', 1);
const NOOR = id('a0', 9);

const edit = () => openForm(/^Liam Kowalski 11:00/, 'e');
const note = () => screen.findByLabelText('Note');
const save = () => screen.getByRole('button', { name: 'Save' });

describe('editing a visit', () => {
  test('sends only what was changed, on the version that was seen', async () => {
    const { user } = await edit();
    await waitFor(async () => expect(await note()).toHaveFocus());
    await user.type(await note(), 'Brings pictures');
    await user.click(save());
    await screen.findByText('Saved · 11:00 · Anna Weber');
    expect(callsOf('update_appointment')[0]?.request).toEqual({
      base_version: 2,
      command: { appointment_id: LIAM, notes: 'Brings pictures', scope: 'this' },
    });
    expect(within(await dialog()).getByText('Brings pictures')).toBeInTheDocument();
  });

  test('with nothing changed, nothing is sent', async () => {
    const { user } = await edit();
    await user.click(save());
    expect(await screen.findByRole('list', { name: 'Status' })).toBeInTheDocument();
    expect(await screen.findByRole('button', { name: 'Edit' })).toBeInTheDocument();
    expect(callsOf('update_appointment')).toHaveLength(0);
  });

  test('another patient is found by typing, another service is picked', async () => {
    const { user } = await edit();
    await user.click(await screen.findByRole('button', { name: 'Change' }));
    expect(screen.getByLabelText('Patient', { selector: 'input' })).toHaveFocus();
    await user.keyboard('maria schm');
    await screen.findByRole('option', { name: /Maria Schmidt/ });
    expect(screen.queryByRole('option', { name: /New patient/ })).toBeNull();
    await user.keyboard('{Enter}');
    expect(await screen.findByRole('button', { name: 'Change' })).toHaveFocus();
    await user.click(screen.getByLabelText('Service', { selector: 'input' }));
    await user.click(await screen.findByRole('option', { name: 'Check-up' }));
    await user.click(save());
    await screen.findByText('Saved · 11:00 · Anna Weber');
    expect(callsOf('update_appointment')[0]?.request).toMatchObject({
      command: { patient_id: id('9a', 0), service_id: id('5e', 4) },
    });
    const moved = { name: /^Maria Schmidt 11:00 · Check-up/, hidden: true };
    expect(await screen.findByRole('button', moved)).toBeInTheDocument();
  });

  test('letters pick the service, as when it was booked', async () => {
    const { user } = await edit();
    (await screen.findByLabelText('Service', { selector: 'input' })).focus();
    await user.keyboard('ch');
    expect(screen.getByLabelText('Service', { selector: 'input' })).toHaveValue('Check-up');
  });

  test('a service that needs approval makes the visit wait for it, and there is no step to take back', async () => {
    const { user } = await edit();
    await user.click(await screen.findByLabelText('Service', { selector: 'input' }));
    expect(screen.queryByText(/needs approval:/)).toBeNull();
    await user.click(await screen.findByRole('option', { name: /^First visit\s*needs approval$/ }));
    const said = 'This service needs approval: once saved, the visit is pending again.';
    expect(screen.getByLabelText('Service', { selector: 'input' })).toHaveAccessibleDescription(said);
    await user.click(save());
    await screen.findByText('Saved, pending approval · 11:00 · Anna Weber');
    expect(await screen.findByRole('button', { name: /^Approve/ })).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: /^Undo/ })).toBeNull();
  });

  test('a visit that waits says that another service needs no approval', async () => {
    const { user } = await openForm(/^Noor O’Brien 15:30/, 'e');
    Object.assign(clinic.world.services[4] as object, { needs_approval: true });
    await user.click(await screen.findByLabelText('Service', { selector: 'input' }));
    await user.click(await screen.findByRole('option', { name: 'Physiotherapy' }));
    expect(screen.getByLabelText('Service', { selector: 'input' })).toHaveAccessibleDescription(
      'This service needs no approval: once saved, the visit waits no longer.',
    );
  });

  test('a patient who is elsewhere is refused, and what was typed is still there', async () => {
    const { user } = await edit();
    Object.assign(clinic.visit(NOOR), { patient_id: id('9a', 0) });
    await user.type(await note(), 'Brings pictures');
    await user.click(await screen.findByRole('button', { name: 'Change' }));
    await user.type(screen.getByLabelText('Patient', { selector: 'input' }), 'maria schm');
    await screen.findByRole('option', { name: /Maria Schmidt/ });
    await user.keyboard('{Enter}');
    await user.click(save());
    expect(await screen.findByRole('alert')).toHaveTextContent('The patient has another visit at this time.');
    expect(await note()).toHaveValue('Brings pictures');
  });
});

describe('a visit that somebody else changes meanwhile', () => {
  test('is told field by field, old and new, and nothing that was typed is lost', async () => {
    const { user } = await edit();
    await user.type(await note(), 'Mine');
    act(() => clinic.changed(LIAM, { status: 'arrived', path: ['booked'], notes: 'Theirs' }));
    const alert = await screen.findByRole('alert');
    expect(alert).toHaveTextContent('Somebody else has changed this visit meanwhile');
    expect(alert.querySelector('[data-changed="status"]')).toHaveTextContent('was Booked → is now Arrived');
    expect(alert.querySelector('[data-changed="notes"]')).toHaveTextContent('was nothing → is now Theirs');
    expect(save()).toBeDisabled();
    expect(await note()).toHaveValue('Mine');
  });

  test('asks for every field that both have changed, then saves on the new version', async () => {
    const { user } = await edit();
    await user.type(await note(), 'Mine');
    act(() => clinic.changed(LIAM, { notes: 'Theirs' }));
    await user.click(await screen.findByRole('button', { name: 'Go on with this' }));
    expect(screen.getByText('Say for each which one is right.')).toBeInTheDocument();
    await user.click(screen.getByRole('radio', { name: 'Mine: Mine' }));
    await user.click(screen.getByRole('button', { name: 'Go on with this' }));
    expect(screen.queryByRole('alert')).toBeNull();
    await user.click(save());
    await screen.findByText('Saved · 11:00 · Anna Weber');
    const [sent] = callsOf('update_appointment').map(({ request }) => request as { base_version: number });
    expect(sent).toMatchObject({ base_version: expect.any(Number), command: { notes: 'Mine' } });
    expect(sent?.base_version).toBeGreaterThan(10_000);
  });

  test('theirs can be taken instead', async () => {
    const { user } = await edit();
    await user.type(await note(), 'Mine');
    act(() => clinic.changed(LIAM, { notes: 'Theirs' }));
    await user.click(await screen.findByRole('radio', { name: 'Theirs: Theirs' }));
    await user.click(screen.getByRole('button', { name: 'Go on with this' }));
    expect(await note()).toHaveValue('Theirs');
  });

  test('what only the others changed is followed, once it was seen', async () => {
    const { user } = await edit();
    act(() => clinic.changed(LIAM, { notes: 'Theirs' }));
    await user.click(await screen.findByRole('button', { name: 'Go on with this' }));
    expect(await note()).toHaveValue('Theirs');
    await user.click(save());
    await screen.findByRole('button', { name: 'Edit' });
    expect(callsOf('update_appointment')).toHaveLength(0);
  });

  test('is not cancelled unseen', async () => {
    const { user } = await openForm(/^Liam Kowalski 11:00/, 'c');
    await user.click(await screen.findByRole('radio', { name: 'The patient' }));
    act(() => clinic.changed(LIAM, { from: 870, until: 900 }));
    const alert = await screen.findByRole('alert');
    expect(alert.querySelector('[data-changed="time"]')).toHaveTextContent(
      'was Tue 24 Nov, 11:00–11:30 → is now Tue 24 Nov, 14:30–15:00',
    );
    expect(screen.getByRole('button', { name: 'Cancel visit' })).toBeDisabled();
    await user.click(screen.getByRole('button', { name: 'Go on with this' }));
    await user.click(screen.getByRole('button', { name: 'Cancel visit' }));
    expect(await screen.findByText('Cancelled · 14:30 · Anna Weber')).toBeInTheDocument();
  });

  test('is not moved unseen', async () => {
    const { user } = await openForm(/^Liam Kowalski 11:00/, 'm');
    await user.click(await screen.findByRole('button', { name: '14:30' }));
    act(() => clinic.changed(LIAM, { notes: 'Only in the morning' }));
    await screen.findByRole('alert');
    expect(screen.getByRole('button', { name: /^Move to Tue 24 Nov, 14:30/ })).toBeDisabled();
    await user.click(screen.getByRole('button', { name: 'Go on with this' }));
    expect(screen.getByRole('button', { name: /^Move to Tue 24 Nov, 14:30/ })).toBeEnabled();
  });
});

describe('moving a visit', () => {
  test('does not offer the time at which it is', async () => {
    await openForm(/^Liam Kowalski 11:00/, 'm');
    const times = within(await screen.findByRole('list', { name: 'Free times' }));
    expect(await times.findByRole('button', { name: '10:30' })).toBeInTheDocument();
    expect(times.queryByRole('button', { name: '11:00' })).toBeNull();
    expect(times.getByRole('button', { name: '11:30' })).toBeInTheDocument();
  });

  test('against a rule is for those who may, never without a reason, and is kept on the card', async () => {
    const user_ = {
      user_id: id('05', 2),
      name: 'Mona Manager',
      role: 'manager',
      practitioner_id: null,
    } as const;
    clinic.session = { ...clinic.session, user: user_ };
    const { user } = await openForm(/^Liam Kowalski 11:00/, 'm');
    await user.click(await screen.findByRole('button', { name: '14:30' }));
    act(() => clinic.taken(ANNA, '2026-11-24T14:30:00Z'));
    await user.click(await screen.findByRole('button', { name: 'Move anyway…' }));
    await user.click(screen.getByRole('button', { name: 'Move anyway' }));
    expect(screen.getByText('Say why.')).toBeInTheDocument();
    expect(callsOf('reschedule_appointment')).toHaveLength(0);
    await user.type(screen.getByLabelText(/Why is this rule broken/), 'Emergency');
    await user.click(screen.getByRole('button', { name: 'Move anyway' }));
    await screen.findByText('Moved · 14:30 · Anna Weber');
    expect(callsOf('reschedule_appointment')[0]?.request).toMatchObject({
      command: { override: { reason: 'Emergency', rules: ['slot_taken'] } },
    });
    await user.click(screen.getByRole('button', { name: /^Liam Kowalski 14:30/ }));
    const card = within(await dialog());
    expect(await card.findByText('Emergency')).toBeInTheDocument();
    expect(card.getByText('This time is taken.')).toBeInTheDocument();
  });

  test('a reason that was given for one rule does not break the next one', async () => {
    const manager = {
      user_id: id('05', 2),
      name: 'Mona Manager',
      role: 'manager',
      practitioner_id: null,
    } as const;
    clinic.session = { ...clinic.session, user: manager };
    const { user } = await openForm(/^Liam Kowalski 11:00/, 'm');
    await user.click(await screen.findByRole('button', { name: '14:30' }));
    act(() => clinic.taken(ANNA, '2026-11-24T14:30:00Z'));
    await user.click(await screen.findByRole('button', { name: 'Move anyway…' }));
    await user.type(screen.getByLabelText(/Why is this rule broken/), 'Emergency');
    const next = { ...because('patient_busy'), overridable: true };
    clinic.fail('reschedule_appointment', { code: 'refused', refusal: next });
    await user.click(screen.getByRole('button', { name: 'Move anyway' }));
    await screen.findByText('The patient has another visit at this time.');
    expect(screen.getByRole('button', { name: 'Move anyway…' })).toBeInTheDocument();
    expect(screen.queryByLabelText(/Why is this rule broken/)).toBeNull();
  });

  test('free times that cannot be read are not called none', async () => {
    clinic.fail('free_slots', { code: 'storage' });
    await openForm(/^Liam Kowalski 11:00/, 'm');
    expect(await screen.findByText(/^This desk cannot read or write its own data\./)).toBeInTheDocument();
    expect(screen.queryByText('No free time on this day.')).toBeNull();
  });

  test('against a rule is not offered to others', async () => {
    const { user } = await openForm(/^Liam Kowalski 11:00/, 'm');
    await user.click(await screen.findByRole('button', { name: '14:30' }));
    act(() => clinic.taken(ANNA, '2026-11-24T14:30:00Z'));
    await screen.findByRole('alert');
    expect(screen.queryByRole('button', { name: 'Move anyway…' })).toBeNull();
  });
});
