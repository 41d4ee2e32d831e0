import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { IconRepeat } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import type { BookingForm, RefusalView, ServiceChoice } from '@/bindings/types';
import { useLeaving } from '@/components/useLeaving';
import { longDate } from '@/lib/civil';
import { focusFirst } from '@/lib/focus';
import { t } from '@/lib/t';
import { hasTyped, type Typed } from '@/lib/typed';
import { useUnsaved } from '@/lib/words';
import { BookingFields } from './BookingFields';
import { BookingReview } from './BookingReview';
import { Obstacles } from './Obstacles';
import { type Options, useBooking } from './useBooking';

interface Props extends Options {
  onRepeat: () => void;
  onClose: () => void;
}

type Step = ReturnType<typeof useBooking>['step'];

/** Fill, review, book. What takes the slot meanwhile is said here at once. */
export function BookingDialog(props: Props) {
  const { typed, onRepeat, onClose } = props;
  const booking = useBooking(props);
  const { step, refusal, busy, form } = booking;
  const alert = useFocusOnRefusal(refusal, busy, step);
  useUnsaved('booking', hasTyped(typed));
  const leaving = useLeaving(() => !busy && onClose());
  useFocusNext(step, typed, busy || refusal !== null);
  const data = form.data;
  const service = data?.services.find(({ service_id }) => service_id === typed.serviceId);
  return (
    <Modal
      opened
      {...leaving.dialog}
      size="46rem"
      // With a refusal and its alternatives the buttons are still in view on a window 800 px high.
      yOffset="2dvh"
      title={step === 'fill' ? t('booking.title') : t('booking.review.title')}
      returnFocus={false}
      id="booking"
    >
      <Stack gap="md">
        {data && <SlotLine form={data} service={service} />}
        <Obstacles dialog={props} booking={booking} alert={alert} />
        {step === 'fill' ? (
          <BookingFields
            services={data?.services ?? []}
            typed={typed}
            problems={booking.problems}
            onChange={booking.change}
            onSubmit={booking.review}
          />
        ) : (
          <BookingReview form={data} service={service} typed={typed} today={props.today} />
        )}
        <Buttons booking={booking} service={service} onRepeat={onRepeat} onClose={leaving.dialog.onClose} />
      </Stack>
      {leaving.question}
    </Modal>
  );
}

function SlotLine({ form, service }: { form: BookingForm; service: ServiceChoice | undefined }) {
  const time = service ? `${form.wall_start}–${service.wall_end}` : form.wall_start;
  return (
    <div data-slot={form.wall_start} aria-live="polite">
      <Text fw={650} size="lg">
        {t('booking.slot', { date: longDate(form.date), time })}
      </Text>
      <Text c="var(--fd-muted)">{t('booking.with', { name: form.practitioner_name })}</Text>
    </div>
  );
}

interface ButtonsProps extends Pick<Props, 'onRepeat' | 'onClose'> {
  booking: ReturnType<typeof useBooking>;
  service: ServiceChoice | undefined;
}

function Buttons({ booking, service, onRepeat, onClose }: ButtonsProps) {
  const { step, setStep, busy, refusal, review, confirm } = booking;
  if (step === 'fill') {
    return (
      <Group justify="space-between">
        <Button
          variant="subtle"
          leftSection={<IconRepeat size="1.125rem" aria-hidden />}
          onClick={() => booking.check() && onRepeat()}
          disabled={busy}
          id="booking-repeat"
        >
          {t('series.open.dialog')}
        </Button>
        <Group>
          <Button variant="default" onClick={onClose} disabled={busy}>
            {t('app.cancel')}
          </Button>
          <Button onClick={review} disabled={busy} id="booking-review" data-autofocus>
            {t('booking.review')}
          </Button>
        </Group>
      </Group>
    );
  }
  return (
    <Group justify="flex-end">
      <Button variant="default" onClick={() => setStep('fill')} disabled={busy}>
        {t('app.back')}
      </Button>
      <Button
        onClick={() => void confirm()}
        loading={busy}
        disabled={refusal !== null}
        id="booking-confirm"
        data-autofocus
      >
        {service?.needs_approval ? t('booking.confirmPending') : t('booking.confirm')}
      </Button>
    </Group>
  );
}

/** What comes next has the focus when a step, a choice or an answer took away what had it. */
function useFocusNext(step: Step, { patient, newPatient }: Typed, blocked: boolean) {
  const shown = step === 'review' ? step : patient ? 'patient' : newPatient ? 'new' : 'search';
  const before = useRef({ shown, blocked });
  useEffect(() => {
    const changed = before.current.shown !== shown;
    const freed = before.current.blocked && !blocked && document.activeElement === document.body;
    before.current = { shown, blocked };
    // The name of a new patient takes the focus by itself.
    if (!(changed || freed) || shown === 'new') return;
    focusFirst(shown === 'search' ? '#booking-patient' : undefined);
  }, [shown, blocked]);
}

/**
 * After an answer, and where it is all that can be gone on with, the refusal has the focus, so that its
 * numbers work; while somebody types, it has not.
 */
function useFocusOnRefusal(refusal: RefusalView | null, busy: boolean, step: Step) {
  const alert = useRef<HTMLDivElement>(null);
  const before = useRef({ busy, step });
  useEffect(() => {
    const answered = before.current.busy && !busy;
    const reviewed = before.current.step !== step && step === 'review';
    if ((answered || reviewed) && refusal) alert.current?.focus();
    before.current = { busy, step };
  }, [busy, step, refusal]);
  return alert;
}
