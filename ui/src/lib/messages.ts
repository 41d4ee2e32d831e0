/**
 * Every sentence that the window says, in plain English. `{name}` is filled by `t()`, which checks the
 * names at compile time. Sentences for codes are records, so that a code without a sentence fails `tsc`.
 */
import type {
  AppointmentStatus,
  AppointmentStep,
  BandKind,
  CancelReason,
  ConflictKind,
  ConnectionState,
  ErrorCode,
  NoticeKind,
  Reason,
  Role,
  WatchFor,
} from '@/bindings/types';
import { approvalMessages } from './messages/approvals';
import { boardMessages } from './messages/board';
import { bookingMessages } from './messages/booking';
import { outboxMessages } from './messages/outbox';
import { seriesMessages } from './messages/series';
import { visitMessages } from './messages/visit';

export const messages = {
  ...approvalMessages,
  ...boardMessages,
  ...bookingMessages,
  ...outboxMessages,
  ...seriesMessages,
  ...visitMessages,

  'app.name': 'Frontdesk',
  'app.broken.title': 'This screen stopped working',
  'app.broken.text':
    'Nothing that was booked is lost. Reload the screen; if it happens again, restart the program.',
  'app.broken.reload': 'Reload',
  'app.close': 'Close',
  'app.cancel': 'Cancel',
  'app.back': 'Back',
  'app.retry': 'Try again',
  'app.serverBack': 'The server is back. Nothing was sent before: send it again.',
  'app.unexpected': 'This window made a mistake. See on the board whether it was done before you try again.',
  'app.requestId': 'Quote {id} when you ask for help.',

  'leave.title': 'Throw away what you typed?',
  'leave.text': 'It has not been saved.',
  'leave.stay': 'Keep it',
  'leave.discard': 'Throw it away',

  'signIn.server': 'Server',
  'signIn.profile': 'Profile',
  'signIn.user': 'User',
  'signIn.password': 'Password',
  'signIn.submit': 'Sign in',
  'signIn.missing': 'Type your user name and your password.',
  'signIn.demo': 'Demo clinic: sign in as {users} with the password {password}.',
  'signIn.atStart': 'Signing in as {user} at the start did not work. {why}',
  'signIn.ended': 'Your session has ended. Sign in again.',
  'signIn.kept': 'What you typed is still there when {user} signs in.',
  'signIn.wait': 'Too many tries. Wait {seconds} seconds, then try again.',

  'unencrypted.badge': 'Not encrypted',
  'unencrypted.text':
    'The copy of the clinic on this computer is not encrypted. Start without --unencrypted to protect it.',

  'download.title': 'Getting the clinic',
  'download.text': 'The first download takes a moment. After that, this desk also works without the network.',
  'download.rows': '{rows} of {of}',
  'download.connecting': 'Connecting to the server',

  'connection.asOf': 'As of {time}',
  'connection.waiting.one': '1 waiting',
  'connection.waiting.other': '{count} waiting',
  'connection.offline.banner':
    'No connection to the server. You see the clinic as of {time}; bookings and changes need the connection. It is tried again by itself.',
  'connection.offline.bannerNever': 'No connection to the server. It is tried again by itself.',

  'menu.label': '{initials}, menu of {name}',
  'menu.labelCounted': '{initials}, menu of {name}, {count} to look at',
  'menu.date': 'Date',
  'menu.zone': 'Clinic time, {zone}',
  'menu.shortcuts': 'Keyboard shortcuts',
  'menu.light': 'Light',
  'menu.dark': 'Dark',
  'menu.auto': 'Like the system',
  'menu.appearance': 'Appearance',
  'menu.signOut': 'Sign out',

  'day.label': 'Day board, {date}',
  'day.today': 'Today',
  'day.previousDay': 'Day before',
  'day.nextDay': 'Day after',
  'day.previousWeek': 'Week before',
  'day.nextWeek': 'Week after',
  'day.pick': '{date}, pick another date',
  'day.previousMonth': 'Month before',
  'day.nextMonth': 'Month after',
  'day.empty.title': 'No therapists yet',
  'day.empty.text':
    'As soon as the clinic has therapists with weekly hours, their columns appear here by themselves.',
  'day.closed.title': 'Nobody works on this day',
  'day.closed.text': 'Go to another day with the arrows above, or press T for today.',
  'day.free': '{time} free, {name}',
  'day.freeWatched': '{time} free, watched, {name}',
  'day.visit': '{shown}, until {end}, {status}, with {name}',
  'day.outsideBadge': 'Outside hours',
  'day.band': '{kind} {wall}',
  'day.bandLabel': '{kind} {wall}, {label}',
  'day.free.count.one': '1 free',
  'day.free.count.other': '{count} free',
  'day.full': 'Full',
  'day.over': 'Over',
  'day.off': 'Not working',

  'booking.title': 'Book a visit',
  'booking.review.title': 'Is this right?',
  'booking.slot': '{date}, {time}',
  'booking.with': 'with {name}',
  'booking.service': 'Service',
  'booking.service.placeholder': 'Pick a service',
  'booking.service.option': '{name} · {minutes} min · until {end}',
  'booking.service.approval': 'needs approval',
  'booking.patient': 'Patient',
  'booking.patient.placeholder': 'Name, phone or date of birth',
  'booking.patient.none': 'Nobody found.',
  'booking.patient.more': 'More match: type another letter.',
  'booking.patient.new': 'New patient',
  'booking.patient.newNamed': 'New patient “{name}”',
  'booking.patient.change': 'Change',
  'booking.patient.name': 'Full name',
  'booking.patient.phone': 'Phone',
  'booking.patient.birthDate': 'Date of birth',
  'booking.patient.birthDate.hint': 'Like 31.5.1984',
  'booking.patient.search': 'Search instead',
  'booking.patient.born': 'born {date}',
  'booking.note': 'Note',
  'booking.note.hint': 'Seen by everybody who opens the visit',
  'booking.review': 'Review',
  'booking.confirm': 'Book',
  'booking.missing.service': 'Pick a service.',
  'booking.missing.patient': 'Pick a patient, or enter a new one.',
  'booking.missing.name': 'Enter the name of the new patient.',
  'booking.wrong.birthDate': 'Enter a date that exists and has passed, like 31.5.1984.',
  'booking.inPast': 'This time has passed. You can still book it if the clinic allows it.',
  'booking.approval': 'This service needs approval: the visit starts as pending.',
  'booking.time': 'Time',
  'booking.practitioner': 'Therapist',
  'booking.kept': 'Nothing you typed is lost.',

  'refusal.by': '{name} took it on {date} at {time}.',
  'refusal.byToday': '{name} took it at {time}.',
  'refusal.byMe': 'You took it yourself on {date} at {time}.',
  'refusal.waiting': 'A booking of this desk that waits for the server, {start} to {end}.',
  'refusal.byNameOnly': '{name} took it.',
  'refusal.named': '{what}: {name}',
  'refusal.conflict': '{what}, {start} to {end}.',
  'alternatives.title': 'Free instead',
  'alternatives.seats': '{free} of {capacity} seats free',
  'alternatives.hint': 'Press the number, or Alt and the number while you type.',
  'alternatives.none': 'No free time within 14 days. Try another service or therapist.',

  'toast.booked': 'Booked · {time} · {name}',
  'toast.pending': 'Pending approval · {time} · {name}',
  'toast.bookedDetail': '{patient}, {service}, {date}',
  'toast.moved': 'Moved · {time} · {name}',
  'toast.movedBack': 'Moved back · {time} · {name}',
  'toast.cancelled': 'Cancelled · {time} · {name}',
  'toast.cancelledAll': 'Cancelled · {visits} · {name}',
  'toast.cancelledAllDetail': 'Their times are free again.',
  'toast.when': '{date}, {time}',
  'toast.notDone': '{what}: {why}',
  'toast.instead': 'Find another time',
  'toast.insteadNamed': 'Find another time for {what}',
  'toast.openFirst': 'Something else is open',
  'toast.openFirst.text': 'Finish or close it first, so that nothing you typed is lost.',
  'toast.backAll': 'Taken back · {visits} · {name}',
  'toast.backPartly': 'Only {back} of {of} visits taken back · {name}',
  'toast.backMore.one': 'and 1 more',
  'toast.backMore.other': 'and {count} more',
  'toast.movedAll': 'Moved · {visits} · {name}',
  'toast.movedAllDetail': '{service}, this one to {date}, {time}',
  'toast.savedAll': 'Saved · {visits} · {name}',
  'toast.cancelledDetail': 'The time is free again.',
  'toast.waiting': 'Waiting for the server · {time} · {name}',
  'toast.waitingDetail':
    'It is saved on this desk and sent, but not answered yet. Do not promise it: a notice says how it went.',
  'toast.watched': 'Watching · {time} · {name}',
  'toast.watchedDetail': 'You are told when somebody else takes it.',
  'toast.unwatched': 'No longer watching · {time} · {name}',
  'toast.failed': 'That did not work',
  'toast.undo': 'Undo',

  'watch.title': 'Watched times',
  'watch.open': 'Watched times, {count}',
  'watch.empty': 'Nothing is watched.',
  'watch.empty.hint':
    'Go to a free time on the board and press W: you are told when somebody else takes it. Open a visit to be told when its time is free.',
  'watch.slot': 'Watch {time}',
  'watch.stop': 'Stop watching',
  'watch.stopNamed': 'Stop watching {time}, {name}',
  'watch.free': 'Free',
  'watch.taken': 'Taken',
  'watch.show': 'Show {time}, {name}',

  'notices.title': 'Notices',
  'notices.open': 'Notices',
  'notices.openUnread.one': 'Notices, 1 unread',
  'notices.openUnread.other': 'Notices, {count} unread',
  'notices.empty': 'No notices.',
  'notices.empty.hint': 'When somebody takes a time that you watch, it is said here.',
  'notices.unread': 'New',
  'notices.show': 'Show',
  'notices.find': 'Find another',
  'notices.by': 'by {name}',
  'notices.ofRecord': 'A patient’s record',

  'find.title': 'Find another time',
  'find.text': 'Near {date}, {time} with {name}',
  'find.service': 'Service',

  'keys.title': 'Keyboard shortcuts',
  'keys.group.day': 'Days',
  'keys.group.board': 'On the board',
  'keys.group.visit': 'On a visit',
  'keys.group.dialog': 'In a dialog',
  'keys.group.app': 'Everywhere',
  'keys.today': 'Today, and back to now',
  'keys.previousDay': 'Day before',
  'keys.nextDay': 'Day after',
  'keys.previousWeek': 'Week before',
  'keys.nextWeek': 'Week after',
  'keys.pickDate': 'Pick a date',
  'keys.move': 'Go through times and visits',
  'keys.ends': 'First or last of the column',
  'keys.hour': 'One hour up or down',
  'keys.open': 'Book the time, or open the visit',
  'keys.watch': 'Watch the time, or stop watching it',
  'keys.arrive': 'The patient has arrived',
  'keys.checkIn': 'The patient is in the room',
  'keys.complete': 'The visit is done',
  'keys.noShow': 'The patient did not come',
  'keys.undo': 'Take the last step back; on no visit, what was just said',
  'keys.approve': 'Approve',
  'keys.reschedule': 'Move the visit',
  'keys.edit': 'Edit the visit',
  'keys.cancelVisit': 'Cancel the visit',
  'keys.bookOver': 'Book another visit at its time',
  'keys.board': 'Go to the board',
  'keys.approvals': 'Visits that wait for approval',
  'keys.hush': 'Close the messages',
  'keys.notices': 'Notices',
  'keys.watches': 'Watched times',
  'keys.help': 'This list',
  'keys.alternative': 'Take the free time with that number',
  'keys.close': 'Close; asks first when something was typed',
} as const;

