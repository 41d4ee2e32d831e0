import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { BookAnyway } from '@/components/BookAnyway';
import { FailureAlert, SentenceAlert } from '@/components/FailureAlert';
import { Overruled } from '@/components/Overruled';
import { RefusalAlert } from '@/components/RefusalAlert';
import { useLeaving } from '@/components/useLeaving';
import { plainDate } from '@/lib/civil';
import { focusFirst } from '@/lib/focus';
import { t, tCount } from '@/lib/t';
import { patientName } from '@/lib/typed';
import { useUnsaved } from '@/lib/words';
import { DateList } from './DateList';
import { RuleFields } from './RuleFields';
import { type SeriesOptions, useSeries } from './useSeries';

interface Props extends SeriesOptions {
  onBack: () => void;
  onClose: () => void;
}

/** One visit becomes many: every date with its fate, a decision where one is needed, one command. */
export function SeriesDialog(props: Props) {
  const { typed, slot, series, today, onBack, onClose } = props;
  const plan = useSeries(props);
  const { busy, dates, failure, refused } = plan;
  const alert = useFocusOnAnswer(busy, plan.returned || refused !== null);
  useEffect(() => focusFirst('#series-every'), []);
  const [shifting, setShifting] = useState<string>();
  useUnsaved('series', true);
  const leaving = useLeaving(() => !busy && onClose());
  const practitioner = dates[0]?.date.practitioner_name ?? '';
  return (
    <Modal
      opened
      {...leaving.dialog}
      size="58rem"
      // Escape first closes what is open for one date.
      closeOnEscape={shifting === undefined && leaving.dialog.closeOnEscape}
      yOffset="2dvh"
      title={t('series.title', { name: patientName(typed) })}
      returnFocus={false}
      id="series"
    >
      <Stack gap="sm">
        <Text c="var(--fd-muted)">
          {t('series.from', { date: plainDate(slot.date), time: slot.wall_start, name: practitioner })}
        </Text>
        {plan.pending && <Text size="sm">{t('series.approval')}</Text>}
        <RuleFields rule={series.rule} onRule={plan.setRule} />
        <div ref={alert} tabIndex={-1}>
          {refused && <RefusalAlert refusal={refused} today={today} busy={busy} />}
          {plan.returned && <SentenceAlert sentence={t('series.returned')} />}
          <FailureAlert error={failure ?? plan.plan.error} />
        </div>
        <Summary plan={plan} />
        <DateList
          plan={plan}
          service_id={typed.serviceId ?? ''}
          shifting={shifting}
          onShifting={setShifting}
        />
        <Anyway plan={plan} />
        <Overruled override={typed.override} onTakeBack={plan.keepRules} />
        <Buttons plan={plan} onBack={onBack} />
      </Stack>
      {leaving.question}
    </Modal>
  );
}

type Plan = ReturnType<typeof useSeries>;

/** How it stands, spoken when it changes, and what can be done for all that clash at once. */
function Summary({ plan }: { plan: Plan }) {
  const { dates, open, visits, busy } = plan;
  const left = dates.filter(({ date }) => date.skipped).length;
  const decided = dates.some(({ date }) => date.skipped || date.shifted);
  const said = [
    tCount('series.visits', visits),
    open.length > 0 && tCount('series.open', open.length),
    left > 0 && tCount('series.skipped', left),
  ];
  return (
    <Group justify="space-between" gap="xs">
      <Text fw={650} role="status" data-open={open.length}>
        {said.filter(Boolean).join(' · ')}
      </Text>
      <Group gap="xs">
        <Button
          variant="default"
          size="compact-md"
          disabled={busy || open.length === 0}
          onClick={plan.skipOpen}
          id="series-skip-all"
        >
          {t('series.skipAll')}
        </Button>
        <Button
          variant="default"
          size="compact-md"
          disabled={busy || !open.some(({ fate }) => fate.alternatives.length > 0)}
          onClick={plan.shiftOpen}
          id="series-nearest-all"
        >
          {t('series.nearestAll')}
        </Button>
        <Button variant="subtle" size="compact-md" disabled={busy || !decided} onClick={plan.undoAll}>
          {t('series.undoAll')}
        </Button>
      </Group>
    </Group>
  );
}

function Anyway({ plan }: { plan: Plan }) {
  const first = plan.open[0]?.date.refusal;
  if (!first || !plan.overridable) return null;
  return <BookAnyway key={first.reason} refusal={first} verb="book" busy={plan.busy} onSay={plan.overrule} />;
}

function Buttons({ plan, onBack }: { plan: Plan; onBack: () => void }) {
  const { visits, open, busy, dates } = plan;
  const booked = dates.filter(({ date }) => !date.skipped);
  const [first, last] = [booked[0]?.date.date, booked.at(-1)?.date.date];
  return (
    <Group justify="space-between">
      <Text size="sm" c="var(--fd-muted)">
        {open.length > 0
          ? t('series.decide')
          : first && last && t('series.span', { first: plainDate(first), last: plainDate(last) })}
      </Text>
      <Group>
        <Button variant="default" disabled={busy} onClick={onBack}>
          {t('app.back')}
        </Button>
        <Button
          loading={busy}
          disabled={open.length > 0 || visits === 0 || plan.plan.isPlaceholderData}
          onClick={() => void plan.book()}
          id="series-confirm"
        >
          {tCount(plan.pending ? 'series.confirmPending' : 'series.confirm', visits)}
        </Button>
      </Group>
    </Group>
  );
}

/** After an answer that was not "booked", what it says has the focus. */
function useFocusOnAnswer(busy: boolean, answered: boolean) {
  const place = useRef<HTMLDivElement>(null);
  const wasBusy = useRef(false);
  useEffect(() => {
    if (wasBusy.current && !busy && answered) place.current?.focus();
    wasBusy.current = busy;
  }, [busy, answered]);
  return place;
}
