import { afterEach, describe, expect, test, vi } from 'vitest';
import { openBoard, screen, waitFor, within } from '@/test/window';

const width = (pixels: number) =>
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(pixels);
const menu = () => screen.findByRole('button', { name: /menu of Rita Reception/ });

describe('the header', () => {
  afterEach(() => vi.restoreAllMocks());

  test('with room, what waits has buttons, and the menu does not repeat them', async () => {
    width(1280);
    const { user } = await openBoard();
    expect(screen.getByRole('button', { name: 'Waiting for approval, 3 visits' })).toBeVisible();
    expect(await menu()).toHaveAccessibleName('RR, menu of Rita Reception');
    await user.click(await menu());
    await screen.findByRole('menuitem', { name: /^Keyboard shortcuts/ });
    expect(screen.queryByRole('menuitem', { name: /^Notices/ })).toBeNull();
  });

  test('without room it is one row, and its menu has the rest by pointer and by key', async () => {
    width(640);
    const { user } = await openBoard();
    expect(screen.queryByRole('button', { name: 'Waiting for approval, 3 visits' })).toBeNull();
    expect(screen.getByRole('heading', { name: 'Riverside Physiotherapy' })).toBeInTheDocument();
    const button = await menu();
    expect(button).toHaveAccessibleName('RR, menu of Rita Reception, 3 to look at');
    button.focus();
    await user.keyboard('{Enter}');
    const list = within(await screen.findByRole('menu'));
    for (const name of [/^Watched times, 0/, /^Notices/, /^Keyboard shortcuts/, /^Sign out/])
      expect(list.getByRole('menuitem', { name })).toBeInTheDocument();
    await user.click(list.getByRole('menuitem', { name: /^Waiting for approval, 3 visits/ }));
    await screen.findByRole('dialog', { name: 'Waiting for approval' });
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    await user.keyboard('n');
    await screen.findByRole('dialog', { name: 'Notices' });
  });
});
