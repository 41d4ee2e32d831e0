import { Select, Stack, Text, Textarea } from '@mantine/core';
import type { ServiceChoice } from '@/bindings/types';
import { PatientSearch } from '@/components/PatientSearch';
import { useTypeAhead } from '@/components/useTypeAhead';
import { reasons } from '@/lib/messages';
import { t } from '@/lib/t';
import { searchOf, type Typed } from '@/lib/typed';
import { SEARCHED, useWord } from '@/lib/words';
import { NewPatientFields } from './NewPatientFields';
import type { Problems } from './useBooking';

interface Props {
  services: readonly ServiceChoice[];
  typed: Typed;
  problems: Problems;
  onChange: (part: Partial<Typed>) => void;
  onSubmit: () => void;
}

export function BookingFields({ services, typed, problems, onChange, onSubmit }: Props) {
  const [, search] = useWord(SEARCHED, '');
  const searchInstead = () => {
    if (typed.newPatient) search(searchOf(typed.newPatient));
    onChange({ newPatient: null });
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      <Stack gap="md">
        <ServiceField services={services} typed={typed} problem={problems.service} onChange={onChange} />
        {typed.newPatient ? (
          <NewPatientFields
            patient={typed.newPatient}
            problems={problems}
            onChange={(newPatient) => onChange({ newPatient })}
            onSearch={searchInstead}
          />
        ) : (
          <PatientSearch
            patient={typed.patient}
            problem={problems.patient}
            onPick={(patient) => onChange({ patient })}
            onNew={(newPatient) => onChange({ patient: null, newPatient })}
          />
        )}
        <Textarea
          id="booking-note"
          label={t('booking.note')}
          description={t('booking.note.hint')}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          maxLength={2000}
          rows={2}
          resize="vertical"
          value={typed.note}
          onChange={(event) => onChange({ note: event.currentTarget.value })}
        />
      </Stack>
      <button type="submit" hidden aria-hidden tabIndex={-1} />
    </form>
  );
}

interface ServiceProps extends Pick<Props, 'services' | 'typed' | 'onChange'> {
  problem: string | undefined;
}

function ServiceField({ services, typed, problem, onChange }: ServiceProps) {
  const options = services.map(serviceOption);
  const choose = (serviceId: string | null) => onChange({ serviceId });
  const typeAhead = useTypeAhead(options, typed.serviceId, choose);
  const chosen = services.find(({ service_id }) => service_id === typed.serviceId);
  return (
    <Select
      id="booking-service"
      label={t('booking.service')}
      placeholder={t('booking.service.placeholder')}
      data={options}
      value={typed.serviceId}
      onChange={choose}
      onKeyDown={typeAhead}
      error={problem}
      description={chosen?.needs_approval ? t('booking.approval') : undefined}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      allowDeselect={false}
      data-autofocus={typed.serviceId ? undefined : true}
      renderOption={({ option }) => (
        <ServiceLine service={services.find((s) => s.service_id === option.value)} />
      )}
      maxDropdownHeight={320}
    />
  );
}

function serviceOption({ service_id, name, duration_minutes, wall_end }: ServiceChoice) {
  return {
    value: service_id,
    label: t('booking.service.option', { name, minutes: duration_minutes, end: wall_end }),
  };
}

/** What does not fit here stays in the list and says why. */
function ServiceLine({ service }: { service: ServiceChoice | undefined }) {
  if (!service) return null;
  const { refused, needs_approval } = service;
  const hint = refused ? reasons[refused] : needs_approval ? t('booking.service.approval') : null;
  return (
    <div>
      <Text size="sm">{serviceOption(service).label}</Text>
      {hint && (
        <Text size="xs" c={refused ? 'var(--fd-bad)' : 'var(--fd-muted)'}>
          {hint}
        </Text>
      )}
    </div>
  );
}
