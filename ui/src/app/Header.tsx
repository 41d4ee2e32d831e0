import { ActionIcon, Indicator, Tooltip } from '@mantine/core';
import { IconBell, IconClipboardCheck, IconEye } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
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
            onToday={day.home}
            picking={opened?.kind === 'date'}
            onPicking={(picking) => open(picking ? { kind: 'date' } : null)}
          />
        )}
        <div className={classes.end}>
          {!session.encrypted && <UnencryptedBadge />}
          <ConnectionPill today={day.today} />
          <ApprovalsButton onOpen={() => open({ kind: 'approvals' })} />
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

function ApprovalsButton({ onOpen }: { onOpen: () => void }) {
  const { data } = useQuery(query('approvals', {}));
  const waiting = data?.visits.length ?? 0;
  const label = waiting > 0 ? tCount('approvals.openWaiting', waiting) : t('approvals.title');
  return (
    <Tooltip label={label} withArrow>
      <Counter count={waiting}>
        <ActionIcon variant="default" size="lg" aria-label={label} onClick={onOpen} id="approvals">
          <IconClipboardCheck size="1.125rem" aria-hidden />
        </ActionIcon>
      </Counter>
    </Tooltip>
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
  const aside = useQuery(query('set_aside', {})).data?.commands.length ?? 0;
  const unread = unseen > 0 ? tCount('notices.openUnread', unseen) : t('notices.open');
  const label = aside > 0 ? `${unread}, ${tCount('outbox.open', aside)}` : unread;
  return (
    <Tooltip label={label} withArrow>
      <Counter count={unseen + aside}>
        <ActionIcon variant="default" size="lg" aria-label={label} onClick={onOpen} id="notices">
          <IconBell size="1.125rem" aria-hidden />
        </ActionIcon>
      </Counter>
    </Tooltip>
  );
}

/** How many, on the corner of a button; the button's name says it too. */
function Counter({ count, children, ...tooltip }: { count: number; children: ReactNode }) {
  return (
    <Indicator
      label={count > 99 ? '99+' : count}
      disabled={count === 0}
      size={18}
      color="var(--fd-badge)"
      offset={4}
      {...tooltip}
    >
      {children}
    </Indicator>
  );
}
