import { useQuery } from '@tanstack/react-query';
import type { AppointmentCard, AppointmentId, SeriesCard, SeriesScope } from '@/bindings/types';
import { query } from '@/lib/rpc';
import { useWord } from '@/lib/words';

/** What is asked of the visits: which of them an edit of several takes along is the desk's word. */
type Verb = 'can_reschedule' | 'can_update' | 'can_cancel';

export type Scope = ReturnType<typeof useScope>;

/** Which visits of its series an edit is for, and how many these are. */
export function useScope(card: AppointmentCard, verb: Verb) {
  const [scope, setScope] = useWord<SeriesScope>('scope', 'this');
  const series_id = card.series?.series_id ?? '';
  const { data } = useQuery({ ...query('series_card', { series_id }), enabled: card.series !== null });
  const touchedBy = (which: SeriesScope) => touched(data, card.appointment_id, which, verb);
  return {
    scope,
    setScope,
    countOf: (which: SeriesScope) => touchedBy(which)?.length,
    /** The visits that the edit is for; unknown until the series was read. */
    touched: touchedBy(scope),
  };
}

function touched(series: SeriesCard | undefined, named: AppointmentId, scope: SeriesScope, verb: Verb) {
  if (scope === 'this') return [named];
  const ids = series?.visits.map(({ appointment_id }) => appointment_id);
  const first = scope === 'following' ? (ids?.indexOf(named) ?? 0) : 0;
  return series?.visits
    .slice(Math.max(0, first))
    .filter((visit) => visit.appointment_id === named || visit[verb])
    .map(({ appointment_id }) => appointment_id);
}
