import { Stack, Text } from '@mantine/core';
import { useEffect, useRef } from 'react';
import type { SlotOffer, VisitTile } from '@/bindings/types';
import { Alternatives } from '@/components/Alternatives';
import { FailureAlert } from '@/components/FailureAlert';
import { useNextSessions } from '@/components/useNextSessions';
import { focusFirst } from '@/lib/focus';
import type { ClassPlace } from '@/lib/slots';
import { t } from '@/lib/t';
import { wallStart } from '@/lib/tiles';

interface Props {
  place: ClassPlace;
  tile: VisitTile;
  today: string;
  /** A seat was asked for: the first that is free has the focus. */
  asked: boolean;
  onPick: (offer: SlotOffer) => void;
}

/** A full class, and where it has seats next. */
export function NextSessions({ place, tile, today, asked, onPick }: Props) {
  const full = { ...place, wall_start: wallStart(tile) };
  const { offers, pending, error } = useNextSessions(place.service_id, full, today);
  const found = offers.length > 0;
  const focused = useRef(!asked);
  useEffect(() => {
    if (focused.current || !found) return;
    focused.current = true;
    focusFirst();
  }, [found]);
  return (
    <Stack gap="xs" data-full>
      <Text fw={600}>{t('class.isFull')}</Text>
      <FailureAlert error={error} />
      {found && <Alternatives title={t('class.next')} offers={offers} onPick={onPick} autoFocus={asked} />}
      {!found && !pending && !error && <Text size="sm">{t('class.next.none')}</Text>}
    </Stack>
  );
}
