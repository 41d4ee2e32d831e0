/** Commands of the fake clinic that its server could not take. */
import type { ErrorView, KeptBooking, SetAsideCommand } from '@/bindings/types';
import type { FakeClinic } from './clinic';
import type { Handlers } from './handlers';
import { practitionerOf } from './reads';
import { clock, instant } from './wall';
import { TODAY } from './world';

type Rows = Pick<Handlers, 'set_aside' | 'resend_command' | 'dismiss_command'>;

export function setAsideHandlers(clinic: FakeClinic): Rows {
  const take = (id: string) => {
    clinic.setAside = clinic.setAside.filter(({ command_id }) => command_id !== id);
  };
  return {
    set_aside: () => ({ commands: clinic.setAside }),
    resend_command: ({ command_id }) => {
      take(command_id);
      return clinic.written({ progress: clinic.waits ? 'waiting' : 'confirmed' }, 'outbox');
    },
    dismiss_command: ({ command_id }) => {
      take(command_id);
      return clinic.written({}, 'outbox');
    },
  };
}

function bookingOf({ world }: FakeClinic, from: number): KeptBooking | null {
  const [service] = world.services;
  const patient = world.patients.find(({ name }) => name === 'Maria Schmidt');
  if (!service || !patient) return null;
  const { service_id, duration_minutes } = service;
  return { patient, service_id, ends_at: instant(TODAY, from + duration_minutes), notes: 'Brings pictures' };
}

/** The server failed on a booking again and again. */
export function setAsideAt(clinic: FakeClinic, practitioner_id: string, from: number): SetAsideCommand {
  const why: ErrorView = {
    code: 'server_error',
    refusal: null,
    field: null,
    retry_after_seconds: null,
    request_id: '7f3a9c',
  };
  const command: SetAsideCommand = {
    command_id: clinic.newId('cc'),
    asked: 'book_appointment',
    asked_at: { date: TODAY, time: '09:58:12' },
    patient_name: 'Maria Schmidt',
    service_name: 'Physiotherapy',
    slot: {
      practitioner_id,
      practitioner_name: practitionerOf(clinic.world, practitioner_id).name,
      starts_at: instant(TODAY, from),
      date: TODAY,
      wall_start: clock(from),
      wall_end: clock(from + 30),
    },
    appointment_id: null,
    booking: bookingOf(clinic, from),
    update: null,
    why,
  };
  clinic.setAside = [...clinic.setAside, command];
  clinic.announce('outbox');
  return command;
}
