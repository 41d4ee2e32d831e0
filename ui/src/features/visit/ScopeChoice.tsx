import { Radio, Stack } from '@mantine/core';
import type { AppointmentCard, SeriesScope } from '@/bindings/types';
import { t } from '@/lib/t';

interface Props {
  card: AppointmentCard;
  scope: SeriesScope;
  onScope: (scope: SeriesScope) => void;
}

const SCOPES = { this: 'scope.this', following: 'scope.following', all: 'scope.all' } as const;

/** For a visit of a series: which of its visits are meant. */
export function ScopeChoice({ card, scope, onScope }: Props) {
  if (!card.series || card.series.count < 2) return null;
  return (
    <Radio.Group label={t('scope.label')} value={scope} onChange={(value) => onScope(value as SeriesScope)}>
      <Stack gap="xs" mt="xs">
        {(Object.keys(SCOPES) as SeriesScope[]).map((each) => (
          <Radio key={each} value={each} label={t(SCOPES[each])} id={`scope-${each}`} />
        ))}
      </Stack>
    </Radio.Group>
  );
}
