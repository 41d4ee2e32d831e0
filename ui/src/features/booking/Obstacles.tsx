import { Text } from '@mantine/core';
import { IconClockExclamation } from '@tabler/icons-react';
import type { RefObject } from 'react';
import type { SlotOffer } from '@/bindings/types';
import { BookAnyway } from '@/components/BookAnyway';
import { FailureAlert } from '@/components/FailureAlert';
import { Overruled } from '@/components/Overruled';
import { RefusalAlert } from '@/components/RefusalAlert';
import { useNextSessions } from '@/components/useNextSessions';
import { Warning } from '@/components/Warning';
import { t } from '@/lib/t';
import { hasTyped } from '@/lib/typed';
import { HeldNote } from './HeldNote';
import type { Options, useBooking } from './useBooking';

interface Props {
  dialog: Options;
  booking: ReturnType<typeof useBooking>;
  alert: RefObject<HTMLDivElement | null>;
}

/** What stands in the way of the booking, or should be known before it. */
export function Obstacles({ dialog: { slot, typed, today }, booking, alert }: Props) {
  const { refusal, failure, busy, form } = booking;
  const full = refusal?.reason === 'capacity_full' && typed.serviceId ? slot : null;
  const { offers, pending } = useNextSessions(typed.serviceId ?? '', full, today);
  return (
    <>
      {refusal && (
        <RefusalAlert
          ref={alert}
          refusal={refusal}
          today={today}
          {...(!pending && { onPick: (offer: SlotOffer) => void booking.moveTo(offer) })}
          instead={offers.length > 0 ? { title: t('class.next'), offers } : undefined}
          busy={busy}
          kept={hasTyped(typed)}
        >
          {refusal.conflict?.kind === 'hold' && <Text size="sm">{t('booking.held')}</Text>}
          <BookAnyway
            key={refusal.reason}
            refusal={refusal}
            verb="book"
            busy={busy}
            onSay={booking.bookAnyway}
          />
        </RefusalAlert>
      )}
      {!refusal && <HeldNote slot={slot} />}
      <Overruled override={typed.override} onTakeBack={() => booking.change({ override: null })} />
      {!refusal && form.data?.in_past && (
        <Warning icon={<IconClockExclamation aria-hidden />}>{t('booking.inPast')}</Warning>
      )}
      <FailureAlert error={failure ?? form.error} />
    </>
  );
}
