import { Button } from '@mantine/core';
import { IconCalendarPlus } from '@tabler/icons-react';
import type { AppointmentCard } from '@/bindings/types';
import { KEYMAP, useKeys } from '@/lib/keymap';
import { isToCome } from '@/lib/slots';
import { t } from '@/lib/t';

interface Props {
  card: AppointmentCard;
  onBookOver: (card: AppointmentCard) => void;
}

/** Somebody walks in while the time is taken: the dialog says by whom, what is free instead, and who may book anyway. */
export function BookOver({ card, onBookOver }: Props) {
  const open = isToCome(card);
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
