import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { ClinicHead, SessionStatus, SignedInUser } from '@/bindings/types';
import { Failure } from '@/components/Failure';
import { Board } from '@/features/board/Board';
import { EmptyDay } from '@/features/board/EmptyDay';
import { OfflineBanner } from '@/features/session/OfflineBanner';
import { useKeys } from '@/lib/keymap';
import { boardPainted, query } from '@/lib/rpc';
import { answered } from '@/lib/toasts';
import { Typing } from '@/lib/words';
import { Header } from './Header';
import { Overlays } from './Overlays';
import { useDay } from './useDay';
import { useFlows } from './useFlows';
import { useHues } from './useHues';
import { useOpen } from './useOpen';
import classes from './Workbench.module.css';

interface Props {
  session: SessionStatus;
  user: SignedInUser;
  clinic: ClinicHead;
}

/** The signed-in window: the board, what stands around it, and what opens over it. */
export function Workbench({ session, user, clinic }: Props) {
  const clock = useQuery(query('clock', {}));
  const day = useDay(clock.data?.date);
  const opening = useOpen(user);
  const flows = useFlows(day, opening);
  const hues = useHues();
  const sheet = useQuery({
    ...query('day_sheet', { date: day.date }),
    enabled: day.date !== undefined,
    placeholderData: keepPreviousData,
  });
  useKeys({ ...day.keys, ...flows.keys }, opening.opened === null);
  useFirstPaint(sheet.data !== undefined);
  useAnswered();
  return (
    <div className={classes.workbench}>
      <Typing words={opening.words}>
        <Header
          session={session}
          user={user}
          clinic={clinic}
          clock={clock.data}
          day={day}
          opening={opening}
        />
      </Typing>
      <OfflineBanner today={clock.data?.date} />
      <main className={classes.main}>
        {sheet.isError && <Failure error={sheet.error} onRetry={() => void sheet.refetch()} />}
        {sheet.data && !sheet.isError && (
          <>
            {sheet.data.columns.length > 0 && (
              <Board
                sheet={sheet.data}
                clock={clock.data}
                hues={hues}
                target={day.target}
                homed={day.homed}
                onFree={flows.onFree}
                onVisit={flows.onVisit}
                onWatch={flows.onWatch}
                onHeld={flows.onHeld}
                onClass={flows.onClass}
              />
            )}
            <EmptyDay sheet={sheet.data} />
          </>
        )}
      </main>
      <Typing words={opening.words}>
        <Overlays opening={opening} flows={flows} today={clock.data?.date} />
      </Typing>
    </div>
  );
}

/** The toasts that say "waiting" go when everything is answered; notices say how it went. */
function useAnswered() {
  const { data } = useQuery(query('connection', {}));
  const settled = data?.waiting === 0;
  useEffect(() => {
    if (settled) answered();
  }, [settled]);
}

/** Reports once, when the first board is really on the screen: after the frame that drew it. */
function useFirstPaint(ready: boolean) {
  const reported = useRef(false);
  useEffect(() => {
    if (!ready || reported.current) return;
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(() => {
        reported.current = true;
        void boardPainted().catch(() => undefined);
      });
    });
    return () => cancelAnimationFrame(frame);
  }, [ready]);
}
