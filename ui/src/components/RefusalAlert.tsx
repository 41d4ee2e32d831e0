import { Alert, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { type ReactNode, type Ref, useId } from 'react';
import type { RefusalView, SlotOffer } from '@/bindings/types';
import { anotherTimeHelps } from '@/lib/refusal';
import { conflictSentences, refusalSentence, stepsSentence } from '@/lib/sentences';
import { t } from '@/lib/t';
import classes from './Alert.module.css';
import { Alternatives } from './Alternatives';
import { Fates } from './Fates';

interface Props {
  refusal: RefusalView;
  today: string | undefined;
  /** Absent where another time is no help. */
  onPick?: (offer: SlotOffer) => void;
  /** What helps more than the times near this one, if there is any. */
  instead?: Instead | undefined;
  busy?: boolean;
  /** Something was typed: say that it is still there. */
  kept?: boolean;
  /** What else can be done about it, at the end. */
  children?: ReactNode;
  ref?: Ref<HTMLDivElement>;
}

export interface Instead {
  title: string;
  offers: readonly SlotOffer[];
}

/** Why not, who has it, and what is free instead. Spoken at once. */
export function RefusalAlert({ refusal, today, onPick, busy = false, kept = false, ...rest }: Props) {
  const title = useId();
  const { instead = { offers: refusal.alternatives }, children, ref } = rest;
  const several = refusal.fates.length > 0;
  const offersHelp = instead.offers.length > 0 || (!several && anotherTimeHelps(refusal));
  return (
    <div ref={ref} tabIndex={-1} data-refusal={refusal.reason}>
      <Alert
        role="alert"
        color="red"
        variant="light"
        className={classes.bad}
        icon={<IconAlertTriangle aria-hidden />}
        title={refusalSentence(refusal)}
        id={title}
        styles={{ title: { color: 'var(--fd-bad)' }, message: { color: 'var(--fd-text)' } }}
      >
        <Stack gap="xs">
          {refusal.conflict && !several && (
            <Text size="sm">{conflictSentences(refusal.conflict, today)}</Text>
          )}
          {refusal.steps.length > 0 && <Text size="sm">{stepsSentence(refusal.steps)}</Text>}
          <Fates fates={refusal.fates} today={today} />
          {kept && <Text size="sm">{t('booking.kept')}</Text>}
          {onPick && offersHelp && <Alternatives {...instead} onPick={onPick} disabled={busy} />}
          {children}
        </Stack>
      </Alert>
    </div>
  );
}
