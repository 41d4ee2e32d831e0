import { act } from '@testing-library/react';
import { beforeEach, describe, expect, test } from 'vitest';
import { clinic } from '@/test/fake/clinic';
import { because, refusalOver } from '@/test/fake/reads';
import { setAsideAt } from '@/test/fake/setAside';
import { id } from '@/test/fake/world';
import { ANNA, callsOf, dialog, HALF_PAST_TWO, openBoard, screen, waitFor, within } from '@/test/window';

async function openNotices() {
  const opened = await openBoard();
  await opened.user.click(await screen.findByRole('button', { name: /^Notices/ }));
  return { ...opened, list: within(await dialog()) };
}

const LIAM = id('a0', 1);

const send = () => screen.findByRole('button', { name: /^Send again: .* · Maria Schmidt/ });

describe('what was set aside', () => {
  beforeEach(() => void setAsideAt(clinic, ANNA, 870));

  test('is counted on the bell, and says what it was and why', async () => {
    const { list } = await openNotices();
    expect(screen.getByRole('button', { name: 'Notices, 1 set aside', hidden: true })).toBeInTheDocument();
    for (const said of ['Booking · 14:30–15:00', 'Maria Schmidt, Physiotherapy', 'Asked for 09:58'])
      expect(await list.findByText(said)).toBeInTheDocument();
    expect(
      list.getByText(/^The server has a problem\..* Quote 7f3a9c when you ask for help\.$/),
    ).toBeVisible();
  });

  test('is sent again by one press, and the focus goes to the next one', async () => {
    const next = setAsideAt(clinic, ANNA, 900);
    const { user } = await openNotices();
    const [first, second] = await screen.findAllByRole('button', { name: /^Send again: / });
    first?.focus();
    await user.keyboard('{Enter}');
    expect(await screen.findByText('Booking confirmed')).toBeInTheDocument();
    await waitFor(() => expect(second).toHaveFocus());
    expect(clinic.setAside).toEqual([next]);
  });

  test('that waits for its answer is not said to be done', async () => {
    clinic.waits = true;
    const { user } = await openNotices();
    await user.click(await send());
    expect(await screen.findByText(/^Waiting for the server: Booking · Maria Schmidt/)).toBeInTheDocument();
    expect(screen.queryByText('Booking confirmed')).toBeNull();
  });

  test('that cannot be sent now stays, and says why', async () => {
    clinic.fail('resend_command', { code: 'offline' });
    const { user } = await openNotices();
    await user.click(await send());
    expect(await screen.findByText(/^The server cannot be reached\./)).toBeInTheDocument();
    expect(await send()).toBeInTheDocument();
  });

  test('that is refused when it is sent again goes, and the refusal is said', async () => {
    const { user } = await openNotices();
    const answer = clinic.hold('resend_command');
    clinic.fail('resend_command', { code: 'refused', refusal: because('unknown_id') });
    await user.click(await send());
    act(() => {
      clinic.setAside = [];
      clinic.announce('outbox');
    });
    answer();
    expect(await screen.findByText(/^Something chosen here does not exist any more/)).toBeInTheDocument();
    expect(await screen.findByText('No notices.')).toBeInTheDocument();
  });

  async function sendInVain() {
    const { user } = await openNotices();
    act(() => clinic.taken(ANNA, HALF_PAST_TWO));
    const answer = clinic.hold('resend_command');
    const refusal = refusalOver(
      'slot_taken',
      'appointment',
      clinic.visit(clinic.world.visits.at(-1)?.appointment_id ?? ''),
    );
    clinic.fail('resend_command', { code: 'refused', refusal });
    await user.click(await send());
    return { user, answer };
  }

  test('that has lost its time says who has it and what is free, with all that was typed then', async () => {
    const { user, answer } = await sendInVain();
    answer();
    const booking = within(await screen.findByRole('dialog', { name: 'Book a visit' }));
    expect(await booking.findByText(/Rudi Reception took it/)).toBeVisible();
    expect(booking.getByText('Maria Schmidt')).toBeVisible();
    expect(booking.getByLabelText('Note')).toHaveValue('Brings pictures');
    await user.keyboard('{Alt>}1{/Alt}');
    await waitFor(() => expect(booking.queryByText(/Rudi Reception took it/)).toBeNull());
    await user.click(booking.getByRole('button', { name: 'Review' }));
    await user.click(await booking.findByRole('button', { name: 'Book' }));
    expect(await screen.findByText(/^Booked · /)).toBeVisible();
  });

  test('that has lost its time meanwhile throws away nothing that is being typed', async () => {
    const { user, answer } = await sendInVain();
    await user.keyboard('{Escape}');
    await user.click(await screen.findByRole('button', { name: /^Liam Kowalski 11:00/ }));
    await user.keyboard('e');
    await user.type(await screen.findByLabelText('Note'), 'Towel');
    answer();
    expect(await screen.findByText('Booking refused')).toBeVisible();
    const another = () =>
      user.click(screen.getByRole('button', { name: 'Find another time for Maria Schmidt', hidden: true }));
    await another();
    expect(await screen.findByText('Something else is open')).toBeVisible();
    expect(screen.getByLabelText('Note')).toHaveValue('Towel');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    await screen.findByText('Saved · 11:00 · Anna Weber');
    await another();
    expect(await screen.findByRole('dialog', { name: 'Book a visit' })).toBeVisible();
  });

  test('that was a change is not lost with its refusal: it stands in the form', async () => {
    clinic.setAside = clinic.setAside.map((kept) => ({
      ...kept,
      asked: 'update_appointment',
      appointment_id: LIAM,
      booking: null,
      update: { patient: null, service_id: null, notes: 'Brings pictures' },
    }));
    const { answer } = await sendInVain();
    answer();
    expect(await screen.findByLabelText('Note')).toHaveValue('Brings pictures');
    expect(screen.getByRole('button', { name: 'Save' })).toBeEnabled();
  });

  test('is dismissed only after a second word', async () => {
    const { user } = await openNotices();
    await user.click(await screen.findByRole('button', { name: /^Dismiss: Booking/ }));
    expect(screen.getByText('It will not be done.')).toBeInTheDocument();
    expect(callsOf('dismiss_command')).toHaveLength(0);
    await user.keyboard('{Enter}');
    expect(await screen.findByText('No notices.')).toBeInTheDocument();
    expect(callsOf('dismiss_command')).toHaveLength(1);
    expect(clinic.setAside).toEqual([]);
  });
});
