import { Drawer, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type {
  AppointmentCard,
  AppointmentId,
  KeptUpdate,
  SlotOffer,
  VisitCancelled,
  VisitPlaced,
} from '@/bindings/types';
import { Failure } from '@/components/Failure';
import { RejectForm } from '@/components/RejectForm';
import { type Ask, useLeaving } from '@/components/useLeaving';
import { longDate } from '@/lib/civil';
import { focusFirst } from '@/lib/focus';
import { query } from '@/lib/rpc';
import { t } from '@/lib/t';
import { useWord, useWords } from '@/lib/words';
import { CancelForm } from './CancelForm';
import { EditForm } from './EditForm';
import { RescheduleForm } from './RescheduleForm';
import { StatusLine } from './StatusLine';
import { VisitCard } from './VisitCard';

/** What the drawer shows: the card, or one of the forms that start from it. */
export type VisitForm = 'card' | 'edit' | 'reschedule' | 'cancel' | 'reject';

interface Props {
  appointmentId: AppointmentId;
  /** The form that was asked for; the card, if the visit does not allow it. */
  first?: VisitForm | undefined;
  /** A change that was asked for before, for the form to begin with. */
  wanted?: KeptUpdate | undefined;
  today: string | undefined;
  onMoved: (placed: VisitPlaced, before: readonly AppointmentCard[]) => Promise<void>;
  onSaved: (placed: VisitPlaced, visits: number) => void;
  onCancelled: (card: AppointmentCard, cancelled: VisitCancelled, touched: readonly AppointmentId[]) => void;
  onShow: (date: string, appointmentId: AppointmentId) => void;
  onBookOver: (card: AppointmentCard) => void;
  /** The visit cannot have its time back: another one, elsewhere. */
  onInstead: (card: AppointmentCard, offer: SlotOffer) => void;
  onClose: () => void;
}

/** A visit: all about it, and what can be done with it. */
export function VisitDrawer({ appointmentId, onClose, ...rest }: Props) {
  const request = { appointment_id: appointmentId };
  const { data: card, isError, error, refetch } = useQuery(query('appointment_card', request));
  const leaving = useLeaving(onClose);
  return (
    <Drawer opened {...leaving.dialog} position="right" size="31rem" title={t('visit.title')} id="visit">
      {isError && <Failure error={error} onRetry={() => void refetch()} />}
      {card && !isError && <Opened card={card} ask={leaving.ask} {...rest} />}
      {leaving.question}
    </Drawer>
  );
}

type OpenedProps = Omit<Props, 'appointmentId' | 'onClose'> & {
  card: AppointmentCard;
  /** Before a way that throws away what was typed. */
  ask: Ask;
};

function Opened({ card, first = 'card', ...rest }: OpenedProps) {
  const words = useWords();
  const [wanted, setWanted] = useState(rest.wanted);
  const [form, setForm] = useWord<VisitForm>('form', allows(card, first) ? first : 'card');
  /** Each form starts anew; what was typed into the one before goes with it. */
  const toForm = (next: VisitForm) => {
    words.forget();
    setWanted(undefined);
    setForm(next);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: another form has another first field.
  useEffect(() => focusFirst(), [form]);
  return (
    <Stack gap="lg">
      <Head card={card} />
      <Shown card={card} form={form} onForm={toForm} {...rest} wanted={wanted} />
    </Stack>
  );
}

function allows(card: AppointmentCard, form: VisitForm): boolean {
  switch (form) {
    case 'card':
      return true;
    case 'edit':
      return card.can_update;
    case 'reschedule':
      return card.can_reschedule;
    case 'cancel':
      return card.can_cancel;
    case 'reject':
      return card.steps.includes('reject_appointment');
  }
}

type ShownProps = Omit<OpenedProps, 'first'> & { form: VisitForm; onForm: (form: VisitForm) => void };

function Shown({ card, form, onForm, today, ask, wanted, ...props }: ShownProps) {
  const { onMoved, onSaved, onCancelled, ...rest } = props;
  const isOpen = useIsOpen();
  const toCard = () => onForm('card');
  const back = () => ask(toCard);
  switch (form) {
    case 'card':
      return <VisitCard card={card} onForm={onForm} {...rest} />;
    case 'edit':
      return (
        <EditForm
          card={card}
          wanted={wanted}
          today={today}
          onBack={back}
          onSaved={(placed, visits) => {
            onSaved(placed, visits);
            toCard();
          }}
          onSavedElsewhere={(placed) => {
            onSaved(placed, 1);
            if (!isOpen.current) return;
            toCard();
            rest.onShow(placed.date, placed.appointment_id);
          }}
        />
      );
    case 'reschedule':
      return <RescheduleForm card={card} today={today} onBack={back} onMoved={onMoved} />;
    case 'cancel':
      return (
        <CancelForm
          card={card}
          today={today}
          onKeep={back}
          onCancelled={(cancelled, touched) => onCancelled(card, cancelled, touched)}
        />
      );
    case 'reject':
      return <RejectForm visit={card} ask={ask} onKeep={toCard} onRejected={toCard} />;
  }
}

/** False for an answer that comes when the drawer is closed. */
function useIsOpen() {
  const open = useRef(true);
  useEffect(() => {
    open.current = true;
    return () => {
      open.current = false;
    };
  }, []);
  return open;
}

function Head({ card }: { card: AppointmentCard }) {
  return (
    <Stack gap="xs">
      <div>
        <Title order={3} size="h4" style={{ overflowWrap: 'anywhere' }}>
          {card.patient.name}
        </Title>
        <Text>
          {longDate(card.date)}, {card.wall_start}–{card.wall_end}
        </Text>
        <Text c="var(--fd-muted)">{t('booking.with', { name: card.practitioner_name })}</Text>
      </div>
      <StatusLine status={card.status} />
    </Stack>
  );
}
