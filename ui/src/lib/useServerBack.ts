import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { CommandError, query } from './rpc';

/** True once the server, which could not be reached when this went wrong, is there again. */
export function useServerBack(error: unknown): boolean {
  const away = error instanceof CommandError && error.view.code === 'offline';
  const { data } = useQuery(query('connection', {}));
  const live = data?.state === 'live';
  /** The error during which it was seen to be away: the window may hear of that later than of the error. */
  const [missed, setMissed] = useState<unknown>();
  const missing = away && data !== undefined && !live;
  useEffect(() => {
    if (missing) setMissed(error);
  }, [missing, error]);
  return away && live && missed === error;
}