export const reasons: Record<Reason, string> = {
  slot_taken: 'This time is taken.',
  capacity_full: 'This class is full.',
  patient_busy: 'The patient has another visit at this time.',
  location_busy: 'The room is taken at this time.',
  outside_schedule: 'The visit does not fit into the working hours here.',
  in_past: 'This time has passed.',
  dst_gap: 'The clocks jump over this time: it does not exist on that day.',
  dst_fold: 'The clocks show this time twice on that day: pick one of the two.',
  off_grid: 'Visits cannot start at this minute in this clinic.',
  illegal_status: 'The visit is in a state that does not allow this.',
  stale_version: 'Somebody else has just changed this. Look again, then decide.',
  dependency: 'Something that this depends on was refused.',
  unknown_id: 'Something chosen here does not exist any more. Choose again.',
  invalid: 'Something entered here is not right.',
  forbidden: 'Your role does not allow this.',
};

export const errors: Record<ErrorCode, string> = {
  refused: 'The clinic’s rules do not allow this.',
  invalid: 'Something entered here is not right.',
  not_found: 'This does not exist any more.',
  forbidden: 'Your role does not allow this.',
  signed_out: 'Your session has ended. Sign in again.',
  wrong_password: 'User or password is wrong.',
  too_many_tries: 'Too many tries. Wait a little, then try again.',
  offline: 'The server cannot be reached. Nothing was sent and nothing was booked.',
  untrusted:
    'The server cannot prove that it is your clinic’s. Nothing was sent. Ask whoever looks after the server about its certificate.',
  server_error: 'The server has a problem. Nothing was booked; try again.',
  storage: 'This desk cannot read or write its own data. Check the disk, then restart the program.',
  outdated: 'This desk and the server do not fit together. Update the older one.',
  unexpected:
    'This desk made a mistake. See on the board whether it was done before you try again, and report it if it comes back.',
};

