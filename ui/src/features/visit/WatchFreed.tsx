import { Button, Group, Text } from '@mantine/core';
import { IconEye, IconEyeOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { AppointmentCard } from '@/bindings/types';
import { execute, query } from '@/lib/rpc';
import { t } from '@/lib/t';
import { attempt, done } from '@/lib/toasts';

/** With these nobody waits for the time any more. */
const OVER: ReadonlySet<AppointmentCard['status']> = new Set(['cancelled', 'fulfilled', 'noshow']);

/** Somebody on the phone wants this very time: be told when it is free. */
export function WatchFreed({ card }: { card: AppointmentCard }) {
  const { data } = useQuery(query('watches', {}));
  const { practitioner_id, practitioner_name, starts_at, ends_at, wall_start } = card;
  if (!data || OVER.has(card.status)) return null;
  const watch = data.watches.find(
    (each) =>
      each.on === 'freed' &&
      each.practitioner_id === practitioner_id &&
      Date.parse(each.starts_at) === Date.parse(starts_at),
  );
  const start = async () => {
    await execute('watch_slot', { practitioner_id, starts_at, ends_at, on: 'freed' });
    const said = { time: wall_start, name: practitioner_name };
    done(t('visit.watchedFreed', said), t('visit.watchedFreedDetail'));
  };
  if (!watch) {
    return (
      <div>
        <Button
          variant="subtle"
          size="compact-md"
          leftSection={<IconEye size="1rem" aria-hidden />}
          onClick={() => void attempt(start)}
          id="visit-watch-freed"
        >
          {t('visit.watchFreed')}
        </Button>
      </div>
    );
  }
  return (
    <Group gap="xs" role="status">
      <Text size="sm">{t('visit.watchingFreed')}</Text>
      <Button
        variant="subtle"
        size="compact-sm"
        leftSection={<IconEyeOff size="1rem" aria-hidden />}
        onClick={() => void attempt(() => execute('unwatch_slot', { watch_id: watch.watch_id }))}
      >
        {t('watch.stop')}
      </Button>
    </Group>
  );
}
