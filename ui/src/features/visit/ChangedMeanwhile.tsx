import { Button, Group, Radio, Stack, Text, VisuallyHidden } from '@mantine/core';
import { IconUsers } from '@tabler/icons-react';
import { useState } from 'react';
import { Warning } from '@/components/Warning';
import { t } from '@/lib/t';
import classes from './ChangedMeanwhile.module.css';
import type { Change, Field } from './changes';
import type { Meanwhile } from './useMeanwhile';

/** For each field that both have changed: whose is right. */
export type Choices = Partial<Record<Field, 'mine' | 'theirs'>>;

interface Props {
  meanwhile: Meanwhile;
  /** What the user typed, for the fields that they changed themselves. */
  mine?: Partial<Record<Field, string>>;
  onAccept: (choices: Choices) => void;
}

/** Field by field what somebody else changed; the user goes on when they have seen it. */
export function ChangedMeanwhile({ meanwhile, mine = {}, onAccept }: Props) {
  const [choices, setChoices] = useState<Choices>({});
  const [missing, setMissing] = useState(false);
  if (!meanwhile.stale) return null;
  const { changes, named } = meanwhile;
  const clashes = changes.filter(({ field, now }) => mine[field] !== undefined && mine[field] !== now);
  const accept = () => {
    if (clashes.some(({ field }) => !choices[field])) return setMissing(true);
    meanwhile.accept();
    setChoices({});
    setMissing(false);
    onAccept(choices);
  };
  return (
    <Warning
      role="alert"
      icon={<IconUsers aria-hidden />}
      title={changes.length > 0 ? t('changed.title') : t('changed.series')}
      data-stale
    >
      <Stack gap="sm">
        <Text size="sm">{t('changed.text')}</Text>
        {changes.length > 0 ? <Changes changes={changes} /> : <Named names={named} />}
        {clashes.map((change) => (
          <Clash
            key={change.field}
            change={change}
            mine={mine[change.field] ?? ''}
            value={choices[change.field]}
            missing={missing && !choices[change.field]}
            onChoose={(choice) => setChoices({ ...choices, [change.field]: choice })}
          />
        ))}
        <div>
          <Button size="compact-md" variant="default" onClick={accept} id="changed-accept">
            {t('changed.accept')}
          </Button>
        </div>
      </Stack>
    </Warning>
  );
}

function Changes({ changes }: { changes: readonly Change[] }) {
  return (
    <dl className={classes.changes}>
      {changes.map(({ field, label, was, now }) => (
        <div key={field} data-changed={field}>
          <dt>{label}</dt>
          <dd>
            <VisuallyHidden>{t('changed.was')} </VisuallyHidden>
            <s>{was || t('visit.nothing')}</s> <span aria-hidden>→</span>{' '}
            <VisuallyHidden>{t('changed.now')} </VisuallyHidden>
            <b>{now || t('visit.nothing')}</b>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Named({ names }: { names: readonly string[] }) {
  if (names.length === 0) return <Text size="sm">{t('changed.look')}</Text>;
  return <Text size="sm">{t('changed.fields', { fields: names.join(', ') })}</Text>;
}

interface ClashProps {
  change: Change;
  mine: string;
  value: 'mine' | 'theirs' | undefined;
  missing: boolean;
  onChoose: (choice: 'mine' | 'theirs') => void;
}

function Clash({ change, mine, value, missing, onChoose }: ClashProps) {
  return (
    <Radio.Group
      label={t('changed.choose', { field: change.label })}
      value={value ?? null}
      onChange={(choice) => onChoose(choice as 'mine' | 'theirs')}
      error={missing && t('changed.undecided')}
    >
      <Group gap="xs" mt={4} align="flex-start">
        <Radio value="mine" label={t('changed.mine', { value: mine || t('visit.nothing') })} />
        <Radio value="theirs" label={t('changed.theirs', { value: change.now || t('visit.nothing') })} />
      </Group>
    </Radio.Group>
  );
}
