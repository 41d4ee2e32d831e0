import { Button, Fieldset, Group, TextInput } from '@mantine/core';
import { t } from '@/lib/t';
import type { NewPatient } from '@/lib/typed';
import type { Problems } from './useBooking';

interface Props {
  patient: NewPatient;
  problems: Problems;
  onChange: (patient: NewPatient) => void;
  onSearch: () => void;
}

/** A patient who is not in the list yet, entered in place. */
export function NewPatientFields({ patient, problems, onChange, onSearch }: Props) {
  const change = (part: Partial<NewPatient>) => onChange({ ...patient, ...part });
  return (
    <Fieldset legend={t('booking.patient.new')}>
      <TextInput
        id="new-patient-name"
        label={t('booking.patient.name')}
        autoComplete="off"
        maxLength={200}
        autoFocus
        value={patient.name}
        error={problems.name}
        onChange={(event) => change({ name: event.currentTarget.value })}
      />
      <Group grow align="flex-start" mt="sm">
        <TextInput
          id="new-patient-phone"
          label={t('booking.patient.phone')}
          type="tel"
          autoComplete="off"
          maxLength={40}
          value={patient.phone}
          onChange={(event) => change({ phone: event.currentTarget.value })}
        />
        <TextInput
          id="new-patient-birth-date"
          label={t('booking.patient.birthDate')}
          placeholder={t('booking.patient.birthDate.hint')}
          autoComplete="off"
          inputMode="numeric"
          value={patient.birthDate}
          error={problems.birthDate}
          onChange={(event) => change({ birthDate: event.currentTarget.value })}
        />
      </Group>
      <Button variant="subtle" size="compact-sm" mt="xs" onClick={onSearch}>
        {t('booking.patient.search')}
      </Button>
    </Fieldset>
  );
}
