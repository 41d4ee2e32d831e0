import { Button, Group, Select, Stack, Text, Textarea, Title } from '@mantine/core';
import { IconCalendarEvent } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import type { AppointmentCard, KeptUpdate, ServiceSummary, SlotOffer, VisitPlaced } from '@/bindings/types';
import { FailureAlert } from '@/components/FailureAlert';
import { PatientSearch } from '@/components/PatientSearch';
import { RefusalAlert } from '@/components/RefusalAlert';
import { useTypeAhead } from '@/components/useTypeAhead';
import { Warning } from '@/components/Warning';
import { shortDate } from '@/lib/civil';
import { focusFirst } from '@/lib/focus';
import { CommandError, query } from '@/lib/rpc';
import { t, tCount } from '@/lib/t';
import { ChangedMeanwhile } from './ChangedMeanwhile';
import { ScopeChoice } from './ScopeChoice';
import { useEdit } from './useEdit';

interface Props {
  card: AppointmentCard;
  wanted: KeptUpdate | undefined;
  today: string | undefined;
  onBack: () => void;
  onSaved: (placed: VisitPlaced, visits: number) => void;
  onSavedElsewhere: (placed: VisitPlaced) => void;
}

/** Changes what a visit is about, not where it is. */
export function EditForm(props: Props) {
  const { card, today, onBack } = props;
  const edit = useEdit(props);
  const { edited, own, busy, refused, meanwhile, place, lost } = edit;
  const { touched } = edit.scope;
  const services = useOffered(card);
  const [missing, setMissing] = useState(false);
  const save = () => (edited.patient ? edit.save() : setMissing(true));
  const choose = (offer: SlotOffer) => {
    flushSync(() => edit.choose(offer));
    focusFirst('#visit-edit-save');
  };
  const mine = {
    ...(own.patient !== undefined && { patient: edited.patient?.name ?? '' }),
    ...(own.service !== undefined && { service: nameOf(services, edited.serviceId) }),
    ...(own.notes !== undefined && { notes: own.notes }),
  };
  return (
    <Stack>
      <Title order={4} size="h5">
        {t('visit.edit.title')}
      </Title>
      <ChangedMeanwhile meanwhile={meanwhile} mine={mine} onAccept={edit.accept} />
      {refused && !meanwhile.stale && (
        <RefusalAlert refusal={refused} today={today} {...(!lost && { onPick: choose })} busy={busy} kept>
          {lost && <Text size="sm">{t('visit.edit.placeLost')}</Text>}
        </RefusalAlert>
      )}
      <Elsewhere edit={edit} />
      <FailureAlert error={isHalfDone(edit) ? null : edit.failure} />
      <Fields card={card} edit={edit} services={services} missing={missing} onMissing={setMissing} />
      <ScopeChoice card={card} scope={edit.scope} />
      <Group>
        <Button loading={busy} disabled={meanwhile.stale || !touched} onClick={save} id="visit-edit-save">
          {place ? moveSentence(place) : tCount('visit.edit.save', touched?.length ?? 1)}
        </Button>
        <Button variant="default" disabled={busy} onClick={onBack}>
          {t('app.back')}
        </Button>
      </Group>
    </Stack>
  );
}

/** The time that the visit goes to for its change, or went to without it. */
function Elsewhere({ edit }: { edit: ReturnType<typeof useEdit> }) {
  const { place, choose, moved, busy } = edit;
  if (place) {
    return (
      <Warning icon={<IconCalendarEvent aria-hidden />}>
        <Stack gap="xs" align="flex-start">
          <Text size="sm">{t('visit.edit.goes', whereOf(place))}</Text>
          <Button variant="default" size="compact-sm" disabled={busy} onClick={() => choose(null)}>
            {t('visit.edit.stays')}
          </Button>
        </Stack>
      </Warning>
    );
  }
  if (!moved || busy) return null;
  const said = isHalfDone(edit) ? 'visit.edit.movedOffline' : 'visit.edit.movedOnly';
  return <Warning icon={<IconCalendarEvent aria-hidden />}>{t(said, whereOf(moved))}</Warning>;
}

