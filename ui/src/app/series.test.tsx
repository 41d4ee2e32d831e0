import { act } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { clinic } from '@/test/fake/clinic';
import {
  ANNA,
  callsOf,
  dialog,
  fillBooking,
  freeCell,
  openBoard,
  screen,
  serviceField,
  waitFor,
  within,
} from '@/test/window';

type User = Awaited<ReturnType<typeof openBoard>>['user'];

const at = (date: string) => `${date}T14:30:00Z`;
/** The dialog alone: looking through the board behind it takes long. */
const inside = () => within(document.querySelector<HTMLElement>('[role="dialog"]') ?? document.body);
const rows = () => [...document.querySelectorAll<HTMLElement>('[data-dates] > li')];
const row = (date: string) => document.querySelector<HTMLElement>(`li[data-date="${date}"]`);
const fate = (date: string) => row(date)?.dataset.fate;
const status = () => document.querySelector('[data-open][role="status"]');
const asked = () =>
  callsOf('book_series').map(({ request }) => request as { series_id: string; plan: unknown });

/** Ten Tuesdays at 14:30 with Anna Weber, two of them taken and one on Christmas Eve’s week. */
async function repeat(user: User) {
  clinic.taken(ANNA, at('2026-12-08'));
  clinic.taken(ANNA, at('2026-12-22'));
  await user.click(await freeCell('14:30'));
  await fillBooking(user);
  await user.click(inside().getByRole('button', { name: 'Repeat…' }));
  await waitFor(() => expect(rows()).toHaveLength(10));
}

/** The same by somebody who may break a rule, and does for the two that are taken. */
async function repeatAnyway(user: User) {
  await repeat(user);
  await user.click(inside().getByRole('button', { name: 'Book anyway…' }));
  await user.type(await inside().findByLabelText(/^Why is this rule broken/), 'Group');
  await user.click(inside().getByRole('button', { name: 'Book anyway' }));
  await waitFor(() => expect(fate('2026-12-08')).toBe('anyway'));
}

function asManager() {
  const { user } = clinic.session;
  clinic.session = { ...clinic.session, user: user && { ...user, role: 'manager' } };
}

