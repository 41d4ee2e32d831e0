import { VisuallyHidden } from '@mantine/core';
import type { AppointmentStatus } from '@/bindings/types';
import { StatusIcon } from '@/components/StatusIcon';
import { statuses } from '@/lib/messages';
import { t } from '@/lib/t';
import classes from './StatusLine.module.css';

/** Where the visit stands on its way through the clinic. */
export function StatusLine({ status }: { status: AppointmentStatus }) {
  const path = wayOf(status);
  const at = path.indexOf(status);
  return (
    <ol className={classes.path} aria-label={t('visit.path')} data-status={status}>
      {path.map((each, index) => (
        <li
          key={each}
          data-state={index < at ? 'done' : index === at ? 'now' : 'next'}
          aria-current={index === at ? 'step' : undefined}
        >
          <StatusIcon status={each} />
          <span>{statuses[each]}</span>
          {index < at && <VisuallyHidden>, {t('visit.path.done')}</VisuallyHidden>}
        </li>
      ))}
    </ol>
  );
}

/** Approval is a step of the way only while it is waited for. */
function wayOf(status: AppointmentStatus): AppointmentStatus[] {
  switch (status) {
    case 'cancelled':
      return ['cancelled'];
    case 'noshow':
      return ['booked', 'noshow'];
    case 'pending':
      return ['pending', 'booked', 'arrived', 'checked-in', 'fulfilled'];
    case 'booked':
    case 'arrived':
    case 'checked-in':
    case 'fulfilled':
      return ['booked', 'arrived', 'checked-in', 'fulfilled'];
  }
}
