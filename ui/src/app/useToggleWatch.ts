import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { execute, readNow } from '@/lib/rpc';
import { endOf, type FreeStart } from '@/lib/slots';
import { t } from '@/lib/t';
import { attempt, done } from '@/lib/toasts';

/** Watches a free start, or stops watching it. */
export function useToggleWatch() {
  const client = useQueryClient();
  return useCallback(
    ({ practitioner_id, practitioner_name, free }: FreeStart) => {
      const said = { time: free.wall_start, name: practitioner_name };
      void attempt(async () => {
        const { watches } = await readNow(client, 'watches', {});
        const watch = watches.find(
          ({ on, practitioner_id: who, starts_at }) =>
            on === 'taken' && who === practitioner_id && same(starts_at, free.starts_at),
        );
        if (watch) {
          await execute('unwatch_slot', { watch_id: watch.watch_id });
          done(t('toast.unwatched', said), '');
        } else {
          const { starts_at } = free;
          await execute('watch_slot', { practitioner_id, starts_at, ends_at: endOf(free), on: 'taken' });
          done(t('toast.watched', said), t('toast.watchedDetail'));
        }
      });
    },
    [client],
  );
}

function same(a: string, b: string): boolean {
  return Date.parse(a) === Date.parse(b);
}
