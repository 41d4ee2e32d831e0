import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { BookingDraft, BookingForm, RefusalView, SlotOffer, VisitPlaced } from '@/bindings/types';
import { parseBirthDate } from '@/lib/civil';
import { execute, query } from '@/lib/rpc';
import { plusMinutes, slotOfOffer, type WantedSlot } from '@/lib/slots';
import { t } from '@/lib/t';
import { attempt } from '@/lib/toasts';
import { ensurePatient, overruling, type Typed } from '@/lib/typed';
import { useOnce } from '@/lib/useOnce';
import { useHeldElsewhere } from './useHeldElsewhere';

export type Problems = Partial<Record<'service' | 'patient' | 'name' | 'birthDate', string>>;

export interface Options {
  slot: WantedSlot;
  draft: BookingDraft;
  typed: Typed;
  today: string | undefined;
  /** A part of what is typed; the rest stays, whatever was typed meanwhile. */
  onTyped: (part: Partial<Typed>) => void;
  onMoved: (slot: WantedSlot) => void;
  onBooked: (placed: VisitPlaced) => Promise<void>;
}

/** The dialog's behaviour: a live form, one booking however often it is asked for. */
export function useBooking(options: Options) {
  const { draft, typed, today, onTyped, onMoved, onBooked } = options;
  const [step, setStep] = useState<'fill' | 'review'>('fill');
  const [problems, setProblems] = useState<Problems>({});
  const { busy, refused, failure, once, forget } = useOnce();

  const form = useForm(options);
  const live = form.isPlaceholderData ? null : (form.data?.refusal ?? null);
  const found = refused ?? live;
  const overruled = isOverruled(found, typed);
  useOnlyService(form.data?.services, typed, onTyped);
  useHolds(options, form.data, busy);

  const change = (part: Partial<Typed>) => {
    forget();
    setProblems({});
    onTyped({ ...part, override: keptOverride(typed, part) });
  };

  const check = () => {
    const found = problemsOf(typed, today);
    setProblems(found);
    return Object.keys(found).length === 0;
  };
  const review = () => {
    if (check()) setStep('review');
  };

  const moveTo = (offer: SlotOffer) =>
    once(async () => {
      const { practitioner_id, starts_at, ends_at } = offer;
      const { appointment_id } = draft;
      const service_id = typed.serviceId ?? undefined;
      await execute('open_booking', { practitioner_id, starts_at, ends_at, appointment_id, service_id });
      onTyped({ override: null });
      onMoved({ ...slotOfOffer(offer), held_for: service_id });
    });

  const book = (now: Typed) =>
    once(async () => {
      if (!now.serviceId) return setStep('fill');
      await onBooked(await bookNow(options, now, now.serviceId));
    });

  /** Breaks the rule on purpose: what is complete is booked at once, else the rest is asked first. */
  const bookAnyway = (reason: string) => {
    if (!found) return;
    const next = { ...typed, override: overruling(typed.override, found.reason, reason) };
    onTyped({ override: next.override });
    if (step === 'review') return void book(next);
    forget();
    review();
  };

  return {
    ...{ step, setStep, problems, failure, busy, form, change, check, review, moveTo, bookAnyway },
    refusal: overruled ? null : found,
    confirm: () => book(typed),
  };
}

function useForm({ slot, typed, draft }: Options) {
  return useQuery({
    ...query('booking_form', {
      practitioner_id: slot.practitioner_id,
      starts_at: slot.starts_at,
      service_id: typed.serviceId ?? undefined,
      patient_id: typed.patient?.patient_id,
      appointment_id: draft.appointment_id,
    }),
    placeholderData: keepPreviousData,
  });
}

async function bookNow(
  { slot, draft, today }: Options,
  typed: Typed,
  serviceId: string,
): Promise<VisitPlaced> {
  const patientId = await ensurePatient(typed, draft, today);
  return execute('book_appointment', {
    appointment_id: draft.appointment_id,
    patient_id: patientId,
    practitioner_id: slot.practitioner_id,
    service_id: serviceId,
    location_id: slot.location_id ?? undefined,
    starts_at: slot.starts_at,
    notes: typed.note.trim() || undefined,
    override: typed.override ?? undefined,
  });
}

