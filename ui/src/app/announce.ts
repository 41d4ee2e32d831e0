import type { SeriesBooked, VisitCancelled, VisitPlaced } from '@/bindings/types';
import { plainDate, shortDate } from '@/lib/civil';
import { t, tCount } from '@/lib/t';
import { done, waiting } from '@/lib/toasts';

/** Said after the board shows it, with the board's own time. */
export function announcePlaced(placed: VisitPlaced, verb: 'booked' | 'moved'): void {
  const said = { time: placed.wall_start, name: placed.practitioner_name };
  if (placed.progress === 'waiting') {
    waiting(t('toast.waiting', said), t('toast.waitingDetail'));
    return;
  }
  const pending = verb === 'booked' && placed.status === 'pending';
  const detail = t(pending ? 'toast.pendingDetail' : 'toast.bookedDetail', {
    patient: placed.patient_name,
    service: placed.service_name,
    date: shortDate(placed.date),
  });
  const key = verb === 'moved' ? 'toast.moved' : pending ? 'toast.pending' : 'toast.booked';
  done(t(key, said), detail, undefined, placed.appointment_id);
}

export function announceSeries(booked: SeriesBooked): void {
  const said = { visits: tCount('series.visits', booked.visits), name: booked.patient_name };
  if (booked.progress === 'waiting') {
    waiting(t('series.waiting', said), t('toast.waitingDetail'));
    return;
  }
  const [first, last] = [plainDate(booked.first), plainDate(booked.last)];
  done(t('series.booked', said), t('series.bookedDetail', { service: booked.service_name, first, last }));
}

export function announceSaved(placed: VisitPlaced): void {
  const said = { time: placed.wall_start, name: placed.practitioner_name };
  if (placed.progress === 'waiting') waiting(t('toast.waiting', said), t('toast.waitingDetail'));
  else
    done(
      t('visit.edit.saved', said),
      `${placed.patient_name}, ${placed.service_name}`,
      undefined,
      placed.appointment_id,
    );
}

export function announceCancelled(cancelled: VisitCancelled, undo: (() => Promise<void>) | undefined): void {
  const said = { time: cancelled.wall_start, name: cancelled.practitioner_name };
  if (cancelled.progress === 'waiting') waiting(t('toast.waiting', said), t('toast.waitingDetail'));
  else done(t('toast.cancelled', said), t('toast.cancelledDetail'), undo, cancelled.appointment_id);
}
