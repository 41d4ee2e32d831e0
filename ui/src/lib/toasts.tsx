import { notifications } from '@mantine/notifications';
import { IconAlertCircle, IconCheck, IconHourglass } from '@tabler/icons-react';
import { errorSentence } from './sentences';
import { t } from './t';

/** Said only after the board shows it: callers come here from a resolved `execute`. */
export function done(title: string, message: string): void {
  notifications.show({ title, message, color: 'green.8', icon: <IconCheck size="1.125rem" aria-hidden /> });
}

const unanswered = new Set<string>();

/** Sent, but not answered: never looks like a success, and stays until it is closed or answered. */
export function waiting(title: string, message: string): void {
  const id = notifications.show({
    title,
    message,
    color: 'orange.8',
    icon: <IconHourglass size="1.125rem" aria-hidden />,
    autoClose: false,
  });
  unanswered.add(id);
}

/** Nothing waits any more: what says so would be false. */
export function answered(): void {
  for (const id of unanswered) notifications.hide(id);
  unanswered.clear();
}

export function failed(error: unknown): void {
  notifications.show({
    title: t('toast.failed'),
    message: errorSentence(error),
    color: 'red.8',
    icon: <IconAlertCircle size="1.125rem" aria-hidden />,
    autoClose: false,
  });
}

/** Runs something whose failure has no better place than a toast. */
export async function attempt<T>(run: () => Promise<T>): Promise<T | undefined> {
  try {
    return await run();
  } catch (error) {
    failed(error);
    return undefined;
  }
}
