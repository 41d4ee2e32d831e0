import { type CSSProperties, memo } from 'react';
import type { VisitTile } from '@/bindings/types';
import { StatusIcon } from '@/components/StatusIcon';
import { statuses } from '@/lib/messages';
import { t } from '@/lib/t';
import classes from './Board.module.css';

type Span = (from: number, until: number) => { top: string; height: string };

interface Props {
  visit: VisitTile;
  span: Span;
  practitionerId: string;
  practitionerName: string;
  hue: number;
  active: boolean;
}

/** A visit on the board, with the time kept free around it. */
export function VisitButton({ visit, span, ...rest }: Props) {
  const { from, until, buffer_before, buffer_after, lane, lanes } = visit;
  const lateral = { left: `${(100 * lane) / lanes}%`, width: `${100 / lanes}%` };
  const { top, height } = span(from, until);
  return (
    <>
      {buffer_before > 0 && (
        <div
          className={classes.buffer}
          style={{ ...span(from - buffer_before, from), ...lateral }}
          aria-hidden
        />
      )}
      {buffer_after > 0 && (
        <div
          className={classes.buffer}
          style={{ ...span(until, until + buffer_after), ...lateral }}
          aria-hidden
        />
      )}
      <Tile visit={visit} top={top} height={height} left={lateral.left} width={lateral.width} {...rest} />
    </>
  );
}

type TileProps = Omit<Props, 'span'> & { top: string; height: string; left: string; width: string };

const Tile = memo(function Tile(props: TileProps) {
  const { visit, top, height, left, width, hue, active, practitionerId, practitionerName } = props;
  const style: CSSProperties = { top, height, left, width };
  const label = labelOf(visit, practitionerName);
  return (
    <div role="gridcell" className={classes.cell} style={style}>
      <button
        type="button"
        className={classes.visit}
        tabIndex={active ? 0 : -1}
        aria-label={label}
        title={label}
        data-act="visit"
        data-cell={visit.appointment_id}
        data-appointment={visit.appointment_id}
        data-practitioner={practitionerId}
        data-start={visit.wall_start}
        data-hue={hue}
        data-status={visit.status}
      >
        <span className={classes.visitTop}>
          <StatusIcon status={visit.status} />
          <span className={classes.patient}>{visit.patient_name}</span>
        </span>{' '}
        <span className={classes.service}>
          <span className={classes.visitTime}>{visit.wall_start} · </span>
          {visit.status !== 'booked' && <b>{statuses[visit.status]} · </b>}
          {visit.outside_schedule && <b className={classes.outside}>{t('day.outsideBadge')} · </b>}
          {visit.service_name}
        </span>
      </button>
    </div>
  );
});

/** Starts with what is shown, so that somebody who speaks to the computer can say what they read. */
function labelOf(visit: VisitTile, name: string): string {
  const status = statuses[visit.status];
  const outside = visit.outside_schedule ? `${t('day.outsideBadge')} · ` : '';
  const shown = `${visit.patient_name} ${visit.wall_start} · ${visit.status === 'booked' ? '' : `${status} · `}${outside}${visit.service_name}`;
  return t('day.visit', { shown, end: visit.wall_end, status: status.toLowerCase(), name });
}
