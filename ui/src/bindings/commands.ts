// Written by `cargo xtask bindings` from the command table in crates/desk/src/commands.rs.
// Do not edit: `cargo xtask check` compares.

import type {
  AppointmentCard,
  AppointmentCardQuery,
  ApprovalList,
  BookAppointment,
  BookingDraft,
  BookingForm,
  BookingFormQuery,
  Clock,
  CloseBooking,
  CommandResent,
  Connection,
  DaySheet,
  DaySheetQuery,
  DismissCommand,
  EditCancel,
  EditReschedule,
  EditStep,
  EditUpdate,
  FreeSlots,
  FreeSlotsQuery,
  NoArguments,
  NoticeList,
  OpenBooking,
  PatientMatch,
  PatientMatches,
  PatientQuery,
  PutPatient,
  RescheduleForm,
  RescheduleFormQuery,
  ResendCommand,
  SeriesBooked,
  SeriesBooking,
  SeriesCard,
  SeriesCardQuery,
  SeriesPlan,
  SeriesPlanQuery,
  ServiceList,
  SessionStatus,
  SetAsideList,
  SignInRequest,
  UnwatchSlot,
  VisitCancelled,
  VisitPlaced,
  VisitStepped,
  Watch,
  WatchList,
  WatchSlot,
} from './types';

/** Request and response of each command; a write resolves to `Written<response>`. */
export type Commands = {
  /** Who is signed in, where, and how this desk keeps its data. */
  session: { request: NoArguments; response: SessionStatus };
  /** How fresh the view is. */
  connection: { request: NoArguments; response: Connection };
  /** The clinic's wall clock, for the now-line. */
  clock: { request: NoArguments; response: Clock };
  /** One civil date of the board. */
  day_sheet: { request: DaySheetQuery; response: DaySheet };
  /** What a booking dialog shows about its slot, with the server's own decision rules. */
  booking_form: { request: BookingFormQuery; response: BookingForm };
  /** The same for a visit that is being moved. */
  reschedule_form: { request: RescheduleFormQuery; response: RescheduleForm };
  /** One visit with everything a receptionist says about it. */
  appointment_card: { request: AppointmentCardQuery; response: AppointmentCard };
  /** Free slots of a service between two dates. */
  free_slots: { request: FreeSlotsQuery; response: FreeSlots };
  /** Every date of a series with its fate, before it is booked. */
  series_plan: { request: SeriesPlanQuery; response: SeriesPlan };
  /** The visits of a series. */
  series_card: { request: SeriesCardQuery; response: SeriesCard };
  /** Visits that wait for approval. */
  approvals: { request: NoArguments; response: ApprovalList };
  /** Services that can be booked. */
  services: { request: NoArguments; response: ServiceList };
  /** Patients by bits of name, phone or date of birth. */
  search_patients: { request: PatientQuery; response: PatientMatches };
  /** What this desk watches. */
  watches: { request: NoArguments; response: WatchList };
  /** What this desk was told, newest first. */
  notices: { request: NoArguments; response: NoticeList };
  /** What the server could not take, to be sent again or dismissed. */
  set_aside: { request: NoArguments; response: SetAsideList };
  /** Sign in at the server. */
  sign_in: { request: SignInRequest; response: SessionStatus };
  /** Sign out; nobody can read the cache through this desk until the next sign-in. */
  sign_out: { request: NoArguments; response: SessionStatus };
  /** A booking dialog opens: draws the ids that make every retry the same booking, watches the slot and holds it while the dialog is open. */
  open_booking: { request: OpenBooking; response: BookingDraft };
  /** The dialog closes: the slot is no longer watched and held for it. */
  close_booking: { request: CloseBooking; response: NoArguments };
  /** Create or change a patient. */
  put_patient: { request: PutPatient; response: PatientMatch };
  /** Take a slot for a patient. */
  book_appointment: { request: BookAppointment; response: VisitPlaced };
  /** Move a visit. */
  reschedule_appointment: { request: EditReschedule; response: VisitPlaced };
  /** Change what a visit is about, not where it is. */
  update_appointment: { request: EditUpdate; response: VisitPlaced };
  /** Give a visit up. */
  cancel_appointment: { request: EditCancel; response: VisitCancelled };
  /** Agree to a visit that waits for approval. */
  approve_appointment: { request: EditStep; response: VisitStepped };
  /** Decline a visit that waits for approval. */
  reject_appointment: { request: EditStep; response: VisitStepped };
  /** The patient is here. */
  arrive_appointment: { request: EditStep; response: VisitStepped };
  /** The patient is in the room. */
  check_in_appointment: { request: EditStep; response: VisitStepped };
  /** The visit is done. */
  complete_appointment: { request: EditStep; response: VisitStepped };
  /** The patient did not come. */
  mark_appointment_no_show: { request: EditStep; response: VisitStepped };
  /** Take the last status step back. */
  undo_status: { request: EditStep; response: VisitStepped };
  /** Take several slots for a patient, all or none. */
  book_series: { request: SeriesBooking; response: SeriesBooked };
  /** Ask to be told when another user takes (or frees) a slot. */
  watch_slot: { request: WatchSlot; response: Watch };
  /** No longer. */
  unwatch_slot: { request: UnwatchSlot; response: NoArguments };
  /** All notices have been read. */
  mark_notices_seen: { request: NoArguments; response: NoArguments };
  /** Send again what was set aside, in the name of whoever is signed in. */
  resend_command: { request: ResendCommand; response: CommandResent };
  /** What was set aside is no longer wanted. */
  dismiss_command: { request: DismissCommand; response: NoArguments };
};

