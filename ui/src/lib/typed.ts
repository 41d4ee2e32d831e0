/** What is typed into a booking: it survives every refusal, every move, and the way to a series and back. */
import type {
  AppointmentCard,
  BookingDraft,
  Override,
  PatientId,
  PatientMatch,
  ServiceId,
} from '@/bindings/types';
import { parseBirthDate } from './civil';
import { execute } from './rpc';

export interface NewPatient {
  name: string;
  phone: string;
  birthDate: string;
}

export interface Typed {
  serviceId: ServiceId | null;
  patient: PatientMatch | null;
  newPatient: NewPatient | null;
  note: string;
  /** The rules that are broken on purpose at this place, and why. */
  override: Override | null;
}

export const NOTHING_TYPED: Typed = {
  serviceId: null,
  patient: null,
  newPatient: null,
  note: '',
  override: null,
};

/** What a visit was about, for another one in its place. */
export function typedOf({ service_id, patient, notes }: AppointmentCard): Typed {
  return { ...NOTHING_TYPED, serviceId: service_id, patient, note: notes ?? '' };
}

/** The patient's id; a new one is written first, under the draft's id, so that a retry writes the same row. */
export async function ensurePatient(
  { patient, newPatient }: Typed,
  draft: BookingDraft,
  today: string | undefined,
): Promise<PatientId> {
  if (patient) return patient.patient_id;
  const written = await execute('put_patient', {
    patient_id: draft.new_patient_id,
    name: newPatient?.name.trim() ?? '',
    phone: newPatient?.phone.trim() || undefined,
    birth_date: parseBirthDate(newPatient?.birthDate ?? '', today) ?? undefined,
  });
  return written.patient_id;
}

/** Who was searched for and not found, as far as the words and numbers say. */
export function newPatientOf(searched: string): NewPatient {
  const pieces = searched.trim().split(/\s+/);
  const name = pieces.filter((piece) => !/\d/.test(piece)).join(' ');
  const number = pieces.filter((piece) => /\d/.test(piece)).join(' ');
  // Any day will do: whether it has passed is asked when it is booked.
  if (parseBirthDate(number, '2099-12-31')) return { name, phone: '', birthDate: number };
  return { name, phone: number, birthDate: '' };
}

/** The same back: who was to be new is searched for, with every word that was typed. */
export function searchOf({ name, phone, birthDate }: NewPatient): string {
  const words = [name, phone, birthDate].map((word) => word.trim());
  return words.filter((word) => word !== '').join(' ');
}

export function patientName({ patient, newPatient }: Typed): string {
  return patient?.name ?? newPatient?.name.trim() ?? '';
}

export function hasTyped({ patient, newPatient, note }: Typed): boolean {
  return patient !== null || newPatient !== null || note !== '';
}

/** One more rule may be broken, for this reason. */
export function overruling(
  override: Override | null,
  rule: Override['rules'][number],
  reason: string,
): Override {
  const rules = override?.rules ?? [];
  return { reason, rules: rules.includes(rule) ? rules : [...rules, rule] };
}
