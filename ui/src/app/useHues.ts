import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { query } from '@/lib/rpc';

const HUES = 8;

/** A colour per service, by its place in the clinic's list, so that it is the same on every day. */
export function useHues(): ReadonlyMap<string, number> {
  const { data } = useQuery(query('services', {}));
  return useMemo(
    () => new Map(data?.services.map(({ service_id }, index) => [service_id, index % HUES])),
    [data],
  );
}
