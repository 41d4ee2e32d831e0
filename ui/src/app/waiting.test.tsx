import { act } from '@testing-library/react';
import { beforeEach, describe, expect, test } from 'vitest';
import { clinic } from '@/test/fake/clinic';
import { callsOf, fillBooking, freeCell, openBoard, review, screen, waitFor } from '@/test/window';

const TILE = /^Maria Schmidt 14:30 · Waiting · Physiotherapy, until 15:00, waiting for the server/;
const VISIT = /^Maria Schmidt 14:30 · Physiotherapy/;

async function bookWithoutAnswer() {
  const { user } = await openBoard();
  await user.click(await freeCell('14:30'));
  await fillBooking(user);
  await user.click(await review(user));
  const tile = await screen.findByRole('gridcell', { name: TILE });
  return { user, tile };
}

describe('a booking that waits for its answer', () => {
  beforeEach(() => {
    clinic.waits = true;
  });

  test('keeps its time on the board, says what it is, and has the keyboard', async () => {
    const { tile } = await bookWithoutAnswer();
    await waitFor(() => expect(tile).toHaveFocus());
    expect(tile).toHaveTextContent('Maria Schmidt 14:30 · Waiting · Physiotherapy');
    expect(tile).toHaveAccessibleName(/saved on this desk and not booked yet, Anna Weber$/);
    expect(screen.queryByRole('button', { name: '14:30 free, Anna Weber' })).toBeNull();
  });

  test('is nothing to be booked or opened', async () => {
    const { user, tile } = await bookWithoutAnswer();
    const before = callsOf('open_booking').length;
    await user.click(tile);
    await user.keyboard('{Enter}oae');
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(callsOf('open_booking')).toHaveLength(before);
  });

  test('becomes the visit when the answer comes, and the keyboard stays on it', async () => {
    const { tile } = await bookWithoutAnswer();
    await waitFor(() => expect(tile).toHaveFocus());
    act(() => clinic.decided('applied'));
    await waitFor(() => expect(screen.getByRole('button', { name: VISIT })).toHaveFocus());
    expect(screen.queryByRole('gridcell', { name: TILE })).toBeNull();
  });

  test('goes when it is refused, and its time is free again', async () => {
    const { tile } = await bookWithoutAnswer();
    await waitFor(() => expect(tile).toHaveFocus());
    act(() => clinic.decided('rejected'));
    await waitFor(async () => expect(await freeCell('14:30')).toHaveFocus());
    expect(screen.queryByRole('gridcell', { name: TILE })).toBeNull();
  });

  test('is reached by the arrow keys', async () => {
    const { user, tile } = await bookWithoutAnswer();
    await waitFor(() => expect(tile).toHaveFocus());
    await user.keyboard('{ArrowUp}');
    expect(tile).not.toHaveFocus();
    await user.keyboard('{ArrowDown}');
    expect(screen.getByRole('gridcell', { name: TILE })).toHaveFocus();
  });
});
