import { Text, UnstyledButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { AppointmentCard, AppointmentId, SeriesPlace, SeriesVisitSummary } from '@/bindings/types';
import { StatusIcon } from '@/components/StatusIcon';
import { shortDate } from '@/lib/civil';
import { statuses } from '@/lib/messages';
import { query } from '@/lib/rpc';
import { t } from '@/lib/t';
import classes from './SeriesVisits.module.css';

interface Props {
  card: AppointmentCard;
  place: SeriesPlace;
  onShow: (date: string, appointmentId: AppointmentId) => void;
}

/** "4 of 12", and the way to the others. */
export function SeriesVisits({ card, place, onShow }: Props) {
  const { series_id, index, count } = place;
  const { data } = useQuery(query('series_card', { series_id }));
  return (
    <details className={classes.series}>
      <summary>
        {t('visit.series')} · {t('visit.series.place', { index, count })}
      </summary>
      <ol className={classes.list} aria-label={t('visit.series.list')}>
        {data?.visits.map((visit) => (
          <li key={visit.appointment_id}>
            <Line visit={visit} isThis={visit.appointment_id === card.appointment_id} onShow={onShow} />
          </li>
        ))}
      </ol>
    </details>
  );
}

interface LineProps {
  visit: SeriesVisitSummary;
  isThis: boolean;
  onShow: Props['onShow'];
}

function Line({ visit, isThis, onShow }: LineProps) {
  const { appointment_id, date, wall_start, practitioner_name, status } = visit;
  return (
    <UnstyledButton
      className={classes.line}
      aria-current={isThis || undefined}
      disabled={isThis}
      onClick={() => onShow(date, appointment_id)}
      data-series-visit={date}
    >
      <StatusIcon status={status} />
      <b>
        {shortDate(date)}, {wall_start}
      </b>
      <span>
        {practitioner_name} · {statuses[status]}
      </span>
      {isThis && (
        <Text size="sm" span>
          {t('visit.series.this')}
        </Text>
      )}
    </UnstyledButton>
  );
}
