import { Text } from '@mantine/core';
import { IconCheck, IconX } from '@tabler/icons-react';
import type { FateView } from '@/bindings/types';
import { shortDate } from '@/lib/civil';
import { reasons } from '@/lib/messages';
import { conflictSentences } from '@/lib/sentences';
import { t } from '@/lib/t';
import classes from './Fates.module.css';

interface Props {
  fates: readonly FateView[];
  today: string | undefined;
}

/** What would become of every visit of a refused series. */
export function Fates({ fates, today }: Props) {
  if (fates.length === 0) return null;
  return (
    <div>
      <Text size="sm" fw={650} component="h3">
        {t('fates.title')}
      </Text>
      <ul className={classes.fates}>
        {fates.map((fate) => (
          <li key={fate.appointment_id} data-fate={fate.reason ?? 'free'}>
            <FateLine fate={fate} today={today} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function FateLine({ fate, today }: { fate: FateView; today: string | undefined }) {
  const { date, wall_start, reason, conflict } = fate;
  const Icon = reason ? IconX : IconCheck;
  return (
    <>
      <Icon size="1rem" aria-hidden />
      <b>{t('fates.one', { date: shortDate(date), time: wall_start })}</b>
      <span>
        {reason ? reasons[reason] : t('fates.free')}
        {conflict && ` ${conflictSentences(conflict, today)}`}
      </span>
    </>
  );
}
