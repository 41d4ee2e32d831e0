import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { t } from '@/lib/t';
import { useWords } from '@/lib/words';

/** Escape, the cross and a click outside close at once, but never what was typed without asking. */
export function useLeaving(leave: () => void) {
  const words = useWords();
  const [asking, setAsking] = useState(false);
  return {
    /** For the dialog that may be left. */
    dialog: {
      onClose: () => (words.unsaved.size > 0 ? setAsking(true) : leave()),
      closeOnEscape: !asking,
      trapFocus: !asking,
    },
    question: <Question opened={asking} onStay={() => setAsking(false)} onLeave={leave} />,
  };
}

function Question({ opened, onStay, onLeave }: { opened: boolean; onStay: () => void; onLeave: () => void }) {
  return (
    <Modal opened={opened} onClose={onStay} title={t('leave.title')} size="26rem" centered id="leave">
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
