import {
  IconCloudOff,
  IconHourglass,
  IconLoader2,
  IconPlugConnected,
  IconUserOff,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { Connection, ConnectionState } from '@/bindings/types';
import { connections } from '@/lib/messages';
import { query } from '@/lib/rpc';
import { t, tCount } from '@/lib/t';
import { asOf } from './asOf';
import classes from './session.module.css';

const ICONS: Record<ConnectionState, typeof IconCloudOff> = {
  live: IconPlugConnected,
  connecting: IconLoader2,
  offline: IconCloudOff,
  signed_out: IconUserOff,
};

/** How fresh the board is: always visible. */
export function ConnectionPill({ today }: { today: string | undefined }) {
  const { data } = useQuery(query('connection', {}));
  if (!data) return null;
  const Icon = ICONS[data.state];
  return (
    <span className={classes.pill} data-state={data.state} role="status" id="connection">
      <Icon size="1rem" aria-hidden />
      <span>{said(data, today)}</span>
      {data.waiting > 0 && (
        <span className={classes.waiting} title={tCount('connection.waiting', data.waiting)}>
          <IconHourglass size="0.875rem" aria-hidden />
          <span className={classes.words}>{tCount('connection.waiting', data.waiting)}</span>
          <span className={classes.count} aria-hidden>
            {data.waiting}
          </span>
        </span>
      )}
    </span>
  );
}

function said({ state, as_of }: Connection, today: string | undefined): string {
  if (state === 'live' || !as_of) return connections[state];
  return `${t('connection.asOf', { time: asOf(as_of, today) })} · ${connections[state].toLowerCase()}`;
}
