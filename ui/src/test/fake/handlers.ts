/** The rows of the command table that the fake clinic answers, put together from its parts. */
import type { Commands } from '@/bindings/commands';
import type { Watch, Written } from '@/bindings/types';
import { approvals, card, seriesCard } from './cards';
import { type FakeClinic, sessionOf } from './clinic';
import { dialogWrites } from './holds';
import { bookingForm, daySheet, freeSlots, offer, practitionerOf, refusal, unbroken } from './reads';
import { seriesHandlers } from './series';
import { setAsideHandlers } from './setAside';
import { visitWrites } from './visits';
import { clock, dateOf, minutesOf } from './wall';
import { NOW_MINUTES, TODAY } from './world';

export type Handlers = {
  [C in keyof Commands]: (
    request: Commands[C]['request'],
  ) => Commands[C]['response'] | Written<Commands[C]['response']>;
};

export function handlersOf(clinic: FakeClinic): Partial<Handlers> {
  return {
    ...boardReads(clinic),
    ...listReads(clinic),
    ...sessionWrites(clinic),
    ...bookingWrites(clinic),
    ...visitWrites(clinic),
    ...watchWrites(clinic),
    ...dialogWrites(clinic),
    ...seriesHandlers(clinic),
    ...setAsideHandlers(clinic),
  };
}

function boardReads(clinic: FakeClinic): Partial<Handlers> {
  return {
    session: () => clinic.session,
    connection: () => clinic.connection,
    clock: () => ({ date: TODAY, time: clock(NOW_MINUTES), offset: NOW_MINUTES }),
    day_sheet: ({ date }) => daySheet(clinic.world, date ?? TODAY, clinic.watched),
    booking_form: ({ service_id, appointment_id, ...slot }) =>
      bookingForm(clinic.world, { ...slot, ignoring: appointment_id, role: clinic.role() }, service_id),
    reschedule_form: ({ appointment_id, practitioner_id, starts_at }) => {
      const visit = clinic.visit(appointment_id);
      const who = practitionerOf(clinic.world, practitioner_id ?? visit.practitioner_id);
      const length = visit.until - visit.from;
      const wish = { practitioner_id: who.practitioner_id, starts_at, length, ignoring: appointment_id };
      return {
        to: offer(who, visit.service_id, dateOf(starts_at), minutesOf(starts_at), length),
        refusal: refusal(clinic.world, { ...wish, role: clinic.role() }, visit.service_id),
      };
    },
    appointment_card: ({ appointment_id }) => card(clinic.world, clinic.visit(appointment_id)),
    series_card: ({ series_id }) => seriesCard(clinic.world, series_id),
    free_slots: (asked) => freeSlots(clinic.world, asked),
  };
}

function listReads(clinic: FakeClinic): Partial<Handlers> {
  return {
    services: () => ({ services: clinic.world.services }),
    approvals: () => approvals(clinic.world, clinic.session.user),
    search_patients: ({ text }) => {
      const bits = text.toLowerCase().split(/\s+/);
      const found = clinic.world.patients.filter(({ name, phone, birth_date }) =>
        bits.every((bit) =>
          `${name} ${phone} ${phone?.replace(/\D/g, '')} ${birth_date}`.toLowerCase().includes(bit),
        ),
      );
      return { patients: found.slice(0, 20), more: found.length > 20 };
    },
    watches: () => ({ watches: clinic.watches }),
    notices: () => ({ unseen: clinic.notices.filter(({ seen }) => !seen).length, notices: clinic.notices }),
  };
}

function sessionWrites(clinic: FakeClinic): Partial<Handlers> {
  return {
    sign_in: ({ user, password }) => {
      if (password !== 'frontdesk-demo') {
        const nothing = { refusal: null, field: null, retry_after_seconds: null, request_id: null };
        throw { code: 'wrong_password', ...nothing };
      }
      clinic.session = sessionOf(user);
      return clinic.written(clinic.session, 'session', 'connection');
    },
    sign_out: () => {
      clinic.session = { ...clinic.session, user: null };
      return clinic.written(clinic.session, 'session', 'connection');
    },
  };
}

function bookingWrites(clinic: FakeClinic): Partial<Handlers> {
  return {
    put_patient: ({ patient_id, name, phone, birth_date }) => {
      const { world } = clinic;
      const row = { patient_id, name, phone: phone ?? null, birth_date: birth_date ?? null };
      world.patients = [...world.patients.filter((each) => each.patient_id !== patient_id), row];
      return clinic.written(row, 'patient');
    },
    book_appointment: (asked) => {
      const { appointment_id, patient_id, service_id, notes } = asked;
      const service = clinic.world.services.find((each) => each.service_id === service_id);
      const minutes = service?.duration_minutes ?? 30;
      const wish = { ...asked, length: minutes, ignoring: appointment_id, role: clinic.role() };
      clinic.refuse(unbroken(refusal(clinic.world, wish, service_id), asked.override));
      const visit = clinic.addVisit({ ...asked, minutes, by: clinic.session.user?.name ?? '' });
      const status = service?.needs_approval ? 'pending' : 'booked';
      const override = asked.override ?? null;
      Object.assign(visit, {
        appointment_id,
        patient_id,
        service_id,
        status,
        notes: notes ?? null,
        override,
      });
      return clinic.waits ? clinic.sent(visit) : clinic.written(clinic.placed(visit), 'appointment');
    },
  };
}

function watchWrites(clinic: FakeClinic): Partial<Handlers> {
  return {
    watch_slot: ({ practitioner_id, starts_at, ends_at, on }) => {
      const watch: Watch = {
        watch_id: clinic.newId('33'),
        practitioner_id,
        practitioner_name: practitionerOf(clinic.world, practitioner_id).name,
        starts_at,
        ends_at,
        date: dateOf(starts_at),
        wall_start: clock(minutesOf(starts_at)),
        wall_end: clock(minutesOf(ends_at)),
        on,
        free: on === 'taken',
      };
      clinic.watches = [...clinic.watches, watch];
      return clinic.written(watch, 'watch');
    },
    unwatch_slot: ({ watch_id }) => {
      clinic.watches = clinic.watches.filter((watch) => watch.watch_id !== watch_id);
      return clinic.written({}, 'watch');
    },
    mark_notices_seen: () => {
      clinic.notices = clinic.notices.map((notice) => ({ ...notice, seen: true }));
      return clinic.written({}, 'notice');
    },
  };
}