/** What is said when an argument is wrong; a field that is not listed gets the general sentence. */
export const fields: Record<string, string> = {
  name: 'Check the name: 1 to 200 characters.',
  phone: 'Check the phone number: at most 40 characters.',
  birth_date: 'Check the date of birth: it cannot be in the future.',
  notes: 'Check the note: at most 2,000 characters.',
  note: 'Check the note: at most 2,000 characters.',
  starts_at: 'Check the start time.',
  ends_at: 'Check the length of the visit.',
  service_id: 'Choose another service.',
  practitioner_id: 'Choose another therapist.',
  patient_id: 'Choose another patient.',
  user: 'Type your user name.',
  password: 'Type your password.',
};

export const statuses: Record<AppointmentStatus, string> = {
  pending: 'Pending',
  booked: 'Booked',
  arrived: 'Arrived',
  'checked-in': 'In the room',
  fulfilled: 'Done',
  cancelled: 'Cancelled',
  noshow: 'Did not come',
};

/** What is said when a step has been taken. */
export const stepped: Record<Exclude<AppointmentStep, 'cancel_appointment'>, string> = {
  approve_appointment: 'Approved',
  reject_appointment: 'Declined',
  arrive_appointment: 'Arrived',
  check_in_appointment: 'In the room',
  complete_appointment: 'Done',
  mark_appointment_no_show: 'Did not come',
  undo_status: 'Taken back',
};

