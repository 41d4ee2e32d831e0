import { Alert, type AlertProps } from '@mantine/core';
import classes from './Alert.module.css';

/** Something to know before going on; unlike a refusal it stops nobody. */
export function Warning({ role = 'status', ...rest }: AlertProps) {
  return (
    <Alert
      color="orange"
      variant="light"
      role={role}
      className={classes.warn}
      styles={{
        icon: { color: 'var(--fd-warn)' },
        title: { color: 'var(--fd-warn)' },
        message: { color: 'var(--fd-text)' },
      }}
      {...rest}
    />
  );
}
