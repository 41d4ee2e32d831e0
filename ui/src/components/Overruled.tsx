import { Button, Group, Stack, Text } from '@mantine/core';
import { IconShieldOff } from '@tabler/icons-react';
import type { Override } from '@/bindings/types';
import { reasons } from '@/lib/messages';
import { t } from '@/lib/t';
import { Warning } from './Warning';

interface Props {
  override: Override | null;
  onTakeBack: () => void;
}

/** Which rules this booking breaks on purpose, and why: before it is booked as after it. */
export function Overruled({ override, onTakeBack }: Props) {
  if (!override) return null;
  const rules = override.rules.map((rule) => reasons[rule]).join(' ');
  return (
    <Warning
      icon={<IconShieldOff aria-hidden />}
      title={t('booking.overruled', { rules })}
      data-overruled={override.rules.join(' ')}
    >
      <Stack gap="xs">
        <Text size="sm">{t('booking.overruled.reason', { reason: override.reason })}</Text>
        <Group>
          <Button variant="default" size="compact-sm" onClick={onTakeBack}>
            {t('booking.overruled.undo')}
          </Button>
        </Group>
      </Stack>
    </Warning>
  );
}
