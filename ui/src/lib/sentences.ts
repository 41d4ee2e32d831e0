/** Sentences that need more than a key: errors and refusals in the words of a receptionist. */
import type { AppointmentStep, ConflictView, ErrorView, RefusalView, WallInstant } from '@/bindings/types';
import { shortDate } from './civil';
import { conflicts, errors, fields, reasons, steps } from './messages';
import { CommandError } from './rpc';
import { t } from './t';

export function errorSentence(error: unknown): string {
  if (!(error instanceof CommandError)) return t('app.unexpected');
  const { view } = error;
  const sentence = codeSentence(view);
  return view.request_id ? `${sentence} ${t('app.requestId', { id: view.request_id })}` : sentence;
}

export function refusalSentence(refusal: RefusalView): string {
  if (refusal.conflict?.kind === 'hold') return t('refusal.held');
  const field = refusal.field ? fields[refusal.field] : undefined;
  return field ?? reasons[refusal.reason];
}

/** What can be done instead of a step that is not possible. */
export function stepsSentence(legal: readonly AppointmentStep[]): string {
  if (legal.length === 0) return t('visit.step.noneLegal');
  return t('visit.step.legal', { steps: legal.map((step) => steps[step]).join(', ') });
}

/** Who and when, as far as this user may know. */
export function conflictSentences(conflict: ConflictView, today: string | undefined): string {
  const { wall_start: start, wall_end: end, by_name } = conflict;
  if (conflict.kind === 'hold' && by_name) return t('refusal.heldBy', { name: by_name, start, end });
  if (conflict.waiting) return t('refusal.waiting', { start, end });
  const kind = conflicts[conflict.kind];
  const named = conflict.label ? t('refusal.named', { what: kind, name: conflict.label }) : kind;
  const what = t('refusal.conflict', { what: named, start, end });
  const who = takenSentence(by_name, conflict.by_me, conflict.at, today);
  return who ? `${what} ${who}` : what;
}

/** `14:05` of today, else with its date. */
export function when(at: WallInstant, today: string | undefined): string {
  return at.date === today ? clockTime(at) : `${shortDate(at.date)}, ${clockTime(at)}`;
}

export function clockTime(at: WallInstant): string {
  return at.time.slice(0, 5);
}

function takenSentence(
  name: string | null,
  byMe: boolean,
  at: WallInstant | null,
  today: string | undefined,
) {
  if (!name && !byMe) return '';
  if (!at) return name ? t('refusal.byNameOnly', { name }) : '';
  const time = clockTime(at);
  const date = shortDate(at.date);
  if (byMe) return t('refusal.byMe', { date, time });
  if (at.date === today) return t('refusal.byToday', { name: name ?? '', time });
  return t('refusal.by', { name: name ?? '', date, time });
}

/** For places without room for more than sentences. */
function refusedSentences(refusal: RefusalView): string {
  const sentence = refusalSentence(refusal);
  if (refusal.reason === 'illegal_status') return `${sentence} ${stepsSentence(refusal.steps)}`;
  const { conflict } = refusal;
  return conflict ? `${sentence} ${conflictSentences(conflict, undefined)}` : sentence;
}

function codeSentence(view: ErrorView): string {
  if (view.code === 'refused' && view.refusal) return refusedSentences(view.refusal);
  if (view.code === 'too_many_tries' && view.retry_after_seconds) {
    return t('signIn.wait', { seconds: view.retry_after_seconds });
  }
  return (view.code === 'invalid' && view.field && fields[view.field]) || errors[view.code];
}
