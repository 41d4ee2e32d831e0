import { Stack } from '@mantine/core';
import type { AppointmentCard, AppointmentId, SlotOffer } from '@/bindings/types';
import { Facts } from '@/components/Facts';
import { plainDate } from '@/lib/civil';
import { cancelReasons, reasons } from '@/lib/messages';
import { clockTime } from '@/lib/sentences';
import { t } from '@/lib/t';
import { BookOver } from './BookOver';
import { SeriesVisits } from './SeriesVisits';
import { VisitActions } from './VisitActions';
import type { VisitForm } from './VisitDrawer';
import { WatchFreed } from './WatchFreed';

interface Props {
  card: AppointmentCard;
  onForm: (form: VisitForm) => void;
  onShow: (date: string, appointmentId: AppointmentId) => void;
  onBookOver: (card: AppointmentCard) => void;
  onInstead: (card: AppointmentCard, offer: SlotOffer) => void;
}

/** Everything about a visit, and what can be done with it. */
export function VisitCard({ card, onForm, onShow, onBookOver, onInstead }: Props) {
  return (
    <Stack gap="lg">
      <VisitActions card={card} onForm={onForm} onInstead={(offer) => onInstead(card, offer)} />
      <div>
        <Facts facts={factsOf(card)} />
      </div>
      {card.series && <SeriesVisits card={card} place={card.series} onShow={onShow} />}
      <div>
        <WatchFreed card={card} />
        <BookOver card={card} onBookOver={onBookOver} />
      </div>
    </Stack>
  );
}

function factsOf(card: AppointmentCard): [string, string | null | undefined][] {
  const { patient, taken_at, cancel_reason, override } = card;
  return [
    [t('visit.phone'), patient.phone],
    [t('visit.birthDate'), patient.birth_date && plainDate(patient.birth_date)],
    [t('visit.service'), card.service_name],
    [t('visit.location'), card.location_name],
    [t('visit.notes'), card.notes],
    [
      t('visit.taken'),
      t('visit.takenBy', {
        name: card.taken_by_name,
        date: plainDate(taken_at.date),
        time: clockTime(taken_at),
      }),
    ],
    [t('visit.override'), override?.rules.map((rule) => reasons[rule]).join(' ')],
    [t('visit.override.reason'), override?.reason],
    [t('visit.cancelReason'), cancel_reason && cancelReasons[cancel_reason]],
    [t('visit.cancel.note'), card.cancel_note],
  ];
}