/** The visit was moved, and then the server was away: that nothing was sent would not be true. */
function isHalfDone({ moved, failure }: ReturnType<typeof useEdit>): boolean {
  return moved !== null && failure instanceof CommandError && failure.view.code === 'offline';
}

function whereOf({ date, wall_start: time, practitioner_name: name }: SlotOffer | VisitPlaced) {
  return { date: shortDate(date), time, name };
}

function moveSentence(place: SlotOffer): string {
  return t('visit.edit.saveThere', whereOf(place));
}

interface FieldsProps extends Pick<Props, 'card'> {
  edit: ReturnType<typeof useEdit>;
  services: readonly ServiceSummary[];
  missing: boolean;
  onMissing: (missing: boolean) => void;
}

function Fields({ card, edit: { edited, change }, services, missing, onMissing }: FieldsProps) {
  useFocusOnPatient(edited.patient !== null);
  const options = services.map(({ service_id, name }) => ({ value: service_id, label: name }));
  const choose = (serviceId: string | null) => serviceId && change({ serviceId });
  const typeAhead = useTypeAhead(options, edited.serviceId, choose);
  return (
    <>
      <Textarea
        id="edit-notes"
        label={t('visit.notes')}
        maxLength={2000}
        rows={4}
        resize="vertical"
        data-autofocus
        value={edited.notes}
        onChange={(event) => change({ notes: event.currentTarget.value })}
      />
      <PatientSearch
        id="edit-patient"
        patient={edited.patient}
        problem={missing && !edited.patient ? t('visit.edit.patientMissing') : undefined}
        onPick={(patient) => {
          onMissing(false);
          change({ patient });
        }}
      />
      <Select
        id="edit-service"
        label={t('visit.service')}
        description={approvalNote(card, services, edited.serviceId)}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        data={options}
        value={edited.serviceId}
        onChange={choose}
        onKeyDown={typeAhead}
        allowDeselect={false}
        renderOption={({ option }) => (
          <ServiceLine service={services.find(({ service_id }) => service_id === option.value)} />
        )}
      />
    </>
  );
}

function ServiceLine({ service }: { service: ServiceSummary | undefined }) {
  return (
    <div>
      <Text size="sm">{service?.name}</Text>
      {service?.needs_approval && (
        <Text size="xs" c="var(--fd-muted)">
          {t('booking.service.approval')}
        </Text>
      )}
    </div>
  );
}

/** Another service asks for approval anew, or for none any more: said before it is saved. */
function approvalNote(card: AppointmentCard, services: readonly ServiceSummary[], serviceId: string) {
  const service = services.find(({ service_id }) => service_id === serviceId);
  if (!service || serviceId === card.service_id) return undefined;
  const waits = card.status === 'pending';
  if (service.needs_approval) return waits ? t('visit.edit.stillPending') : t('visit.edit.pending');
  return waits ? t('visit.edit.notPending') : undefined;
}

/** The search box takes the focus of the button that opened it, and gives it back. */
function useFocusOnPatient(picked: boolean) {
  const before = useRef(picked);
  useEffect(() => {
    if (before.current === picked) return;
    before.current = picked;
    focusFirst(picked ? '[data-change-patient]' : '#edit-patient');
  }, [picked]);
}

/** What the visit's therapist offers, and what it is for now even if that is not offered any more. */
function useOffered(card: AppointmentCard): ServiceSummary[] {
  const { data } = useQuery(query('services', {}));
  const { service_id, service_name: name, practitioner_id } = card;
  const offered = (data?.services ?? []).filter(({ practitioner_ids }) =>
    practitioner_ids.includes(practitioner_id),
  );
  if (offered.some((each) => each.service_id === service_id)) return offered;
  const gone = { duration_minutes: 0, needs_approval: false, capacity: 1, practitioner_ids: [] };
  return [...offered, { service_id, name, ...gone }];
}

function nameOf(services: readonly ServiceSummary[], serviceId: string): string {
  return services.find(({ service_id }) => service_id === serviceId)?.name ?? '';
}
