import { Button, UnstyledButton } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type KeyboardEvent, useRef, useState } from 'react';
import type { AppointmentId, AppointmentStep, ClassMember } from '@/bindings/types';
import { StatusIcon } from '@/components/StatusIcon';
import { type Action, isKey } from '@/lib/keymap';
import { statuses, steps } from '@/lib/messages';
import { query } from '@/lib/rpc';
import { type Step, stepByKey, takeStep } from '@/lib/step';
import { t } from '@/lib/t';
import { attempt } from '@/lib/toasts';
import { useOnce } from '@/lib/useOnce';
import classes from './Classes.module.css';

/** Opens a visit, or one of its forms. */
export type OnVisit = (appointmentId: AppointmentId, first?: Form) => void;
type Form = 'reschedule' | 'edit' | 'cancel';

interface Props {
  members: readonly ClassMember[];
  /** The drawer begins with them. */
  first: boolean;
  onVisit: OnVisit;
}

/** The keys that mean the same on a tile of the board. */
const KEYS: readonly [Action, Step][] = [
  ['arrive', 'arrive_appointment'],
  ['checkIn', 'check_in_appointment'],
  ['complete', 'complete_appointment'],
  ['noShow', 'mark_appointment_no_show'],
  ['approve', 'approve_appointment'],
  ['undo', 'undo_status'],
];

const FORMS: readonly [Action, Form][] = [
  ['reschedule', 'reschedule'],
  ['edit', 'edit'],
  ['cancelVisit', 'cancel'],
];

/** Who comes, by name: arrow keys go through them, a letter takes the next step. */
export function Members({ members, first, onVisit }: Props) {
  const client = useQueryClient();
  const list = useRef<HTMLUListElement>(null);
  const [active, setActive] = useState<AppointmentId>();
  const at = Math.max(
    0,
    members.findIndex(({ appointment_id }) => appointment_id === active),
  );
  const onKeyDown = (event: KeyboardEvent) => {
    const member = members[at];
    if (!member || event.altKey || event.ctrlKey || event.metaKey) return;
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: members.length - 1 }[event.key];
    const step = meant(event, KEYS);
    const form = meant(event, FORMS);
    if (to === undefined && !step && !form) return;
    event.preventDefault();
    // A key held down goes through the list, but takes no step again and again.
    if (event.repeat && to === undefined) return;
    const next = to === undefined ? undefined : members[to];
    if (next) focusMember(list.current, next.appointment_id);
    if (step) void stepByKey(client, member.appointment_id, step);
    if (form) onVisit(member.appointment_id, form);
  };
  return (
    <ul ref={list} className={classes.members} aria-label={t('class.members')} onKeyDown={onKeyDown}>
      {members.map((member, index) => (
        <Member
          key={member.appointment_id}
          member={member}
          active={index === at}
          first={first}
          onFocus={() => setActive(member.appointment_id)}
          onVisit={onVisit}
        />
      ))}
    </ul>
  );
}

function meant<T>({ nativeEvent }: KeyboardEvent, keys: readonly [Action, T][]): T | undefined {
  return keys.find(([action]) => isKey(nativeEvent, action))?.[1];
}

interface MemberProps {
  member: ClassMember;
  active: boolean;
  first: boolean;
  onFocus: () => void;
  onVisit: OnVisit;
}

function Member({ member, active, first, onFocus, onVisit }: MemberProps) {
  const { appointment_id, patient_name, status } = member;
  return (
    <li className={classes.member} onFocus={onFocus} data-member={appointment_id} data-status={status}>
      <UnstyledButton
        className={classes.name}
        tabIndex={active ? 0 : -1}
        onClick={() => onVisit(appointment_id)}
        data-autofocus={(first && active) || undefined}
        title={patient_name}
      >
        {patient_name}
      </UnstyledButton>
      <span className={classes.status}>
        <StatusIcon status={status} /> {statuses[status]}
      </span>
      <NextStep member={member} tabIndex={active ? 0 : -1} />
    </li>
  );
}

/** The steps of the day, in their order: the first legal one is the button. */
const FORWARD: readonly AppointmentStep[] = [
  'approve_appointment',
  'arrive_appointment',
  'check_in_appointment',
  'complete_appointment',
];

/** What comes next for this member: the card's word, as everywhere. */
function NextStep({ member, tabIndex }: { member: ClassMember; tabIndex: number }) {
  const client = useQueryClient();
  const { busy, once } = useOnce();
  const { data: card } = useQuery(query('appointment_card', { appointment_id: member.appointment_id }));
  const next = FORWARD.find((step): step is Step => card?.steps.includes(step) ?? false);
  if (!card || !next) return <span />;
  return (
    <Button
      variant="light"
      size="compact-sm"
      tabIndex={tabIndex}
      aria-label={t('class.step', { step: steps[next], name: member.patient_name })}
      loading={busy}
      onClick={(event) => event.detail < 2 && void once(() => attempt(() => takeStep(client, card, next)))}
      data-step={next}
    >
      {steps[next]}
    </Button>
  );
}

function focusMember(list: HTMLElement | null, appointmentId: AppointmentId) {
  list?.querySelector<HTMLElement>(`[data-member="${appointmentId}"] button`)?.focus();
}
