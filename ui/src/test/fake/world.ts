/** The seeded facts of the fake clinic. Its wall clock is UTC, so that nothing here needs a zone. */
import type {
  AppointmentStatus,
  BandKind,
  CancelReason,
  Override,
  PatientMatch,
  ServiceSummary,
} from '@/bindings/types';
import { addDays } from '@/lib/civil';

export const TODAY = '2026-11-24';
export const NOW_MINUTES = 10 * 60 + 10;

export interface Visit {
  appointment_id: string;
  practitioner_id: string;
  patient_id: string;
  service_id: string;
  date: string;
  from: number;
  until: number;
  status: AppointmentStatus;
  /** The statuses before, oldest first. */
  path: AppointmentStatus[];
  notes: string | null;
  cancel_reason: CancelReason | null;
  cancel_note: string | null;
  series_id: string | null;
  override: Override | null;
  by: string;
  version: number;
  /** Which fields each change touched. */
  log: { version: number; fields: string[] }[];
}

export interface Service extends ServiceSummary {
  /** Whether a taken time may be booked with a reason. */
  warns: boolean;
}

/** A time that an open dialog keeps. */
export interface Held {
  practitioner_id: string;
  date: string;
  from: number;
  until: number;
  by: string;
  /** The dialog's own appointment, when it is this desk's. */
  dialog: string | null;
}

export interface PlannedBand {
  kind: BandKind;
  from: number;
  until: number;
  label?: string;
}

export interface Practitioner {
  practitioner_id: string;
  name: string;
  bands: (date: string) => PlannedBand[];
}

export interface World {
  practitioners: Practitioner[];
  services: Service[];
  patients: PatientMatch[];
  visits: Visit[];
  holds: Held[];
  /** What this desk has booked without an answer, and where it has moved what without one. */
  asked: (Visit & { moves?: string })[];
}

export interface Plan {
  practitioners: number;
  /** Shares of the day's steps that are taken, 0 to 1. */
  busy: number;
  longNames: boolean;
}

const NAMES = [
  'Anna Weber',
  'Ben Okafor',
  'Chiara Rossi',
  'David Lindqvist',
  'Elif Yılmaz',
  'Farid Haddad',
  'Grace Murphy',
  'Hana Novák',
];
const FIRST = [
  'Maria',
  'Jonas',
  'Aylin',
  'Peter',
  'Sofia',
  'Liam',
  'Noor',
  'Emil',
  'Ines',
  'Tom',
  'Vera',
  'Omar',
];
const LAST = [
  'Schmidt',
  'Fernández',
  'Kaya',
  'Nguyen',
  'O’Brien',
  'Kowalski',
  'Haas',
  'Lund',
  'Moreau',
  'Bauer',
];
const SERVICES: [string, number][] = [
  ['Physiotherapy', 30],
  ['First visit', 60],
  ['Manual therapy', 30],
  ['Lymph drainage', 60],
  ['Check-up', 30],
];
const LONG = 'Dr. med. Maximiliane-Alexandra Freifrau von und zu Hohenstein-Württemberg';
const STATUSES: AppointmentStatus[] = [
  'booked',
  'booked',
  'booked',
  'booked',
  'arrived',
  'pending',
  'checked-in',
];

const BEFORE: Record<AppointmentStatus, AppointmentStatus[]> = {
  pending: [],
  booked: [],
  arrived: ['booked'],
  'checked-in': ['booked', 'arrived'],
  fulfilled: ['booked', 'arrived', 'checked-in'],
  noshow: ['booked'],
  cancelled: ['booked'],
};
const SERIES = id('5a', 0);
/** Weeks before and after today on which the series of the second practitioner takes place. */
const WEEKS = [-2, -1, 1, 2, 3];

export function worldOf({ practitioners, busy, longNames }: Plan): World {
  const random = seeded(7);
  const people = Array.from({ length: practitioners }, (_, n) => practitioner(n, longNames));
  const services = SERVICES.map(([name, duration_minutes], n) => ({
    service_id: id('5e', n),
    name: longNames && n === 0 ? `${name} with heat, electrotherapy and a long explanation` : name,
    duration_minutes,
    practitioner_ids: people.map(({ practitioner_id }) => practitioner_id),
    needs_approval: name === 'First visit',
    warns: name === 'Lymph drainage',
    capacity: 1,
  }));
  const patients = Array.from({ length: 120 }, (_, n) => patient(n, longNames));
  const world: World = { practitioners: people, services, patients, visits: [], holds: [], asked: [] };
  for (const each of people) fill(world, each, busy, random);
  repeat(world);
  return world;
}

