/** The way back of an edit of several visits: each by itself, because each may be in the way of something. */
import type { QueryClient } from '@tanstack/react-query';
import type { AppointmentCard, AppointmentId, Progress } from '@/bindings/types';
import { shortDate } from '@/lib/civil';
import { execute, readIfPossible } from '@/lib/rpc';
import { errorSentence } from '@/lib/sentences';
import { t, tCount } from '@/lib/t';
import { done, refused, waiting } from '@/lib/toasts';

const MOST = 4;

/** One visit on its way back. */
export interface Return {
  /** As it is called when it cannot go back. */
  visit: AppointmentCard;
  send: () => Promise<{ progress: Progress }>;
}

/** The visits as they are now; without those that cannot be read. */
export async function cardsOf(client: QueryClient, ids: readonly AppointmentId[]) {
  const cards = ids.map((appointment_id) => readIfPossible(client, 'appointment_card', { appointment_id }));
  return (await Promise.all(cards)).filter((card) => card !== undefined);
}

/** Decided on the visits as they are now: what somebody else does after it is not undone. */
export async function wayBackOfAll(client: QueryClient, ids: readonly AppointmentId[]) {
  const cards = await cardsOf(client, ids);
  const back = cards.filter((card) => card.steps.includes('undo_status')).map(undone);
  return back.length > 0 ? () => takeBackAll(back) : undefined;
}

function undone(visit: AppointmentCard): Return {
  const { appointment_id, version } = visit;
  return {
    visit,
    send: () => execute('undo_status', { base_version: version, command: { appointment_id } }),
  };
}

export async function takeBackAll(all: readonly Return[]): Promise<void> {
  const failures: string[] = [];
  let unanswered = 0;
  for (const { visit, send } of all) {
    try {
      const { progress } = await send();
      if (progress === 'waiting') unanswered += 1;
    } catch (error) {
      failures.push(`${shortDate(visit.date)}, ${visit.wall_start}: ${errorSentence(error)}`);
    }
  }
  say(all, unanswered, failures);
}

/** What came back, what did not and why, and what nobody knows yet. */
function say(all: readonly Return[], unanswered: number, failures: readonly string[]): void {
  const back = all.length - unanswered - failures.length;
  const name = all[0]?.visit.patient.name ?? '';
  if (unanswered > 0) {
    const visits = tCount('series.visits', unanswered);
    waiting(t('series.waiting', { visits, name }), t('toast.waitingDetail'));
  }
  if (failures.length > 0) {
    refused(t('toast.backPartly', { back, of: all.length, name }), firstOf(failures));
  } else if (back > 0) done(t('toast.backAll', { visits: tCount('series.visits', back), name }), '');
}

/** As many as can be read at a glance, and how many more. */
function firstOf(failures: readonly string[]): string {
  const more = failures.length - MOST;
  const lines = failures.slice(0, MOST);
  return (more > 0 ? [...lines, tCount('toast.backMore', more)] : lines).join('\n');
}
