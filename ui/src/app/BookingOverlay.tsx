import { BookingDialog } from '@/features/booking/BookingDialog';
import { firstDraft } from '@/features/series/rule';
import { SeriesDialog } from '@/features/series/SeriesDialog';
import type { Flows } from './useFlows';
import type { OpenedBooking, useOpen } from './useOpen';

interface Props {
  booking: OpenedBooking;
  change: ReturnType<typeof useOpen>['change'];
  type: ReturnType<typeof useOpen>['type'];
  flows: Flows;
  today: string | undefined;
}

/** A booking, as one visit or as a series. */
export function BookingOverlay({ booking, change, type, flows, today }: Props) {
  const shared = {
    slot: booking.slot,
    draft: booking.draft,
    typed: booking.typed,
    today,
    onTyped: type,
    onClose: () => flows.abandon(booking),
  };
  if (booking.kind === 'series') {
    return (
      <SeriesDialog
        {...shared}
        series={booking.series ?? firstDraft(booking.slot)}
        onSeries={(series) => change({ series })}
        onBooked={(booked) => flows.seriesBooked(booking, booked)}
        onBack={() => flows.single(booking)}
      />
    );
  }
  return (
    <BookingDialog
      {...shared}
      onMoved={(slot) => change({ slot })}
      onBooked={flows.booked}
      onRepeat={() => flows.repeat(booking)}
    />
  );
}
