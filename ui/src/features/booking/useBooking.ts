import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { BookingDraft, PatientMatch, SlotOffer, VisitPlaced } from '@/bindings/types';
import { parseCivil } from '@/lib/civil';
import { execute, query } from '@/lib/rpc';
import { slotOfOffer, type WantedSlot } from '@/lib/slots';
import { t } from '@/lib/t';
import { useOnce } from '@/lib/useOnce';

export interface NewPatient {
  name: string;
  phone: string;
  birthDate: string;
}

/** What has been typed and chosen: it survives every refusal and every move to another slot. */
export interface Typed {
  serviceId: string | null;
  patient: PatientMatch | null;
  newPatient: NewPatient | null;
  note: string;
}

export const NOTHING_TYPED: Typed = { serviceId: null, patient: null, newPatient: null, note: '' };

export type Problems = Partial<Record<'service' | 'patient' | 'name' | 'birthDate', string>>;

interface Options {
  slot: WantedSlot;
  draft: BookingDraft;
  typed: Typed;
  today: string | undefined;
  onTyped: (typed: Typed) => void;
  onMoved: (slot: WantedSlot) => void;
  onBooked: (placed: VisitPlaced) => Promise<void>;
}

/** The dialog's behaviour: a live form, one booking however often it is asked for. */
export function useBooking({ slot, draft, typed, today, onTyped, onMoved, onBooked }: Options) {
  const [step, setStep] = useState<'fill' | 'review'>('fill');
  const [problems, setProblems] = useState<Problems>({});
  const { busy, refused, failure, once, forget } = useOnce();

  const form = useQuery({
    ...query('booking_form', {
      practitioner_id: slot.practitioner_id,
      starts_at: slot.starts_at,
      service_id: typed.serviceId ?? undefined,
      patient_id: typed.patient?.patient_id,
      appointment_id: draft.appointment_id,
    }),
    placeholderData: keepPreviousData,
  });
  const live = form.isPlaceholderData ? null : (form.data?.refusal ?? null);
  const refusal = refused ?? live;
  useOnlyService(form.data?.services, typed, onTyped);

  const change = (part: Partial<Typed>) => {
    forget();
    setProblems({});
    onTyped({ ...typed, ...part });
  };

  const review = () => {
    const found = problemsOf(typed, today);
    setProblems(found);
    if (Object.keys(found).length === 0) setStep('review');
  };

  const moveTo = (offer: SlotOffer) =>
    once(async () => {
      const { practitioner_id, starts_at, ends_at } = offer;
      const { appointment_id } = draft;
      await execute('open_booking', { practitioner_id, starts_at, ends_at, appointment_id });
      onMoved(slotOfOffer(offer));
    });

  const confirm = () =>
    once(async () => {
      if (!typed.serviceId) return setStep('fill');
      const patientId = await ensurePatient(typed, draft);
      const placed = await execute('book_appointment', {
        appointment_id: draft.appointment_id,
        patient_id: patientId,
        practitioner_id: slot.practitioner_id,
        service_id: typed.serviceId,
        location_id: slot.location_id ?? undefined,
        starts_at: slot.starts_at,
        notes: typed.note.trim() || undefined,
      });
      await onBooked(placed);
    });

  return { step, setStep, problems, refusal, failure, busy, form, change, review, moveTo, confirm };
}

/** A practitioner with one service leaves nothing to choose. */
function useOnlyService(
  services: readonly { service_id: string; refused: unknown }[] | undefined,
  typed: Typed,
  onTyped: (typed: Typed) => void,
) {
  const only = services?.length === 1 ? services[0]?.service_id : undefined;
  useEffect(() => {
    if (only && !typed.serviceId) onTyped({ ...typed, serviceId: only });
  }, [only, typed, onTyped]);
}

/** The patient's id; a new one is written first, under the draft's id, so that a retry writes the same row. */
async function ensurePatient({ patient, newPatient }: Typed, draft: BookingDraft): Promise<string> {
  if (patient) return patient.patient_id;
  const written = await execute('put_patient', {
    patient_id: draft.new_patient_id,
    name: newPatient?.name.trim() ?? '',
    phone: newPatient?.phone.trim() || undefined,
    birth_date: parseCivil(newPatient?.birthDate ?? '') ?? undefined,
  });
  return written.patient_id;
}

function problemsOf({ serviceId, patient, newPatient }: Typed, today: string | undefined): Problems {
  const problems: Problems = {};
  if (!serviceId) problems.service = t('booking.missing.service');
  if (!patient && !newPatient) problems.patient = t('booking.missing.patient');
  if (newPatient && !newPatient.name.trim()) problems.name = t('booking.missing.name');
  if (newPatient?.birthDate.trim()) {
    const born = parseCivil(newPatient.birthDate);
    if (!born || (today && born > today)) problems.birthDate = t('booking.wrong.birthDate');
  }
  return problems;
}
