import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { AppointmentCard, SlotOffer, VisitPlaced } from '@/bindings/types';
import { isOutOfPlace } from '@/lib/refusal';
import { execute, readNow } from '@/lib/rpc';
import { t } from '@/lib/t';
import { waiting } from '@/lib/toasts';
import { useWord } from '@/lib/words';
import type { Meanwhile } from './useMeanwhile';

/** A change that does not fit where the visit is: the visit is moved first, and changed there. */
export function useElsewhere({ appointment_id }: AppointmentCard, meanwhile: Meanwhile) {
  const client = useQueryClient();
  const [place, setPlace] = useWord<SlotOffer | null>('place', null);
  /** Where it is since, while the change itself is not saved. */
  const [moved, setMoved] = useState<VisitPlaced | null>(null);
  /** The time that was chosen is no longer free. */
  const [lost, setLost] = useState(false);

  /** The version to change it on; none while nobody knows whether it was moved. */
  const move = async (to: SlotOffer): Promise<number | undefined> => {
    const { starts_at, practitioner_id, location_id } = to;
    const command = { appointment_id, starts_at, practitioner_id, ...(location_id && { location_id }) };
    const base_version = meanwhile.version('this');
    const placed = await execute('reschedule_appointment', { base_version, command }).catch((error) => {
      // What is free instead is free for the visit as it is, and not as it is to be.
      if (isOutOfPlace(error)) setPlace(null);
      setLost(isOutOfPlace(error));
      throw error;
    });
    setPlace(null);
    if (placed.progress === 'waiting') {
      const said = { time: placed.wall_start, name: placed.practitioner_name };
      waiting(t('toast.waiting', said), t('visit.edit.moveWaits'));
      return undefined;
    }
    setMoved(placed);
    const card = await readNow(client, 'appointment_card', { appointment_id });
    meanwhile.follow(card);
    return card.version;
  };
  const again = () => setLost(false);
  return { place, setPlace, moved, lost, again, move };
}
