/** What somebody else changed about a visit while a form of it was open. */
import type { AppointmentCard } from '@/bindings/types';
import { shortDate } from '@/lib/civil';
import { rowFields, statuses } from '@/lib/messages';
import { t } from '@/lib/t';

const FIELDS = {
  patient: { label: 'visit.patient', of: (card: AppointmentCard) => card.patient.name },
  service: { label: 'visit.service', of: (card: AppointmentCard) => card.service_name },
  practitioner: { label: 'visit.practitioner', of: (card: AppointmentCard) => card.practitioner_name },
  time: {
    label: 'visit.time',
    of: ({ date, wall_start, wall_end }: AppointmentCard) => `${shortDate(date)}, ${wall_start}–${wall_end}`,
  },
  location: { label: 'visit.location', of: (card: AppointmentCard) => card.location_name ?? '' },
  status: { label: 'visit.status', of: (card: AppointmentCard) => statuses[card.status] },
  notes: { label: 'visit.notes', of: (card: AppointmentCard) => card.notes ?? '' },
} as const;

export type Field = keyof typeof FIELDS;

export interface Change {
  field: Field;
  label: string;
  was: string;
  now: string;
}

export function changesBetween(was: AppointmentCard, now: AppointmentCard): Change[] {
  return (Object.keys(FIELDS) as Field[])
    .map((field) => {
      const { label, of } = FIELDS[field];
      return { field, label: t(label), was: of(was), now: of(now) };
    })
    .filter(({ was, now }) => was !== now);
}

/** The fields that a refusal names, in the words of the card, each once. */
export function namedFields(changed: readonly string[]): string[] {
  const names = changed.map((name) => rowFields[name]).filter((name) => name !== undefined);
  return [...new Set(names)];
}
