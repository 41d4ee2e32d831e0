import { ActionIcon, Tooltip } from '@mantine/core';
import type { IconBell } from '@tabler/icons-react';
import { Counter } from './Counter';

/** A list that is opened from the header, or from its menu where there is no room. */
export interface HeaderList {
  id: string;
  label: string;
  icon: typeof IconBell;
  /** How many of it ask to be looked at. */
  count: number;
  shortcut: string;
  onOpen: () => void;
}

export function HeaderListButton({ list: { id, label, icon: Icon, count, onOpen } }: { list: HeaderList }) {
  return (
    <Tooltip label={label} withArrow>
      <Counter count={count}>
        <ActionIcon variant="default" size="lg" aria-label={label} onClick={onOpen} id={id}>
          <Icon size="1.125rem" aria-hidden />
        </ActionIcon>
      </Counter>
    </Tooltip>
  );
}
