import { Drawer } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { AppointmentId } from '@/bindings/types';
import { Empty } from '@/components/Empty';
import { Failure } from '@/components/Failure';
import { useLeaving } from '@/components/useLeaving';
import { query } from '@/lib/rpc';
import { t } from '@/lib/t';
import { ApprovalRow } from './ApprovalRow';
import classes from './approvals.module.css';
import { useRows } from './useRows';

interface Props {
  today: string | undefined;
  onShow: (date: string, appointmentId: AppointmentId) => void;
  onClose: () => void;
}

/** The visits that wait for approval, the next one first. */
export function ApprovalsDrawer({ today, onShow, onClose }: Props) {
  const { data, isError, error, refetch } = useQuery(query('approvals', {}));
  const visits = data?.visits;
  const { list, ...keys } = useRows(visits);
  const leaving = useLeaving(onClose);
  return (
    <Drawer opened {...leaving.dialog} position="right" size="28rem" title={t('approvals.title')}>
      {isError && <Failure error={error} onRetry={() => void refetch()} />}
      {visits?.length === 0 && <Empty title={t('approvals.empty')} text={t('approvals.empty.hint')} />}
      <ul ref={list} className={classes.list} {...keys}>
        {visits?.map((visit, index) => (
          <ApprovalRow
            key={visit.appointment_id}
            visit={visit}
            first={index === 0}
            today={today}
            ask={leaving.ask}
            onShow={(...where) => leaving.ask(() => onShow(...where))}
          />
        ))}
      </ul>
      {leaving.question}
    </Drawer>
  );
}
