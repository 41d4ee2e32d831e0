import { Button, Drawer, Group, Stack, Text, Title } from '@mantine/core';
import { IconUserPlus, IconUsers } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { DaySheet, ServiceId, VisitTile } from '@/bindings/types';
import { Empty } from '@/components/Empty';
import { Failure } from '@/components/Failure';
import { Warning } from '@/components/Warning';
import { longDate } from '@/lib/civil';
import { focusFirst } from '@/lib/focus';
import { type Action, KEYMAP } from '@/lib/keymap';
import { steps } from '@/lib/messages';
import { query } from '@/lib/rpc';
import { type ClassPlace, plusMinutes, slotOfOffer, type WantedSlot } from '@/lib/slots';
import { t } from '@/lib/t';
import { serviceOf, wallEnd, wallStart } from '@/lib/tiles';
import { Members, type OnVisit } from './Members';
import { NextSessions } from './NextSessions';

interface Props {
  place: ClassPlace;
  /** What a key on the tile asked for, without saying for whom. */
  asked?: Action | undefined;
  onVisit: OnVisit;
  onAdd: (slot: WantedSlot, serviceId: ServiceId) => void;
  onClose: () => void;
}

/** A class: who comes, one key to say that they are here, and one more until it is full. */
export function ClassDrawer({ place, asked, onVisit, onAdd, onClose }: Props) {
  const { data, isError, error, refetch } = useQuery({
    ...query('day_sheet', { date: place.date }),
    placeholderData: keepPreviousData,
  });
  const found = data && classAt(data, place);
  const shown = found !== undefined;
  const seatAsked = asked === 'bookOver';
  useEffect(() => {
    if (shown) focusFirst();
  }, [shown]);
  return (
    <Drawer opened onClose={onClose} position="right" size="28rem" title={t('class.title')} id="class">
      {isError && <Failure error={error} onRetry={() => void refetch()} />}
      {data && !found && <Empty title={t('class.gone')} text={t('class.gone.text')} />}
      {found && (
        <Stack gap="md">
          <Head {...found} date={place.date} />
          {asked && !seatAsked && <ForWhom asked={asked} />}
          <Members members={found.tile.class?.members ?? []} first={!seatAsked} onVisit={onVisit} />
          {isFull(found.tile) ? (
            <NextSessions
              place={place}
              tile={found.tile}
              today={data.today}
              asked={seatAsked}
              onPick={(offer) => onAdd(slotOfOffer(offer), place.service_id)}
            />
          ) : (
            <AddPatient first={seatAsked} onAdd={() => onAdd(slotOf(place, found.tile), place.service_id)} />
          )}
        </Stack>
      )}
    </Drawer>
  );
}

function Head({ tile, service, date, name }: Found & { date: string }) {
  const { taken = 0, capacity = 0 } = tile.class ?? {};
  return (
    <div>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Title order={3} size="h4" style={{ overflowWrap: 'anywhere' }}>
          {service}
        </Title>
        <Text fw={650} style={{ flex: 'none' }} role="status" data-seats={`${taken}/${capacity}`}>
          {t('class.seats', { taken, capacity })}
        </Text>
      </Group>
      <Text>
        {longDate(date)}, {wallStart(tile)}–{wallEnd(tile)}
      </Text>
      <Text c="var(--fd-muted)">{t('booking.with', { name })}</Text>
    </div>
  );
}

function ForWhom({ asked }: { asked: Action }) {
  const { says, shown } = KEYMAP[asked];
  // The list of shortcuts says more of this key than can be meant here.
  const what = asked === 'undo' ? steps.undo_status : t(says);
  return (
    <Warning icon={<IconUsers aria-hidden />} data-asked={asked}>
      {t('class.asked', { what, key: shown[0] })}
    </Warning>
  );
}

function isFull({ class: seats }: VisitTile): boolean {
  return seats !== undefined && seats.taken >= seats.capacity;
}

function AddPatient({ first, onAdd }: { first: boolean; onAdd: () => void }) {
  return (
    <Group>
      <Button
        leftSection={<IconUserPlus size="1.125rem" aria-hidden />}
        onClick={onAdd}
        id="class-add"
        data-autofocus={first || undefined}
      >
        {t('class.add')}
      </Button>
    </Group>
  );
}

/** A class, what it is, and whose. */
interface Found {
  tile: VisitTile;
  service: string;
  name: string;
}

/** The class by its place: whose visit came first may change while it is open. */
function classAt({ services, columns }: DaySheet, place: ClassPlace): Found | undefined {
  const column = columns.find((each) => each.practitioner_id === place.practitioner_id);
  const tile = column?.visits.find(
    (each) =>
      each.class?.starts_at === place.starts_at && serviceOf(services, each).service_id === place.service_id,
  );
  return column && tile && { tile, service: serviceOf(services, tile).name, name: column.name };
}

function slotOf({ date, practitioner_id, starts_at }: ClassPlace, tile: VisitTile): WantedSlot {
  const ends_at = plusMinutes(starts_at, tile.until - tile.from);
  return { practitioner_id, starts_at, ends_at, date, wall_start: wallStart(tile), location_id: null };
}
