import { type CSSProperties, memo } from 'react';
import type { WaitingTile } from '@/bindings/types';
import { t } from '@/lib/t';
import classes from './WaitingCell.module.css';

interface Props {
  waiting: WaitingTile;
  /** Somebody has the time already: the answer will be no. */
  covers: boolean;
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
  const { waiting, covers, top, height, active, practitionerId, practitionerName } = props;
  const { appointment_id, moves, patient_name, service_name, wall_start, wall_end } = waiting;
  const style: CSSProperties = { top, height, ...(covers && { left: '60%', zIndex: 2 }) };
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
