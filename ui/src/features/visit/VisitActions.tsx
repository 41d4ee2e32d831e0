import { Button, Group, Kbd, Menu, Stack } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { AppointmentCard, AppointmentStep, SlotOffer } from '@/bindings/types';
import { FailureAlert } from '@/components/FailureAlert';
import { RefusalAlert } from '@/components/RefusalAlert';
import { focusFirst } from '@/lib/focus';
import { type Action, KEYMAP, useKeys } from '@/lib/keymap';
import { statuses, steps } from '@/lib/messages';
import { type Step, stepByKey, takeStep } from '@/lib/step';
import { t } from '@/lib/t';
import { useOnce } from '@/lib/useOnce';
import type { VisitForm } from './VisitDrawer';

interface Props {
  card: AppointmentCard;
  onForm: (form: VisitForm) => void;
  /** Its time is taken: another visit like it, there. */
  onInstead: (offer: SlotOffer) => void;
}

/** Cancelling and rejecting ask for a reason first, so they have buttons and forms of their own. */
type Direct = Exclude<Step, 'reject_appointment'>;

const FORWARD: readonly Direct[] = [
  'approve_appointment',
  'arrive_appointment',
  'check_in_appointment',
  'complete_appointment',
];

const KEYS: Record<Direct, Action> = {
  approve_appointment: 'approve',
  arrive_appointment: 'arrive',
  check_in_appointment: 'checkIn',
  complete_appointment: 'complete',
  mark_appointment_no_show: 'noShow',
  undo_status: 'undo',
};

/** The next step first, the other legal ones in a menu; what is legal is the card's word. */
export function VisitActions({ card, onForm, onInstead }: Props) {
  const { busy, refused, failure, take } = useSteps(card, onForm);
  const direct = card.steps.filter(isDirect);
  const next = direct.find((step) => FORWARD.includes(step));
  const others = direct.filter((step) => step !== next);
  return (
    <Stack gap="sm">
      {refused && <RefusalAlert refusal={refused} today={undefined} onPick={onInstead} busy={busy} />}
      <FailureAlert error={failure} />
      {(next || others.length > 0) && (
        <Group gap="xs" wrap="nowrap">
          {next && (
            <Button
              flex={1}
              size="md"
              loading={busy}
              // A double click is one step, not two.
              onClick={(event) => event.detail < 2 && take(next)}
              rightSection={<Key step={next} />}
              id="visit-step"
              data-step={next}
              data-autofocus
            >
              {steps[next]}
            </Button>
          )}
          {others.length > 0 && <Others card={card} steps={others} busy={busy} onTake={take} />}
        </Group>
      )}
      <Group gap="xs">
        <FormButton
          form="reject"
          allowed={card.steps.includes('reject_appointment')}
          first={false}
          onForm={onForm}
        />
        <FormButton form="reschedule" allowed={card.can_reschedule} first={!next} onForm={onForm} />
        <FormButton
          form="edit"
          allowed={card.can_update}
          first={!next && !card.can_reschedule}
          onForm={onForm}
        />
        <FormButton form="cancel" allowed={card.can_cancel} first={false} onForm={onForm} />
      </Group>
    </Stack>
  );
}

function isDirect(step: AppointmentStep): step is Direct {
  return step in KEYS;
}

/** Steps by button and by key; a refusal is said here, and the focus stays where it was. */
function useSteps(card: AppointmentCard, onForm: (form: VisitForm) => void) {
  const client = useQueryClient();
  const { busy, refused, failure, once } = useOnce();
  const { appointment_id, status } = card;
  const take = (step: Direct) => void once(() => takeStep(client, card, step));
  const byKey = (step: Direct) => () => void stepByKey(client, appointment_id, step);
  useKeys(
    {
      ...Object.fromEntries(Object.entries(KEYS).map(([step, action]) => [action, byKey(step as Direct)])),
      reschedule: () => card.can_reschedule && onForm('reschedule'),
      edit: () => card.can_update && onForm('edit'),
      cancelVisit: () => card.can_cancel && onForm('cancel'),
    },
    !busy,
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: the button of a step may go with its step.
  useEffect(() => {
    if (document.activeElement === document.body) focusFirst();
  }, [status, busy]);
  return { busy, refused, failure, take };
}

function Key({ step }: { step: Direct }) {
  return (
    <Kbd size="sm" aria-hidden>
      {KEYMAP[KEYS[step]].shown[0]}
    </Kbd>
  );
}

interface OthersProps {
  card: AppointmentCard;
  steps: readonly Direct[];
  busy: boolean;
  onTake: (step: Direct) => void;
}

function Others({ card, steps: others, busy, onTake }: OthersProps) {
  return (
    <Menu position="bottom-end" width={260} shadow="md" withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <Button variant="default" size="md" px="sm" disabled={busy} aria-label={t('visit.more')} data-more>
          <IconDots size="1.25rem" aria-hidden />
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {others.map((step) => (
          <Menu.Item
            key={step}
            onClick={() => onTake(step)}
            rightSection={<Key step={step} />}
            data-step={step}
          >
            {step === 'undo_status' ? t('visit.undoStep', { status: statuses[card.status] }) : steps[step]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

type FormName = Exclude<VisitForm, 'card'>;
const FORMS = {
  reject: 'approvals.reject',
  reschedule: 'visit.reschedule',
  edit: 'visit.edit',
  cancel: 'visit.cancel',
} as const;

interface FormButtonProps {
  form: FormName;
  allowed: boolean;
  first: boolean;
  onForm: (form: VisitForm) => void;
}

function FormButton({ form, allowed, first, onForm }: FormButtonProps) {
  if (!allowed) return null;
  return (
    <Button
      variant={form === 'cancel' ? 'outline' : 'default'}
      {...(form === 'cancel' && { color: 'var(--fd-bad)' })}
      onClick={() => onForm(form)}
      id={`visit-${form}`}
      data-autofocus={first || undefined}
    >
      {t(FORMS[form])}
    </Button>
  );
}