/** Names of a visit's fields on the card, by the names of its row; the others follow from these. */
export const rowFields: Record<string, string> = {
  patient_id: 'Patient',
  service_id: 'Service',
  practitioner_id: 'Therapist',
  location_id: 'Room',
  starts_at: 'Time',
  ends_at: 'Time',
  status: 'Status',
  notes: 'Note',
};

/** What a step is called on its button. */
export const steps: Record<AppointmentStep, string> = {
  approve_appointment: 'Approve',
  reject_appointment: 'Decline',
  arrive_appointment: 'Arrived',
  check_in_appointment: 'In the room',
  complete_appointment: 'Done',
  mark_appointment_no_show: 'Did not come',
  cancel_appointment: 'Cancel visit',
  undo_status: 'Undo',
};

export const bands: Record<BandKind, string> = {
  working: 'Working hours',
  extra_hours: 'Extra hours',
  break: 'Break',
  time_off: 'Time off',
  closure: 'Closed',
};

export const conflicts: Record<ConflictKind, string> = {
  appointment: 'Another visit',
  location: 'Another visit in the same room',
  patient: 'Another visit of this patient',
  time_off: 'Time off',
  closure: 'The clinic is closed',
  hold: 'A booking that another desk has open',
};

export const connections: Record<ConnectionState, string> = {
  live: 'Live',
  connecting: 'Connecting',
  offline: 'Offline',
  signed_out: 'Signed out',
};

export const cancelReasons: Record<CancelReason, string> = {
  patient: 'The patient',
  clinic: 'The clinic',
  revoked: 'Nobody, it was booked by mistake',
};

export const roles: Record<Role, string> = {
  receptionist: 'Receptionist',
  practitioner: 'Therapist',
  manager: 'Manager',
};

/** What a watch waits for. */
export const watchEdges: Record<WatchFor, string> = {
  taken: 'You are told when somebody else takes it.',
  freed: 'You are told when it is free again.',
};

export const noticeKinds: Record<NoticeKind, string> = {
  taken: 'Taken',
  freed: 'Free again',
  confirmed: 'Booked after all',
  refused: 'Refused',
  set_aside: 'Set aside',
};
