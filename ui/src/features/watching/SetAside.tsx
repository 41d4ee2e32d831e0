import { Button, Group, Text, Title } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { SetAsideCommand } from '@/bindings/types';
import { FailureAlert } from '@/components/FailureAlert';
import { shortDate } from '@/lib/civil';
import { focusFirst } from '@/lib/focus';
import { askedNames } from '@/lib/messages/outbox';
import { CommandError, execute, query } from '@/lib/rpc';
import { errorSentence, when } from '@/lib/sentences';
import { t } from '@/lib/t';
import { done, waiting } from '@/lib/toasts';
import { useOnce } from '@/lib/useOnce';
import classes from './watching.module.css';

/** A refusal is an answer: the command leaves the list with it, so it is said elsewhere. */
export type OnRefused = (command: SetAsideCommand, error: CommandError) => Promise<void>;

interface Props {
  today: string | undefined;
  onRefused: OnRefused;
}

/** What the server could not take: somebody has to decide, so it stands before everything else. */
export function SetAside({ today, onRefused }: Props) {
  const { data, error } = useQuery(query('set_aside', {}));
  const commands = data?.commands ?? [];
  const count = commands.length;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was decided takes its buttons with it.
  useEffect(() => {
    if (document.activeElement !== document.body) return;
    focusFirst('.mantine-Drawer-close');
    focusFirst('[data-send]');
  }, [count]);
  if (error) return <FailureAlert error={error} />;
  if (count === 0) return null;
  return (
    <section className={classes.aside} aria-labelledby="set-aside">
      <Title order={3} size="h5" id="set-aside">
        {t('outbox.title')}
      </Title>
      <Text size="sm">{t('outbox.text')}</Text>
      <ul className={classes.list}>
        {commands.map((command) => (
          <Row key={command.command_id} command={command} today={today} onRefused={onRefused} />
        ))}
      </ul>
    </section>
  );
}

function Row({ command, today, onRefused }: Props & { command: SetAsideCommand }) {
  const { asked, asked_at, patient_name, service_name, slot, why } = command;
  const about = [patient_name, service_name].filter(Boolean).join(', ');
  return (
    <li className={classes.row} data-set-aside={asked}>
      <IconAlertTriangle size="1.25rem" aria-hidden />
      <div className={classes.said}>
        <Text fw={650}>
          {askedNames[asked]}
          {slot && ` · ${slot.wall_start}–${slot.wall_end}`}
        </Text>
        {about && (
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            {about}
          </Text>
        )}
        {slot && (
          <Text size="sm" truncate title={slot.practitioner_name}>
            {shortDate(slot.date)} · {slot.practitioner_name}
          </Text>
        )}
        <Text size="sm" c="var(--fd-muted)">
          {t('outbox.asked', { when: when(asked_at, today) })}
        </Text>
        <Text size="sm" style={{ overflowWrap: 'anywhere' }} data-why={why.code}>
          {errorSentence(new CommandError(why))}
        </Text>
        <Decision command={command} onRefused={onRefused} />
      </div>
    </li>
  );
}

function Decision({ command, onRefused }: Pick<Props, 'onRefused'> & { command: SetAsideCommand }) {
  const [dismissing, setDismissing] = useState(false);
  const { busy, failure, once } = useOnce();
  const { command_id } = command;
  const what = nameOf(command);
  if (dismissing) {
    return (
      <>
        <FailureAlert error={failure} />
        <Text size="sm" mt={6} role="status">
          {t('outbox.dismiss.sure')}
        </Text>
        <Group gap="xs" mt={4}>
          <Button
            size="compact-md"
            color="red.8"
            loading={busy}
            autoFocus
            onClick={() => void once(async () => void (await execute('dismiss_command', { command_id })))}
            data-dismiss-confirm
          >
            {t('outbox.dismiss.confirm')}
          </Button>
          <Button size="compact-md" variant="default" disabled={busy} onClick={() => setDismissing(false)}>
            {t('outbox.dismiss.keep')}
          </Button>
        </Group>
      </>
    );
  }
  return (
    <>
      <FailureAlert error={failure} />
      <Group gap="xs" mt={6}>
        <Button
          size="compact-md"
          variant="light"
          loading={busy}
          aria-label={t('outbox.sendNamed', { what })}
          onClick={() => void once(() => send(command, onRefused))}
          data-send
        >
          {t('outbox.send')}
        </Button>
        <Button
          size="compact-md"
          variant="default"
          disabled={busy}
          aria-label={t('outbox.dismissNamed', { what })}
          onClick={() => setDismissing(true)}
        >
          {t('outbox.dismiss')}
        </Button>
      </Group>
    </>
  );
}

async function send(command: SetAsideCommand, onRefused: OnRefused): Promise<void> {
  const what = nameOf(command);
  try {
    const { progress } = await execute('resend_command', { command_id: command.command_id });
    if (progress === 'waiting') waiting(t('outbox.waiting', { what }), t('toast.waitingDetail'));
    else done(t('outbox.confirmed', { what: askedNames[command.asked] }), what);
  } catch (error) {
    if (!(error instanceof CommandError && error.view.code === 'refused')) throw error;
    await onRefused(command, error);
  }
}

function nameOf({ asked, patient_name, slot }: SetAsideCommand): string {
  return [askedNames[asked], patient_name, slot && `${shortDate(slot.date)}, ${slot.wall_start}`]
    .filter(Boolean)
    .join(' · ');
}
