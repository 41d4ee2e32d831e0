import { expect, test } from 'vitest';
import { openBoard, screen, waitFor } from '@/test/window';
import { refused, waiting } from './toasts';

test('the newest word is always seen: the oldest goes, what is unanswered last of all', async () => {
  await openBoard();
  waiting('Unanswered', 'No answer yet.');
  for (const title of ['First', 'Second', 'Third', 'Fourth']) refused(title, 'No.');
  expect(await screen.findByText('Fourth')).toBeInTheDocument();
  await waitFor(() => expect(screen.queryByText('First')).toBeNull());
  for (const title of ['Unanswered', 'Second', 'Third']) expect(screen.getByText(title)).toBeInTheDocument();
});
