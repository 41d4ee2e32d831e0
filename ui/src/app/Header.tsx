import { ActionIcon, Indicator, Tooltip } from '@mantine/core';
import { IconBell, IconEye } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ClinicHead, Clock, SessionStatus, SignedInUser } from '@/bindings/types';
import { UnencryptedBadge } from '@/components/UnencryptedBadge';
import { DateNav } from '@/features/board/DateNav';
import { ConnectionPill } from '@/features/session/ConnectionPill';
import { UserMenu } from '@/features/session/UserMenu';
import { query } from '@/lib/rpc';
import { t, tCount } from '@/lib/t';
import { dropKept } from './kept';
import type { Day } from './useDay';
import type { useOpen } from './useOpen';
import classes from './Workbench.module.css';

interface Props {
  session: SessionStatus;
  user: SignedInUser;
  clinic: ClinicHead;
  clock: Clock | undefined;
  day: Day;
  opening: ReturnType<typeof useOpen>;
}

export function Header({ session, user, clinic, clock, day, opening }: Props) {
  const { opened, open } = opening;
  return (
    <header className={classes.top}>
      <div className={classes.header}>
        <div className={classes.clinic}>
          <h1 title={clinic.name}>{clinic.name}</h1>
          <p title={t('menu.zone', { zone: clinic.time_zone })}>
            {clock?.time} · {clinic.time_zone}
          </p>
        </div>
        {day.date && (
          <DateNav
            date={day.date}
            today={day.today}
            onShow={day.show}
            picking={opened?.kind === 'date'}
            onPicking={(picking) => open(picking ? { kind: 'date' } : null)}
          />
        )}
        <div className={classes.end}>
          {!session.encrypted && <UnencryptedBadge />}
          <ConnectionPill today={day.today} />
          <WatchesButton onOpen={() => open({ kind: 'watches' })} />
          <NoticesButton onOpen={() => open({ kind: 'notices' })} />
          <UserMenu
            user={user}
            clinic={clinic}
            profile={session.profile}
            onShortcuts={() => open({ kind: 'shortcuts' })}
            onSignOut={dropKept}
          />
        </div>
      </div>
    </header>
  );
}

function WatchesButton({ onOpen }: { onOpen: () => void }) {
  const { data } = useQuery(query('watches', {}));
  const label = t('watch.open', { count: data?.watches.length ?? 0 });
  return (
    <Tooltip label={label} withArrow>
      <ActionIcon variant="default" size="lg" aria-label={label} onClick={onOpen} id="watches">
        <IconEye size="1.125rem" aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}

function NoticesButton({ onOpen }: { onOpen: () => void }) {
  const { data } = useQuery(query('notices', {}));
  const unseen = data?.unseen ?? 0;
  const label = unseen > 0 ? tCount('notices.openUnread', unseen) : t('notices.open');
  return (
    <Tooltip label={label} withArrow>
      <Indicator
        label={unseen > 99 ? '99+' : unseen}
        disabled={unseen === 0}
        size={18}
        color="var(--fd-badge)"
        offset={4}
      >
        <ActionIcon variant="default" size="lg" aria-label={label} onClick={onOpen} id="notices">
          <IconBell size="1.125rem" aria-hidden />
        </ActionIcon>
      </Indicator>
    </Tooltip>
  );
}
