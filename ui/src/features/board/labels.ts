/** What a screen reader and a tooltip say of a tile: first what is shown, so that it can be spoken to. */
import type { ClassSeats, HoldTile, VisitTile } from '@/bindings/types';
import { statuses } from '@/lib/messages';
import { t, tCount } from '@/lib/t';
import { statusOf, wallEnd, wallStart } from '@/lib/tiles';

export function labelOf(visit: VisitTile, service: string, name: string): string {
  return visit.class ? classLabel(visit, visit.class, service, name) : visitLabel(visit, service, name);
}

export function holdLabel(hold: HoldTile, name: string): string {
  const said = { start: wallStart(hold), end: wallEnd(hold), name };
  return hold.mine ? t('day.heldHere', said) : t('day.heldBy', { ...said, by: hold.by_name });
}

export function isFull({ taken, capacity }: ClassSeats): boolean {
  return taken >= capacity;
}

function visitLabel(visit: VisitTile, service: string, name: string): string {
  const status = statuses[statusOf(visit)];
  const shown = [
    `${visit.patient_name} ${wallStart(visit)}`,
    statusOf(visit) === 'booked' ? '' : status,
    visit.leaving ? t('day.leavingBadge') : '',
    outside(visit),
    service,
  ]
    .filter(Boolean)
    .join(' · ');
  const said = t('day.visit', { shown, end: wallEnd(visit), status: status.toLowerCase(), name });
  return [said, ...marks(visit)].join(', ');
}

function classLabel(visit: VisitTile, seats: ClassSeats, service: string, name: string): string {
  const { taken, waiting, capacity } = seats;
  const full = isFull(seats) ? t('class.full') : '';
  const waits = waiting ? tCount('class.waiting', waiting) : '';
  const shown = [`${service} ${wallStart(visit)}`, `${taken}/${capacity}`, waits, full, outside(visit)]
    .filter(Boolean)
    .join(' · ');
  const said = t('day.class', { shown, end: wallEnd(visit), taken, capacity, name });
  return [said, ...marks(visit)].join(', ');
}

function outside({ outside_schedule }: VisitTile): string {
  return outside_schedule ? t('day.outsideBadge') : '';
}

function marks({ leaving, in_series, overridden, buffer_before = 0, buffer_after = 0 }: VisitTile): string[] {
  return [
    leaving === true && t('day.leaving'),
    in_series === true && t('day.inSeries'),
    overridden === true && t('day.overridden'),
    buffer_before > 0 && t('day.bufferBefore', { minutes: buffer_before }),
    buffer_after > 0 && t('day.bufferAfter', { minutes: buffer_after }),
  ].filter((mark) => mark !== false);
}