describe('a series', () => {
  test('asks for what is missing before it repeats anything', async () => {
    const { user } = await openBoard();
    await user.click(await freeCell('14:30'));
    await dialog();
    await user.click(inside().getByRole('button', { name: 'Repeat…' }));
    expect(screen.getByText('Pick a service.')).toBeInTheDocument();
    expect(screen.queryByRole('list', { name: 'Dates of the series' })).toBeNull();
  });

  test('shows every date with its fate and does not book while one needs a decision', async () => {
    const { user } = await openBoard();
    await repeat(user);
    expect(rows().filter((each) => each.dataset.fate === 'free')).toHaveLength(8);
    expect(row('2026-12-08')).toHaveTextContent(
      'Taken Another visit, 14:30 to 15:00. Rudi Reception took it',
    );
    expect(status()).toHaveTextContent('8 visits · 2 dates need a decision');
    expect(inside().getByRole('button', { name: 'Book 8 visits' })).toBeDisabled();
  });

  test('says day off and closed for what they are', async () => {
    const { user } = await openBoard();
    await repeat(user);
    await user.click(inside().getByRole('radio', { name: 'Days' }));
    await user.clear(inside().getByLabelText('Visits'));
    await user.type(inside().getByLabelText('Visits'), '31');
    await waitFor(() => expect(rows()).toHaveLength(31));
    expect(fate('2026-11-29')).toBe('dayOff');
    expect(fate('2026-12-24')).toBe('closed');
    expect(row('2026-12-24')).toHaveTextContent(
      'Closed The clinic is closed: Christmas Eve, 08:00 to 18:00.',
    );
  });

  test('is decided by keyboard alone, and booked in one command', async () => {
    const { user } = await openBoard();
    await repeat(user);
    await waitFor(() => expect(inside().getByLabelText('Every')).toHaveFocus());
    // From the field of the rule: a letter is no number, so it leads to the dates.
    await user.keyboard('j');
    expect(row('2026-12-08')).toHaveFocus();
    await user.keyboard('s');
    await waitFor(() => expect(fate('2026-12-08')).toBe('skipped'));
    await user.keyboard('j');
    expect(row('2026-12-22')).toHaveFocus();
    await user.keyboard('{Enter}');
    await inside().findByRole('group', { name: 'Another time' });
    await user.keyboard('1');
    await waitFor(() => expect(fate('2026-12-22')).toBe('shifted'));
    expect(row('2026-12-22')).toHaveFocus();
    expect(row('2026-12-22')).toHaveTextContent('instead of Tue 22 Dec, ');
    await user.click(await inside().findByRole('button', { name: 'Book 9 visits' }));
    expect(await screen.findByText('Booked · 9 visits · Maria Schmidt')).toBeInTheDocument();
    expect(screen.getByText('Physiotherapy, 24 Nov 2026 to 26 Jan 2027')).toBeInTheDocument();
    expect(asked()).toHaveLength(1);
    expect(asked()[0]).toMatchObject({
      notes: 'Brings pictures',
      plan: { unit: 'week', every: 1, count: 10 },
    });
    expect(callsOf('book_appointment')).toHaveLength(0);
    expect(callsOf('close_booking')).toHaveLength(1);
    const tile = await screen.findByRole('button', { name: /^Maria Schmidt 14:30 .* part of a series/ });
    await waitFor(() => expect(tile).toHaveFocus());
  });

  test('a decision is undone by key or button', async () => {
    const { user } = await openBoard();
    await repeat(user);
    row('2026-12-01')?.focus();
    await user.keyboard('s');
    await waitFor(() => expect(fate('2026-12-01')).toBe('skipped'));
    await user.keyboard('z');
    await waitFor(() => expect(fate('2026-12-01')).toBe('free'));
    await user.click(inside().getByRole('button', { name: 'Skip Tue 8 Dec 2026' }));
    await waitFor(() => expect(fate('2026-12-08')).toBe('skipped'));
    await user.click(inside().getByRole('button', { name: 'Undo the decision for Tue 8 Dec 2026' }));
    await waitFor(() => expect(fate('2026-12-08')).toBe('clash'));
  });

  test('all that clash are skipped at once, or moved to the nearest free time, none of them twice', async () => {
    const { user } = await openBoard();
    await repeat(user);
    await user.click(inside().getByRole('button', { name: 'Skip all that clash' }));
    await waitFor(() => expect(status()).toHaveTextContent('8 visits · 2 skipped'));
    await user.click(inside().getByRole('button', { name: 'Undo all decisions' }));
    await waitFor(() => expect(status()).toHaveTextContent('2 dates need a decision'));
    await user.click(inside().getByRole('button', { name: 'Nearest free for all' }));
    await waitFor(() => expect(status()).toHaveTextContent(/^10 visits$/));
    const moved = rows().filter((each) => each.dataset.fate === 'shifted');
    expect(moved).toHaveLength(2);
    await user.click(inside().getByRole('button', { name: 'Book 10 visits' }));
    expect(await screen.findByText('Booked · 10 visits · Maria Schmidt')).toBeInTheDocument();
  });

  test('all that clash may be booked anyway by whoever may break the rule, with a reason', async () => {
    asManager();
    const { user } = await openBoard();
    await repeatAnyway(user);
    expect(inside().getByText('Reason: Group')).toBeInTheDocument();
    await user.click(inside().getByRole('button', { name: 'Book 10 visits' }));
    expect(await screen.findByText('Booked · 10 visits · Maria Schmidt')).toBeInTheDocument();
    expect(asked()[0]).toMatchObject({ override: { reason: 'Group', rules: ['slot_taken'] } });
  });

  test('what was agreed to for some dates is asked again for others', async () => {
    asManager();
    const { user } = await openBoard();
    await repeatAnyway(user);
    act(() => clinic.taken(ANNA, at('2026-12-15')));
    await waitFor(() => expect(fate('2026-12-15')).toBe('clash'));
    expect(inside().getByRole('button', { name: 'Book 9 visits' })).toBeDisabled();
    expect(fate('2026-12-08')).toBe('anyway');
    await user.click(inside().getByRole('button', { name: 'Back' }));
    await waitFor(() => expect(screen.queryByText('Reason: Group')).toBeNull());
  });

  test('that needs approval says so before and after', async () => {
    clinic.world.visits = clinic.world.visits.filter(({ practitioner_id }) => practitioner_id !== ANNA);
    const { user } = await openBoard();
    await user.click(await freeCell('14:30'));
    await fillBooking(user);
    await user.click(serviceField());
    await user.click(await screen.findByRole('option', { name: /First visit.*needs approval/ }));
    await user.click(inside().getByRole('button', { name: 'Repeat…' }));
    await waitFor(() => expect(rows()).toHaveLength(10));
    expect(inside().getByText(/the visits start as pending/)).toBeInTheDocument();
    await user.click(await inside().findByRole('button', { name: 'Book 10 visits as pending' }));
    expect(await screen.findByText('Pending approval · 10 visits · Maria Schmidt')).toBeInTheDocument();
    expect(screen.queryByText(/^Booked ·/)).toBeNull();
  });

  test('another time can be any free one', async () => {
    const { user } = await openBoard();
    await repeat(user);
    await user.click(inside().getByRole('button', { name: 'Another time for Tue 8 Dec 2026' }));
    await user.click(await inside().findByRole('button', { name: 'All free times' }));
    await waitFor(() => expect(document.activeElement).toHaveAttribute('data-free', '08:00'));
    // The arrows that go down stay among the times, too.
    await user.keyboard('{ArrowDown}{ArrowUp}{ArrowRight}{ArrowRight}{Enter}');
    await waitFor(() => expect(fate('2026-12-08')).toBe('shifted'));
    expect(row('2026-12-08')).toHaveTextContent('09:00–09:30');
  });

  test('Escape closes the choice of another time and not the series', async () => {
    const { user } = await openBoard();
    await repeat(user);
    row('2026-12-08')?.focus();
    await user.keyboard('{Enter}');
    await inside().findByRole('group', { name: 'Another time' });
    await user.keyboard('{Escape}');
    await waitFor(() => expect(inside().queryByRole('group', { name: 'Another time' })).toBeNull());
    expect(row('2026-12-08')).toHaveFocus();
    expect(rows()).toHaveLength(10);
  });

  test('a refusal by the server comes back into the list, and the second try is the same series', async () => {
    const { user } = await openBoard();
    await repeat(user);
    await user.click(inside().getByRole('button', { name: 'Skip all that clash' }));
    const book = await inside().findByRole('button', { name: 'Book 8 visits' });
    const release = clinic.hold('book_series');
    await user.click(book);
    clinic.addVisit({
      practitioner_id: ANNA,
      starts_at: at('2027-01-05'),
      minutes: 30,
      by: 'Rudi Reception',
    });
    release();
    expect(await screen.findByText(/Nothing was booked: somebody was faster/)).toBeInTheDocument();
    expect(fate('2027-01-05')).toBe('clash');
    expect(row('2027-01-05')).toHaveTextContent('Rudi Reception took it');
    act(() => void clinic.announce('appointment'));
    await waitFor(() => expect(status()).toHaveTextContent('7 visits · 1 date needs a decision · 2 skipped'));
    row('2027-01-05')?.focus();
    await user.keyboard('s');
    await user.click(await inside().findByRole('button', { name: 'Book 7 visits' }));
    expect(await screen.findByText('Booked · 7 visits · Maria Schmidt')).toBeInTheDocument();
    expect(new Set(asked().map(({ series_id }) => series_id)).size).toBe(1);
  });

  test('the way back to the single visit and again forth loses nothing', async () => {
    const { user } = await openBoard();
    await repeat(user);
    row('2026-12-08')?.focus();
    await user.keyboard('s');
    await waitFor(() => expect(fate('2026-12-08')).toBe('skipped'));
    await user.click(inside().getByRole('button', { name: 'Back' }));
    expect(await screen.findByLabelText('Note')).toHaveValue('Brings pictures');
    await user.click(inside().getByRole('button', { name: 'Repeat…' }));
    await waitFor(() => expect(fate('2026-12-08')).toBe('skipped'));
  });

  test('Escape lets the slot go', async () => {
    const { user } = await openBoard();
    await repeat(user);
    await user.keyboard('{Escape}');
    await user.click(await screen.findByRole('button', { name: 'Throw it away' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(callsOf('close_booking')).toHaveLength(1);
  });

  test('a decision for one of two hundred dates leaves the other rows as they are', async () => {
    const { user } = await openBoard();
    await repeat(user);
    await user.clear(inside().getByLabelText('Visits'));
    await user.type(inside().getByLabelText('Visits'), '200');
    await waitFor(() => expect(rows()).toHaveLength(200));
    const before = rows().map((each) => each.innerHTML);
    const untouched = row('2027-03-02')?.firstElementChild?.firstChild;
    row('2026-12-08')?.focus();
    await user.keyboard('s');
    await waitFor(() => expect(fate('2026-12-08')).toBe('skipped'));
    const changed = rows().filter((each, index) => each.innerHTML !== before[index]);
    expect(changed.map((each) => each.dataset.date)).toContain('2026-12-08');
    expect(changed.length).toBeLessThanOrEqual(2);
    expect(row('2027-03-02')?.firstElementChild?.firstChild).toBe(untouched);
  });
});
