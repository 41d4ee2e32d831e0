import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { AppointmentCard, RefusalView, SeriesScope } from '@/bindings/types';
import { query } from '@/lib/rpc';
import { useWord } from '@/lib/words';
import { changesBetween, namedFields } from './changes';

export type Meanwhile = ReturnType<typeof useMeanwhile>;

/**
 * The visit as it was when the form was opened: what the user decides on. What somebody else changes
 * meanwhile stands beside it until the user has seen it; nothing is merged silently.
 */
export function useMeanwhile(card: AppointmentCard, refused: RefusalView | null, busy: boolean) {
  const [base, setBase] = useWord('base', card);
  const series = useSeriesBase(card);
  const refusedAsStale = refused?.reason === 'stale_version';
  const stale = !busy && (base.version !== card.version || refusedAsStale);
  return {
    base,
    stale,
    changes: changesBetween(base, card),
    /** By name only: of other visits of the series, or of what the card does not show. */
    named: refusedAsStale ? namedFields(refused.changed) : [],
    /** The version on which an edit of that scope is decided. */
    version: (scope: SeriesScope) => (scope === 'this' ? base.version : Math.max(base.version, series.seen)),
    /** The user has moved it themselves. */
    follow: setBase,
    /** The user has seen it: from now on they decide on what is there now. */
    accept: () => {
      setBase(card);
      series.accept();
    },
  };
}

function useSeriesBase(card: AppointmentCard) {
  const series_id = card.series?.series_id ?? '';
  const { data } = useQuery({ ...query('series_card', { series_id }), enabled: card.series !== null });
  const [seen, setSeen] = useWord<number | undefined>('base-of-series', undefined);
  const found = data?.version;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is seen first is decided on, once.
  useEffect(() => {
    if (seen === undefined && found !== undefined) setSeen(found);
  }, [seen, found]);
  return { seen: seen ?? 0, accept: () => setSeen(data?.version) };
}
