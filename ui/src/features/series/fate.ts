/** What becomes of each date of a series, in the words of a receptionist. */
import type { FateView, Override, RefusalView, SeriesDate, SlotOffer } from '@/bindings/types';
import { shortDate } from '@/lib/civil';
import { reasons } from '@/lib/messages';
import type { seriesFates } from '@/lib/messages/series';
import { conflictSentences } from '@/lib/sentences';
import { t } from '@/lib/t';
import { placeKey } from './rule';

export type FateKind = keyof typeof seriesFates;

export interface Fate {
  kind: FateKind;
  detail: string;
  /** It cannot be booked like this: the user has to decide. */
  open: boolean;
  alternatives: readonly SlotOffer[];
}

/** Why not, from the plan or from the server's answer to the last try. */
type Why = Pick<RefusalView, 'conflict' | 'alternatives'> & {
  reason: RefusalView['reason'];
  overridable?: boolean;
};

interface Context {
  override: Override | null;
  /** Whether it was given for this date, too. */
  agreed: boolean;
  /** What the server said of this visit, unless something else was decided for it since. */
  told: FateView | undefined;
  today: string | undefined;
  /** When the rule has its visits. */
  usual: string;
}

export function fateOf(date: SeriesDate, { override, agreed, told, today, usual }: Context): Fate {
  if (date.skipped) return { kind: 'skipped', detail: '', open: false, alternatives: [] };
  const why = date.refusal ?? asWhy(told);
  if (!why) return possible(date, usual);
  const anyway = agreed && why.overridable === true && (override?.rules.includes(why.reason) ?? false);
  return {
    kind: anyway ? 'anyway' : kindOf(why),
    detail: detailOf(why, today),
    // What only the server said may have passed: it does not stand in the way of another try.
    open: !anyway && date.refusal !== null,
    alternatives: why.alternatives,
  };
}

/** The server's fates by their place, for the dates that are still there. */
export function toldBy(refusal: RefusalView | null): ReadonlyMap<string, FateView> {
  return new Map(refusal?.fates.map((fate) => [placeKey(fate), fate]));
}

function possible({ shifted, rule_date }: SeriesDate, time: string): Fate {
  const detail = shifted ? t('series.insteadOf', { date: shortDate(rule_date), time }) : '';
  return { kind: shifted ? 'shifted' : 'free', detail, open: false, alternatives: [] };
}

function asWhy(told: FateView | undefined): Why | null {
  return told?.reason ? { ...told, reason: told.reason } : null;
}

function kindOf({ reason, conflict }: Why): FateKind {
  if (conflict?.kind === 'closure') return 'closed';
  if (conflict?.kind === 'time_off') return 'dayOff';
  if (conflict?.kind === 'hold') return 'held';
  switch (reason) {
    case 'slot_taken':
    case 'capacity_full':
    case 'patient_busy':
    case 'location_busy':
      return 'clash';
    case 'outside_schedule':
      return 'dayOff';
    case 'dst_gap':
    case 'dst_fold':
      return 'clock';
    default:
      return 'other';
  }
}

function detailOf({ reason, conflict }: Why, today: string | undefined): string {
  return conflict ? conflictSentences(conflict, today) : reasons[reason];
}
