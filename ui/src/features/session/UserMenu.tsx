import { Menu, Text, UnstyledButton, useMantineColorScheme } from '@mantine/core';
import { IconChevronDown, IconKeyboard, IconLogout } from '@tabler/icons-react';
import type { ClinicHead, SignedInUser } from '@/bindings/types';
import { Counter } from '@/components/Counter';
import type { HeaderList } from '@/components/HeaderList';
import type { Ask } from '@/components/useLeaving';
import { roles } from '@/lib/messages';
import { execute } from '@/lib/rpc';
import { t } from '@/lib/t';
import { attempt } from '@/lib/toasts';
import classes from './UserMenu.module.css';

interface Props {
  user: SignedInUser;
  clinic: ClinicHead;
  profile: string;
  /** What has no room beside it. */
  lists: readonly HeaderList[];
  onShortcuts: () => void;
  /** Before what was typed anywhere is thrown away. */
  ask: Ask;
  /** Before the user signs out on purpose. */
  onSignOut: () => void;
}

export function UserMenu({ user, clinic, profile, lists, onShortcuts, ask, onSignOut }: Props) {
  const count = lists.reduce((sum, list) => sum + list.count, 0);
  return (
    <Menu id="user-menu" position="bottom-end" width="18rem" shadow="md" withInitialFocusPlaceholder={false}>
      <Counter count={count} offset={7}>
        <Menu.Target>
          <UnstyledButton className={classes.target} aria-label={labelOf(user, count)}>
            <span className={classes.initials} aria-hidden>
              {initials(user.name)}
            </span>
            <IconChevronDown size="1rem" aria-hidden />
          </UnstyledButton>
        </Menu.Target>
      </Counter>
      <Menu.Dropdown className={classes.dropdown}>
        <div className={classes.head}>
          <Text fw={600} truncate title={user.name}>
            {user.name}
          </Text>
          <Text size="sm" c="var(--fd-muted)">
            {roles[user.role]}
            {profile !== 'default' && ` · ${profile}`}
          </Text>
          <Text size="sm" c="var(--fd-muted)" truncate title={clinic.name}>
            {clinic.name} · {clinic.time_zone}
          </Text>
        </div>
        <Menu.Divider />
        <Lists lists={lists} />
        <Appearance />
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconKeyboard size="1rem" aria-hidden />}
          rightSection="?"
          onClick={onShortcuts}
        >
          {t('menu.shortcuts')}
        </Menu.Item>
        <Menu.Item
          id="sign-out"
          leftSection={<IconLogout size="1rem" aria-hidden />}
          onClick={() =>
            ask(() => {
              onSignOut();
              void attempt(() => execute('sign_out', {}));
            })
          }
        >
          {t('menu.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** As in the header, where there is no room for them. */
function Lists({ lists }: Pick<Props, 'lists'>) {
  if (lists.length === 0) return null;
  return (
    <>
      {lists.map(({ id, label, icon: Icon, shortcut, onOpen }) => (
        <Menu.Item
          key={id}
          id={id}
          leftSection={<Icon size="1rem" aria-hidden />}
          rightSection={shortcut}
          onClick={onOpen}
        >
          {label}
        </Menu.Item>
      ))}
      <Menu.Divider />
    </>
  );
}

const SCHEMES = { light: 'menu.light', dark: 'menu.dark', auto: 'menu.auto' } as const;

function Appearance() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <>
      <Menu.Label>{t('menu.appearance')}</Menu.Label>
      <Menu.RadioGroup
        value={colorScheme}
        onChange={(value) => setColorScheme(value as keyof typeof SCHEMES)}
      >
        {(Object.keys(SCHEMES) as (keyof typeof SCHEMES)[]).map((scheme) => (
          <Menu.RadioItem key={scheme} value={scheme} closeMenuOnClick={false} data-scheme={scheme}>
            {t(SCHEMES[scheme])}
          </Menu.RadioItem>
        ))}
      </Menu.RadioGroup>
    </>
  );
}

function labelOf({ name }: SignedInUser, count: number): string {
  const said = { initials: initials(name), name };
  return count > 0 ? t('menu.labelCounted', { ...said, count }) : t('menu.label', said);
}

function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const first = words[0]?.[0] ?? '';
  const last = words.length > 1 ? (words.at(-1)?.[0] ?? '') : '';
  return (first + last).toUpperCase();
}
