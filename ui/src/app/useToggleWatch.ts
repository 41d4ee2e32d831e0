import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { execute, readNow } from '@/lib/rpc';
import type { FreeStart } from '@/lib/slots';
import { t } from '@/lib/t';
import { attempt, done } from '@/lib/toasts';

/** Watches a free start, or stops watching it. */
export function useToggleWatch() {
  const client = useQueryClient();
  return useCallback(
    ({ practitioner_id, practitioner_name, starts_at, ends_at, wall_start }: FreeStart) => {
      const said = { time: wall_start, name: practitioner_name };
      void attempt(async () => {
        const { watches } = await readNow(client, 'watches', {});
        const watch = watches.find(
          (each) =>
            each.on === 'taken' &&
            each.practitioner_id === practitioner_id &&
            same(each.starts_at, starts_at),
        );
        if (watch) {
          await execute('unwatch_slot', { watch_id: watch.watch_id });
          done(t('toast.unwatched', said), '');
        } else {
          await execute('watch_slot', { practitioner_id, starts_at, ends_at, on: 'taken' });
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
