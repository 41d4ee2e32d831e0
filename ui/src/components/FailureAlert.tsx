import { Alert } from '@mantine/core';
import { IconAlertCircle } from '@tabler/icons-react';
import classes from './Alert.module.css';

/** What went wrong, in one sentence, where it went wrong. */
export function FailureAlert({ sentence }: { sentence: string | null }) {
  if (!sentence) return null;
  return (
    <Alert
      color="red"
      variant="light"
      className={classes.bad}
      icon={<IconAlertCircle aria-hidden />}
      role="alert"
      styles={{ message: { color: 'var(--fd-text)' } }}
    >
      {sentence}
    </Alert>
  );
}
