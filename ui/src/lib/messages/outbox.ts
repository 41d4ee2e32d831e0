/** What is said of commands that were sent, and of those that were set aside. */
import type { Asked } from '@/bindings/types';

export const outboxMessages = {
  'outbox.confirmed': '{what} confirmed',
  'outbox.refused': '{what} refused',
  'outbox.setAside': '{what} set aside',
  'outbox.open.one': '1 set aside',
  'outbox.open.other': '{count} set aside',
  'outbox.title': 'Set aside: decide',
  'outbox.text': 'The server failed on each of these again and again. Send them again, or dismiss them.',
  'outbox.asked': 'Asked for {when}',
  'outbox.send': 'Send again',
  'outbox.sendNamed': 'Send again: {what}',
  'outbox.dismiss': 'Dismiss…',
  'outbox.dismissNamed': 'Dismiss: {what}',
  'outbox.dismiss.sure': 'It will not be done.',
  'outbox.dismiss.confirm': 'Dismiss',
  'outbox.dismiss.keep': 'Keep it',
  'outbox.waiting': 'Waiting for the server: {what}',
} as const;

/** What was asked for, as a thing that can be confirmed, refused or set aside. */
export const askedNames: Record<Asked, string> = {
  book_appointment: 'Booking',
  reschedule_appointment: 'Move',
  update_appointment: 'Change of a visit',
  cancel_appointment: 'Cancellation',
  approve_appointment: 'Approval',
  reject_appointment: 'Declined visit',
  arrive_appointment: '“Arrived”',
  check_in_appointment: '“In the room”',
  complete_appointment: '“Done”',
  mark_appointment_no_show: '“Did not come”',
  undo_status: 'Undo',
  book_series: 'Series',
  put_patient: 'Patient’s record',
};
