import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { BookingDraft, SeriesBooked, SeriesChoice, SeriesDate, SlotOffer } from '@/bindings/types';
import { execute, query } from '@/lib/rpc';
import type { WantedSlot } from '@/lib/slots';
import { ensurePatient, overruling, type Typed } from '@/lib/typed';
import { useOnce } from '@/lib/useOnce';
import { type Fate, fateOf, toldBy } from './fate';
import { agreedKey, decided, placeKey, planQuery, type SeriesDraft, type SeriesRule } from './rule';

export interface SeriesOptions {
  slot: WantedSlot;
  draft: BookingDraft;
  typed: Typed;
  series: SeriesDraft;
  today: string | undefined;
  onTyped: (part: Partial<Typed>) => void;
  onSeries: (series: SeriesDraft) => void;
  onBooked: (booked: SeriesBooked) => Promise<void>;
}

export interface PlannedDate {
  date: SeriesDate;
  fate: Fate;
}

/** The dialog's behaviour: a live plan, a decision for each date, one command for all visits. */
export function useSeries(options: SeriesOptions) {
  const { slot, draft, typed, series, onSeries, onTyped } = options;
  const { busy, refused, failure, once, forget } = useOnce();
  const plan = useQuery({
    ...query('series_plan', { ...planQuery(slot, typed, series), series_id: draft.series_id }),
    placeholderData: keepPreviousData,
  });
  const told = useMemo(() => toldBy(refused), [refused]);
  const dates = useDates(plan.data?.dates, told, options);
  const open = dates.filter(({ fate }) => fate.open);

  const decide = (choices: SeriesChoice[]) => onSeries({ ...series, choices });
  const choose = (date: string, choice?: Omit<SeriesChoice, 'date'>) =>
    decide(decided(series.choices, date, choice));

  return {
    plan,
    dates,
    open,
    visits: dates.filter(({ date, fate }) => !date.skipped && !fate.open).length,
    busy,
    failure,
    /** True when its visits need approval. */
    pending: usePending(typed),
    /** What the server said of the series as a whole; what it said of its dates stands at the dates. */
    refused: refused && refused.fates.length === 0 ? refused : null,
    returned: refused !== null && refused.fates.length > 0,
    /** True when every date that clashes may be booked all the same. */
    overridable: open.length > 0 && open.every(({ date }) => date.refusal?.overridable),
    setRule: (rule: SeriesRule) => {
      forget();
      onSeries({ ...series, rule });
    },
    skip: (date: string) => choose(date, { skip: true }),
    undo: (date: string) => choose(date),
    shift: (date: string, offer: SlotOffer) => choose(date, shifted(offer)),
    skipOpen: () =>
      decide(open.reduce((all, { date }) => decided(all, date.rule_date, { skip: true }), series.choices)),
    shiftOpen: () => decide(nearestFree(dates, series.choices)),
    undoAll: () => decide([]),
    overrule: (reason: string) => {
      onSeries({ ...series, agreed: [...series.agreed, ...open.map(({ date }) => agreedKey(date))] });
      onTyped({
        override: open.reduce(
          (override, { date }) =>
            date.refusal ? overruling(override, date.refusal.reason, reason) : override,
          typed.override,
        ),
      });
    },
    keepRules: () => {
      onSeries({ ...series, agreed: [] });
      onTyped({ override: null });
    },
    book: () => once(async () => options.onBooked(await bookNow(options))),
  };
}

function usePending({ serviceId }: Typed): boolean {
  const { data } = useQuery(query('services', {}));
  return data?.services.find(({ service_id }) => service_id === serviceId)?.needs_approval ?? false;
}

function useDates(
  dates: readonly SeriesDate[] | undefined,
  told: ReturnType<typeof toldBy>,
  { typed: { override }, series: { agreed }, today, slot }: SeriesOptions,
): PlannedDate[] {
  const usual = slot.wall_start;
  return useMemo(
    () =>
      (dates ?? []).map((date) => ({
        date,
        fate: fateOf(date, {
          override,
          agreed: agreed.includes(agreedKey(date)),
          today,
          usual,
          told: told.get(placeKey(date)),
        }),
      })),
    [dates, told, override, agreed, today, usual],
  );
}

async function bookNow({ slot, typed, series, draft, today }: SeriesOptions): Promise<SeriesBooked> {
  const patient_id = await ensurePatient(typed, draft, today);
  return execute('book_series', {
    series_id: draft.series_id,
    plan: { ...planQuery(slot, typed, series), patient_id },
    notes: typed.note.trim() || undefined,
    override: typed.override ?? undefined,
  });
}

function shifted({ starts_at, practitioner_id, location_id }: SlotOffer): Omit<SeriesChoice, 'date'> {
  return { skip: false, starts_at, practitioner_id, location_id: location_id ?? undefined };
}

/** The first free time for each date that clashes, and none of them twice. */
function nearestFree(dates: readonly PlannedDate[], choices: SeriesChoice[]): SeriesChoice[] {
  const used = new Set(
    dates.filter(({ fate, date }) => !fate.open && !date.skipped).map(({ date }) => timeKey(date)),
  );
  let all = choices;
  for (const { date, fate } of dates) {
    const offer = fate.open ? fate.alternatives.find((each) => !used.has(timeKey(each))) : undefined;
    if (!offer) continue;
    used.add(timeKey(offer));
    all = decided(all, date.rule_date, shifted(offer));
  }
  return all;
}

function timeKey({
  practitioner_id,
  starts_at,
}: {
  practitioner_id: string;
  starts_at: string | null;
}): string {
  return `${practitioner_id} ${starts_at}`;
}
