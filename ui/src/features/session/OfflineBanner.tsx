import { IconCloudOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { query } from '@/lib/rpc';
import { t } from '@/lib/t';
import { asOf } from './asOf';
import classes from './session.module.css';

/** Says what offline means for the work, once, above the board. */
export function OfflineBanner({ today }: { today: string | undefined }) {
  const { data } = useQuery(query('connection', {}));
  if (data?.state !== 'offline') return null;
  return (
    <div className={classes.banner} role="alert">
      <IconCloudOff size="1.125rem" aria-hidden />
      <span>
        {data.as_of
          ? t('connection.offline.banner', { time: asOf(data.as_of, today) })
          : t('connection.offline.bannerNever')}
      </span>
    </div>
  );
}
