import { BookingDialog } from '@/features/booking/BookingDialog';
import { NOTHING_TYPED } from '@/features/booking/useBooking';
import { ShortcutSheet } from '@/features/shortcuts/ShortcutSheet';
import { VisitDrawer } from '@/features/visit/VisitDrawer';
import { FindAnother } from '@/features/watching/FindAnother';
import { NoticesDrawer } from '@/features/watching/NoticesDrawer';
import { WatchesDrawer } from '@/features/watching/WatchesDrawer';
import { slotOfOffer } from '@/lib/slots';
import type { Flows } from './useFlows';
import type { useOpen } from './useOpen';

interface Props {
  opening: ReturnType<typeof useOpen>;
  flows: Flows;
  today: string | undefined;
}

/** What stands open over the board. */
export function Overlays({ opening: { opened, open, change }, flows, today }: Props) {
  const close = () => open(null);
  switch (opened?.kind) {
    case 'booking':
      return (
        <BookingDialog
          slot={opened.slot}
          draft={opened.draft}
          typed={opened.typed}
          today={today}
          onTyped={(typed) => change({ typed })}
          onMoved={(slot) => change({ slot })}
          onBooked={(placed) => flows.booked(opened, placed)}
          onClose={() => flows.abandon(opened)}
        />
      );
    case 'visit':
      return (
        <VisitDrawer
          key={opened.appointmentId}
          appointmentId={opened.appointmentId}
          today={today}
          onMoved={flows.moved}
          onCancelled={flows.cancelled}
          onClose={close}
        />
      );
    case 'find':
      return (
        <FindAnother
          near={opened.near}
          onPick={(offer) =>
            void flows.bookSlot(slotOfOffer(offer), { ...NOTHING_TYPED, serviceId: offer.service_id })
          }
          onClose={close}
        />
      );
    case 'notices':
      return <NoticesDrawer today={today} onShow={flows.showSlot} onClose={close} />;
    case 'watches':
      return <WatchesDrawer onShow={flows.showSlot} onClose={close} />;
    case 'shortcuts':
      return <ShortcutSheet onClose={close} />;
    default:
      return null;
  }
}
