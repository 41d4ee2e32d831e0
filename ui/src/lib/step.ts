/** Steps of a visit's status: which ones are legal is the card's word, never computed here. */
import type { QueryClient } from '@tanstack/react-query';
import type {
  AppointmentCard,
  AppointmentId,
  AppointmentStatus,
  AppointmentStep,
  VisitStepped,
} from '@/bindings/types';
import { shortDate } from './civil';
import { statuses, stepped, steps } from './messages';
import { execute, readIfPossible, readNow } from './rpc';
import { stepsSentence } from './sentences';
import { t } from './t';
import { attempt, done, hint, waiting } from './toasts';

/** Cancelling asks for a reason, so it has its own form. */
export type Step = Exclude<AppointmentStep, 'cancel_appointment'>;

/** The visit, and the version of it on which the user decided. */
export type Decided = Pick<AppointmentCard, 'appointment_id' | 'version'>;

/** Takes a step, and says so when the views show it, with the way back. */
export async function takeStep(
  client: QueryClient,
  { appointment_id, version }: Decided,
  step: Step,
  reason?: string,
): Promise<void> {
  const command = { appointment_id, ...(reason && { reason }) };
  const answer = await execute(step, { base_version: version, command });
  if (answer.progress === 'waiting')
    return waiting(t('toast.waiting', where(answer)), t('toast.waitingDetail'));
  const undo = step === 'undo_status' ? undefined : await wayBack(client, appointment_id);
  const title = t('toast.stepped', { what: saidOf(step, answer.status), ...where(answer) });
  done(title, answer.patient_name, undo, appointment_id);
}

/** A step asked for by one key: taken if the card allows it, else said what is possible. */
export async function stepByKey(
  client: QueryClient,
  appointment_id: AppointmentId,
  step: Step,
): Promise<void> {
  if (running.has(appointment_id)) return;
  running.add(appointment_id);
  await attempt(async () => {
    const card = await readNow(client, 'appointment_card', { appointment_id });
    if (card.steps.includes(step)) return takeStep(client, card, step);
    hint(whyNot(card, step), stepsSentence(card.steps), appointment_id);
  });
  running.delete(appointment_id);
}

/** Whoever could arrive can only have stayed away once the visit has begun. */
function whyNot({ status, steps: legal, date, wall_start }: AppointmentCard, step: Step): string {
  if (step === 'mark_appointment_no_show' && legal.includes('arrive_appointment')) {
    return t('visit.step.notBegun', { step: steps[step], date: shortDate(date), time: wall_start });
  }
  return t('visit.step.notNow', { step: steps[step], status: statuses[status] });
}

/** Visits of which a step is under way: a second press is not a second wish. */
const running = new Set<AppointmentId>();

/** Undoes what was just done, and nothing that somebody else does after it. */
export async function wayBack(client: QueryClient, appointment_id: AppointmentId) {
  const after = await readIfPossible(client, 'appointment_card', { appointment_id });
  return after?.steps.includes('undo_status') ? () => takeStep(client, after, 'undo_status') : undefined;
}

function saidOf(step: Step, status: AppointmentStatus): string {
  return step === 'undo_status' ? t('visit.step.back', { status: statuses[status] }) : stepped[step];
}

function where({ wall_start, practitioner_name }: VisitStepped) {
  return { time: wall_start, name: practitioner_name };
}
