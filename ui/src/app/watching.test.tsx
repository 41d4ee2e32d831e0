import { act } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { clinic } from '@/test/fake/clinic';
import { emit } from '@/test/fake/event';
import {
  ANNA,
  callsOf,
  dialog,
  freeCell,
  HALF_PAST_TWO,
  openBoard,
  screen,
  waitFor,
  within,
} from '@/test/window';

const NEAR = { date: '2026-11-24', practitioner_id: ANNA, starts_at: HALF_PAST_TWO, wall_start: '14:30' };

describe('watching', () => {
  test('W watches the free time under the focus, and W again stops', async () => {
    const { user } = await openBoard();
    (await freeCell('14:30')).focus();
    await user.keyboard('w');
    await screen.findByText('Watching · 14:30 · Anna Weber');
    const watched = await screen.findByRole('button', { name: '14:30 free, watched, Anna Weber' });
    expect(callsOf('watch_slot')[0]?.request).toEqual({
      practitioner_id: ANNA,
      starts_at: HALF_PAST_TWO,
      ends_at: '2026-11-24T15:00:00Z',
      on: 'taken',
    });
    watched.focus();
    await user.keyboard('w');
    await screen.findByText('No longer watching · 14:30 · Anna Weber');
    expect(callsOf('unwatch_slot')).toHaveLength(1);
  });

  test('the list shows what is watched and can end it', async () => {
    const { user } = await openBoard();
    (await freeCell('14:30')).focus();
    await user.keyboard('w');
    await screen.findByText('Watching · 14:30 · Anna Weber');
    await user.click(screen.getByRole('button', { name: 'Watched times, 1' }));
    await user.click(await screen.findByRole('button', { name: 'Stop watching 14:30, Anna Weber' }));
    expect(await screen.findByText('Nothing is watched.')).toBeInTheDocument();
  });

  test('a notice is counted, listed, and read when the list closes', async () => {
    const { user } = await openBoard();
    act(() => clinic.notify(ANNA, 14 * 60 + 30));
    await user.click(await screen.findByRole('button', { name: 'Notices, 1 unread' }));
    const list = within(await dialog());
    expect(await list.findByText('Taken · 14:30–15:00')).toBeInTheDocument();
    expect(list.getByText(/by Rudi Reception/)).toBeInTheDocument();
    expect(list.getByText('New')).toBeInTheDocument();
    await user.keyboard('{Escape}');
    await screen.findByRole('button', { name: 'Notices' });
    expect(callsOf('mark_notices_seen')).toHaveLength(1);
  });

  test('lists that cannot be read say so, and not that they are empty', async () => {
    const { user } = await openBoard();
    await user.keyboard('n');
    await screen.findByText('No notices.');
    clinic.fail('notices', { code: 'storage' });
    act(() => void clinic.announce('notice'));
    expect(await screen.findByText(/^This desk cannot read or write its own data\./)).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('No notices.')).toBeInTheDocument();
  });

  test('a notice says what was confirmed, refused or set aside by its name', async () => {
    const { user } = await openBoard();
    act(() => {
      for (const minutes of [600, 630, 660, 690]) clinic.notify(ANNA, minutes);
      const said = [
        { kind: 'confirmed', asked: 'cancel_appointment' },
        { kind: 'refused', asked: 'reschedule_appointment' },
        { kind: 'set_aside', asked: 'put_patient' },
        { kind: 'confirmed', asked: null },
      ] as const;
      clinic.notices = clinic.notices.map((notice, index) => ({ ...notice, ...said[index] }));
      clinic.announce('notice');
    });
    await user.keyboard('n');
    const list = within(await dialog());
    for (const title of [/^Cancellation confirmed/, /^Move refused/, /^Patient’s record set aside/])
      expect(await list.findByText(title)).toBeInTheDocument();
    expect(list.getByText(/^Booked after all/)).toBeInTheDocument();
  });

  test('a click on a desktop notification brings the board to the slot', async () => {
    await openBoard();
    act(() =>
      emit('navigate', { ...NEAR, to: 'show', date: '2026-11-25', starts_at: '2026-11-25T14:30:00Z' }),
    );
    await waitFor(() => expect(screen.getByRole('grid')).toHaveAttribute('data-date', '2026-11-25'));
    await waitFor(async () => expect(await freeCell('14:30')).toHaveFocus());
  });

  test('"Find another" offers times near the lost one, one key away', async () => {
    const { user } = await openBoard();
    act(() => {
      clinic.taken(ANNA, HALF_PAST_TWO);
      emit('navigate', { ...NEAR, to: 'find_another' });
    });
    await screen.findByText('Near Tue 24 Nov, 14:30 with Anna Weber');
    await waitFor(() => expect(document.querySelectorAll('[data-alternative]')).toHaveLength(6));
    const service = screen.getByLabelText('Service', { selector: 'input' });
    await waitFor(() => expect(service).toHaveFocus());
    const lengths = clinic.world.services.map(({ duration_minutes }) => duration_minutes);
    const shown = clinic.world.services.find(({ name }) => name === (service as HTMLInputElement).value);
    expect(shown?.duration_minutes).toBe(Math.min(...lengths));
    await user.keyboard('1');
    expect(await screen.findByRole('button', { name: 'Review' })).toBeInTheDocument();
    expect(screen.getByLabelText('Service', { selector: 'input' })).not.toHaveValue('');
  });

  test('"Find another" looks for a time of one\'s own before one that is shared', async () => {
    await openBoard();
    const [shortest, next] = clinic.world.services.sort((a, b) => a.duration_minutes - b.duration_minutes);
    Object.assign(shortest ?? {}, { capacity: 2 });
    clinic.announce('service');
    act(() => emit('navigate', { ...NEAR, to: 'find_another' }));
    const service = await screen.findByLabelText('Service', { selector: 'input' });
    await waitFor(() => expect(service).toHaveValue(next?.name));
  });

  test('"Find another" says why it finds nothing', async () => {
    await openBoard();
    clinic.fail('free_slots', { code: 'storage' });
    act(() => emit('navigate', { to: 'find_another', ...NEAR }));
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'This desk cannot read or write its own data.',
    );
  });

  test('"Find another" offers the same therapist first, then others, each nearest first', async () => {
    await openBoard();
    act(() => {
      clinic.taken(ANNA, HALF_PAST_TWO);
      emit('navigate', { ...NEAR, to: 'find_another' });
    });
    await waitFor(() => expect(document.querySelectorAll('[data-alternative]')).toHaveLength(6));
    const offers = [...document.querySelectorAll('[data-alternative]')].map((each) => each.textContent ?? '');
    expect(offers.map((text) => text.includes('Anna Weber'))).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
    const away = offers.map((text) => {
      const [, hour = '', minute = '', day = ''] = /(\d\d):(\d\d) \w+ (\d+) Nov/.exec(text) ?? [];
      return Math.abs(24 * 60 * (Number(day) - 24) + 60 * Number(hour) + Number(minute) - 870);
    });
    const sorted = (times: number[]) => [...times].sort((a, b) => a - b);
    expect(away.slice(0, 3)).toEqual(sorted(away.slice(0, 3)));
    expect(away.slice(3)).toEqual(sorted(away.slice(3)));
  });

  test('"Find another" does not close a booking that is being typed', async () => {
    const { user } = await openBoard();
    await user.click(await freeCell('14:30'));
    await dialog();
    await user.type(screen.getByLabelText('Note'), 'Half a thought');
    act(() => emit('navigate', { ...NEAR, to: 'find_another' }));
    expect(screen.getByLabelText('Note')).toHaveValue('Half a thought');
  });
});
