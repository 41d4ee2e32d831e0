import { Indicator } from '@mantine/core';
import type { ReactNode } from 'react';

interface Props {
  count: number;
  /** How far inside the corner. */
  offset?: number;
  children: ReactNode;
}

/** How many, on the corner of a button; the button's name says it too. */
export function Counter({ count, offset = 4, children, ...tooltip }: Props) {
  return (
    <Indicator
      label={count > 99 ? '99+' : count}
      disabled={count === 0}
      size={18}
      color="var(--fd-badge)"
      offset={offset}
      {...tooltip}
    >
      {children}
    </Indicator>
  );
}
