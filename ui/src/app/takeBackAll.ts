/** The way back of an edit of several visits: each by itself, because each may be in the way of something. */
import type { QueryClient } from '@tanstack/react-query';
import type { AppointmentCard, AppointmentId } from '@/bindings/types';
import { shortDate } from '@/lib/civil';
import { execute } from '@/lib/rpc';
import { errorSentence } from '@/lib/sentences';
import { cardAfter } from '@/lib/step';
import { t, tCount } from '@/lib/t';
import { done, refused, waiting } from '@/lib/toasts';

const MOST = 4;

/** Decided on the visits as they are now: what somebody else does after it is not undone. */
export async function wayBackOfAll(client: QueryClient, ids: readonly AppointmentId[]) {
  const cards = await Promise.all(ids.map((id) => cardAfter(client, id)));
  const back = cards
    .filter((card) => card?.steps.includes('undo_status'))
    .filter((card) => card !== undefined);
  return back.length > 0 ? () => takeBackAll(back) : undefined;
}

async function takeBackAll(cards: readonly AppointmentCard[]): Promise<void> {
  const failures: string[] = [];
  let unanswered = 0;
  for (const card of cards) {
    try {
      const { appointment_id, version } = card;
      const { progress } = await execute('undo_status', {
        base_version: version,
        command: { appointment_id },
      });
      if (progress === 'waiting') unanswered += 1;
    } catch (error) {
      failures.push(`${shortDate(card.date)}, ${card.wall_start}: ${errorSentence(error)}`);
    }
  }
  say(cards, unanswered, failures);
}

/** What came back, what did not and why, and what nobody knows yet. */
function say(cards: readonly AppointmentCard[], unanswered: number, failures: readonly string[]): void {
  const back = cards.length - unanswered - failures.length;
  const name = cards[0]?.patient.name ?? '';
  if (unanswered > 0) {
    const visits = tCount('series.visits', unanswered);
    waiting(t('series.waiting', { visits, name }), t('toast.waitingDetail'));
  }
  if (failures.length > 0) {
    refused(t('toast.backPartly', { back, of: cards.length, name }), firstOf(failures));
  } else if (back > 0) done(t('toast.backAll', { visits: tCount('series.visits', back), name }), '');
}

/** As many as can be read at a glance, and how many more. */
function firstOf(failures: readonly string[]): string {
  const more = failures.length - MOST;
  const lines = failures.slice(0, MOST);
  return (more > 0 ? [...lines, tCount('toast.backMore', more)] : lines).join('\n');
}
