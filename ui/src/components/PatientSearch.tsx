import {
  Button,
  Combobox,
  type ComboboxStore,
  Group,
  Input,
  Text,
  TextInput,
  useCombobox,
} from '@mantine/core';
import { IconSearch, IconUserPlus } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { PatientMatch, PatientMatches } from '@/bindings/types';
import { plainDate } from '@/lib/civil';
import { query } from '@/lib/rpc';
import { errorSentence } from '@/lib/sentences';
import { t } from '@/lib/t';
import { type NewPatient, newPatientOf } from '@/lib/typed';
import { SEARCHED, useUnsaved, useWord } from '@/lib/words';

interface Props {
  patient: PatientMatch | null;
  problem: string | undefined;
  onPick: (patient: PatientMatch | null) => void;
  /** Absent where a new patient cannot be entered. */
  onNew?: (patient: NewPatient) => void;
  id?: string;
}

const NEW = 'new';
/** As many as fit without scrolling; another letter finds the rest. */
const SHOWN = 6;

/** Finds a patient by name, phone or date of birth, all in one box, by keyboard. */
export function PatientSearch({ patient, ...box }: Props) {
  if (patient) return <Picked patient={patient} onChange={() => box.onPick(null)} />;
  return <SearchBox {...box} />;
}

function SearchBox({ problem, onPick, onNew, id = 'booking-patient' }: Omit<Props, 'patient'>) {
  const [text, setText, drop] = useWord(SEARCHED, '');
  const typed = text.trim();
  useUnsaved(SEARCHED, typed !== '');
  const combobox = useCombobox();
  const { data, isPlaceholderData, error } = useQuery({
    ...query('search_patients', { text: typed }),
    enabled: typed.length > 0,
    placeholderData: keepPreviousData,
    // What was typed is not kept around.
    gcTime: 0,
  });
  const found = typed ? (data?.patients.slice(0, SHOWN) ?? []) : [];
  useFirstSelected(combobox, data);
  const submit = (value: string) => {
    // The list of the letter before: the right one is a moment away.
    if (isPlaceholderData) return;
    combobox.closeDropdown();
    const picked = found.find(({ patient_id }) => patient_id === value);
    // What was searched for has become who it is for.
    if (value === NEW || picked) drop();
    if (value === NEW) return onNew?.(newPatientOf(typed));
    if (picked) onPick(picked);
  };
  return (
    <Combobox store={combobox} onOptionSubmit={submit}>
      <Combobox.Target>
        <TextInput
          id={id}
          label={t('booking.patient')}
          placeholder={t('booking.patient.placeholder')}
          leftSection={<IconSearch size="1rem" aria-hidden />}
          autoComplete="off"
          spellCheck={false}
          error={problem ?? (error && errorSentence(error))}
          data-autofocus
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
            combobox.openDropdown();
          }}
          onFocus={() => typed && combobox.openDropdown()}
          onBlur={() => combobox.closeDropdown()}
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={!typed}>
        <Matches
          found={found}
          answered={data !== undefined}
          typed={typed}
          canAdd={onNew !== undefined && !error}
        />
        {(data?.more || (data?.patients.length ?? 0) > SHOWN) && (
          <Combobox.Footer>{t('booking.patient.more')}</Combobox.Footer>
        )}
      </Combobox.Dropdown>
    </Combobox>
  );
}

interface MatchesProps {
  found: PatientMatch[];
  answered: boolean;
  typed: string;
  canAdd: boolean;
}

function Matches({ found, answered, typed, canAdd }: MatchesProps) {
  const { name } = newPatientOf(typed);
  const offer = name ? t('booking.patient.newNamed', { name }) : t('booking.patient.new');
  return (
    <Combobox.Options aria-label={t('booking.patient')}>
      {found.map((match) => (
        <Combobox.Option key={match.patient_id} value={match.patient_id}>
          <PatientLine patient={match} />
        </Combobox.Option>
      ))}
      {found.length === 0 && answered && <Combobox.Empty>{t('booking.patient.none')}</Combobox.Empty>}
      {canAdd && (
        <Combobox.Option value={NEW} id="booking-new-patient">
          <Group gap="xs" wrap="nowrap">
            <IconUserPlus size="1rem" aria-hidden />
            <Text truncate>{offer}</Text>
          </Group>
        </Combobox.Option>
      )}
    </Combobox.Options>
  );
}

/** Enter takes the best match, as soon as it is there. */
function useFirstSelected(combobox: ComboboxStore, matches: PatientMatches | undefined) {
  const select = useRef(combobox.selectFirstOption);
  useEffect(() => {
    select.current = combobox.selectFirstOption;
  });
  useEffect(() => {
    if (matches) select.current();
  }, [matches]);
}

function Picked({ patient, onChange }: { patient: PatientMatch; onChange: () => void }) {
  return (
    <Input.Wrapper label={t('booking.patient')} labelElement="div">
      <Group
        wrap="nowrap"
        justify="space-between"
        px="sm"
        py={6}
        data-patient={patient.patient_id}
        style={{ border: '1px solid var(--fd-line)', borderRadius: 'var(--mantine-radius-md)' }}
      >
        <PatientLine patient={patient} />
        <Button variant="subtle" size="compact-sm" onClick={onChange} data-change-patient>
          {t('booking.patient.change')}
        </Button>
      </Group>
    </Input.Wrapper>
  );
}

function PatientLine({ patient }: { patient: PatientMatch }) {
  const born = patient.birth_date && t('booking.patient.born', { date: plainDate(patient.birth_date) });
  return (
    <div style={{ minWidth: 0 }}>
      <Text fw={600} truncate title={patient.name}>
        {patient.name}
      </Text>
      <Text size="sm" c="var(--fd-muted)" truncate>
        {[born, patient.phone].filter(Boolean).join(' · ')}
      </Text>
    </div>
  );
}
