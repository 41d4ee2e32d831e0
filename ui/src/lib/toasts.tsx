import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconAlertCircle, IconCheck, IconHourglass } from '@tabler/icons-react';
import { errorSentence } from './sentences';
import { t } from './t';

/**
 * Said only after the board shows it: callers come here from a resolved `execute`. What can be taken
 * back has a button for it.
 */
export function done(title: string, message: string, undo?: () => Promise<void>): void {
  const id = notifications.show({
    title,
    message: undo ? (
      <Undoable message={message} onUndo={() => void attempt(undo).then(() => notifications.hide(id))} />
    ) : (
      message
    ),
    color: 'green.8',
    icon: <IconCheck size="1.125rem" aria-hidden />,
  });
}

function Undoable({ message, onUndo }: { message: string; onUndo: () => void }) {
  return (
    <>
      {message}{' '}
      <Button variant="light" size="compact-sm" onClick={onUndo} data-undo>
        {t('toast.undo')}
      </Button>
    </>
  );
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
  refused(t('toast.failed'), errorSentence(error));
}

/** Not done, and why. */
export function refused(title: string, message: string): void {
  notifications.show({
    title,
    message,
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
