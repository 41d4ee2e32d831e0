import { Button, Group, Stack, Textarea } from '@mantine/core';
import { IconShieldOff } from '@tabler/icons-react';
import { useState } from 'react';
import type { RefusalView } from '@/bindings/types';
import { t } from '@/lib/t';
import { useUnsaved, useWord } from '@/lib/words';

interface Props {
  refusal: RefusalView;
  verb: 'book' | 'move';
  busy: boolean;
  onSay: (reason: string) => void;
}

const WORDS = {
  book: { ask: 'anyway.book', confirm: 'anyway.book.confirm' },
  move: { ask: 'anyway.move', confirm: 'anyway.move.confirm' },
} as const;

/** Breaks a rule on purpose, for those who may: never without a reason. */
export function BookAnyway({ refusal, verb, busy, onSay }: Props) {
  const [asked, setAsked] = useWord(`anyway ${refusal.reason}`, false);
  const [reason, setReason] = useWord(`why ${refusal.reason}`, '');
  useUnsaved('anyway', asked && reason.trim() !== '');
  const [missing, setMissing] = useState(false);
  if (!refusal.overridable) return null;
  if (!asked) {
    return (
      <div>
        <Button
          variant="default"
          size="compact-md"
          leftSection={<IconShieldOff size="1rem" aria-hidden />}
          disabled={busy}
          onClick={() => setAsked(true)}
          id="anyway"
        >
          {t(WORDS[verb].ask)}
        </Button>
      </div>
    );
  }
  const say = () => (reason.trim() ? onSay(reason.trim()) : setMissing(true));
  return (
    <Stack gap="xs" ref={intoView}>
      <Textarea
        id="anyway-reason"
        label={t('anyway.reason')}
        description={t('anyway.reason.hint')}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        required
        autoFocus
        maxLength={500}
        rows={2}
        value={reason}
        error={missing && t('anyway.reason.missing')}
        onChange={(event) => {
          setReason(event.currentTarget.value);
          setMissing(false);
        }}
      />
      <Group>
        <Button loading={busy} onClick={say} id="anyway-confirm" color="red.8">
          {t(WORDS[verb].confirm)}
        </Button>
      </Group>
    </Stack>
  );
}

function intoView(element: HTMLElement | null): void {
  element?.scrollIntoView?.({ block: 'nearest' });
}
