import { type CSSProperties, memo } from 'react';
import type { WaitingTile } from '@/bindings/types';
import { t } from '@/lib/t';
import classes from './WaitingCell.module.css';

export interface Lane {
  index: number;
  of: number;
}

interface Props {
  waiting: WaitingTile;
  /** Somebody has the time already: the answer will be no. */
  covers: boolean;
  /** Which of those that wait at this time it is. */
  lane: Lane;
  top: string;
  height: string;
  practitionerId: string;
  practitionerName: string;
  active: boolean;
}

/**
 * A booking or a move of this desk that has no answer yet: nobody else is offered its time here, and
 * there is nothing to be done with it until it is a visit.
 */
export const WaitingCell = memo(function WaitingCell(props: Props) {
  const { waiting, covers, lane, top, height, active, practitionerId, practitionerName } = props;
  const { appointment_id, moves, patient_name, service_name, wall_start, wall_end } = waiting;
  const style: CSSProperties = { top, height, ...placeIn(lane, covers) };
  const label = t(moves ? 'day.waitingMove' : 'day.waiting', {
    patient: patient_name,
    service: service_name,
    start: wall_start,
    end: wall_end,
    name: practitionerName,
  });
  return (
    <div
      role="gridcell"
      className={classes.waiting}
      style={style}
      tabIndex={active ? 0 : -1}
      aria-label={label}
      title={label}
      data-cell={appointment_id}
      data-waiting={appointment_id}
      data-practitioner={practitionerId}
      data-start={wall_start}
    >
      <span className={classes.patient} data-mark="waiting">
        {patient_name}
      </span>{' '}
      <span className={classes.said}>
        {wall_start}
        {' · '}
        <b>{t(moves ? 'day.waitingMove.short' : 'day.waiting.short')}</b>
        {' · '}
        {service_name}
      </span>
    </div>
  );
});

/** In percent of the column; over what stands there already, on its right. */
function placeIn({ index, of }: Lane, covers: boolean): CSSProperties {
  const first = covers ? 60 : 0;
  const width = (100 - first) / of;
  if (first + width === 100) return covers ? { left: '60%', zIndex: 2 } : {};
  const left = first + width * index;
  return { left: `${left}%`, right: `${100 - left - width}%`, ...(covers && { zIndex: 2 }) };
}
