/** Open dialogs of the fake clinic: each keeps its slot until it closes or its booking is done. */
import type { FakeClinic } from './clinic';
import type { Handlers } from './handlers';
import { heldBy } from './seats';
import { dateOf, minutesOf } from './wall';

export function dialogWrites(clinic: FakeClinic): Pick<Handlers, 'open_booking' | 'close_booking'> {
  return {
    open_booking: ({ appointment_id, practitioner_id, starts_at, ends_at }) => {
      const draft = {
        appointment_id: appointment_id ?? clinic.newId('a2'),
        new_patient_id: clinic.newId('9b'),
        series_id: clinic.newId('5b'),
      };
      letGo(clinic, draft.appointment_id);
      const time = {
        practitioner_id,
        date: dateOf(starts_at),
        from: minutesOf(starts_at),
        until: minutesOf(ends_at),
      };
      const by = clinic.session.user?.name ?? '';
      // Refused by the server over another hold; the dialog opens all the same.
      if (!heldBy(clinic.world, time)) {
        clinic.world.holds.push({ ...time, by, dialog: draft.appointment_id });
      }
      return clinic.written(draft, 'watch', 'hold');
    },
    close_booking: ({ appointment_id }) => {
      letGo(clinic, appointment_id);
      return clinic.written({}, 'watch', 'hold');
    },
  };
}

function letGo(clinic: FakeClinic, dialog: string): void {
  clinic.world.holds = clinic.world.holds.filter((each) => each.dialog !== dialog);
}

/** Another desk opens a dialog on a slot; the returned function closes it. */
export function heldElsewhere(clinic: FakeClinic, practitioner_id: string, starts_at: string, minutes = 30) {
  const from = minutesOf(starts_at);
  const held = {
    practitioner_id,
    date: dateOf(starts_at),
    from,
    until: from + minutes,
    by: 'Rudi Reception',
    dialog: null,
  };
  clinic.world.holds.push(held);
  clinic.announce('hold');
  return () => {
    clinic.world.holds = clinic.world.holds.filter((each) => each !== held);
    clinic.announce('hold');
  };
}

/** A class with so many members at a time. */
export function classAt(
  clinic: FakeClinic,
  practitioner_id: string,
  starts_at: string,
  members: number,
  capacity = 8,
  service_id = newClass(clinic, practitioner_id, capacity),
): string {
  const { world } = clinic;
  for (let n = 0; n < members; n += 1) {
    const visit = clinic.addVisit({ practitioner_id, starts_at, minutes: 60, by: 'Rita Reception' });
    Object.assign(visit, { service_id, patient_id: world.patients[10 + n]?.patient_id });
  }
  clinic.announce('appointment', 'service');
  return service_id;
}

function newClass(clinic: FakeClinic, practitioner_id: string, capacity: number): string {
  const { world } = clinic;
  const service_id = clinic.newId('5f');
  world.services.push({
    service_id,
    name: 'Back class',
    duration_minutes: 60,
    practitioner_ids: [practitioner_id],
    needs_approval: false,
    warns: false,
    capacity,
  });
  return service_id;
}
