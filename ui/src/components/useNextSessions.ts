import { useQuery } from '@tanstack/react-query';
import type { ServiceId, SlotOffer } from '@/bindings/types';
import { addDays } from '@/lib/civil';
import { query } from '@/lib/rpc';
import { type FullTime, nextSessions } from '@/lib/sessions';

/** Four weeks: a class that takes place once a week has several times in them. */
const AHEAD_DAYS = 27;

interface NextSessions {
  offers: readonly SlotOffer[];
  /** Still being looked for: what comes would push aside what is shown meanwhile. */
  pending: boolean;
  error: unknown;
}

/** Where a full class has seats next; nothing while no time is full. */
export function useNextSessions(
  service_id: ServiceId,
  full: (FullTime & { date: string }) | null,
  today: string | undefined,
): NextSessions {
  const date = full?.date ?? '';
  const from = today && date < today ? today : date;
  const { data, isPending, error } = useQuery({
    ...query('free_slots', { service_id, from, to: full ? addDays(from, AHEAD_DAYS) : '' }),
    enabled: full !== null,
  });
  const offers = data && full ? nextSessions(data.slots, full) : [];
  return { offers, pending: full !== null && isPending, error };
}
