import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { focusFirst } from '@/lib/focus';
import { t } from '@/lib/t';
import { useWords } from '@/lib/words';

/** Before `then`, which throws away what was typed into anything, or into that form. */
export type Ask = (then: () => void, form?: string) => void;

/** Escape, the cross and a click outside close at once, but never what was typed without asking. */
export function useLeaving(leave: () => void) {
  const words = useWords();
  /** What is waited with until the user has answered. */
  const [asking, setAsking] = useState<() => void>();
  const typing = useRef<Element>(null);
  useEffect(() => {
    if (asking || !(typing.current instanceof HTMLElement)) return;
    typing.current.focus();
    // A click outside had taken the focus away: it stays in what stays open.
    if (document.activeElement === document.body) focusFirst();
    if (document.activeElement === document.body) focusFirst('button');
    typing.current = null;
  }, [asking]);
  const ask: Ask = (then, form) => {
    const asks = form === undefined ? words.unsaved.size > 0 : words.unsaved.has(form);
    if (!asks) return then();
    typing.current = document.activeElement;
    setAsking(() => then);
  };
  const stay = () => setAsking(undefined);
  const go = () => {
    stay();
    asking?.();
  };
  return {
    /** Before anything else that would throw away what was typed: into anything, or into that form. */
    ask,
    /** For the dialog that may be left. */
    dialog: { onClose: () => ask(leave), closeOnEscape: !asking },
    // Mounted only while it asks: else the Escape that opens it would close it as well.
    question: asking && <Question onStay={stay} onLeave={go} />,
  };
}

function Question({ onStay, onLeave }: { onStay: () => void; onLeave: () => void }) {
  return (
    <Modal
      opened
      onClose={onStay}
      title={t('leave.title')}
      size="26rem"
      centered
      returnFocus={false}
      id="leave"
    >
      <Stack>
        <Text>{t('leave.text')}</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={onLeave} id="leave-discard">
            {t('leave.discard')}
          </Button>
          <Button onClick={onStay} id="leave-stay" data-autofocus>
            {t('leave.stay')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
