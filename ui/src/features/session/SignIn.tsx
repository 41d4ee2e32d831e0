import { Button, Center, Paper, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { SessionStatus } from '@/bindings/types';
import { SentenceAlert } from '@/components/FailureAlert';
import { UnencryptedBadge } from '@/components/UnencryptedBadge';
import { Warning } from '@/components/Warning';
import { CommandError, execute } from '@/lib/rpc';
import { errorSentence } from '@/lib/sentences';
import { t } from '@/lib/t';

/** What the demo server prints, too. */
const DEMO = { users: 'reception1, reception2, therapist, manager', password: 'frontdesk-demo' };

interface Props {
  session: SessionStatus;
  /** Whose session ended without their doing. */
  lost: { user: string; typed: boolean } | null;
}

export function SignIn({ session, lost }: Props) {
  const { user, password, problem, busy, setUser, setPassword, submit } = useSignIn(session);
  return (
    <Center component="main" mih="100%" p="md">
      <Paper component="form" noValidate onSubmit={submit} withBorder shadow="sm" p="xl" w="26rem" maw="100%">
        <Stack>
          <Heading session={session} />
          {lost && <Lost {...lost} />}
          <SentenceAlert sentence={problem} />
          <TextInput
            id="sign-in-user"
            label={t('signIn.user')}
            autoComplete="username"
            autoCapitalize="off"
            spellCheck={false}
            autoFocus={!user}
            value={user}
            onChange={(event) => setUser(event.currentTarget.value)}
          />
          <PasswordInput
            id="sign-in-password"
            label={t('signIn.password')}
            autoComplete="current-password"
            autoFocus={Boolean(user)}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          <Button type="submit" id="sign-in-submit" loading={busy} fullWidth>
            {t('signIn.submit')}
          </Button>
          {session.demo && (
            <Text size="sm" c="var(--fd-muted)">
              {t('signIn.demo', DEMO)}
            </Text>
          )}
        </Stack>
      </Paper>
    </Center>
  );
}

function Lost({ user, typed }: NonNullable<Props['lost']>) {
  return (
    <Warning>
      {t('signIn.ended')} {typed && t('signIn.kept', { user })}
    </Warning>
  );
}

function Heading({ session }: { session: SessionStatus }) {
  return (
    <div>
      <Title order={1} size="h2">
        {session.clinic?.name ?? t('app.name')}
      </Title>
      <Text size="sm" c="var(--fd-muted)" style={{ overflowWrap: 'anywhere' }}>
        {t('signIn.server')}: {session.server}
      </Text>
      {session.profile !== 'default' && (
        <Text size="sm" c="var(--fd-muted)">
          {t('signIn.profile')}: {session.profile}
        </Text>
      )}
      {!session.encrypted && <UnencryptedBadge />}
    </div>
  );
}

/** What is typed, else what the start was asked for, else who was here last. */
function useSignIn({ start, last_user }: SessionStatus) {
  const [typed, setUser] = useState<string>();
  const user = typed ?? start?.user ?? last_user ?? '';
  const [password, setPassword] = useState('');
  const [tried, setTried] = useState<string | null>();
  const problem = tried === undefined ? startSentence(start) : tried;
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    if (!user.trim() || !password) return setTried(t('signIn.missing'));
    setBusy(true);
    setTried(null);
    try {
      await execute('sign_in', { user: user.trim(), password });
    } catch (error) {
      setTried(errorSentence(error));
    } finally {
      setBusy(false);
    }
  };
  return { user, password, problem, busy, setUser, setPassword, submit };
}

function startSentence(start: SessionStatus['start']): string | null {
  if (!start) return null;
  return t('signIn.atStart', { user: start.user, why: errorSentence(new CommandError(start.why)) });
}
