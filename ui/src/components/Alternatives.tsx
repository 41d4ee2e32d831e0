import { Kbd, Text, UnstyledButton } from '@mantine/core';
import { type RefObject, useEffect, useRef } from 'react';
import type { SeatCount, SlotOffer } from '@/bindings/types';
import { shortDate } from '@/lib/civil';
import { takesDigits } from '@/lib/keymap';
import { t } from '@/lib/t';
import classes from './Alternatives.module.css';

interface Props {
  offers: readonly SlotOffer[];
  onPick: (offer: SlotOffer) => void;
  disabled?: boolean;
  /** What these are; times that are free instead, if nothing else is said. */
  title?: string;
  /** The first is what the dialog begins with. */
  autoFocus?: boolean;
}

/** Free slots, each one key away: its number, or Alt and its number while somebody types. */
export function Alternatives({ offers, onPick, disabled = false, title, autoFocus = false }: Props) {
  const list = useRef<HTMLDivElement>(null);
  useDigits(list, { offers, onPick, disabled });
  if (offers.length === 0) return <Text size="sm">{t('alternatives.none')}</Text>;
  return (
    <div ref={list}>
      <Text size="sm" fw={650} component="h3">
        {title ?? t('alternatives.title')}
      </Text>
      <ol className={classes.list}>
        {offers.map((offer, index) => (
          <li key={`${offer.practitioner_id}-${offer.starts_at}`}>
            <UnstyledButton
              className={classes.offer}
              disabled={disabled}
              onClick={() => onPick(offer)}
              data-alternative={index + 1}
              data-autofocus={(autoFocus && index === 0) || undefined}
              title={offer.practitioner_name}
            >
              <Kbd size="sm">{index + 1}</Kbd>{' '}
              <span className={classes.when}>
                <b>{offer.wall_start}</b> {shortDate(offer.date)}
              </span>{' '}
              <span className={classes.who}>{offer.practitioner_name}</span>
              {offer.seats && <span className={classes.seats}> {seatsFree(offer.seats)}</span>}
            </UnstyledButton>
          </li>
        ))}
      </ol>
      <Text size="xs" c="var(--fd-muted)">
        {t('alternatives.hint')}
      </Text>
    </div>
  );
}

function seatsFree({ taken, capacity }: SeatCount): string {
  return t('alternatives.seats', { free: capacity - taken, capacity });
}

function useDigits(
  list: RefObject<HTMLElement | null>,
  props: Required<Pick<Props, 'offers' | 'onPick' | 'disabled'>>,
) {
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => {
      // The code, because Alt and a digit make another character on some keyboards.
      const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1];
      const offer = latest.current.offers[Number(digit) - 1];
      if (!offer || latest.current.disabled || event.ctrlKey || event.metaKey) return;
      if (!event.altKey && takesDigits(event.target)) return;
      if (isInAnotherDialog(list.current)) return;
      event.preventDefault();
      latest.current.onPick(offer);
    };
    window.addEventListener('keydown', listener);
    return () => window.removeEventListener('keydown', listener);
  }, [list]);
}

/** A question in front of the offers: its keys are not theirs. */
function isInAnotherDialog(list: HTMLElement | null): boolean {
  const front = document.activeElement?.closest('[role="dialog"]');
  return front !== null && front !== undefined && !front.contains(list);
}
