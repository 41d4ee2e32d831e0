import { Box, Button, Group, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { flushSync } from 'react-dom';
import type { AppointmentId, ApprovalItem } from '@/bindings/types';
import { FailureAlert } from '@/components/FailureAlert';
import { RefusalAlert } from '@/components/RefusalAlert';
import { RejectForm } from '@/components/RejectForm';
import { StatusIcon } from '@/components/StatusIcon';
import type { Ask } from '@/components/useLeaving';
import { shortDate } from '@/lib/civil';
import { when } from '@/lib/sentences';
import { takeStep } from '@/lib/step';
import { t } from '@/lib/t';
import { useOnce } from '@/lib/useOnce';
import { useWord } from '@/lib/words';
import classes from './approvals.module.css';

interface Props {
  visit: ApprovalItem;
  /** The first of the list has the focus when the list opens. */
  first: boolean;
  today: string | undefined;
  /** Before a reason that was typed is thrown away. */
  ask: Ask;
  onShow: (date: string, appointmentId: AppointmentId) => void;
}

/** One visit that waits: what, when, who asked, and the two answers. */
export function ApprovalRow({ visit, first, today, ask, onShow }: Props) {
  const [rejecting, setRejecting] = useWord(`rejecting ${visit.appointment_id}`, false);
  const row = useRef<HTMLLIElement>(null);
  const { patient_name, date, wall_start, wall_end, practitioner_name, service_name, taken_at } = visit;
  return (
    <li ref={row} className={classes.row} data-approval={visit.appointment_id}>
      <StatusIcon status="pending" />
      <div className={classes.said}>
        <Text fw={650} style={{ overflowWrap: 'anywhere' }}>
          {patient_name}
        </Text>
        <Text size="sm">
          {shortDate(date)}, {wall_start}–{wall_end} · {service_name}
        </Text>
        <Text size="sm" c="var(--fd-muted)" style={{ overflowWrap: 'anywhere' }}>
          {practitioner_name}
        </Text>
        <Text size="sm" c="var(--fd-muted)">
          {t('approvals.asked', { name: visit.taken_by_name, when: when(taken_at, today) })}
        </Text>
        {rejecting ? (
          <Box mt="sm">
            <RejectForm
              visit={visit}
              ask={ask}
              onKeep={() => {
                flushSync(() => setRejecting(false));
                row.current?.querySelector<HTMLElement>('[data-reject]')?.focus();
              }}
              onRejected={() => setRejecting(false)}
            />
          </Box>
        ) : (
          <Answers visit={visit} first={first} onReject={() => setRejecting(true)} onShow={onShow} />
        )}
      </div>
    </li>
  );
}

interface AnswersProps {
  visit: ApprovalItem;
  first: boolean;
  onReject: () => void;
  onShow: Props['onShow'];
}

function Answers({ visit, first, onReject, onShow }: AnswersProps) {
  const client = useQueryClient();
  const { busy, refused, failure, once } = useOnce();
  const { appointment_id, date, can_decide } = visit;
  const said = { patient: visit.patient_name, date: shortDate(date), time: visit.wall_start };
  return (
    <>
      {refused && <RefusalAlert refusal={refused} today={undefined} />}
      <FailureAlert error={failure} />
      {!can_decide && <Text size="sm">{t('approvals.notYours')}</Text>}
      <Group gap="xs" mt={6}>
        {can_decide && (
          <>
            <Button
              size="compact-md"
              loading={busy}
              aria-label={t('approvals.approveNamed', said)}
              onClick={() => void once(() => takeStep(client, visit, 'approve_appointment'))}
              data-approve
              data-autofocus={first || undefined}
            >
              {t('approvals.approve')}
            </Button>
            <Button
              size="compact-md"
              variant="default"
              disabled={busy}
              aria-label={t('approvals.rejectNamed', said)}
              onClick={onReject}
              data-reject
            >
              {t('approvals.reject')}
            </Button>
          </>
        )}
        <Button
          size="compact-md"
          variant="subtle"
          aria-label={t('approvals.showNamed', said)}
          onClick={() => onShow(date, appointment_id)}
          data-show
        >
          {t('approvals.show')}
        </Button>
      </Group>
    </>
  );
}
