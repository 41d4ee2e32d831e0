/** What is done with a visit in the fake clinic: edits with their base version, steps, series. */
import type {
  AppointmentStep,
  CancelAppointment,
  EditCancel,
  EditReschedule,
  EditStep,
  EditUpdate,
  FateView,
  RescheduleAppointment,
  SeriesScope,
  SlotOffer,
  UpdateAppointment,
} from '@/bindings/types';
import { addDays } from '@/lib/civil';
import type { FakeClinic } from './clinic';
import type { Handlers } from './handlers';
import { because, freeSlots, patientTaker, refusal, refusalOver, refused, unbroken } from './reads';
import { legalSteps, take } from './steps';
import { clock, dateOf, instant, minutesOf } from './wall';
import { TODAY, type Visit } from './world';

type Step = Exclude<AppointmentStep, 'cancel_appointment'>;
type StepHandlers = Pick<Handlers, Step>;

export function visitWrites(clinic: FakeClinic) {
  return {
    ...stepWrites(clinic),
    reschedule_appointment: ({ base_version, command }: EditReschedule) => {
      const visit = current(clinic, command.appointment_id, command.scope, base_version);
      const all = concerned(clinic, visit, command.scope);
      const named = { ...visit };
      refuseBad(
        all.map((each) => weigh(clinic, each, command, named)),
        command.scope,
      );
      if (clinic.waits) return clinic.leaving(visit, placeOf(visit, command, named));
      for (const each of all) moveTo(clinic, each, command, named);
      return clinic.written(clinic.placed(visit), 'appointment');
    },
    update_appointment: ({ base_version, command }: EditUpdate) => {
      const visit = current(clinic, command.appointment_id, command.scope, base_version);
      for (const each of concerned(clinic, visit, command.scope)) update(clinic, each, command);
      return clinic.written(clinic.placed(visit), 'appointment');
    },
    cancel_appointment: ({ base_version, command }: EditCancel) => {
      const visit = current(clinic, command.appointment_id, command.scope, base_version);
      for (const each of concerned(clinic, visit, command.scope)) cancel(clinic, each, command);
      return clinic.written(clinic.placed(visit), 'appointment');
    },
  };
}

function stepWrites(clinic: FakeClinic): StepHandlers {
  const of = (step: Step) => (asked: EditStep) => {
    const visit = current(clinic, asked.command.appointment_id, 'this', asked.base_version);
    if (!legalSteps(visit).includes(step)) {
      throw refused({ ...because('illegal_status'), steps: legalSteps(visit) });
    }
    take(visit, step);
    const note = asked.command.reason ?? null;
    if (step === 'reject_appointment') Object.assign(visit, { cancel_reason: 'clinic', cancel_note: note });
    clinic.touch(visit, 'status', 'status_path');
    return clinic.written(clinic.placed(visit), 'appointment');
  };
  return {
    approve_appointment: of('approve_appointment'),
    reject_appointment: of('reject_appointment'),
    arrive_appointment: of('arrive_appointment'),
    check_in_appointment: of('check_in_appointment'),
    complete_appointment: of('complete_appointment'),
    mark_appointment_no_show: of('mark_appointment_no_show'),
    undo_status: of('undo_status'),
  };
}

/** The visit, unless somebody changed it since that version. */
function current(
  clinic: FakeClinic,
  appointmentId: string,
  scope: SeriesScope | undefined,
  base: number | undefined,
): Visit {
  const visit = clinic.visit(appointmentId);
  const since = concerned(clinic, visit, scope).flatMap(({ log }) =>
    log.filter(({ version }) => base !== undefined && version > base),
  );
  const changed = [...new Set(since.flatMap(({ fields }) => fields))];
  if (changed.length > 0) throw refused({ ...because('stale_version'), changed });
  return visit;
}

function concerned(clinic: FakeClinic, visit: Visit, scope: SeriesScope = 'this'): Visit[] {
  if (scope === 'this' || !visit.series_id) return [visit];
  return clinic.world.visits.filter(
    ({ series_id, status, date }) =>
      series_id === visit.series_id &&
      (status === 'booked' || status === 'pending') &&
      (scope === 'all' ? date >= TODAY : date >= visit.date),
  );
}