/** What a read is made of, and what the success of a write touches. */
export const COMMANDS = {
  session: { kind: 'read', topics: ['session', 'clinic'] },
  connection: { kind: 'read', topics: ['connection'] },
  clock: { kind: 'read', topics: ['clock', 'clinic'] },
  day_sheet: { kind: 'read', topics: ['clinic', 'practitioner', 'service', 'patient', 'schedule', 'exception', 'appointment', 'hold', 'watch', 'outbox'] },
  booking_form: { kind: 'read', topics: ['clinic', 'practitioner', 'service', 'location', 'patient', 'schedule', 'exception', 'appointment', 'hold', 'outbox', 'clock'] },
  reschedule_form: { kind: 'read', topics: ['clinic', 'practitioner', 'service', 'location', 'patient', 'schedule', 'exception', 'appointment', 'hold', 'outbox', 'clock'] },
  appointment_card: { kind: 'read', topics: ['clinic', 'practitioner', 'service', 'location', 'patient', 'appointment', 'clock'] },
  free_slots: { kind: 'read', topics: ['clinic', 'practitioner', 'service', 'location', 'schedule', 'exception', 'appointment', 'hold', 'outbox', 'clock'] },
  series_plan: { kind: 'read', topics: ['clinic', 'practitioner', 'service', 'location', 'patient', 'schedule', 'exception', 'appointment', 'hold', 'outbox'] },
  series_card: { kind: 'read', topics: ['clinic', 'practitioner', 'appointment', 'clock'] },
  approvals: { kind: 'read', topics: ['clinic', 'practitioner', 'service', 'patient', 'appointment', 'clock'] },
  services: { kind: 'read', topics: ['service', 'practitioner'] },
  search_patients: { kind: 'read', topics: ['patient'] },
  watches: { kind: 'read', topics: ['watch', 'clinic', 'practitioner', 'appointment', 'clock'] },
  notices: { kind: 'read', topics: ['notice', 'clinic', 'practitioner'] },
  set_aside: { kind: 'read', topics: ['outbox', 'clinic', 'practitioner', 'service', 'patient', 'appointment'] },
  sign_in: { kind: 'write', topics: ['session', 'connection'] },
  sign_out: { kind: 'write', topics: ['session', 'connection'] },
  open_booking: { kind: 'write', topics: ['watch'] },
  close_booking: { kind: 'write', topics: ['watch'] },
  put_patient: { kind: 'write', topics: ['patient'] },
  book_appointment: { kind: 'write', topics: ['appointment'] },
  reschedule_appointment: { kind: 'write', topics: ['appointment'] },
  update_appointment: { kind: 'write', topics: ['appointment'] },
  cancel_appointment: { kind: 'write', topics: ['appointment'] },
  approve_appointment: { kind: 'write', topics: ['appointment'] },
  reject_appointment: { kind: 'write', topics: ['appointment'] },
  arrive_appointment: { kind: 'write', topics: ['appointment'] },
  check_in_appointment: { kind: 'write', topics: ['appointment'] },
  complete_appointment: { kind: 'write', topics: ['appointment'] },
  mark_appointment_no_show: { kind: 'write', topics: ['appointment'] },
  undo_status: { kind: 'write', topics: ['appointment'] },
  book_series: { kind: 'write', topics: ['appointment'] },
  watch_slot: { kind: 'write', topics: ['watch'] },
  unwatch_slot: { kind: 'write', topics: ['watch'] },
  mark_notices_seen: { kind: 'write', topics: ['notice'] },
  resend_command: { kind: 'write', topics: ['outbox'] },
  dismiss_command: { kind: 'write', topics: ['outbox'] },
} as const;

/** Every topic. */
export const TOPICS = [
  'clinic',
  'location',
  'practitioner',
  'service',
  'patient',
  'schedule',
  'exception',
  'appointment',
  'hold',
  'session',
  'connection',
  'clock',
  'watch',
  'notice',
  'outbox',
] as const;
