import { Kbd, Modal } from '@mantine/core';
import { Fragment } from 'react';
import { KEYMAP } from '@/lib/keymap';
import { type MessageKey, t } from '@/lib/t';
import classes from './ShortcutSheet.module.css';

const GROUPS = ['day', 'board', 'visit', 'dialog', 'app'] as const;
const SHORTCUTS = Object.entries(KEYMAP);

/** Drawn from the table that the handlers use, so that it cannot be wrong. */
export function ShortcutSheet({ onClose }: { onClose: () => void }) {
  return (
    <Modal opened onClose={onClose} size="66rem" title={t('keys.title')}>
      <div className={classes.groups}>
        {GROUPS.map((group) => (
          <section key={group}>
            <h3>{t(`keys.group.${group}`)}</h3>
            <dl>
              {SHORTCUTS.filter(([, shortcut]) => shortcut.group === group).map(
                ([action, { says, shown }]) => (
                  <div key={action}>
                    <dt>{t(says as MessageKey & 'keys.today')}</dt>
                    <dd>
                      <Keys shown={shown} />
                    </dd>
                  </div>
                ),
              )}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  );
}

function Keys({ shown }: { shown: readonly string[] }) {
  return shown.map((key) => (
    <Fragment key={key}>
      <Kbd size="xs">{key}</Kbd>{' '}
    </Fragment>
  ));
}
