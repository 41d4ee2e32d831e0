/** The status steps of the fake clinic: the domain's table, without rights. */
import type { AppointmentStatus, AppointmentStep } from '@/bindings/types';
import { NOW_MINUTES, TODAY, type Visit } from './world';

type Move = { from: readonly AppointmentStatus[]; to: AppointmentStatus };
export type Forward = Exclude<AppointmentStep, 'undo_status'>;

/** In the order of the day. */
const MOVES: Record<Forward, Move> = {
  approve_appointment: { from: ['pending'], to: 'booked' },
  reject_appointment: { from: ['pending'], to: 'cancelled' },
  arrive_appointment: { from: ['booked'], to: 'arrived' },
  check_in_appointment: { from: ['arrived'], to: 'checked-in' },
  complete_appointment: { from: ['checked-in'], to: 'fulfilled' },
  mark_appointment_no_show: { from: ['booked'], to: 'noshow' },
  cancel_appointment: { from: ['pending', 'booked', 'arrived'], to: 'cancelled' },
};

export function legalSteps(visit: Visit): AppointmentStep[] {
  const steps = (Object.keys(MOVES) as Forward[]).filter((step) => isLegal(visit, step));
  const stepped = visit.path.length > 0 && visit.status !== 'pending';
  return stepped ? [...steps, 'undo_status'] : steps;
}

/** Takes a legal step; the caller has asked. */
export function take(visit: Visit, step: AppointmentStep): void {
  if (step === 'undo_status') {
    visit.status = visit.path.pop() ?? visit.status;
    if (visit.status !== 'cancelled') Object.assign(visit, { cancel_reason: null, cancel_note: null });
    return;
  }
  const before = step === 'approve_appointment' ? visit.path.at(-1) : undefined;
  visit.path.push(visit.status);
  visit.status = before ?? MOVES[step].to;
}

function isLegal(visit: Visit, step: Forward): boolean {
  const begun = visit.date < TODAY || (visit.date === TODAY && visit.from <= NOW_MINUTES);
  return MOVES[step].from.includes(visit.status) && (step !== 'mark_appointment_no_show' || begun);
}
