import type { BookingForm, ServiceChoice } from '@/bindings/types';
import { Facts } from '@/components/Facts';
import { longDate, parseBirthDate, plainDate } from '@/lib/civil';
import { t } from '@/lib/t';
import type { Typed } from '@/lib/typed';

interface Props {
  form: BookingForm | undefined;
  service: ServiceChoice | undefined;
  typed: Typed;
  today: string | undefined;
}

/** Everything once more, to be read out on the phone before it is booked. */
export function BookingReview({ form, service, typed, today }: Props) {
  const { patient, newPatient, note } = typed;
  const born = patient?.birth_date ?? parseBirthDate(newPatient?.birthDate ?? '', today);
  const facts: [string, string | null | undefined][] = [
    [t('booking.patient'), patient?.name ?? newPatient?.name.trim()],
    [t('booking.patient.birthDate'), born && plainDate(born)],
    [t('booking.patient.phone'), patient?.phone ?? newPatient?.phone.trim()],
    [t('booking.service'), service?.name],
    [t('booking.time'), form && `${longDate(form.date)}, ${form.wall_start}–${service?.wall_end ?? ''}`],
    [t('booking.practitioner'), form?.practitioner_name],
    [t('booking.note'), note.trim()],
  ];
  return <Facts facts={facts} hint={service?.needs_approval ? t('booking.approval') : undefined} />;
}
