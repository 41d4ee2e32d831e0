/** The way back of an edit of several visits: each by itself, because each may be in the way of something. */
import type { QueryClient } from '@tanstack/react-query';
import type { AppointmentCard, AppointmentId, Progress } from '@/bindings/types';
import { shortDate } from '@/lib/civil';
import { isOutOfPlace } from '@/lib/refusal';
import { execute, readIfPossible } from '@/lib/rpc';
import { errorSentence } from '@/lib/sentences';
import { t, tCount } from '@/lib/t';
import { done, type NotDone, refusedEach, waiting } from '@/lib/toasts';

const MOST = 4;

/** Finds another time for a visit that cannot have its own. */
export type Instead = (visit: AppointmentCard) => Promise<void>;

/** One visit on its way back. */
export interface Return {
  /** As it is called when it cannot go back. */
  visit: AppointmentCard;
  send: () => Promise<{ progress: Progress }>;
  /** Where it goes when its place is taken. */
  instead: Instead;
}

/** The visits as they are now; without those that cannot be read. */
export async function cardsOf(client: QueryClient, ids: readonly AppointmentId[]) {
  const cards = ids.map((appointment_id) => readIfPossible(client, 'appointment_card', { appointment_id }));
  return (await Promise.all(cards)).filter((card) => card !== undefined);
}

/** Decided on the visits as they are now: what somebody else does after it is not undone. */
export async function wayBackOfAll(client: QueryClient, ids: readonly AppointmentId[], instead: Instead) {
  const cards = await cardsOf(client, ids);
  const cancelled = cards.filter((card) => card.steps.includes('undo_status'));
  const back = cancelled.map((visit) => undone(visit, instead));
  return back.length > 0 ? () => takeBackAll(back) : undefined;
}

function undone(visit: AppointmentCard, instead: Instead): Return {
  const { appointment_id, version } = visit;
  return {
    visit,
    instead,
    send: () => execute('undo_status', { base_version: version, command: { appointment_id } }),
  };
}

export async function takeBackAll(all: readonly Return[]): Promise<void> {
  const failures: NotDone[] = [];
  let unanswered = 0;
  for (const { visit, send, instead } of all) {
    try {
      const { progress } = await send();
      if (progress === 'waiting') unanswered += 1;
    } catch (error) {
      failures.push({
        what: t('toast.when', { date: shortDate(visit.date), time: visit.wall_start }),
        why: errorSentence(error),
        instead: isOutOfPlace(error) ? () => instead(visit) : undefined,
      });
    }
  }
  say(all, unanswered, failures);
}

/** What came back, what did not and why, and what nobody knows yet. */
function say(all: readonly Return[], unanswered: number, failures: readonly NotDone[]): void {
  const back = all.length - unanswered - failures.length;
  const name = all[0]?.visit.patient.name ?? '';
  if (unanswered > 0) {
    const visits = tCount('series.visits', unanswered);
    waiting(t('series.waiting', { visits, name }), t('toast.waitingDetail'));
  }
  if (failures.length > 0) {
    // As many as can be read at a glance, and how many more.
    const more = failures.length - MOST;
    const title = t('toast.backPartly', { back, of: all.length, name });
    refusedEach(title, failures.slice(0, MOST), more > 0 ? tCount('toast.backMore', more) : undefined);
  } else if (back > 0) done(t('toast.backAll', { visits: tCount('series.visits', back), name }), '');
}
