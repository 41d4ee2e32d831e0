import { Text } from '@mantine/core';
import classes from './Facts.module.css';

interface Props {
  facts: readonly (readonly [label: string, value: string | null | undefined])[];
  hint?: string | undefined;
}

/** Names and values; what has no value is left out. */
export function Facts({ facts, hint }: Props) {
  return (
    <>
      <dl className={classes.facts}>
        {facts
          .filter(([, value]) => value)
          .map(([label, value]) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
      {hint && (
        <Text size="sm" c="var(--fd-muted)">
          {hint}
        </Text>
      )}
    </>
  );
}
