import { act } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { clinic } from '@/test/fake/clinic';
import { id } from '@/test/fake/world';
import { ANNA, callsOf, dialog, HALF_PAST_TWO, openBoard, screen, waitFor, within } from '@/test/window';

const NOOR = id('a0', 5);

async function openApprovals() {
  const opened = await openBoard();
  await opened.user.keyboard('p');
  await screen.findByRole('dialog', { name: 'Waiting for approval' });
  return opened;
}

const approve = (patient: string) => screen.findByRole('button', { name: new RegExp(`^Approve ${patient}`) });

describe('approvals', () => {
  test('the header counts what waits, and the list says all that is needed to decide', async () => {
    await openApprovals();
    expect(
      screen.getByRole('button', { name: 'Waiting for approval, 3 visits', hidden: true }),
    ).toBeVisible();
    const rows = within(await dialog()).getAllByRole('listitem');
    expect(rows).toHaveLength(3);
    for (const said of ['Noor O’Brien', 'Tue 24 Nov, 15:30–16:00 · Check-up', 'Anna Weber'])
      expect(within(rows[0] as HTMLElement).getByText(said)).toBeInTheDocument();
    expect(rows[0]).toHaveTextContent('Asked by Rita Reception, Fri 20 Nov, 16:32');
  });

  test('approving takes the visit off the list, and the focus goes to the next one', async () => {
    const { user } = await openApprovals();
    (await approve('Noor O’Brien')).focus();
    await user.keyboard('{Enter}');
    await screen.findByText('Approved · 15:30 · Anna Weber');
    expect(callsOf('approve_appointment')[0]?.request).toEqual({
      base_version: 6,
      command: { appointment_id: NOOR },
    });
    await waitFor(async () => expect(await approve('Vera Haas')).toHaveFocus());
    expect(screen.queryByRole('button', { name: /^Approve Noor/ })).toBeNull();
  });

  test('Y approves the visit under the focus, whatever comes above it meanwhile', async () => {
    const { user } = await openApprovals();
    await waitFor(async () => expect(await approve('Noor O’Brien')).toHaveFocus());
    act(() => {
      const earlier = clinic.addVisit({
        practitioner_id: ANNA,
        starts_at: HALF_PAST_TWO,
        minutes: 30,
        by: 'Rudi Reception',
      });
      earlier.status = 'pending';
      clinic.announce('appointment');
    });
    await waitFor(() => expect(screen.getAllByRole('button', { name: /^Approve / })).toHaveLength(4));
    expect(screen.getAllByRole('button', { name: /^Approve / })[1]).toHaveFocus();
    await user.keyboard('y');
    await screen.findByText('Approved · 15:30 · Anna Weber');
    expect(callsOf('approve_appointment').map(({ request }) => request)).toEqual([
      { base_version: 6, command: { appointment_id: NOOR } },
    ]);
  });

  test('the focus goes to the one that takes the place, never to one that was passed over', async () => {
    const { user } = await openApprovals();
    await waitFor(async () => expect(await approve('Noor O’Brien')).toHaveFocus());
    await user.keyboard('{ArrowDown}');
    expect(await approve('Vera Haas')).toHaveFocus();
    await user.keyboard('y');
    await waitFor(() => expect(screen.queryByRole('button', { name: /^Approve Vera/ })).toBeNull());
    const [first, next] = screen.getAllByRole('button', { name: /^Approve / });
    expect(first).toHaveAccessibleName(/Noor O’Brien/);
    await waitFor(() => expect(next).toHaveFocus());
  });

  test('whoever thinks again about declining is back where they were', async () => {
    const { user } = await openApprovals();
    const decline = { name: /^Decline Noor/ };
    await user.click(await screen.findByRole('button', decline));
    await user.click(await screen.findByRole('button', { name: 'Back' }));
    expect(screen.getByRole('button', decline)).toHaveFocus();
  });

  test('a reason that was typed is asked about before Back throws it away', async () => {
    const { user } = await openApprovals();
    const decline = { name: /^Decline Noor/ };
    const reason = () => screen.getByLabelText(/Why is it declined/);
    await user.click(await screen.findByRole('button', decline));
    await user.type(reason(), 'Needs a referral');
    await user.click(screen.getByRole('button', { name: 'Back' }));
    await screen.findByRole('dialog', { name: 'Throw away what you typed?' });
    await user.click(screen.getByRole('button', { name: 'Keep it' }));
    expect(reason()).toHaveValue('Needs a referral');
    await user.click(screen.getByRole('button', { name: 'Back' }));
    await user.click(await screen.findByRole('button', { name: 'Throw it away' }));
    await waitFor(() => expect(screen.getByRole('button', decline)).toHaveFocus());
    await user.click(screen.getByRole('button', decline));
    expect(reason()).toHaveValue('');
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  test('Back out of an empty form asks nothing, whatever was typed for another visit', async () => {
    const { user } = await openApprovals();
    await user.click(await screen.findByRole('button', { name: /^Decline Noor/ }));
    await user.type(screen.getByLabelText(/Why is it declined/), 'Needs a referral');
    await user.click(await screen.findByRole('button', { name: /^Decline Vera/ }));
    await user.click(screen.getAllByRole('button', { name: 'Back' })[1] as HTMLElement);
    expect(await screen.findByRole('button', { name: /^Decline Vera/ })).toHaveFocus();
    expect(screen.getByLabelText(/Why is it declined/)).toHaveValue('Needs a referral');
  });

  test('Show does not throw away a reason that was typed either', async () => {
    const { user } = await openApprovals();
    await user.click(await screen.findByRole('button', { name: /^Decline Noor/ }));
    await user.type(screen.getByLabelText(/Why is it declined/), 'Needs a referral');
    await user.click(await screen.findByRole('button', { name: /^Show Vera/ }));
    await screen.findByRole('dialog', { name: 'Throw away what you typed?' });
    await user.keyboard('{Escape}');
    expect(screen.getByLabelText(/Why is it declined/)).toHaveValue('Needs a referral');
  });

  test('rejecting asks for the reason, and sends it', async () => {
    const { user } = await openApprovals();
    await user.click(await screen.findByRole('button', { name: /^Decline Noor/ }));
    await user.type(screen.getByLabelText(/Why is it declined/), 'Needs a referral');
    await user.click(screen.getByRole('button', { name: 'Decline' }));
    await screen.findByText('Declined · 15:30 · Anna Weber');
    expect(callsOf('reject_appointment')[0]?.request).toEqual({
      base_version: 6,
      command: { appointment_id: NOOR, reason: 'Needs a referral' },
    });
  });

  test('what another desk decides goes from the list by itself', async () => {
    await openApprovals();
    await approve('Noor O’Brien');
    act(() => clinic.changed(NOOR, { status: 'booked', path: ['pending'] }));
    const list = within(await dialog());
    await waitFor(() => expect(list.queryByText('Noor O’Brien')).toBeNull());
    expect(list.getAllByRole('listitem')).toHaveLength(2);
  });

  test('what was changed after it was read is not rejected unseen', async () => {
    const { user } = await openApprovals();
    await user.click(await screen.findByRole('button', { name: /^Decline Noor/ }));
    await user.type(screen.getByLabelText(/Why is it declined/), 'Needs a referral');
    act(() => clinic.changed(NOOR, { notes: 'Has a referral' }));
    await user.click(screen.getByRole('button', { name: 'Decline' }));
    expect(await screen.findByRole('alert')).toHaveTextContent('Somebody else has just changed this.');
    expect(screen.getByLabelText(/Why is it declined/)).toHaveValue('Needs a referral');
    expect(clinic.visit(NOOR).status).toBe('pending');
  });

  test('a therapist decides on their own visits only', async () => {
    const user = {
      user_id: id('05', 3),
      name: 'Ben Okafor',
      role: 'practitioner',
      practitioner_id: id('b0', 1),
    } as const;
    clinic.session = { ...clinic.session, user };
    await openApprovals();
    expect(await approve('Vera Haas')).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: /^Approve Noor/ })).toBeNull();
    expect(screen.getAllByText('You cannot decide this one.')).toHaveLength(2);
  });

  test('Show goes to the visit on its day', async () => {
    const { user } = await openApprovals();
    await user.click(await screen.findByRole('button', { name: /^Show Noor/ }));
    await waitFor(() => expect(screen.getByRole('button', { name: /^Noor O’Brien 15:30/ })).toHaveFocus());
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  test('nothing that waits says so', async () => {
    clinic.world.visits = clinic.world.visits.filter(({ status }) => status !== 'pending');
    await openApprovals();
    expect(await screen.findByText('Nothing waits for approval.')).toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Waiting for approval', hidden: true })).toBeInTheDocument();
  });
});
