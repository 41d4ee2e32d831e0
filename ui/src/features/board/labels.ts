/** What a screen reader and a tooltip say of a tile: first what is shown, so that it can be spoken to. */
import type { ClassSeats, HoldTile, VisitTile } from '@/bindings/types';
import { statuses } from '@/lib/messages';
import { t } from '@/lib/t';

export function labelOf(visit: VisitTile, name: string): string {
  const outside = visit.outside_schedule ? t('day.outsideBadge') : '';
  return visit.class ? classLabel(visit, visit.class, outside, name) : visitLabel(visit, outside, name);
}

export function holdLabel(hold: HoldTile, name: string): string {
  const said = { start: hold.wall_start, end: hold.wall_end, name };
  return hold.mine ? t('day.heldHere', said) : t('day.heldBy', { ...said, by: hold.by_name });
}

export function isFull({ taken, capacity }: ClassSeats): boolean {
  return taken >= capacity;
}

function visitLabel(visit: VisitTile, outside: string, name: string): string {
  const status = statuses[visit.status];
  const shown = [
    `${visit.patient_name} ${visit.wall_start}`,
    visit.status === 'booked' ? '' : status,
    outside,
    visit.service_name,
  ]
    .filter(Boolean)
    .join(' · ');
  const said = t('day.visit', { shown, end: visit.wall_end, status: status.toLowerCase(), name });
  return [said, ...marks(visit)].join(', ');
}

function classLabel(visit: VisitTile, seats: ClassSeats, outside: string, name: string): string {
  const { taken, capacity } = seats;
  const full = isFull(seats) ? t('class.full') : '';
  const shown = [`${visit.service_name} ${visit.wall_start}`, `${taken}/${capacity}`, full, outside]
    .filter(Boolean)
    .join(' · ');
  const said = t('day.class', { shown, end: visit.wall_end, taken, capacity, name });
  return [said, ...marks(visit)].join(', ');
}

function marks({ in_series, overridden, buffer_before = 0, buffer_after = 0 }: VisitTile): string[] {
  return [
    in_series === true && t('day.inSeries'),
    overridden === true && t('day.overridden'),
    buffer_before > 0 && t('day.bufferBefore', { minutes: buffer_before }),
    buffer_after > 0 && t('day.bufferAfter', { minutes: buffer_after }),
  ].filter((mark) => mark !== false);
}
