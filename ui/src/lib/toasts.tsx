import { Button } from '@mantine/core';
import { type NotificationData, notifications } from '@mantine/notifications';
import { IconAlertCircle, IconCheck, IconHourglass } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { AppointmentId } from '@/bindings/types';
import { errorSentence } from './sentences';
import { t } from './t';
import { useOnce } from './useOnce';
import { useServerBack } from './useServerBack';

/** What was said last about a visit: the next word about it takes its place. */
const said = new Map<AppointmentId, string>();

/** What waits for an answer of the server. */
const unanswered = new Set<string>();

/** As many as can stand above each other; the window's limit is the same. */
export const MOST_TOASTS = 4;

/** What stands on the screen, oldest first. */
let shown: string[] = [];

/** Always seen and spoken at once: with no room left the oldest goes, what is unanswered last of all. */
function show(what: NotificationData): string {
  if (shown.length >= MOST_TOASTS) {
    const oldest = shown.find((id) => !unanswered.has(id)) ?? shown[0];
    if (oldest) hide(oldest);
  }
  const id = notifications.show({ ...what, onClose: ({ id }) => forget(id ?? '') });
  shown.push(id);
  return id;
}

let made = 0;

function newId(): string {
  made += 1;
  return `said-${made}`;
}

function hide(id: string): void {
  notifications.hide(id);
  forget(id);
}

function forget(id: string): void {
  shown = shown.filter((each) => each !== id);
  unanswered.delete(id);
}

function say(about: AppointmentId | undefined, what: NotificationData): string {
  const before = about && said.get(about);
  if (before) hide(before);
  const id = show(what);
  if (about) said.set(about, id);
  return id;
}

/**
 * Said only after the board shows it: callers come here from a resolved `execute`. What can be taken
 * back has a button for it.
 */
export function done(
  title: string,
  message: string,
  undo?: () => Promise<void>,
  about?: AppointmentId,
): void {
  const id = newId();
  say(about, {
    id,
    title,
    message: undo ? (
      <Undoable message={message} id={id} onUndo={() => attempt(undo).then(() => hide(id))} />
    ) : (
      message
    ),
    color: 'green.8',
    icon: <IconCheck size="1.125rem" aria-hidden />,
  });
}

interface UndoableProps {
  message: string;
  id: string;
  onUndo: () => Promise<void>;
}

function Undoable({ message, id, onUndo }: UndoableProps) {
  const { busy, once } = useOnce();
  return (
    <>
      {message}{' '}
      <Button
        variant="light"
        size="compact-sm"
        loading={busy}
        onClick={() => void once(onUndo)}
        data-undo={id}
      >
        {t('toast.undo')}
      </Button>
    </>
  );
}

/**
 * Presses the way back that was offered last (about this visit), if one still is. What fades away
 * offers none any more.
 */
export function takeBack(about?: AppointmentId): boolean {
  const ids = about ? [said.get(about)].filter((id) => id && shown.includes(id)) : shown;
  const offered = ids.map((id) => document.querySelector<HTMLElement>(`[data-undo="${id}"]`));
  const last = offered.filter((button) => button !== null).at(-1);
  last?.click();
  return last !== undefined;
}

/** Closes everything that was said. */
export function hush(): void {
  notifications.clean();
  said.clear();
  unanswered.clear();
  shown = [];
}

/** Sent, but not answered: never looks like a success, and stays until it is closed or answered. */
export function waiting(title: string, message: string): void {
  const id = show({
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
  for (const id of [...unanswered]) hide(id);
}

export function failed(error: unknown): void {
  refused(t('toast.failed'), <Failed error={error} />);
}

/** What the toast says for as long as it stands: a server that is back is not said to be away. */
function Failed({ error }: { error: unknown }) {
  return useServerBack(error) ? t('app.serverBack') : errorSentence(error);
}

/** A key that does not fit: nothing was asked for, so it goes by itself. */
export function hint(title: string, message: string, about: AppointmentId): void {
  say(about, {
    title,
    message,
    color: 'orange.8',
    icon: <IconAlertCircle size="1.125rem" aria-hidden />,
  });
}

/** Not done, and why. */
export function refused(title: string, message: ReactNode): void {
  show({
    title,
    message,
    color: 'red.8',
    icon: <IconAlertCircle size="1.125rem" aria-hidden />,
    autoClose: false,
  });
}

/** One thing of several that was not done, and what can be done instead. */
export interface NotDone {
  what: string;
  why: string;
  instead?: (() => Promise<void>) | undefined;
}

/** Not done, and why, each with its way out. */
export function refusedEach(title: string, all: readonly NotDone[], more?: string): void {
  refused(title, <NotDoneList all={all} more={more} />);
}

function NotDoneList({ all, more }: { all: readonly NotDone[]; more: string | undefined }) {
  return (
    <>
      {all.map(({ what, why, instead }) => (
        <div key={what}>
          {t('toast.notDone', { what, why })}{' '}
          {instead && (
            <Button
              variant="light"
              size="compact-sm"
              aria-label={t('toast.insteadNamed', { what })}
              onClick={() => void attempt(instead)}
              data-instead
            >
              {t('toast.instead')}
            </Button>
          )}
        </div>
      ))}
      {more && <div>{more}</div>}
    </>
  );
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
