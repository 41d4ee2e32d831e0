/** What the list of visits that wait for approval says. */
export const approvalMessages = {
  'approvals.title': 'Waiting for approval',
  'approvals.openWaiting.one': 'Waiting for approval, 1 visit',
  'approvals.openWaiting.other': 'Waiting for approval, {count} visits',
  'approvals.empty': 'Nothing waits for approval.',
  'approvals.empty.hint': 'Visits of services that need approval appear here as soon as they are booked.',
  'approvals.asked': 'Asked by {name}, {when}',
  'approvals.approve': 'Approve',
  'approvals.approveNamed': 'Approve {patient}, {date} at {time}',
  'approvals.reject': 'Decline…',
  'approvals.rejectNamed': 'Decline {patient}, {date} at {time}',
  'approvals.show': 'Show',
  'approvals.showNamed': 'Show {patient}, {date} at {time}',
  'approvals.notYours': 'You cannot decide this one.',
} as const;
