import { Alert } from '@mantine/core';
import { IconAlertCircle, IconPlugConnected } from '@tabler/icons-react';
import { errorSentence } from '@/lib/sentences';
import { t } from '@/lib/t';
import { useServerBack } from '@/lib/useServerBack';
import classes from './Alert.module.css';

/** What went wrong, in one sentence, where it went wrong; once the server is back, that it is. */
export function FailureAlert({ error }: { error: unknown }) {
  const back = useServerBack(error);
  if (!error) return null;
  return <SentenceAlert sentence={back ? t('app.serverBack') : errorSentence(error)} good={back} />;
}

interface Props {
  sentence: string | null;
  /** No failure any more, but still worth knowing. */
  good?: boolean;
}

/** A sentence that is spoken at once, also where it takes the place of another one. */
export function SentenceAlert({ sentence, good = false }: Props) {
  if (!sentence) return null;
  const Icon = good ? IconPlugConnected : IconAlertCircle;
  return (
    <Alert
      color={good ? 'green' : 'red'}
      variant="light"
      className={good ? classes.good : classes.bad}
      icon={<Icon aria-hidden />}
      role="alert"
      styles={{
        ...(good && { icon: { color: 'var(--fd-good)' } }),
        message: { color: 'var(--fd-text)' },
      }}
    >
      {sentence}
    </Alert>
  );
}
