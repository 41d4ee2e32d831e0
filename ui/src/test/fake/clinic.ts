/**
 * A clinic in memory behind the desk's command table, for tests and the development page. It never
 * gets into the product: only the aliases of `--mode fake`, `--mode bench` and the tests lead here.
 */
import type { Commands } from '@/bindings/commands';
import type { Connection, ErrorView, Notice, SessionStatus, Topic, Watch, Written } from '@/bindings/types';
import { emit } from './event';
import { bookingForm, card, daySheet, freeSlots, nameOf, offer, practitionerOf, refusal } from './reads';
import { clock, dateOf, instant, minutesOf } from './wall';
import { id, NOW_MINUTES, type Plan, TODAY, type Visit, type World, worldOf } from './world';

type Handlers = {
  [C in keyof Commands]: (
    request: Commands[C]['request'],
  ) => Commands[C]['response'] | Written<Commands[C]['response']>;
};

const SMALL: Plan = { practitioners: 6, busy: 0.55, longNames: false };

export class FakeClinic {
  world: World = worldOf(SMALL);
  session: SessionStatus = sessionOf();
  connection: Connection = { state: 'live', as_of: asOf(), waiting: 0, loading: null };
  watches: Watch[] = [];
  notices: Notice[] = [];
  /** Every command in the order of arrival. */
  readonly calls: { command: string; request: unknown }[] = [];
  private generation = 0;
  private nextId = 0;
  private failures = new Map<string, ErrorView>();
  private gates = new Map<string, Promise<void>>();
  /** Whether the next visits are only sent, without an answer yet. */
  waits = false;

