/**
 * A clinic in memory behind the desk's command table, for tests and the development page. It never
 * gets into the product: only the aliases of `--mode fake`, `--mode bench` and the tests lead here.
 */
import type { Commands } from '@/bindings/commands';
import type {
  Connection,
  ErrorView,
  Notice,
  RefusalView,
  Role,
  SessionStatus,
  SetAsideCommand,
  SignedInUser,
  Topic,
  Watch,
  Written,
} from '@/bindings/types';
import { emit } from './event';
import { handlersOf } from './handlers';
import { nameOf, practitionerOf, refused } from './reads';
import { clock, dateOf, instant, minutesOf } from './wall';
import { id, type Plan, TODAY, type Visit, visitOf, type World, worldOf } from './world';

const SMALL: Plan = { practitioners: 6, busy: 0.55, longNames: false };

export class FakeClinic {
  world: World = worldOf(SMALL);
  session: SessionStatus = sessionOf();
  connection: Connection = { state: 'live', as_of: asOf(), waiting: 0, loading: null };
  watches: Watch[] = [];
  notices: Notice[] = [];
  setAside: SetAsideCommand[] = [];
  /** Every command in the order of arrival. */
  readonly calls: { command: string; request: unknown }[] = [];
  private generation = 0;
  private nextId = 0;
  /** Above every version of the seeded visits. */
  private seq = 10_000;
  private failures = new Map<string, ErrorView>();
  private gates = new Map<string, Promise<void>>();
  /** Whether the next visits are only sent, without an answer yet. */
  waits = false;
  private readonly handlers = handlersOf(this);

  reset(plan: Partial<Plan> = {}): void {
    const { world, session, connection, watches, notices, setAside, waits, failures, gates } =
      new FakeClinic();
    const state = { world, session, connection, watches, notices, setAside, waits, failures, gates };
    Object.assign(this, state);
    this.calls.length = 0;
    this.world = worldOf({ ...SMALL, ...plan });
  }

  async answer(command: string, request: unknown): Promise<unknown> {
    this.calls.push({ command, request });
    await this.gates.get(command);
    const failure = this.failures.get(command);
    if (failure) {
      this.failures.delete(command);
      throw failure;
    }
    if (command === 'board_painted') return undefined;
    const handler = this.handlers[command as keyof Commands] as ((request: unknown) => unknown) | undefined;
    if (!handler) throw `command ${command} not found`;
    return handler(request);
  }

  /** The next call of this command fails. */
  fail(command: keyof Commands, view: Partial<ErrorView> & Pick<ErrorView, 'code'>): void {
    const nothing = { refusal: null, field: null, retry_after_seconds: null, request_id: null };
    this.failures.set(command, { ...nothing, ...view });
  }

  /** Calls of this command wait until the returned function is called. */
  hold(command: keyof Commands): () => void {
    let open = () => {};
    this.gates.set(command, new Promise((resolve) => (open = resolve)));
    return () => {
      this.gates.delete(command);
      open();
    };
  }

  /** Another desk takes a slot. */
  taken(practitioner_id: string, starts_at: string, minutes = 30, by = 'Rudi Reception'): void {
    this.addVisit({ practitioner_id, starts_at, minutes, by });
    this.announce('appointment');
  }

  /** A booking that was sent and has no answer yet. */
  sent(visit: Visit) {
    this.world.visits = this.world.visits.filter((each) => each !== visit);
    this.world.asked.push(visit);
    return this.written(this.placed(visit), 'outbox', 'connection');
  }

  /** A move that was sent and has no answer yet. */
  leaving(visit: Visit, place: Partial<Visit>) {
    const { appointment_id: moves } = visit;
    const there = { ...visit, ...place, appointment_id: this.newId('a2'), moves };
    this.world.asked.push(there);
    return this.written({ ...this.placed(there), appointment_id: moves }, 'outbox', 'connection');
  }

