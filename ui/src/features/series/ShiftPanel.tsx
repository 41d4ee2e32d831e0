import { Button, Group, Switch } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import type { ServiceId, SlotOffer } from '@/bindings/types';
import { Alternatives } from '@/components/Alternatives';
import { FreeTimes } from '@/components/FreeTimes';
import { t } from '@/lib/t';
import classes from './Series.module.css';
import type { PlannedDate } from './useSeries';

interface Props {
  planned: PlannedDate;
  service_id: ServiceId;
  onPick: (offer: SlotOffer) => void;
  onClose: () => void;
}

/** Another time for one date: the nearest free ones by number, or any free time. */
export function ShiftPanel({ planned, service_id, onPick, onClose }: Props) {
  const { date, fate } = planned;
  const [choosing, setChoosing] = useState(fate.alternatives.length === 0);
  const [anybody, setAnybody] = useState(false);
  const panel = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Free times take the focus themselves, when they are there.
    if (!choosing) panel.current?.querySelector<HTMLElement>('[data-alternative]')?.focus();
    panel.current?.scrollIntoView?.({ block: 'nearest' });
  }, [choosing]);
  return (
    <div
      ref={panel}
      className={classes.panel}
      tabIndex={-1}
      role="group"
      aria-label={t('series.shift.title')}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose();
      }}
    >
      {choosing ? (
        <>
          <FreeTimes
            key={String(anybody)}
            service_id={service_id}
            practitioner_id={anybody ? undefined : date.practitioner_id}
            from={date.date}
            chosen={null}
            onChoose={onPick}
            autoFocus
          />
          <Switch
            label={t('visit.reschedule.anyone')}
            checked={anybody}
            onChange={(event) => setAnybody(event.currentTarget.checked)}
            mt="xs"
          />
        </>
      ) : (
        <Alternatives offers={fate.alternatives} onPick={onPick} />
      )}
      <Group gap="xs" mt="xs">
        {!choosing && (
          <Button variant="light" size="compact-sm" onClick={() => setChoosing(true)} id="series-choose">
            {t('series.choose')}
          </Button>
        )}
        <Button variant="default" size="compact-sm" onClick={onClose}>
          {t('series.keep')}
        </Button>
      </Group>
    </div>
  );
}
