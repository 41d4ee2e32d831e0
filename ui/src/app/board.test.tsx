import { act } from '@testing-library/react';
import { describe, expect, test, vi } from 'vitest';
import { clinic } from '@/test/fake/clinic';
import {
  ANNA,
  callsOf,
  dialog,
  freeCell,
  HALF_PAST_TWO,
  openBoard,
  openWindow,
  screen,
  waitFor,
} from '@/test/window';

const shown = (date: string) =>
  waitFor(() => expect(screen.getByRole('grid')).toHaveAttribute('data-date', date));

describe('the board', () => {
  test('one cell is the tab stop, and the arrow keys go through times and columns', async () => {
    const { user } = await openBoard();
    expect(document.querySelectorAll('#board [tabindex="0"]')).toHaveLength(1);
    (await freeCell('10:30')).focus();
    await user.keyboard('{ArrowDown}');
    expect(screen.getByRole('button', { name: /^Liam Kowalski 11:00/ })).toHaveFocus();
    await user.keyboard('{ArrowRight}');
    expect(screen.getByRole('button', { name: /^Noor Fernández 11:00/ })).toHaveFocus();
    await user.keyboard('{ArrowLeft}{ArrowUp}');
    expect(await freeCell('10:30')).toHaveFocus();
    await user.keyboard('{End}');
    expect(await freeCell('16:30')).toHaveFocus();
    expect(document.querySelectorAll('#board [tabindex="0"]')).toHaveLength(1);
  });

  test('another desk’s booking appears by itself, and the focus stays where it was', async () => {
    await openBoard();
    (await freeCell('14:30')).focus();
    act(() => clinic.taken(ANNA, HALF_PAST_TWO));
    const visit = await screen.findByRole('button', { name: /^Maria Schmidt 14:30/ });
    await waitFor(() => expect(visit).toHaveFocus());
  });

  test('T on today’s board goes back to now, with the focus if the board has it', async () => {
    const { user } = await openBoard();
    const board = screen.getByRole('grid');
    (await freeCell('14:30')).focus();
    expect(board.scrollTop).toBe(0);
    await user.keyboard('t');
    await waitFor(() => expect(document.activeElement).toHaveAttribute('data-start', '09:30'));
    const atNow = board.scrollTop;
    expect(atNow).toBeGreaterThan(0);
    screen.getByRole('button', { name: 'Today' }).focus();
    board.scrollTop = 0;
    await user.keyboard('{Enter}');
    await waitFor(() => expect(board.scrollTop).toBe(atNow));
    expect(screen.getByRole('button', { name: 'Today' })).toHaveFocus();
  });

  test('the keyboard goes through days and weeks and back to today', async () => {
    const { user } = await openBoard();
    await user.keyboard(']');
    await shown('2026-11-25');
    await user.keyboard('{Alt>}{ArrowRight}{/Alt}');
    await shown('2026-11-26');
    await user.keyboard('{Alt>}{Shift>}{ArrowRight}{/Shift}{/Alt}');
    await shown('2026-12-03');
    await user.keyboard('t');
    await shown('2026-11-24');
    await user.keyboard('{{');
    await shown('2026-11-17');
  });

  test('a date is picked from the calendar', async () => {
    const { user } = await openBoard();
    await user.keyboard('d');
    await user.click(await screen.findByRole('button', { name: '27 November 2026' }));
    await shown('2026-11-27');
  });

  test('breaks, time off and closures are named, not only coloured', async () => {
    clinic.reset({ practitioners: 6 });
    const { user } = await openBoard();
    expect(screen.getAllByText('Break').length).toBeGreaterThan(0);
    expect(screen.getByText('Time off · Training in Lyon')).toBeInTheDocument();
    expect(screen.getByText('Extra hours')).toBeInTheDocument();
    await user.keyboard('d');
    await user.keyboard('{Escape}');
    for (let day = 24; day < 29; day += 1) await user.keyboard(']');
    expect(await screen.findByText('Nobody works on this day')).toBeInTheDocument();
  });

  test('a clinic without therapists says what to do', async () => {
    clinic.reset({ practitioners: 0 });
    await openWindow();
    expect(await screen.findByText('No therapists yet')).toBeInTheDocument();
  });

  test('fifty practitioners mount only the columns in view', async () => {
    clinic.reset({ practitioners: 50 });
    vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(1280);
    vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(800);
    await openBoard();
    const rows = (await screen.findAllByRole('row')).length;
    expect(rows).toBeGreaterThan(3);
    expect(rows).toBeLessThan(20);
    expect(screen.getByRole('grid')).toHaveAttribute('aria-rowcount', '50');
  });

  test('the first board is reported to the shell once', async () => {
    const { user } = await openBoard();
    await waitFor(() => expect(callsOf('board_painted')).toHaveLength(1));
    await user.keyboard(']');
    await shown('2026-11-25');
    expect(callsOf('board_painted')).toHaveLength(1);
    expect(callsOf('board_painted')[0]?.request).toEqual({ milliseconds: expect.any(Number) });
  });

  test('a day that cannot be read says why and can be asked for again', async () => {
    const { user } = await openBoard();
    clinic.fail('day_sheet', { code: 'storage', request_id: 'r-17' });
    await user.keyboard(']');
    expect(await screen.findByText(/cannot read or write its own data.*Quote r-17/)).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    await shown('2026-11-25');
  });

  test('the mouse finds one eye, at the free time under it, and a click on it watches that time', async () => {
    const { user } = await openBoard();
    expect(document.querySelector('[data-act="watch"]')).toBeNull();
    await user.hover(await freeCell('14:30'));
    const eye = document.querySelector<HTMLElement>('[data-act="watch"]');
    expect(eye).toHaveAttribute('title', 'Watch 14:30');
    await user.click(eye as HTMLElement);
    await screen.findByText('Watching · 14:30 · Anna Weber');
    expect(callsOf('open_booking')).toHaveLength(0);
    await user.hover(screen.getByRole('button', { name: /^Liam Kowalski 11:00/ }));
    expect(document.querySelector('[data-act="watch"]')).toBeNull();
  });

  test('a status that is not the ordinary one has a mark and a word', async () => {
    await openBoard();
    const marked = document.querySelectorAll('[data-status] [data-mark]:not([data-mark="series"])');
    expect(marked.length).toBeGreaterThan(3);
    for (const each of marked) {
      const tile = each.closest('[data-status]');
      expect(each).toHaveAttribute('data-mark', tile?.getAttribute('data-status'));
      expect(tile?.querySelector('b')).toHaveTextContent(
        /^(Pending|Arrived|In the room|Done|Did not come) ·/,
      );
    }
    expect(document.querySelector('[data-status="booked"] [data-mark="booked"]')).toBeNull();
  });

  test('? lists every shortcut of the table', async () => {
    const { user } = await openBoard();
    await user.keyboard('?');
    const sheet = await dialog();
    expect(sheet).toHaveTextContent('Watch the time, or stop watching it');
    expect(sheet).toHaveTextContent('Take the free time with that number');
  });
});
