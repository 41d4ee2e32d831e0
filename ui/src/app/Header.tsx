import { VisuallyHidden } from '@mantine/core';
import { type RefObject, useRef } from 'react';
import type { ClinicHead, Clock, SessionStatus, SignedInUser } from '@/bindings/types';
import { HeaderListButton } from '@/components/HeaderList';
import { UnencryptedBadge } from '@/components/UnencryptedBadge';
import { useLeaving } from '@/components/useLeaving';
import { DateNav } from '@/features/board/DateNav';
import { ConnectionPill } from '@/features/session/ConnectionPill';
import { UserMenu } from '@/features/session/UserMenu';
import { t } from '@/lib/t';
import { useSize } from '@/lib/useSize';
import { dropKept } from './kept';
import type { Day } from './useDay';
import { useLists } from './useLists';
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

/** Narrower than this, measured in the size of the text, the header is one row and the rest is in its menu. */
const FOLDS_BELOW_REM = 46;

export function Header({ session, user, clinic, clock, day, opening }: Props) {
  const { opened, open } = opening;
  const top = useRef<HTMLElement>(null);
  const folded = useFolded(top);
  const lists = useLists(open);
  const leaving = useLeaving(() => open(null));
  return (
    <header ref={top} className={classes.top} data-folded={folded || undefined}>
      <div className={classes.header}>
        <ClinicName clinic={clinic} time={clock?.time} folded={folded} />
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
          {!folded && lists.map((list) => <HeaderListButton key={list.id} list={list} />)}
          <UserMenu
            user={user}
            clinic={clinic}
            profile={session.profile}
            lists={folded ? lists : []}
            onShortcuts={() => open({ kind: 'shortcuts' })}
            ask={leaving.ask}
            onSignOut={dropKept}
          />
        </div>
      </div>
      {leaving.question}
    </header>
  );
}

interface NameProps {
  clinic: ClinicHead;
  time: string | undefined;
  folded: boolean;
}

/** Where and what time it is; folded, the menu says where. */
function ClinicName({ clinic: { name, time_zone: zone }, time, folded }: NameProps) {
  return (
    <div className={classes.clinic}>
      {folded ? <VisuallyHidden component="h1">{name}</VisuallyHidden> : <h1 title={name}>{name}</h1>}
      <p title={t('menu.zone', { zone })}>
        {time}
        {!folded && ` · ${zone}`}
      </p>
    </div>
  );
}

function useFolded(top: RefObject<HTMLElement | null>): boolean {
  const size = useSize(top);
  return size !== undefined && size.width > 0 && size.width < FOLDS_BELOW_REM * size.rem;
}
