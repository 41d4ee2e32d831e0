import { ActionIcon, Button, Drawer, Group, Text } from '@mantine/core';
import { IconCircleCheck, IconCircleX, IconEyeOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { Navigate, Watch } from '@/bindings/types';
import { Empty } from '@/components/Empty';
import { Failure } from '@/components/Failure';
import { shortDate } from '@/lib/civil';
import { watchEdges } from '@/lib/messages';
import { execute, query } from '@/lib/rpc';
import { t } from '@/lib/t';
import { attempt } from '@/lib/toasts';
import classes from './watching.module.css';

interface Props {
  onShow: (near: Navigate) => void;
  onClose: () => void;
}

/** The times that the user watches. */
export function WatchesDrawer({ onShow, onClose }: Props) {
  const { data, error, refetch } = useQuery(query('watches', {}));
  return (
    <Drawer opened onClose={onClose} position="right" size="26rem" title={t('watch.title')}>
      {error && <Failure error={error} onRetry={() => void refetch()} />}
      {data?.watches.length === 0 && <Empty title={t('watch.empty')} text={t('watch.empty.hint')} />}
      <ul className={classes.list}>
        {data?.watches.map((watch) => (
          <Row key={watch.watch_id} watch={watch} onShow={onShow} />
        ))}
      </ul>
    </Drawer>
  );
}

function Row({ watch, onShow }: { watch: Watch; onShow: (near: Navigate) => void }) {
  const { watch_id, practitioner_id, practitioner_name, date, starts_at, wall_start, wall_end, free } = watch;
  const said = { time: wall_start, name: practitioner_name };
  const Icon = free ? IconCircleCheck : IconCircleX;
  return (
    <li className={classes.row} data-free={free}>
      <Icon size="1.25rem" aria-hidden />
      <div className={classes.said}>
        <Group justify="space-between" wrap="nowrap" gap="xs">
          <Text fw={650}>
            {shortDate(date)} · {wall_start}–{wall_end}
          </Text>
          <Text size="sm" fw={600}>
            {free ? t('watch.free') : t('watch.taken')}
          </Text>
        </Group>
        <Text size="sm" truncate title={practitioner_name}>
          {practitioner_name}
        </Text>
        <Text size="sm" c="var(--fd-muted)">
          {watchEdges[watch.on]}
        </Text>
        <Group gap="xs" mt={4} justify="space-between">
          <Button
            variant="default"
            size="compact-sm"
            aria-label={t('watch.show', said)}
            onClick={() => onShow({ to: 'show', date, practitioner_id, starts_at, wall_start })}
          >
            {t('notices.show')}
          </Button>
          <ActionIcon
            variant="subtle"
            aria-label={t('watch.stopNamed', said)}
            title={t('watch.stop')}
            onClick={() => void attempt(() => execute('unwatch_slot', { watch_id }))}
          >
            <IconEyeOff size="1.125rem" aria-hidden />
          </ActionIcon>
        </Group>
      </div>
    </li>
  );
}
