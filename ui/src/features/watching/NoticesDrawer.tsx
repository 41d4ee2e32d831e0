import { Badge, Button, Drawer, Group, Text } from '@mantine/core';
import {
  IconAlertTriangle,
  IconCalendarOff,
  IconCalendarPlus,
  IconCircleCheck,
  IconCircleX,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { Navigate, Notice, NoticeKind, NoticeSlot } from '@/bindings/types';
import { Empty } from '@/components/Empty';
import { Failure } from '@/components/Failure';
import { shortDate } from '@/lib/civil';
import { noticeKinds } from '@/lib/messages';
import { askedNames } from '@/lib/messages/outbox';
import { execute, query } from '@/lib/rpc';
import { when } from '@/lib/sentences';
import { t } from '@/lib/t';
import { attempt } from '@/lib/toasts';
import { type OnRefused, SetAside } from './SetAside';
import classes from './watching.module.css';

interface Props {
  today: string | undefined;
  onShow: (near: Navigate) => void;
  /** What was set aside was sent again and refused. */
  onSentAgain: OnRefused;
  onClose: () => void;
}

const ICONS: Record<NoticeKind, typeof IconCalendarOff> = {
  taken: IconCalendarOff,
  freed: IconCalendarPlus,
  confirmed: IconCircleCheck,
  refused: IconCircleX,
  set_aside: IconAlertTriangle,
};

/** What this desk was told. Closing the list marks all of it as read. */
export function NoticesDrawer({ today, onShow, onSentAgain, onClose }: Props) {
  const { data, error, refetch } = useQuery(query('notices', {}));
  useSeenOnLeaving(data?.unseen ?? 0);
  return (
    <Drawer opened onClose={onClose} position="right" size="26rem" title={t('notices.title')}>
      <SetAside today={today} onRefused={onSentAgain} />
      {error && <Failure error={error} onRetry={() => void refetch()} />}
      {data?.notices.length === 0 && <Empty title={t('notices.empty')} text={t('notices.empty.hint')} />}
      <ul className={classes.list}>
        {data?.notices.map((notice) => (
          <Row key={notice.notice_id} notice={notice} today={today} onShow={onShow} />
        ))}
      </ul>
    </Drawer>
  );
}

function Row({
  notice,
  today,
  onShow,
}: {
  notice: Notice;
  today: string | undefined;
  onShow: (n: Navigate) => void;
}) {
  const Icon = ICONS[notice.kind];
  const { slot, at } = notice;
  return (
    <li className={classes.row} data-unseen={!notice.seen || undefined} data-notice={notice.kind}>
      <Icon size="1.25rem" aria-hidden />
      <div className={classes.said}>
        <Group justify="space-between" wrap="nowrap" gap="xs">
          <Text fw={650}>
            {noticeTitle(notice)}
            {slot && ` · ${slot.wall_start}–${slot.wall_end}`}
          </Text>
          {!notice.seen && (
            <Badge size="sm" tt="none" variant="outline" color="var(--fd-accent)" style={{ flex: 'none' }}>
              {t('notices.unread')}
            </Badge>
          )}
        </Group>
        <Text size="sm" truncate title={slot?.practitioner_name}>
          {slot ? `${shortDate(slot.date)} · ${slot.practitioner_name}` : t('notices.ofRecord')}
        </Text>
        <Text size="sm" c="var(--fd-muted)">
          {when(at, today)}
          {notice.by_name && ` · ${t('notices.by', { name: notice.by_name })}`}
        </Text>
        {slot && <Ways kind={notice.kind} slot={slot} onShow={onShow} />}
      </div>
    </li>
  );
}

function Ways({ kind, slot, onShow }: { kind: NoticeKind; slot: NoticeSlot; onShow: (n: Navigate) => void }) {
  const { date, practitioner_id, starts_at, wall_start } = slot;
  const go = (to: Navigate['to']) => onShow({ to, date, practitioner_id, starts_at, wall_start });
  return (
    <Group gap="xs" mt={4}>
      <Button variant="default" size="compact-sm" onClick={() => go('show')}>
        {t('notices.show')}
      </Button>
      {(kind === 'taken' || kind === 'refused') && (
        <Button variant="light" size="compact-sm" onClick={() => go('find_another')}>
          {t('notices.find')}
        </Button>
      )}
    </Group>
  );
}

/** What became of what this desk asked for is said by its name. */
function noticeTitle({ kind, asked }: Notice): string {
  const what = asked && askedNames[asked];
  if (!what) return noticeKinds[kind];
  switch (kind) {
    case 'confirmed':
      return t('outbox.confirmed', { what });
    case 'refused':
      return t('outbox.refused', { what });
    case 'set_aside':
      return t('outbox.setAside', { what });
    case 'taken':
    case 'freed':
      return noticeKinds[kind];
  }
}

/** The badge goes when the list is closed, so that one still sees here what is new. */
function useSeenOnLeaving(unseen: number) {
  const latest = useRef(unseen);
  useEffect(() => {
    latest.current = unseen;
  });
  useEffect(
    () => () => {
      if (latest.current > 0) void attempt(() => execute('mark_notices_seen', {}));
    },
    [],
  );
}
