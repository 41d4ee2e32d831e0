import { Text, Title } from '@mantine/core';
import type { DaySheet } from '@/bindings/types';
import { t } from '@/lib/t';
import classes from './EmptyDay.module.css';

/** A board with nothing on it says what to do. */
export function EmptyDay({ sheet }: { sheet: DaySheet }) {
  if (sheet.columns.length === 0) return <Said title={t('day.empty.title')} text={t('day.empty.text')} />;
  const works = sheet.columns.some(
    ({ visits, free, bands }) => visits.length + free.length + bands.length > 0,
  );
  return works ? null : <Said title={t('day.closed.title')} text={t('day.closed.text')} />;
}

function Said({ title, text }: { title: string; text: string }) {
  return (
    <div className={classes.place}>
      <div className={classes.card} role="status">
        <Title order={2} size="h4">
          {title}
        </Title>
        <Text c="var(--fd-muted)">{text}</Text>
      </div>
    </div>
  );
}
