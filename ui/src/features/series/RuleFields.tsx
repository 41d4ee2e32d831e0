import { Chip, Group, NumberInput, SegmentedControl, Stack, Text } from '@mantine/core';
import type { SeriesUnit } from '@/bindings/types';
import { weekdayName } from '@/lib/civil';
import { seriesUnits } from '@/lib/messages/series';
import { t } from '@/lib/t';
import { LIMITS, type SeriesRule } from './rule';

interface Props {
  rule: SeriesRule;
  onRule: (rule: SeriesRule) => void;
}

const UNITS = Object.keys(seriesUnits) as SeriesUnit[];
const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7];

/** Every so many days, weeks or months, and how often. */
export function RuleFields({ rule, onRule }: Props) {
  const change = (part: Partial<SeriesRule>) => onRule({ ...rule, ...part });
  return (
    <Stack gap="xs">
      <Group align="flex-end" gap="sm">
        <CountInput
          id="series-every"
          label={t('series.every')}
          value={rule.every}
          limits={LIMITS.every}
          onValue={(every) => change({ every })}
          first
        />
        <SegmentedControl
          aria-label={t('series.unit')}
          data={UNITS.map((value) => ({ value, label: seriesUnits[value] }))}
          value={rule.unit}
          onChange={(unit) => change({ unit: unit as SeriesUnit })}
        />
        <CountInput
          id="series-count"
          label={t('series.count')}
          value={rule.count}
          limits={LIMITS.count}
          onValue={(count) => change({ count })}
        />
      </Group>
      {rule.unit === 'week' && (
        <Weekdays chosen={rule.weekdays} onChosen={(weekdays) => change({ weekdays })} />
      )}
      {rule.unit === 'month' && (
        <Text size="sm" c="var(--fd-muted)">
          {t('series.month.hint')}
        </Text>
      )}
    </Stack>
  );
}

interface CountProps {
  id: string;
  label: string;
  value: number;
  limits: { min: number; max: number };
  onValue: (value: number) => void;
  first?: boolean;
}

/** Asks for the plan when the number is possible; what is half typed waits. */
function CountInput({ id, label, value, limits, onValue, first }: CountProps) {
  return (
    <NumberInput
      id={id}
      label={label}
      w="7rem"
      min={limits.min}
      max={limits.max}
      clampBehavior="blur"
      allowDecimal={false}
      allowNegative={false}
      value={value}
      data-autofocus={first || undefined}
      onChange={(next) => {
        const typed = Number(next);
        if (next !== '' && typed >= limits.min && typed <= limits.max && typed !== value) onValue(typed);
      }}
    />
  );
}

function Weekdays({ chosen, onChosen }: { chosen: number[]; onChosen: (chosen: number[]) => void }) {
  return (
    <Chip.Group
      multiple
      value={chosen.map(String)}
      onChange={(values) => values.length > 0 && onChosen(values.map(Number).sort((a, b) => a - b))}
    >
      <Group gap={6} role="group" aria-label={t('series.weekdays')}>
        {WEEKDAYS.map((weekday) => (
          <Chip key={weekday} value={String(weekday)} size="sm" id={`series-weekday-${weekday}`}>
            {weekdayName(weekday)}
          </Chip>
        ))}
      </Group>
    </Chip.Group>
  );
}
