import {
  IconArmchair,
  IconCheck,
  IconChecks,
  IconHourglass,
  IconLogin2,
  IconUserOff,
  IconX,
} from '@tabler/icons-react';
import type { AppointmentStatus } from '@/bindings/types';

const ICONS: Record<AppointmentStatus, typeof IconCheck> = {
  pending: IconHourglass,
  booked: IconCheck,
  arrived: IconLogin2,
  'checked-in': IconArmchair,
  fulfilled: IconChecks,
  cancelled: IconX,
  noshow: IconUserOff,
};

/** A status told by shape; the word stands beside it or in the label. */
export function StatusIcon({ status }: { status: AppointmentStatus }) {
  const Icon = ICONS[status];
  return <Icon size="0.875rem" stroke={2.5} aria-hidden style={{ flex: 'none' }} />;
}
