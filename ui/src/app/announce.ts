import type { SeriesBooked, VisitCancelled, VisitPlaced } from '@/bindings/types';
import { plainDate, shortDate } from '@/lib/civil';
import { t, tCount } from '@/lib/t';
import { done, waiting } from '@/lib/toasts';

/** Said after the board shows it, with the board's own time. */
export function announceBooked(placed: VisitPlaced): void {
  if (waits(placed)) return;
  const pending = placed.status === 'pending';
  const detail = t(pending ? 'toast.pendingDetail' : 'toast.bookedDetail', aboutOf(placed));
  done(
    t(pending ? 'toast.pending' : 'toast.booked', whereOf(placed)),
    detail,
    undefined,
    placed.appointment_id,
  );
}

export function announceMoved(
  placed: VisitPlaced,
  visits: number,
  undo: (() => Promise<void>) | undefined,
): void {
  if (waits(placed)) return;
  const about = aboutOf(placed);
  const [title, detail] =
    visits === 1
      ? [t('toast.moved', whereOf(placed)), t('toast.bookedDetail', about)]
      : [
          t('toast.movedAll', { visits: tCount('series.visits', visits), name: about.patient }),
          t('toast.movedAllDetail', { ...about, time: placed.wall_start }),
        ];
  done(title, detail, undo, placed.appointment_id);
}

export function announceMovedBack(placed: VisitPlaced): void {
  if (waits(placed)) return;
  const detail = t('toast.bookedDetail', aboutOf(placed));
  done(t('toast.movedBack', whereOf(placed)), detail, undefined, placed.appointment_id);
}

export function announceSeries(booked: SeriesBooked): void {
  const said = { visits: tCount('series.visits', booked.visits), name: booked.patient_name };
  if (booked.progress === 'waiting') {
    waiting(t('series.waiting', said), t('toast.waitingDetail'));
    return;
  }
  const [first, last] = [plainDate(booked.first), plainDate(booked.last)];
  const pending = booked.status === 'pending';
  const detail = t('series.bookedDetail', { service: booked.service_name, first, last });
  done(t(pending ? 'series.pending' : 'series.booked', said), detail);
}

export function announceSaved(placed: VisitPlaced, visits: number): void {
  if (waits(placed)) return;
  const { patient, service } = aboutOf(placed);
  const saved = placed.status === 'pending' ? 'visit.edit.savedPending' : 'visit.edit.saved';
  const [title, detail] =
    visits === 1
      ? [t(saved, whereOf(placed)), `${patient}, ${service}`]
      : [t('toast.savedAll', { visits: tCount('series.visits', visits), name: patient }), service];
  done(title, detail, undefined, placed.appointment_id);
}

export function announceCancelled(cancelled: VisitCancelled, undo: (() => Promise<void>) | undefined): void {
  if (waits(cancelled)) return;
  const title = t('toast.cancelled', whereOf(cancelled));
  done(title, t('toast.cancelledDetail'), undo, cancelled.appointment_id);
}

export function announceAllCancelled(
  name: string,
  cancelled: VisitCancelled,
  visits: number,
  undo: (() => Promise<void>) | undefined,
): void {
  if (waits(cancelled)) return;
  const title = t('toast.cancelledAll', { visits: tCount('series.visits', visits), name });
  done(title, t('toast.cancelledAllDetail'), undo, cancelled.appointment_id);
}

type Place = Pick<VisitPlaced, 'progress' | 'wall_start' | 'practitioner_name'>;

/** What has no answer yet is said to wait, and nothing else. */
function waits(place: Place): boolean {
  if (place.progress !== 'waiting') return false;
  waiting(t('toast.waiting', whereOf(place)), t('toast.waitingDetail'));
  return true;
}

function whereOf({ wall_start, practitioner_name }: Place) {
  return { time: wall_start, name: practitioner_name };
}

function aboutOf({ patient_name, service_name, date }: VisitPlaced) {
  return { patient: patient_name, service: service_name, date: shortDate(date) };
}
