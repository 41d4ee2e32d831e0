import { Menu, Text, UnstyledButton, useMantineColorScheme } from '@mantine/core';
import { IconChevronDown, IconKeyboard, IconLogout } from '@tabler/icons-react';
import type { ClinicHead, SignedInUser } from '@/bindings/types';
import { roles } from '@/lib/messages';
import { execute } from '@/lib/rpc';
import { t } from '@/lib/t';
import { attempt } from '@/lib/toasts';
import classes from './UserMenu.module.css';

interface Props {
  user: SignedInUser;
  clinic: ClinicHead;
  profile: string;
  onShortcuts: () => void;
  /** Before the user signs out on purpose. */
  onSignOut: () => void;
}

export function UserMenu({ user, clinic, profile, onShortcuts, onSignOut }: Props) {
  return (
    <Menu id="user-menu" position="bottom-end" width={288} shadow="md" withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <UnstyledButton
          className={classes.target}
          aria-label={t('menu.label', { initials: initials(user.name), name: user.name })}
        >
          <span className={classes.initials} aria-hidden>
            {initials(user.name)}
          </span>
          <IconChevronDown size="1rem" aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
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
          onClick={() => {
            onSignOut();
            void attempt(() => execute('sign_out', {}));
          }}
        >
          {t('menu.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
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

function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const first = words[0]?.[0] ?? '';
  const last = words.length > 1 ? (words.at(-1)?.[0] ?? '') : '';
  return (first + last).toUpperCase();
}
