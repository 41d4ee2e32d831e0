import { act } from '@testing-library/react';
import { beforeEach, describe, expect, test } from 'vitest';
import { clinic } from '@/test/fake/clinic';
import { callsOf, fillBooking, freeCell, openBoard, openForm, review, screen, waitFor } from '@/test/window';

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

describe('a move that waits for its answer', () => {
  const THERE = /^Liam Kowalski 14:30 · Move waiting · Manual therapy, until 15:00, waiting for the server/;
  const HERE = /^Liam Kowalski 11:00 · Moving · Manual therapy.*asked for another time/;

  async function moveWithoutAnswer() {
    const { user } = await openForm(/^Liam Kowalski 11:00/, 'm');
    await user.click(await screen.findByRole('button', { name: '14:30' }));
    clinic.waits = true;
    await user.click(await screen.findByRole('button', { name: /^Move to Tue 24 Nov, 14:30/ }));
    return { user, there: await screen.findByRole('gridcell', { name: THERE }) };
  }

  test('stands at both places, says so at both, and the keyboard is at the new one', async () => {
    const { there } = await moveWithoutAnswer();
    await waitFor(() => expect(there).toHaveFocus());
    expect(there).toHaveTextContent('Liam Kowalski 14:30 · Move waiting · Manual therapy');
    expect(screen.getByRole('button', { name: HERE })).toHaveTextContent('Moving');
    expect(screen.queryByRole('button', { name: '14:30 free, Anna Weber' })).toBeNull();
    expect(screen.queryByRole('button', { name: '11:00 free, Anna Weber' })).toBeNull();
  });

  test('is the visit when the answer comes, and the keyboard stays there', async () => {
    const { there } = await moveWithoutAnswer();
    await waitFor(() => expect(there).toHaveFocus());
    act(() => clinic.decided('applied'));
    const visit = { name: /^Liam Kowalski 14:30 · Manual therapy/ };
    await waitFor(() => expect(screen.getByRole('button', visit)).toHaveFocus());
    expect(await freeCell('11:00')).toBeInTheDocument();
    expect(screen.queryByRole('gridcell', { name: THERE })).toBeNull();
  });

  test('is not made when it is refused: the visit stays as it was', async () => {
    const { there } = await moveWithoutAnswer();
    await waitFor(() => expect(there).toHaveFocus());
    act(() => clinic.decided('rejected'));
    await waitFor(async () => expect(await freeCell('14:30')).toHaveFocus());
    const visit = screen.getByRole('button', { name: /^Liam Kowalski 11:00 · Manual therapy/ });
    expect(visit).not.toHaveTextContent('Moving');
  });
});