/** A refusal whose rule was named with a reason does not stand in the way any more. */
function isOverruled(refusal: RefusalView | null, { override }: Typed): boolean {
  return Boolean(refusal?.overridable && override?.rules.includes(refusal.reason));
}

/** What was said about one service and one patient does not hold for others. */
function keptOverride(typed: Typed, part: Partial<Typed>) {
  if (part.override !== undefined) return part.override;
  return 'serviceId' in part || 'patient' in part ? null : typed.override;
}

/** A practitioner with one service leaves nothing to choose. */
function useOnlyService(
  services: readonly { service_id: string; refused: unknown }[] | undefined,
  typed: Typed,
  onTyped: (part: Partial<Typed>) => void,
) {
  const only = services?.length === 1 ? services[0]?.service_id : undefined;
  useEffect(() => {
    if (only && !typed.serviceId) onTyped({ serviceId: only });
  }, [only, typed, onTyped]);
}

/** What is kept while the dialog is open. */
function useHolds(options: Options, form: BookingForm | undefined, busy: boolean) {
  useHoldOfService(options, form);
  useHoldOnceFree(options, busy);
}

/**
 * What is kept while the dialog is open is the chosen service's: as long as it, and of a class a seat.
 * Another service is held anew, also one of the same length.
 */
function useHoldOfService({ slot, draft, typed, onMoved }: Options, form: BookingForm | undefined) {
  const { serviceId } = typed;
  const minutes = form?.services.find(({ service_id }) => service_id === serviceId)?.duration_minutes;
  const ends_at = minutes === undefined ? slot.ends_at : plusMinutes(slot.starts_at, minutes);
  // Until the form says how long it is, nothing is known that could be asked for.
  const service_id = minutes === undefined ? slot.held_for : (serviceId ?? undefined);
  useEffect(() => {
    if (ends_at === slot.ends_at && service_id === slot.held_for) return;
    const { practitioner_id, starts_at } = slot;
    const { appointment_id } = draft;
    onMoved({ ...slot, ends_at, held_for: service_id });
    const anew = { practitioner_id, starts_at, ends_at, appointment_id, service_id };
    void attempt(() => execute('open_booking', anew));
  }, [slot, ends_at, service_id, draft, onMoved]);
}

/**
 * When the one who kept this time lets it go, it is kept for this dialog at once: not at the next renewal,
 * when a third one may have come.
 */
function useHoldOnceFree({ slot, draft }: Options, busy: boolean) {
  const { practitioner_id, starts_at } = slot;
  const here = `${practitioner_id} ${starts_at}`;
  const held = useHeldElsewhere(slot) !== undefined;
  const before = useRef({ here, held });
  useEffect(() => {
    const free = before.current.here === here && before.current.held && !held;
    before.current = { here, held };
    // What is booked over a hold ends it, and needs none itself.
    if (!free || busy) return;
    const { ends_at, held_for: service_id } = slot;
    const { appointment_id } = draft;
    const again = { practitioner_id, starts_at, ends_at, appointment_id, service_id };
    void attempt(() => execute('open_booking', again));
  }, [here, held, busy, slot, draft, practitioner_id, starts_at]);
}

function problemsOf({ serviceId, patient, newPatient }: Typed, today: string | undefined): Problems {
  const problems: Problems = {};
  if (!serviceId) problems.service = t('booking.missing.service');
  if (!patient && !newPatient) problems.patient = t('booking.missing.patient');
  if (newPatient && !newPatient.name.trim()) problems.name = t('booking.missing.name');
  if (newPatient?.birthDate.trim()) {
    const born = parseBirthDate(newPatient.birthDate, today);
    if (!born || (today && born > today)) problems.birthDate = t('booking.wrong.birthDate');
  }
  return problems;
}
