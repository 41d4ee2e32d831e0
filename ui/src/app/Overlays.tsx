import { ApprovalsDrawer } from '@/features/approvals/ApprovalsDrawer';
import { ClassDrawer } from '@/features/classes/ClassDrawer';
import { ShortcutSheet } from '@/features/shortcuts/ShortcutSheet';
import { VisitDrawer } from '@/features/visit/VisitDrawer';
import { FindAnother } from '@/features/watching/FindAnother';
import { NoticesDrawer } from '@/features/watching/NoticesDrawer';
import { WatchesDrawer } from '@/features/watching/WatchesDrawer';
import { slotOfOffer } from '@/lib/slots';
import { attempt } from '@/lib/toasts';
import { NOTHING_TYPED, typedOf } from '@/lib/typed';
import { BookingOverlay } from './BookingOverlay';
import type { Flows } from './useFlows';
import type { useOpen } from './useOpen';

interface Props {
  opening: ReturnType<typeof useOpen>;
  flows: Flows;
  today: string | undefined;
}

/** What stands open over the board. */
export function Overlays({ opening: { opened, open, change, type }, flows, today }: Props) {
  const close = () => open(null);
  switch (opened?.kind) {
    case 'booking':
    case 'series':
      return <BookingOverlay booking={opened} change={change} type={type} flows={flows} today={today} />;
    case 'class':
      return (
        <ClassDrawer
          place={opened.place}
          asked={opened.asked}
          onVisit={flows.onVisit}
          onAdd={(slot, serviceId) => void flows.bookSlot(slot, { ...NOTHING_TYPED, serviceId })}
          onClose={close}
        />
      );
    case 'visit':
      return (
        <VisitDrawer
          key={opened.appointmentId}
          appointmentId={opened.appointmentId}
          first={opened.first}
          wanted={opened.wanted}
          today={today}
          onMoved={flows.moved}
          onSaved={flows.saved}
          onCancelled={(...how) => void attempt(() => flows.cancelled(...how))}
          onShow={flows.showVisit}
          onBookOver={flows.bookOver}
          onInstead={(card, offer) => void flows.bookSlot(slotOfOffer(offer), typedOf(card))}
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
      return (
        <NoticesDrawer today={today} onShow={flows.showSlot} onSentAgain={flows.sentAgain} onClose={close} />
      );
    case 'approvals':
      return <ApprovalsDrawer today={today} onShow={flows.showOnBoard} onClose={close} />;
    case 'watches':
      return <WatchesDrawer onShow={flows.showSlot} onClose={close} />;
    case 'shortcuts':
      return <ShortcutSheet onClose={close} />;
    default:
      return null;
  }
}