  reset(plan: Partial<Plan> = {}): void {
    const { world, session, connection, watches, notices, waits, failures, gates } = new FakeClinic();
    Object.assign(this, { world, session, connection, watches, notices, waits, failures, gates });
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

  announce(...topics: Topic[]): number {
    this.generation += 1;
    emit('changed', { topics, generation: this.generation });
    return this.generation;
  }

  private addVisit(slot: { practitioner_id: string; starts_at: string; minutes: number; by: string }): Visit {
    const from = minutesOf(slot.starts_at);
    const visit: Visit = {
      appointment_id: this.newId('a1'),
      practitioner_id: slot.practitioner_id,
      patient_id: this.world.patients[0]?.patient_id ?? '',
      service_id: this.world.services[0]?.service_id ?? '',
      date: dateOf(slot.starts_at),
      from,
      until: from + slot.minutes,
      status: 'booked',
      notes: null,
      by: slot.by,
      version: ++this.generation,
    };
    this.world.visits.push(visit);
    return visit;
  }

  private newId(kind: string): string {
    this.nextId += 1;
    return id(kind, this.nextId);
  }

  private written<T>(value: T, ...topics: Topic[]): Written<T> {
    return { value, generation: this.announce(...topics) };
  }

  private visit(appointmentId: string): Visit {
    const found = this.world.visits.find(({ appointment_id }) => appointment_id === appointmentId);
    if (!found)
      throw { code: 'not_found', refusal: null, field: null, retry_after_seconds: null, request_id: null };
    return found;
  }

  private watched = (who: string, at: string) =>
    this.watches.some((watch) => watch.practitioner_id === who && watch.starts_at === at);

  private length(serviceId: string): number {
    return this.world.services.find(({ service_id }) => service_id === serviceId)?.duration_minutes ?? 30;
  }

  private placed(visit: Visit) {
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

  private refuse(wish: {
    practitioner_id: string;
    starts_at: string;
    service_id: string;
    ignoring: string;
  }): void {
    const why = refusal(this.world, { ...wish, length: this.length(wish.service_id) }, wish.service_id);
    if (!why) return;
    throw { code: 'refused', refusal: why, field: null, retry_after_seconds: null, request_id: null };
  }

  private handlers: Handlers = {
    session: () => this.session,
    connection: () => this.connection,
    clock: () => ({ date: TODAY, time: clock(NOW_MINUTES), offset: NOW_MINUTES }),
    day_sheet: ({ date }) => daySheet(this.world, date ?? TODAY, this.watched),
    booking_form: ({ service_id, appointment_id, ...slot }) =>
      bookingForm(this.world, { ...slot, ignoring: appointment_id }, service_id),
    reschedule_form: ({ appointment_id, practitioner_id, starts_at }) => {
      const visit = this.visit(appointment_id);
      const who = practitionerOf(this.world, practitioner_id ?? visit.practitioner_id);
      const length = visit.until - visit.from;
      const wish = { practitioner_id: who.practitioner_id, starts_at, length, ignoring: appointment_id };
      return {
        to: offer(who, visit.service_id, dateOf(starts_at), minutesOf(starts_at), length),
        refusal: refusal(this.world, wish, visit.service_id),
      };
    },
    appointment_card: ({ appointment_id }) => card(this.world, this.visit(appointment_id)),
    free_slots: (asked) => freeSlots(this.world, asked),
    services: () => ({ services: this.world.services }),
    search_patients: ({ text }) => {
      const bits = text.toLowerCase().split(/\s+/);
      const found = this.world.patients.filter(({ name, phone, birth_date }) =>
        bits.every((bit) =>
          `${name} ${phone} ${phone?.replace(/\D/g, '')} ${birth_date}`.toLowerCase().includes(bit),
        ),
      );
      return { patients: found.slice(0, 20), more: found.length > 20 };
    },
    watches: () => ({ watches: this.watches }),
    notices: () => ({ unseen: this.notices.filter(({ seen }) => !seen).length, notices: this.notices }),
    sign_in: ({ user, password }) => {
      if (password !== 'frontdesk-demo') {
        throw {
          code: 'wrong_password',
          refusal: null,
          field: null,
          retry_after_seconds: null,
          request_id: null,
        };
      }
      this.session = sessionOf(user);
      return this.written(this.session, 'session', 'connection');
    },
    sign_out: () => {
      this.session = { ...this.session, user: null };
      return this.written(this.session, 'session', 'connection');
    },
    open_booking: ({ appointment_id }) => {
      const draft = { appointment_id: appointment_id ?? this.newId('a2'), new_patient_id: this.newId('9b') };
      return this.written(draft, 'watch');
    },
    close_booking: () => this.written({}, 'watch'),
    put_patient: ({ patient_id, name, phone, birth_date }) => {
      const row = { patient_id, name, phone: phone ?? null, birth_date: birth_date ?? null };
      this.world.patients = [...this.world.patients.filter((each) => each.patient_id !== patient_id), row];
      return this.written(row, 'patient');
    },
    book_appointment: (asked) => {
      this.refuse({ ...asked, ignoring: asked.appointment_id });
      const { appointment_id, patient_id, service_id, notes } = asked;
      const minutes = this.length(service_id);
      const visit = this.addVisit({ ...asked, minutes, by: this.session.user?.name ?? '' });
      Object.assign(visit, { appointment_id, patient_id, service_id, notes: notes ?? null });
      return this.written(this.placed(visit), 'appointment');
    },
    reschedule_appointment: ({ appointment_id, starts_at, practitioner_id }) => {
      const visit = this.visit(appointment_id);
      const who = practitioner_id ?? visit.practitioner_id;
      this.refuse({
        practitioner_id: who,
        starts_at,
        service_id: visit.service_id,
        ignoring: appointment_id,
      });
      const from = minutesOf(starts_at);
      const until = from + visit.until - visit.from;
      Object.assign(visit, { practitioner_id: who, date: dateOf(starts_at), from, until });
      return this.written(this.placed(visit), 'appointment');
    },
    cancel_appointment: ({ appointment_id }) => {
      const visit = this.visit(appointment_id);
      visit.status = 'cancelled';
      return this.written(this.placed(visit), 'appointment');
    },
    watch_slot: ({ practitioner_id, starts_at, ends_at, on }) => {
      const practitioner_name = practitionerOf(this.world, practitioner_id).name;
      const watch: Watch = {
        watch_id: this.newId('33'),
        practitioner_id,
        practitioner_name,
        starts_at,
        ends_at,
        date: dateOf(starts_at),
        wall_start: clock(minutesOf(starts_at)),
        wall_end: clock(minutesOf(ends_at)),
        on,
        free: true,
      };
      this.watches = [...this.watches, watch];
      return this.written(watch, 'watch');
    },
    unwatch_slot: ({ watch_id }) => {
      this.watches = this.watches.filter((watch) => watch.watch_id !== watch_id);
      return this.written({}, 'watch');
    },
    mark_notices_seen: () => {
      this.notices = this.notices.map((notice) => ({ ...notice, seen: true }));
      return this.written({}, 'notice');
    },
  };

  /** A watched slot was taken by another user. */
  notify(practitioner_id: string, minutes: number): void {
    const notice: Notice = {
      notice_id: this.newId('44'),
      kind: 'taken',
      practitioner_id,
      practitioner_name: practitionerOf(this.world, practitioner_id).name,
      starts_at: instant(TODAY, minutes),
      date: TODAY,
      wall_start: clock(minutes),
      wall_end: clock(minutes + 30),
      by_name: 'Rudi Reception',
      at: { date: TODAY, time: '10:09:41' },
      seen: false,
    };
    this.notices = [notice, ...this.notices];
    this.announce('notice');
  }
}

export const clinic = new FakeClinic();

function sessionOf(user: string | null = 'reception1'): SessionStatus {
  return {
    user: user === null ? null : { name: 'Rita Reception', role: 'receptionist', practitioner_id: null },
    clinic: { name: 'Riverside Physiotherapy', time_zone: 'Europe/London' },
    server: 'http://127.0.0.1:8787',
    profile: 'default',
    encrypted: true,
    demo: true,
    last_user: user,
  };
}

function asOf() {
  return { date: TODAY, time: '10:10:22' };
}
