import { IconLock } from '@tabler/icons-react';
import { Warning } from '@/components/Warning';
import type { WantedSlot } from '@/lib/slots';
import { t } from '@/lib/t';
import { useHeldElsewhere } from './useHeldElsewhere';

/** Somebody else has a dialog open here. Who may book it all the same is told before, not after. */
export function HeldNote({ slot }: { slot: WantedSlot }) {
  const hold = useHeldElsewhere(slot);
  if (!hold) return null;
  return (
    <Warning icon={<IconLock aria-hidden />} data-held-by={hold.by_name}>
      {t('booking.heldWarn', { name: hold.by_name })}
    </Warning>
  );
}