/** A visit of the fake clinic; what is not named is as after a first booking. */
export function visitOf(
  part: Pick<
    Visit,
    'appointment_id' | 'practitioner_id' | 'patient_id' | 'service_id' | 'date' | 'from' | 'until' | 'version'
  > &
    Partial<Visit>,
): Visit {
  return {
    status: 'booked',
    path: [],
    notes: null,
    cancel_reason: null,
    cancel_note: null,
    series_id: null,
    override: null,
    by: 'Rita Reception',
    log: [],
    ...part,
  };
}

export function id(kind: string, n: number): string {
  return `00000000-0000-7000-8000-${kind.padStart(4, '0')}${String(n).padStart(8, '0')}`;
}

/** A small generator, so that the same plan is the same clinic on every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

function fill(world: World, { practitioner_id, bands }: Practitioner, busy: number, random: () => number) {
  for (const band of bands(TODAY).filter(({ kind }) => kind === 'working' || kind === 'extra_hours')) {
    for (let from = band.from; from + 30 <= band.until; ) {
      const service = world.services[Math.floor(random() * world.services.length)];
      const length = service?.duration_minutes ?? 30;
      if (service && random() < busy && from + length <= band.until) {
        const n = world.visits.length;
        const status: AppointmentStatus =
          from < NOW_MINUTES - 60 ? (n % 9 === 4 ? 'noshow' : 'fulfilled') : (STATUSES[n % 7] ?? 'booked');
        const visit = visitOf({
          appointment_id: id('a0', n),
          practitioner_id,
          patient_id: id('9a', Math.floor(random() * world.patients.length)),
          service_id: service.service_id,
          date: TODAY,
          from,
          until: from + length,
          status,
          path: [...BEFORE[status]],
          notes: n % 5 === 0 ? 'Prefers the room at the back.' : null,
          version: n + 1,
        });
        world.visits.push(visit);
        from += length;
      } else from += 30;
    }
  }
}

/** The second practitioner's first visit to come is the third of six weekly ones. */
function repeat({ practitioners, visits }: World) {
  const who = practitioners[1]?.practitioner_id;
  const today = visits.find(
    ({ practitioner_id, from, status }) =>
      practitioner_id === who && from > NOW_MINUTES && status === 'booked',
  );
  if (!today) return;
  today.series_id = SERIES;
  for (const weeks of WEEKS) {
    const status = weeks < 0 ? 'fulfilled' : 'booked';
    visits.push({
      ...today,
      appointment_id: id('a5', weeks + 10),
      date: addDays(TODAY, 7 * weeks),
      status,
      path: [...BEFORE[status]],
      log: [],
      version: visits.length + 1,
    });
  }
}

function practitioner(n: number, longNames: boolean): Practitioner {
  const name = NAMES[n] ?? `${FIRST[n % FIRST.length]} ${LAST[n % LAST.length]}`;
  return {
    practitioner_id: id('b0', n),
    name: longNames && n % 3 === 0 ? LONG : name,
    bands: (date) => bandsOf(n, date),
  };
}

function bandsOf(n: number, date: string): PlannedBand[] {
  const weekday = new Date(`${date}T00:00:00Z`).getUTCDay();
  if (weekday === 0) return [];
  if (date === '2026-12-24') return [{ kind: 'closure', from: 480, until: 1080, label: 'Christmas Eve' }];
  if (n % 8 === 5) return [{ kind: 'time_off', from: 480, until: 1020, label: 'Training in Lyon' }];
  const start = n % 4 === 1 ? 540 : 480;
  const bands: PlannedBand[] = [
    { kind: 'working', from: start, until: 720 },
    { kind: 'break', from: 720, until: 780 },
    { kind: 'working', from: 780, until: n % 8 === 3 ? 900 : 1020 },
  ];
  if (n % 8 === 3) bands.push({ kind: 'time_off', from: 900, until: 1020, label: 'Dentist' });
  if (n % 8 === 2) bands.push({ kind: 'extra_hours', from: 1020, until: 1080 });
  return bands;
}

function patient(n: number, longNames: boolean): PatientMatch {
  const name = `${FIRST[n % FIRST.length]} ${LAST[Math.floor(n / FIRST.length) % LAST.length]}`;
  return {
    patient_id: id('9a', n),
    name: longNames && n % 4 === 0 ? `${name}-${LONG}` : name,
    phone: `+49 30 ${String(5_550_000 + n * 37)}`,
    birth_date: `${1940 + ((n * 7) % 75)}-${String((n % 12) + 1).padStart(2, '0')}-${String((n % 28) + 1).padStart(2, '0')}`,
  };
}