function target(each: Visit, { starts_at }: RescheduleAppointment, named: Visit) {
  const days = (Date.parse(dateOf(starts_at)) - Date.parse(named.date)) / 86_400_000;
  const date = addDays(each.date, days);
  const from = each.from + minutesOf(starts_at) - named.from;
  return { date, from, starts_at: instant(date, from) };
}

/** What would become of one visit of a move. */
function weigh(clinic: FakeClinic, each: Visit, asked: RescheduleAppointment, named: Visit) {
  const { date, from, starts_at } = target(each, asked, named);
  const wish = {
    practitioner_id: asked.practitioner_id ?? each.practitioner_id,
    starts_at,
    length: each.until - each.from,
    ignoring: each.appointment_id,
    role: clinic.role(),
  };
  const bad = unbroken(refusal(clinic.world, wish, each.service_id), asked.override);
  const fate: FateView = {
    appointment_id: each.appointment_id,
    date,
    wall_start: clock(from),
    reason: bad?.reason ?? null,
    conflict: bad?.conflict ?? null,
    alternatives: bad?.alternatives ?? [],
  };
  return { bad, fate };
}

function refuseBad(weighed: ReturnType<typeof weigh>[], scope: SeriesScope | undefined): void {
  const first = weighed.find(({ bad }) => bad)?.bad;
  if (!first) return;
  const several = scope === 'following' || scope === 'all';
  throw refused(several ? { ...first, alternatives: [], fates: weighed.map(({ fate }) => fate) } : first);
}

function placeOf(each: Visit, asked: RescheduleAppointment, named: Visit): Partial<Visit> {
  const { date, from } = target(each, asked, named);
  const until = from + each.until - each.from;
  const practitioner_id = asked.practitioner_id ?? each.practitioner_id;
  return { practitioner_id, date, from, until, override: asked.override ?? null };
}

function moveTo(clinic: FakeClinic, each: Visit, asked: RescheduleAppointment, named: Visit): void {
  Object.assign(each, placeOf(each, asked, named));
  clinic.touch(each, 'practitioner_id', 'starts_at', 'ends_at', 'wall_start');
}

function update(
  clinic: FakeClinic,
  visit: Visit,
  { notes, patient_id, service_id }: UpdateAppointment,
): void {
  const other = patient_id && patientTaker(clinic.world, visit, patient_id);
  if (other)
    throw refused({
      ...refusalOver('patient_busy', 'patient', other),
      alternatives: elsewhere(clinic, visit, other),
    });
  if (notes !== undefined) visit.notes = notes || null;
  if (patient_id) visit.patient_id = patient_id;
  if (service_id) changeService(clinic, visit, service_id);
  const given = { notes, patient_id, service_id };
  clinic.touch(
    visit,
    ...Object.entries(given)
      .filter(([, value]) => value !== undefined)
      .map(([name]) => name),
  );
}

/** Times at which the visit and its next patient could be. */
function elsewhere({ world }: FakeClinic, visit: Visit, other: Visit): SlotOffer[] {
  const { service_id, practitioner_id, appointment_id: moving, date } = visit;
  const { slots } = freeSlots(world, { service_id, practitioner_id, moving, from: date, to: date });
  const isFree = ({ wall_start }: SlotOffer) =>
    wall_start < clock(other.from) || wall_start >= clock(other.until);
  return slots.filter(isFree).slice(0, 3);
}

/** Another service is agreed to like a booking of it. */
function changeService({ world, session }: FakeClinic, visit: Visit, serviceId: string): void {
  const service = world.services.find((each) => each.service_id === serviceId);
  if (service?.needs_approval && visit.service_id !== serviceId && visit.status !== 'pending') {
    visit.path.push(visit.status);
    visit.status = 'pending';
    visit.by = session.user?.name ?? visit.by;
  }
  visit.service_id = serviceId;
}

function cancel(clinic: FakeClinic, visit: Visit, { reason, note }: CancelAppointment): void {
  take(visit, 'cancel_appointment');
  Object.assign(visit, { cancel_reason: reason, cancel_note: note ?? null });
  clinic.touch(visit, 'status', 'status_path', 'cancel_reason');
}