  /** The server has decided what was sent. */
  decided(outcome: 'applied' | 'rejected'): void {
    const { asked } = this.world;
    this.world.asked = [];
    for (const { moves, ...place } of outcome === 'applied' ? asked : []) {
      if (moves) Object.assign(this.visit(moves), { ...place, appointment_id: moves });
      else this.world.visits.push(place);
    }
    this.announce('appointment', 'notice', 'outbox', 'connection');
  }

  announce(...topics: Topic[]): number {
    this.generation += 1;
    emit('changed', { topics, generation: this.generation });
    return this.generation;
  }

  addVisit(slot: { practitioner_id: string; starts_at: string; minutes: number; by: string }): Visit {
    const from = minutesOf(slot.starts_at);
    const visit = visitOf({
      appointment_id: this.newId('a1'),
      practitioner_id: slot.practitioner_id,
      patient_id: this.world.patients[0]?.patient_id ?? '',
      service_id: this.world.services[0]?.service_id ?? '',
      date: dateOf(slot.starts_at),
      from,
      until: from + slot.minutes,
      by: slot.by,
      version: ++this.seq,
    });
    this.world.visits.push(visit);
    return visit;
  }

  newId(kind: string): string {
    this.nextId += 1;
    return id(kind, this.nextId);
  }

  written<T>(value: T, ...topics: Topic[]): Written<T> {
    return { value, generation: this.announce(...topics) };
  }

  visit(appointmentId: string): Visit {
    const found = this.world.visits.find(({ appointment_id }) => appointment_id === appointmentId);
    if (!found)
      throw { code: 'not_found', refusal: null, field: null, retry_after_seconds: null, request_id: null };
    return found;
  }

  watched = (who: string, at: string) =>
    this.watches.some((watch) => watch.practitioner_id === who && watch.starts_at === at);

  placed(visit: Visit) {
    return {
      ...nameOf(this.world, visit),
      appointment_id: visit.appointment_id,
      progress: this.waits ? ('waiting' as const) : ('confirmed' as const),
      status: visit.status,
      practitioner_name: practitionerOf(this.world, visit.practitioner_id).name,
      date: visit.date,
      wall_start: clock(visit.from),
      wall_end: clock(visit.until),
    };
  }

  refuse(why: RefusalView | null): void {
    if (why) throw refused(why);
  }

  role(): Role | undefined {
    return this.session.user?.role;
  }

  /** A row has changed: its version rises, and the change log keeps which fields. */
  touch(visit: Visit, ...fields: string[]): void {
    this.seq += 1;
    visit.version = this.seq;
    visit.log.push({ version: this.seq, fields });
  }

  /** Another desk changes a visit. */
  changed(appointmentId: string, part: Partial<Visit>): void {
    const visit = this.visit(appointmentId);
    Object.assign(visit, part);
    this.touch(visit, ...Object.keys(part));
    this.announce('appointment');
  }

  /** A watched slot was taken by another user. */
  notify(practitioner_id: string, minutes: number): void {
    const notice: Notice = {
      notice_id: this.newId('44'),
      kind: 'taken',
      asked: null,
      slot: {
        practitioner_id,
        practitioner_name: practitionerOf(this.world, practitioner_id).name,
        starts_at: instant(TODAY, minutes),
        date: TODAY,
        wall_start: clock(minutes),
        wall_end: clock(minutes + 30),
      },
      by_name: 'Rudi Reception',
      at: { date: TODAY, time: '10:09:41' },
      seen: false,
    };
    this.notices = [notice, ...this.notices];
    this.announce('notice');
  }
}

export const clinic = new FakeClinic();

export function sessionOf(user: string | null = 'reception1'): SessionStatus {
  const rita: SignedInUser = {
    user_id: id('05', 1),
    name: 'Rita Reception',
    role: 'receptionist',
    practitioner_id: null,
  };
  return {
    user: user === null ? null : rita,
    clinic: { name: 'Riverside Physiotherapy', time_zone: 'Europe/London' },
    server: 'http://127.0.0.1:8787',
    profile: 'default',
    encrypted: true,
    demo: true,
    last_user: user,
    start: null,
  };
}

function asOf() {
  return { date: TODAY, time: '10:10:22' };
}
