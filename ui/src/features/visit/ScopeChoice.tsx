import { Radio, Stack } from '@mantine/core';
import type { AppointmentCard, SeriesScope } from '@/bindings/types';
import { t, tCount } from '@/lib/t';
import type { Scope } from './useScope';

interface Props {
  card: AppointmentCard;
  scope: Scope;
}

const SCOPES = { this: 'scope.this', following: 'scope.following', all: 'scope.all' } as const;

/** For a visit of a series: which of its visits are meant, and how many that are. */
export function ScopeChoice({ card, scope: { scope, setScope, countOf } }: Props) {
  if (!card.series || card.series.count < 2) return null;
  const label = (which: SeriesScope) => {
    const count = which === 'this' ? undefined : countOf(which);
    return count === undefined ? t(SCOPES[which]) : `${t(SCOPES[which])} · ${tCount('series.visits', count)}`;
  };
  return (
    <Radio.Group
      label={t('scope.label')}
      value={scope}
      onChange={(value) => setScope(value as SeriesScope)}
      data-scope={scope}
    >
      <Stack gap="xs" mt="xs">
        {(Object.keys(SCOPES) as SeriesScope[]).map((each) => (
          <Radio key={each} value={each} label={label(each)} id={`scope-${each}`} />
        ))}
      </Stack>
    </Radio.Group>
  );
}
