import { useQuery } from '@tanstack/react-query';
import type { HoldTile } from '@/bindings/types';
import { query } from '@/lib/rpc';
import type { WantedSlot } from '@/lib/slots';

/** The dialog that somebody else has open on this time. */
export function useHeldElsewhere(slot: WantedSlot): HoldTile | undefined {
  const { data } = useQuery(query('day_sheet', { date: slot.date }));
  const column = data?.columns.find((each) => each.practitioner_id === slot.practitioner_id);
  return column?.holds.find((each) => !each.mine && overlap(each, slot));
}

function overlap(
  a: { starts_at: string; ends_at: string },
  b: { starts_at: string; ends_at: string },
): boolean {
  return Date.parse(a.starts_at) < Date.parse(b.ends_at) && Date.parse(b.starts_at) < Date.parse(a.ends_at);
}
