import { Modal, Select, Stack, Text } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { FreeSlots, Navigate, ServiceId, ServiceList, SlotOffer } from '@/bindings/types';
import { Alternatives } from '@/components/Alternatives';
import { FailureAlert } from '@/components/FailureAlert';
import { useTypeAhead } from '@/components/useTypeAhead';
import { addDays, shortDate } from '@/lib/civil';
import { query } from '@/lib/rpc';
import { t } from '@/lib/t';

interface Props {
  near: Navigate;
  onPick: (offer: SlotOffer) => void;
  onClose: () => void;
}

const AHEAD_DAYS = 13;
const EACH = 3;

/** A watched time is gone: what is free near it, one key away. */
export function FindAnother({ near, onPick, onClose }: Props) {
  const { services, serviceId, setServiceId, offers, loaded, error } = useOffers(near);
  const options = services.map(({ service_id, name }) => ({ value: service_id, label: name }));
  const choose = (value: string | null) => value && setServiceId(value);
  const typeAhead = useTypeAhead(options, serviceId ?? null, choose);
  const sheet = useQuery(query('day_sheet', { date: near.date }));
  const name =
    sheet.data?.columns.find((column) => column.practitioner_id === near.practitioner_id)?.name ?? '';
  return (
    <Modal
      opened
      onClose={onClose}
      size="46rem"
      title={t('find.title')}
      returnFocus={false}
      id="find-another"
    >
      <Stack>
        <Text>{t('find.text', { date: shortDate(near.date), time: near.wall_start, name })}</Text>
        <Select
          label={t('find.service')}
          data={options}
          value={serviceId ?? null}
          onChange={choose}
          onKeyDown={typeAhead}
          allowDeselect={false}
          data-autofocus
        />
        <FailureAlert error={error} />
        {loaded && <Alternatives offers={offers} onPick={onPick} />}
      </Stack>
    </Modal>
  );
}

function useOffers(near: Navigate) {
  const [chosen, setServiceId] = useState<ServiceId>();
  const list = useQuery(query('services', {}));
  const services = list.data?.services ?? [];
  const serviceId = chosen ?? offeredBy(services, near.practitioner_id)?.service_id;
  const { data, error } = useQuery({
    ...query('free_slots', {
      service_id: serviceId ?? '',
      from: near.date,
      to: addDays(near.date, AHEAD_DAYS),
    }),
    enabled: serviceId !== undefined,
    placeholderData: keepPreviousData,
  });
  const loaded = data !== undefined && !error;
  return {
    ...{ services, serviceId, setServiceId, loaded },
    offers: nearest(data, near),
    error: list.error ?? error,
  };
}

/**
 * What is watched is one start on the board: the therapist's shortest service fits there best, and one
 * that others can be in as well only where there is no other.
 */
function offeredBy(services: ServiceList['services'], practitionerId: string) {
  const own = services.filter(({ practitioner_ids }) => practitioner_ids.includes(practitionerId));
  const isClass = ({ capacity }: { capacity: number }) => Number(capacity > 1);
  const [shortest] = own.sort((a, b) => isClass(a) - isClass(b) || a.duration_minutes - b.duration_minutes);
  return shortest ?? services[0];
}

/** Three with the same therapist, three with others, nearest first: like the server's own alternatives. */
function nearest(found: FreeSlots | undefined, near: Navigate): SlotOffer[] {
  const wanted = Date.parse(near.starts_at);
  const distance = (slot: SlotOffer) => Math.abs(Date.parse(slot.starts_at) - wanted);
  const sorted = [...(found?.slots ?? [])].sort((a, b) => distance(a) - distance(b));
  const isSame = (slot: SlotOffer) => slot.practitioner_id === near.practitioner_id;
  return [...sorted.filter(isSame).slice(0, EACH), ...sorted.filter((slot) => !isSame(slot)).slice(0, EACH)];
}
