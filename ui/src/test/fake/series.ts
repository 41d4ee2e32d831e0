/** Series of the fake clinic: the rule on civil dates, every date weighed against what is there. */
import type { RefusalView, SeriesBooking, SeriesDate, SeriesPlan, SeriesPlanQuery } from '@/bindings/types';
import { addDays, weekdayOf } from '@/lib/civil';
import type { FakeClinic } from './clinic';
import type { Handlers } from './handlers';
import { because, freeSlots, practitionerOf, refusal, refused, unbroken } from './reads';
import { clock, dateOf, instant, minutesOf } from './wall';

export function seriesHandlers(clinic: FakeClinic): Pick<Handlers, 'series_plan' | 'book_series'> {
  return {
    series_plan: (asked) => planOf(clinic, asked),
    book_series: (asked) => bookAll(clinic, asked),
  };
}

function planOf(clinic: FakeClinic, asked: SeriesPlanQuery): SeriesPlan {
  const dates = ruleDates(asked).map((date) => dateFor(clinic, asked, date));
  const open = dates.filter((each) => each.refusal !== null).length;
  const visits = dates.filter((each) => each.refusal === null && !each.skipped).length;
  return { dates, visits, open };
}

function ruleDates({ starts_at, unit, every, weekdays, count }: SeriesPlanQuery): string[] {
  const first = dateOf(starts_at);
  const dates: string[] = [];
  const days = weekdays.length > 0 ? weekdays : [weekdayOf(first)];
  for (let n = 0; dates.length < count && n < 5_000; n += 1) {
    const date = addDays(first, n);
    const week = Math.floor((n + weekdayOf(first) - 1) / 7);
    const fits = {
      day: n % every === 0,
      week: week % every === 0 && days.includes(weekdayOf(date)),
      month: date.slice(8) === first.slice(8) && monthsBetween(first, date) % every === 0,
    };
    if (fits[unit]) dates.push(date);
  }
  return dates;
}

function monthsBetween(a: string, b: string): number {
  return 12 * (Number(b.slice(0, 4)) - Number(a.slice(0, 4))) + Number(b.slice(5, 7)) - Number(a.slice(5, 7));
}

function dateFor(clinic: FakeClinic, asked: SeriesPlanQuery, rule_date: string): SeriesDate {
  const choice = asked.choices.find(({ date }) => date === rule_date);
  const starts_at = choice?.starts_at ?? instant(rule_date, minutesOf(asked.starts_at));
  const practitioner_id = choice?.practitioner_id ?? asked.practitioner_id;
  const service = clinic.world.services.find(({ service_id }) => service_id === asked.service_id);
  const length = service?.duration_minutes ?? 30;
  return {
    rule_date,
    date: dateOf(starts_at),
    wall_start: clock(minutesOf(starts_at)),
    wall_end: clock(minutesOf(starts_at) + length),
    practitioner_id,
    practitioner_name: practitionerOf(clinic.world, practitioner_id).name,
    starts_at,
    skipped: choice?.skip ?? false,
    shifted: choice?.starts_at !== undefined,
    refusal: choice?.skip ? null : weigh(clinic, asked, { practitioner_id, starts_at, length }),
  };
}

interface Place {
  practitioner_id: string;
  starts_at: string;
  length: number;
}

function weigh(clinic: FakeClinic, asked: SeriesPlanQuery, place: Place): RefusalView | null {
  const { world } = clinic;
  const date = dateOf(place.starts_at);
  const from = minutesOf(place.starts_at);
  const bands = practitionerOf(world, place.practitioner_id).bands(date);
  const fits = bands.some(
    ({ kind, ...band }) =>
      (kind === 'working' || kind === 'extra_hours') &&
      band.from <= from &&
      from + place.length <= band.until,
  );
  if (fits) return refusal(world, { ...place, role: clinic.role() }, asked.service_id);
  const away = bands.find(({ kind, ...band }) => isAway(kind) && band.from <= from && from < band.until);
  const conflict = away && {
    kind: away.kind === 'closure' ? ('closure' as const) : ('time_off' as const),
    date,
    wall_start: clock(away.from),
    wall_end: clock(away.until),
    by_name: null,
    at: null,
    by_me: false,
    label: away.label ?? null,
  };
  const near = freeSlots(world, {
    service_id: asked.service_id,
    practitioner_id: place.practitioner_id,
    from: date,
    to: addDays(date, 6),
  });
  return {
    ...because('outside_schedule'),
    conflict: conflict ?? null,
    alternatives: near.slots.slice(0, 3),
    overridable: true,
  };
}

function isAway(kind: string): boolean {
  return kind === 'closure' || kind === 'time_off';
}

/** All or none; a refusal says what would become of each. */
function bookAll(clinic: FakeClinic, { series_id, plan, notes, override }: SeriesBooking) {
  const wanted = planOf(clinic, plan).dates.filter(({ skipped }) => !skipped);
  const weighed = wanted.map((date) => ({ date, bad: unbroken(date.refusal, override) }));
  const first = weighed.find(({ bad }) => bad)?.bad;
  if (first) throw refused({ ...first, alternatives: [], fates: weighed.map(fate) });
  for (const { practitioner_id, starts_at, wall_start, wall_end } of wanted) {
    if (!starts_at) continue;
    const minutes = toMinutes(wall_end) - toMinutes(wall_start);
    const visit = clinic.addVisit({
      practitioner_id,
      starts_at,
      minutes,
      by: clinic.session.user?.name ?? '',
    });
    const { patient_id, service_id } = plan;
    Object.assign(visit, {
      patient_id,
      service_id,
      series_id,
      notes: notes ?? null,
      override: override ?? null,
    });
  }
  const { patients, services } = clinic.world;
  const booked = {
    series_id,
    progress: clinic.waits ? ('waiting' as const) : ('confirmed' as const),
    status: services.find(({ service_id }) => service_id === plan.service_id)?.needs_approval
      ? ('pending' as const)
      : ('booked' as const),
    patient_name: patients.find(({ patient_id }) => patient_id === plan.patient_id)?.name ?? '',
    service_name: services.find(({ service_id }) => service_id === plan.service_id)?.name ?? '',
    visits: wanted.length,
    first: wanted[0]?.date ?? '',
    last: wanted.at(-1)?.date ?? '',
  };
  return clinic.written(booked, 'appointment');
}

function fate({ date, bad }: { date: SeriesDate; bad: RefusalView | null }, index: number) {
  return {
    appointment_id: `fate-${index}`,
    date: date.date,
    wall_start: date.wall_start,
    reason: bad?.reason ?? null,
    conflict: bad?.conflict ?? null,
    alternatives: bad?.alternatives ?? [],
  };
}

function toMinutes(wall: string): number {
  return Number(wall.slice(0, 2)) * 60 + Number(wall.slice(3));
}
