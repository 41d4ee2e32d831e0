import { type CSSProperties, memo } from 'react';
import type { VisitTile } from '@/bindings/types';
import { statuses } from '@/lib/messages';
import { t, tCount } from '@/lib/t';
import { statusOf, wallStart } from '@/lib/tiles';
import classes from './Board.module.css';
import { isFull, labelOf } from './labels';

type Span = (from: number, until: number) => { top: string; height: string };

interface Props {
  visit: VisitTile;
  /** What it is for, in words. */
  service: string;
  span: Span;
  practitionerId: string;
  practitionerName: string;
  hue: number;
  active: boolean;
}

/** A visit or a class on the board, with the time kept free around it. */
export function VisitButton({ visit, span, ...rest }: Props) {
  const { from, until, buffer_before = 0, buffer_after = 0, lane = 0, lanes = 1 } = visit;
  const lateral = { left: `${(100 * lane) / lanes}%`, width: `${100 / lanes}%` };
  const { top, height } = span(from, until);
  return (
    <>
      {buffer_before > 0 && (
        <Buffer minutes={buffer_before} style={{ ...span(from - buffer_before, from), ...lateral }} />
      )}
      {buffer_after > 0 && (
        <Buffer minutes={buffer_after} style={{ ...span(until, until + buffer_after), ...lateral }} />
      )}
      <Tile visit={visit} top={top} height={height} left={lateral.left} width={lateral.width} {...rest} />
    </>
  );
}

/** For the eyes and the pointer; the visit's own label says it to a screen reader. */
function Buffer({ minutes, style }: { minutes: number; style: CSSProperties }) {
  return <div className={classes.buffer} style={style} title={t('day.buffer', { minutes })} aria-hidden />;
}

type TileProps = Omit<Props, 'span'> & { top: string; height: string; left: string; width: string };

const Tile = memo(function Tile(props: TileProps) {
  const { visit, service, top, height, left, width, hue, active, practitionerId, practitionerName } = props;
  const style: CSSProperties = { top, height, left, width };
  const label = labelOf(visit, service, practitionerName);
  return (
    <div role="gridcell" className={classes.cell} style={style}>
      <button
        type="button"
        className={classes.visit}
        tabIndex={active ? 0 : -1}
        aria-label={label}
        title={label}
        data-act={visit.class ? 'class' : 'visit'}
        data-cell={visit.appointment_id}
        data-appointment={visit.appointment_id}
        data-practitioner={practitionerId}
        data-start={wallStart(visit)}
        data-hue={hue}
        data-status={visit.class ? undefined : statusOf(visit)}
        data-class={visit.class ? `${visit.class.taken}/${visit.class.capacity}` : undefined}
      >
        {visit.class ? (
          <ClassLines visit={visit} service={service} />
        ) : (
          <VisitLines visit={visit} service={service} />
        )}
      </button>
    </div>
  );
});

/** The ordinary status has no mark, so that the others are seen; each is a shape and a word. */
function VisitLines({ visit, service }: Pick<Props, 'visit' | 'service'>) {
  const status = statusOf(visit);
  return (
    <>
      <span className={classes.patient} data-mark={status === 'booked' ? undefined : status}>
        {visit.patient_name}
      </span>{' '}
      <span className={classes.service}>
        {visit.overridden && <i data-mark="overridden" />}
        {visit.in_series && <i data-mark="series" />}
        {wallStart(visit)}
        {' · '}
        {status !== 'booked' && <b>{statuses[status]} · </b>}
        {visit.leaving && <b>{t('day.leavingBadge')} · </b>}
        {visit.outside_schedule && <b className={classes.outside}>{t('day.outsideBadge')} · </b>}
        {service}
      </span>
    </>
  );
}

/** A class shows its seats; who comes is one click away. */
function ClassLines({ visit, service }: Pick<Props, 'visit' | 'service'>) {
  if (!visit.class) return null;
  const { taken, capacity } = visit.class;
  const share = { '--share': `${Math.min(100, (100 * taken) / Math.max(1, capacity))}%` };
  return (
    <>
      <span className={classes.patient}>{service}</span>{' '}
      <span className={classes.service}>
        {visit.overridden && <i data-mark="overridden" />}
        {wallStart(visit)}
        {' · '}
        <b>
          {taken}/{capacity}
        </b>
        {visit.class.waiting && <b> · {tCount('class.waiting', visit.class.waiting)}</b>}
        {isFull(visit.class) && <b> · {t('class.full')}</b>}
        {visit.outside_schedule && <b className={classes.outside}> · {t('day.outsideBadge')}</b>}
      </span>
      <span className={classes.seats} style={share as CSSProperties} />
    </>
  );
}
