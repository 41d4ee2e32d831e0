import { Button } from '@mantine/core';
import { IconCalendarPlus } from '@tabler/icons-react';
import type { AppointmentCard } from '@/bindings/types';
import { KEYMAP, useKeys } from '@/lib/keymap';
import { t } from '@/lib/t';

interface Props {
  card: AppointmentCard;
  onBookOver: (card: AppointmentCard) => void;
}

/** Whoever is still to come is a visit that another one can stand beside. */
const TO_COME: ReadonlySet<AppointmentCard['status']> = new Set(['pending', 'booked', 'arrived']);

/** Somebody walks in while the time is taken: the dialog says by whom, what is free instead, and who may book anyway. */
export function BookOver({ card, onBookOver }: Props) {
  const open = TO_COME.has(card.status);
  useKeys({ bookOver: () => onBookOver(card) }, open);
  if (!open) return null;
  return (
    <Button
      variant="subtle"
      size="compact-md"
      leftSection={<IconCalendarPlus size="1rem" aria-hidden />}
      onClick={() => onBookOver(card)}
      aria-keyshortcuts={KEYMAP.bookOver.shown[0]}
      id="visit-book-over"
    >
      {t('visit.bookOver')}
    </Button>
  );
}
