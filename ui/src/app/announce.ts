import type { VisitCancelled, VisitPlaced } from '@/bindings/types';
import { shortDate } from '@/lib/civil';
import { t } from '@/lib/t';
import { done, waiting } from '@/lib/toasts';

/** Said after the board shows it, with the board's own time. */
export function announcePlaced(placed: VisitPlaced, verb: 'booked' | 'moved'): void {
  const said = { time: placed.wall_start, name: placed.practitioner_name };
  if (placed.progress === 'waiting') {
    waiting(t('toast.waiting', said), t('toast.waitingDetail'));
    return;
  }
  const detail = t('toast.bookedDetail', {
    patient: placed.patient_name,
    service: placed.service_name,
    date: shortDate(placed.date),
  });
  const key =
    verb === 'moved' ? 'toast.moved' : placed.status === 'pending' ? 'toast.pending' : 'toast.booked';
  done(t(key, said), detail);
}

export function announceSaved(placed: VisitPlaced): void {
  const said = { time: placed.wall_start, name: placed.practitioner_name };
  if (placed.progress === 'waiting') waiting(t('toast.waiting', said), t('toast.waitingDetail'));
  else done(t('visit.edit.saved', said), `${placed.patient_name}, ${placed.service_name}`);
}

export function announceCancelled(cancelled: VisitCancelled, undo: (() => Promise<void>) | undefined): void {
  const said = { time: cancelled.wall_start, name: cancelled.practitioner_name };
  if (cancelled.progress === 'waiting') waiting(t('toast.waiting', said), t('toast.waitingDetail'));
  else done(t('toast.cancelled', said), t('toast.cancelledDetail'), undo);
}
