import { IconLock } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Warning } from '@/components/Warning';
import { query } from '@/lib/rpc';
import type { WantedSlot } from '@/lib/slots';
import { t } from '@/lib/t';

/** Somebody else has a dialog open here. Who may book it all the same is told before, not after. */
export function HeldNote({ slot }: { slot: WantedSlot }) {
  const { data } = useQuery(query('day_sheet', { date: slot.date }));
  const column = data?.columns.find((each) => each.practitioner_id === slot.practitioner_id);
  const hold = column?.holds.find((each) => !each.mine && overlap(each, slot));
  if (!hold) return null;
  return (
    <Warning icon={<IconLock aria-hidden />} data-held-by={hold.by_name}>
      {t('booking.heldWarn', { name: hold.by_name })}
    </Warning>
  );
}

function overlap(
  a: { starts_at: string; ends_at: string },
  b: { starts_at: string; ends_at: string },
): boolean {
  return Date.parse(a.starts_at) < Date.parse(b.ends_at) && Date.parse(b.starts_at) < Date.parse(a.ends_at);
}
