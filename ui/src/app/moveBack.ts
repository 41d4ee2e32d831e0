/** The way back of a move: every visit to where it was, if nobody has changed it since. */
import type { QueryClient } from '@tanstack/react-query';
import type { AppointmentCard, Clock } from '@/bindings/types';
import { execute, readIfPossible } from '@/lib/rpc';
import { announceMovedBack } from './announce';
import { cardsOf, type Instead, type Return, takeBackAll } from './takeBackAll';

/** None when no visit can go back: nobody comes at a time that has passed. */
export async function wayBackOfMove(
  client: QueryClient,
  before: readonly AppointmentCard[],
  instead: Instead,
) {
  const clock = await readIfPossible(client, 'clock', {});
  const after = await cardsOf(
    client,
    before.map(({ appointment_id }) => appointment_id),
  );
  const moves = before.flatMap((was) => {
    const now = after.find(({ appointment_id }) => appointment_id === was.appointment_id);
    return now?.can_reschedule ? [{ was, now }] : [];
  });
  if (!clock || !moves.some(({ was }) => isAhead(was, clock))) return undefined;
  const [only] = moves;
  if (before.length === 1 && only) return () => goBack(only);
  return () => takeBackAll(inOrder(moves).map((move) => ({ ...homeward(move), instead })));
}

interface Move {
  was: AppointmentCard;
  now: AppointmentCard;
}

async function goBack({ was, now }: Move): Promise<void> {
  announceMovedBack(await sendHome(was, now));
}

/** None meets another one of its series that has yet to leave. */
function inOrder(moves: Move[]): Move[] {
  const sorted = moves.toSorted((a, b) => Date.parse(a.was.starts_at) - Date.parse(b.was.starts_at));
  const later = moves.some(({ was, now }) => Date.parse(now.starts_at) < Date.parse(was.starts_at));
  return later ? sorted.reverse() : sorted;
}

function homeward({ was, now }: Move): Omit<Return, 'instead'> {
  return { visit: was, send: () => sendHome(was, now) };
}

function sendHome(was: AppointmentCard, { appointment_id, version }: AppointmentCard) {
  const { starts_at, ends_at, practitioner_id, location_id, override } = was;
  const command = {
    appointment_id,
    starts_at,
    ends_at,
    practitioner_id,
    ...(location_id && { location_id }),
    ...(override && { override }),
  };
  return execute('reschedule_appointment', { base_version: version, command });
}

function isAhead({ date, wall_start }: AppointmentCard, { date: today, time }: Clock): boolean {
  return date > today || (date === today && wall_start >= time);
}
