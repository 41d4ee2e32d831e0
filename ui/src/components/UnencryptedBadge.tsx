import { Badge, Tooltip } from '@mantine/core';
import { IconLockOpen } from '@tabler/icons-react';
import { t } from '@/lib/t';
import classes from './UnencryptedBadge.module.css';

/** Shown to the user at all times while the cache lies open on the disk. */
export function UnencryptedBadge() {
  return (
    <Tooltip label={t('unencrypted.text')} multiline w={280} withArrow>
      <Badge
        variant="outline"
        color="var(--fd-warn)"
        tt="none"
        size="lg"
        fw={600}
        leftSection={<IconLockOpen size="0.875rem" aria-hidden />}
        classNames={{ section: classes.icon ?? '', label: classes.words ?? '' }}
      >
        {t('unencrypted.badge')}
      </Badge>
    </Tooltip>
  );
}
