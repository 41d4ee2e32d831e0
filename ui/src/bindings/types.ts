// Written by `cargo xtask bindings` from the command table in crates/desk/src/commands.rs.
// Do not edit: `cargo xtask check` compares.

/** One visit with everything a receptionist says about it. */
export type AppointmentCard = {
  /** Its id. */
  appointment_id: AppointmentId,
  /** For whom. */
  patient: PatientMatch,
  /** With whom. */
  practitioner_id: PractitionerId,
  /** Shown name. */
  practitioner_name: string,
  /** What for. */
  service_id: ServiceId,
  /** Shown name. */
  service_name: string,
  /** Where. */
  location_id: LocationId | null,
  /** Shown name. */
  location_name: string | null,
  /** The instant it starts. */
  starts_at: string,
  /** First instant after. */
  ends_at: string,
  /** Civil date. */
  date: string,
  /** `HH:MM`. */
  wall_start: string,
  /** `HH:MM`. */
  wall_end: string,
  /** Where it stands. */
  status: AppointmentStatus,
  /** Free text. */
  notes: string | null,
  /** Who booked it or moved it here. */
  taken_by_name: string,
  /** When. */
  taken_at: WallInstant,
  /** Why it was cancelled, when it was. */
  cancel_reason: CancelReason | null,
  /** What was said about the cancellation. */
  cancel_note: string | null,
  /** Which rules its place breaks, and why. */
  override: OverrideView | null,
  /** Its place in a series. */
  series: SeriesPlace | null,
  /** The steps of its status that the user may take now, cancelling included, in the order of
  * the day. */
  steps: Array<AppointmentStep>,
  /** False when its status or the user's rights do not allow it. */
  can_update: boolean,
  /** False when its status or the user's rights do not allow it. */
  can_cancel: boolean,
  /** False when its status or the user's rights do not allow it. */
  can_reschedule: boolean,
  /** Seq of the last change. */
  version: number,
};

/** Which visit. */
export type AppointmentCardQuery = {
  /** Its id. */
  appointment_id: AppointmentId,
};

/** A visit, decided by the server. */
export type AppointmentId = string;

/** FHIR's appointment status codes, as far as the clinic uses them. */
export type AppointmentStatus = "pending" | "booked" | "arrived" | "checked-in" | "fulfilled" | "cancelled" | "noshow";

/** A step of a visit's status, named by its command. */
export type AppointmentStep = "approve_appointment" | "reject_appointment" | "arrive_appointment" | "check_in_appointment" | "complete_appointment" | "mark_appointment_no_show" | "cancel_appointment" | "undo_status";

/** A visit that waits for approval. */
export type ApprovalItem = {
  /** Its id. */
  appointment_id: AppointmentId,
  /** For whom. */
  patient_name: string,
  /** With whom. */
  practitioner_name: string,
  /** What for. */
  service_name: string,
  /** The instant it starts. */
  starts_at: string,
  /** Civil date. */
  date: string,
  /** `HH:MM`. */
  wall_start: string,
  /** `HH:MM`. */
  wall_end: string,
  /** Who asked for it. */
  taken_by_name: string,
  /** When. */
  taken_at: WallInstant,
  /** False when the user's rights do not allow it. */
  can_decide: boolean,
  /** Seq of the last change. */
  version: number,
};

/** Visits that wait for approval, from today on, by start. */
export type ApprovalList = {
  /** The visits. */
  visits: Array<ApprovalItem>,
};

/** What was asked for: the write of the command table. */
export type Asked = "book_appointment" | "reschedule_appointment" | "update_appointment" | "cancel_appointment" | "approve_appointment" | "reject_appointment" | "arrive_appointment" | "check_in_appointment" | "complete_appointment" | "mark_appointment_no_show" | "undo_status" | "book_series" | "put_patient";

/** A stretch of time of one kind. */
export type Band = {
  /** Its kind. */
  kind: BandKind,
  /** First elapsed minute. */
  from: number,
  /** First elapsed minute after. */
  until: number,
  /** `HH:MM`, where it is not `from` minutes after midnight. */
  wall_start?: string,
  /** `HH:MM`, where it is not `until` minutes after midnight. */
  wall_end?: string,
  /** The reason of an exception. */
  label?: string,
};

/** What a stretch of time is for. */
export type BandKind = "working" | "extra_hours" | "break" | "time_off" | "closure";

/** Take a slot for a patient. */
export type BookAppointment = {
  /** Made by the desk: the same id is the same booking. */
  appointment_id: AppointmentId,
  /** For whom. */
  patient_id: PatientId,
  /** With whom. */
  practitioner_id: PractitionerId,
  /** What for. */
  service_id: ServiceId,
  /** Where, if it matters. */
  location_id?: LocationId,
  /** First instant of the visit. */
  starts_at: string,
  /** First instant after; the service's duration when absent. */
  ends_at?: string,
  /** Free text, at most 2,000 characters. */
  notes?: string,
  /** Rules that may be broken, and why. */
  override?: Override,
};

/** The ids of a dialog: sent with every try, so that all tries are one booking. */
export type BookingDraft = {
  /** For `book_appointment`. */
  appointment_id: AppointmentId,
  /** For `put_patient`, when the patient is new. */
  new_patient_id: PatientId,
  /** For `book_series`. */
  series_id: SeriesId,
};

/** What the dialog shows. */
export type BookingForm = {
  /** With whom. */
  practitioner_name: string,
  /** Civil date. */
  date: string,
  /** `HH:MM`. */
  wall_start: string,
  /** What this practitioner offers, each with whether it fits here. */
  services: Array<ServiceChoice>,
  /** Why the chosen (or the shortest) service cannot be booked here now; none when it can. */
  refusal: RefusalView | null,
  /** True when the start has passed: a warning, the server decides. */
  in_past: boolean,
};

/** A booking dialog's slot and what has been chosen so far. */
export type BookingFormQuery = {
  /** With whom. */
  practitioner_id: PractitionerId,
  /** When. */
  starts_at: string,
  /** What for, once chosen. */
  service_id?: ServiceId,
  /** For whom, once chosen. */
  patient_id?: PatientId,
  /** The draft's own appointment: never in its own way. */
  appointment_id?: AppointmentId,
};

/** Give a visit up. A second cancel is applied and changes nothing. */
export type CancelAppointment = {
  /** Which visit. */
  appointment_id: AppointmentId,
  /** Who called it off. */
  reason: CancelReason,
  /** What was said, at most 2,000 characters. */
  note?: string,
  /** Which visits of its series; only this one when absent. */
  scope?: SeriesScope,
};

/** Why a visit was cancelled. */
export type CancelReason = "patient" | "clinic" | "revoked";

/** The event `changed`, sent after a commit and never before. */
export type Changed = {
  /** What changed. */
  topics: Array<Topic>,
  /** Rises with every event; an answer carries the generation that shows its effect. */
  generation: number,
};

/** One visit of a class. */
export type ClassMember = {
  /** Its id. */
  appointment_id: AppointmentId,
  /** For whom. */
  patient_name: string,
  /** Where it stands. */
  status: AppointmentStatus,
};

/** A class on the board: `3/8`. */
export type ClassSeats = {
  /** Visits that occupy a seat. */
  taken: number,
  /** Seats that this desk has asked for besides, without an answer yet. */
  waiting?: number,
  /** Seats. */
  capacity: number,
  /** The instant at which one more can be booked. */
  starts_at: string,
  /** Who comes, by name. */
  members: Array<ClassMember>,
};

/** The clinic as the title shows it. */
export type ClinicHead = {
  /** Shown name. */
  name: string,
  /** IANA zone. */
  time_zone: string,
};

/** The clinic's wall clock. */
export type Clock = {
  /** Today, in the clinic's zone. */
  date: string,
  /** `HH:MM`. */
  time: string,
  /** Elapsed minutes since today's first instant. */
  offset: number,
};

/** The dialog closes. */
export type CloseBooking = {
  /** The dialog's id. */
  appointment_id: AppointmentId,
};

/** One command of a desk; the same id is the same wish, however often it is sent. */
export type CommandId = string;

/** It was sent again. */
export type CommandResent = {
  /** Applied, or on its way. */
  progress: Progress,
};

/** What kind of thing stands in the way. */
export type ConflictKind = "appointment" | "location" | "patient" | "time_off" | "closure" | "hold";

/** What stands in the way, on the clinic's wall. */
export type ConflictView = {
  /** Its kind. */
  kind: ConflictKind,
  /** Civil date of its start. */
  date: string,
  /** `HH:MM`. */
  wall_start: string,
  /** `HH:MM`. */
  wall_end: string,
  /** Who put it there. */
  by_name: string | null,
  /** When it was put there. */
  at: WallInstant | null,
  /** True when it was this desk's own user. */
  by_me: boolean,
  /** What a closure or time off is for, as the board says it: the holiday's name. */
  label: string | null,
  /** True when it is this desk's own booking or move, which nobody has agreed to yet. */
  waiting?: boolean,
};

/** How fresh the view is. */
export type Connection = {
  /** Live, or not. */
  state: ConnectionState,
  /** Last time this desk was known to be at the server's head. */
  as_of: WallInstant | null,
  /** Commands that were sent, or are being sent, without an answer yet. */
  waiting: number,
  /** Rows received of a first download, while it runs. */
  loading: LoadProgress | null,
};

/** How the desk stands with its server. */
export type ConnectionState = "live" | "connecting" | "offline" | "signed_out";

/** One practitioner's day. */
export type DayColumn = {
  /** Whose. */
  practitioner_id: PractitionerId,
  /** Shown name. */
  name: string,
  /** What the time is for, sorted and disjoint; time outside every band is not worked. */
  bands: Array<Band>,
  /** Visits that occupy time, by start. */
  visits: Array<VisitTile>,
  /** Slots that open booking dialogs keep, other desks' and this one's, by start. */
  holds: Array<HoldTile>,
  /** Bookings of this desk that wait for their answer, by start; left out when there are none. */
  waiting?: Array<WaitingTile>,
  /** Starts that can be booked (one grid step long), by start. */
  free: Array<FreeCell>,
};

/** A service of the day's visits. */
export type DayService = {
  /** Its id, to colour by. */
  service_id: ServiceId,
  /** Shown name. */
  name: string,
};

/** One civil date of the clinic, a column per practitioner. */
export type DaySheet = {
  /** The date. */
  date: string,
  /** Today, in the clinic's zone. */
  today: string,
  /** Its first instant: elapsed minutes count from here. */
  starts_at: string,
  /** Minutes of this day: 1,440, or what the zone makes of it. */
  minutes: number,
  /** The clinic's grid, in minutes. */
  grid_minutes: number,
  /** Hour lines: offset and what the wall clock shows there. */
  hours: Array<HourLine>,
  /** Offset of the earliest work or visit, on a full hour. */
  opens: number,
  /** Offset of the latest, on a full hour. */
  closes: number,
  /** What the day's visits are for, each once, in an order that another visit does not change. */
  services: Array<DayService>,
  /** A column per active practitioner, by name. */
  columns: Array<DayColumn>,
};

/** Which day. */
export type DaySheetQuery = {
  /** Civil date of the clinic; today when absent. */
  date?: string,
};

/** It is no longer wanted. */
export type DismissCommand = {
  /** Which. */
  command_id: CommandId,
};

/** Give a visit up as the user saw it. */
export type EditCancel = {
  /** The `version` of the card on which the user decided this: a later change by somebody
  * else refuses it (`stale_version`) instead of being written over. */
  base_version?: number,
  /** What is asked. */
  command: CancelAppointment,
};

/** Move a visit as the user saw it. */
export type EditReschedule = {
  /** The `version` of the card on which the user decided this: a later change by somebody
  * else refuses it (`stale_version`) instead of being written over. */
  base_version?: number,
  /** What is asked. */
  command: RescheduleAppointment,
};

/** Step a visit's status as the user saw it. */
export type EditStep = {
  /** The `version` of the card on which the user decided this: a later change by somebody
  * else refuses it (`stale_version`) instead of being written over. */
  base_version?: number,
  /** What is asked. */
  command: StepAppointment,
};

/** Change a visit as the user saw it. */
export type EditUpdate = {
  /** The `version` of the card on which the user decided this: a later change by somebody
  * else refuses it (`stale_version`) instead of being written over. */
  base_version?: number,
  /** What is asked. */
  command: UpdateAppointment,
};

/** What a user can do about it. */
export type ErrorCode = "refused" | "invalid" | "not_found" | "forbidden" | "signed_out" | "wrong_password" | "too_many_tries" | "offline" | "untrusted" | "server_error" | "storage" | "outdated" | "unexpected";

/** A failed command. */
export type ErrorView = {
  /** What to act on. */
  code: ErrorCode,
  /** With `refused`. */
  refusal: RefusalView | null,
  /** With `invalid`. */
  field: string | null,
  /** With `too_many_tries`. */
  retry_after_seconds: number | null,
  /** Quote it when you ask for help. */
  request_id: string | null,
};

/** What would become of one visit of a refused series. */
export type FateView = {
  /** Which visit. */
  appointment_id: AppointmentId,
  /** Civil date. */
  date: string,
  /** `HH:MM`. */
  wall_start: string,
  /** Why it cannot be; none when it can. */
  reason: Reason | null,
  /** What stands in the way. */
  conflict: ConflictView | null,
  /** At most 3 other slots. */
  alternatives: Array<SlotOffer>,
};

/** A start that can be booked. */
export type FreeCell = {
  /** First elapsed minute. */
  from: number,
  /** First elapsed minute after. */
  until: number,
  /** `HH:MM`, where it is not `from` minutes after midnight. */
  wall_start?: string,
  /** True when this desk watches it. */
  watched?: boolean,
};

/** Free slots by start, then practitioner. */
export type FreeSlots = {
  /** The slots. */
  slots: Array<SlotOffer>,
};

/** Which free slots. */
export type FreeSlotsQuery = {
  /** What for. */
  service_id: ServiceId,
  /** With whom; anybody when absent. */
  practitioner_id?: PractitionerId,
  /** First civil date. */
  from: string,
  /** Last civil date, included; at most 92 days in all. */
  to: string,
  /** A visit that is being moved: not in its own way. */
  moving?: AppointmentId,
};

/** A slot that an open booking dialog keeps. */
export type HoldTile = {
  /** First elapsed minute. */
  from: number,
  /** First elapsed minute after. */
  until: number,
  /** The instant at which it starts: a booking dialog can open here and say who was first. */
  starts_at: string,
  /** First instant after. */
  ends_at: string,
  /** `HH:MM`, where it is not `from` minutes after midnight. */
  wall_start?: string,
  /** `HH:MM`, where it is not `until` minutes after midnight. */
  wall_end?: string,
  /** Who has the dialog open. */
  by_name: string,
  /** True when it is a dialog of this desk. */
  mine: boolean,
};

/** A line of the time axis. */
export type HourLine = {
  /** Elapsed minutes. */
  offset: number,
  /** `HH:MM`. */
  label: string,
};

/** A booking that was set aside, as far as another one like it needs it. */
export type KeptBooking = {
  /** For whom. */
  patient: PatientMatch,
  /** What for. */
  service_id: ServiceId,
  /** First instant after. */
  ends_at: string,
  /** Free text. */
  notes: string | null,
};

/** A change of a visit that was set aside; what it left alone is absent. */
export type KeptUpdate = {
  /** For whom instead. */
  patient: PatientMatch | null,
  /** What for instead. */
  service_id: ServiceId | null,
  /** Free text; empty where it was to be cleared. */
  notes: string | null,
};

/** A first download. */
export type LoadProgress = {
  /** Rows so far. */
  rows: number,
  /** Rows in all. */
  of: number,
};

/** A room or a piece of equipment. */
export type LocationId = string;

/** The event `navigate`. */
export type Navigate = {
  /** Why. */
  to: NavigateTo,
  /** Civil date to show. */
  date: string,
  /** Column to show. */
  practitioner_id: PractitionerId,
  /** Time to show. */
  starts_at: string,
  /** `HH:MM` of that time. */
  wall_start: string,
};

/** Why the window is brought up. */
export type NavigateTo = "show" | "find_another";

/** Nothing to say. */
export type NoArguments = Record<symbol, never>;

/** Something that this desk was told. */
export type Notice = {
  /** Its id. */
  notice_id: string,
  /** What it says. */
  kind: NoticeKind,
  /** What this desk had asked for; none when it tells what another user did. */
  asked: Asked | null,
  /** The slot in question; none when it was about something else, a patient's record. */
  slot: NoticeSlot | null,
  /** Who did it. */
  by_name: string | null,
  /** When, on the clinic's wall. */
  at: WallInstant,
  /** True once the user has read it. */
  seen: boolean,
};

/** What a notice says. */
export type NoticeKind = "taken" | "freed" | "confirmed" | "refused" | "set_aside";

/** Newest first, at most 200. */
export type NoticeList = {
  /** How many are unread. */
  unseen: number,
  /** The notices. */
  notices: Array<Notice>,
};

/** What slot a notice is about. */
export type NoticeSlot = {
  /** Whose time. */
  practitioner_id: PractitionerId,
  /** Shown name. */
  practitioner_name: string,
  /** First instant of the slot. */
  starts_at: string,
  /** Civil date of the slot. */
  date: string,
  /** `HH:MM` of the slot. */
  wall_start: string,
  /** `HH:MM` of the slot's end. */
  wall_end: string,
};

/** A booking dialog opens on this slot. */
export type OpenBooking = {
  /** With whom. */
  practitioner_id: PractitionerId,
  /** When. */
  starts_at: string,
  /** First instant after: the visit's end as far as it is known, at least one grid step. */
  ends_at: string,
  /** The dialog moves to another slot and keeps its ids. */
  appointment_id?: AppointmentId,
  /** What for, once that is known: of a class one seat is held, and others hold theirs. */
  service_id?: ServiceId,
};

/** Rules that were broken on purpose, with the reason that was given. */
export type Override = {
  /** Why, 1 to 500 characters. */
  reason: string,
  /** What may be broken; on a visit: what was. */
  rules: Array<Reason>,
};

/** Which rules a visit's place breaks, and why. */
export type OverrideView = {
  /** As it was given. */
  reason: string,
  /** The rules. */
  rules: Array<Reason>,
};

/** A person who is treated. */
export type PatientId = string;

/** A patient as the search shows them. */
export type PatientMatch = {
  /** Their id. */
  patient_id: PatientId,
  /** Full name. */
  name: string,
  /** As written. */
  phone: string | null,
  /** Civil date. */
  birth_date: string | null,
};

/** At most 20, best first. */
export type PatientMatches = {
  /** The patients. */
  patients: Array<PatientMatch>,
  /** True when more would match. */
  more: boolean,
};

/** What was typed into the search box. */
export type PatientQuery = {
  /** Bits of a name in any order, digits of a phone number, or a date of birth. */
  text: string,
};

/** A therapist or doctor, shown as "Therapist". */
export type PractitionerId = string;

/** How far a command has come. */
export type Progress = "confirmed" | "waiting";

/** Create or change a patient. `version` of the row is refused like any other unknown argument. */
export type PutPatient = {
  /** Made by the desk. */
  patient_id: PatientId,
  /** Full name, 1 to 200 characters. */
  name: string,
  /** At most 40 characters. */
  phone?: string,
  /** Civil date, not in the future. */
  birth_date?: string,
  /** At most 2,000 characters. */
  notes?: string,
};

/** The codes of a refusal. A code exists only if somebody acts on it. */
export type Reason = "slot_taken" | "capacity_full" | "patient_busy" | "location_busy" | "outside_schedule" | "in_past" | "dst_gap" | "dst_fold" | "off_grid" | "illegal_status" | "stale_version" | "dependency" | "unknown_id" | "invalid" | "forbidden";

/** A refusal as a person reads it. The sentence itself is the window's, by `reason`. */
export type RefusalView = {
  /** The code. */
  reason: Reason,
  /** The wrong argument, if one is. */
  field: string | null,
  /** What stands in the way. */
  conflict: ConflictView | null,
  /** At most 3 with the same practitioner, then at most 3 with others; nearest first. */
  alternatives: Array<SlotOffer>,
  /** With `illegal_status`: the steps that are legal. */
  steps: Array<AppointmentStep>,
  /** With `stale_version`: the fields that somebody else has changed since. */
  changed: Array<string>,
  /** With a refused series: every visit with its fate, in the order of the plan. */
  fates: Array<FateView>,
  /** True when this user may break this rule with a reason (`override`). */
  overridable: boolean,
};

/** Move a visit to another time, practitioner or location. */
export type RescheduleAppointment = {
  /** Which visit. */
  appointment_id: AppointmentId,
  /** New first instant. */
  starts_at: string,
  /** New first instant after; the visit keeps its length when absent. */
  ends_at?: string,
  /** New practitioner; unchanged when absent. */
  practitioner_id?: PractitionerId,
  /** New location. When absent the visit stays where it is, unless that was its block's location:
  * then it goes with the new block's. */
  location_id?: LocationId,
  /** Rules that may be broken, and why. */
  override?: Override,
  /** Which visits of its series; only this one when absent. The others move by as many days and
  * minutes of the wall clock. */
  scope?: SeriesScope,
};

/** What the move would be. */
export type RescheduleForm = {
  /** The new place. */
  to: SlotOffer,
  /** Why it cannot be moved there now; none when it can. */
  refusal: RefusalView | null,
};

/** A visit that is to be moved, and where to. */
export type RescheduleFormQuery = {
  /** Which visit. */
  appointment_id: AppointmentId,
  /** To whom; unchanged when absent. */
  practitioner_id?: PractitionerId,
  /** To when. */
  starts_at: string,
};

/** Send it again, in the name of whoever is signed in now. */
export type ResendCommand = {
  /** Which. */
  command_id: CommandId,
};

/** What a user may do. */
export type Role = "receptionist" | "practitioner" | "manager";

/** Seats of a class at one time. */
export type SeatCount = {
  /** Taken; none where nobody has booked yet. */
  taken: number,
  /** In all. */
  capacity: number,
};

/** A series was booked. */
export type SeriesBooked = {
  /** Its id. */
  series_id: SeriesId,
  /** Confirmed, or waiting for the server's answer. */
  progress: Progress,
  /** Where its visits stand; `pending` when they need approval. */
  status: AppointmentStatus,
  /** For whom. */
  patient_name: string,
  /** What for. */
  service_name: string,
  /** How many visits. */
  visits: number,
  /** Civil date of the first visit. */
  first: string,
  /** Civil date of the last visit. */
  last: string,
};

/** Book what a plan says, in one command. */
export type SeriesBooking = {
  /** Drawn when the dialog opened: sent with every try, so that all tries are one series. */
  series_id: SeriesId,
  /** The rule and the decisions; the patient must be chosen. */
  plan: SeriesPlanQuery,
  /** Free text for every visit. */
  notes?: string,
  /** Rules that may be broken, and why. */
  override?: Override,
};

/** The visits of a series, by start; cancelled ones too. */
export type SeriesCard = {
  /** The visits. */
  visits: Array<SeriesVisitSummary>,
  /** Seq of the last change of any of them: the base version of an edit of several. */
  version: number,
};

/** Which series. */
export type SeriesCardQuery = {
  /** Its id. */
  series_id: SeriesId,
};

/** What the user has decided for one date of the rule. */
export type SeriesChoice = {
  /** The date that the rule gives. */
  date: string,
  /** True: no visit for this date. */
  skip: boolean,
  /** Another slot instead. */
  starts_at?: string,
  /** With somebody else instead. */
  practitioner_id?: PractitionerId,
  /** Somewhere else instead. */
  location_id?: LocationId,
};

/** One date of a series. */
export type SeriesDate = {
  /** The date that the rule gives: what a decision is for. */
  rule_date: string,
  /** The date of the visit: another one when the user chose another slot. */
  date: string,
  /** `HH:MM`. */
  wall_start: string,
  /** `HH:MM`; empty while the start does not exist or is shown twice. */
  wall_end: string,
  /** With whom. */
  practitioner_id: PractitionerId,
  /** Shown name. */
  practitioner_name: string,
  /** The instant; none while the wall time does not exist or is shown twice. */
  starts_at: string | null,
  /** True when the user has left it out. */
  skipped: boolean,
  /** True when the user has chosen another slot. */
  shifted: boolean,
  /** Why it cannot be booked; none when it can, or is skipped. */
  refusal: RefusalView | null,
};

/** Visits that were booked together and can be edited together. */
export type SeriesId = string;

/** A visit's place in its series. */
export type SeriesPlace = {
  /** Which series. */
  series_id: SeriesId,
  /** 1 = first, cancelled ones counted. */
  index: number,
  /** How many. */
  count: number,
};

/** Every date of a series with its fate. */
export type SeriesPlan = {
  /** In the order of the rule. */
  dates: Array<SeriesDate>,
  /** How many visits would be booked. */
  visits: number,
  /** How many dates still need a decision. */
  open: number,
};

/** A series that is being put together: its rule, and what the user has decided for single dates. */
export type SeriesPlanQuery = {
  /** With whom. */
  practitioner_id: PractitionerId,
  /** What for. */
  service_id: ServiceId,
  /** For whom, once chosen. */
  patient_id?: PatientId,
  /** The first visit; the others are at the same time of the clinic's wall clock. */
  starts_at: string,
  /** Counted in days, weeks or months. */
  unit: SeriesUnit,
  /** Every so many, 1 to 52. */
  every: number,
  /** 1 = Monday … 7 = Sunday, for weeks; the first visit's weekday when empty. */
  weekdays: Array<number>,
  /** How many dates, 2 to 200, skipped ones included. */
  count: number,
  /** Decisions for single dates. */
  choices: Array<SeriesChoice>,
  /** The series that it is to be: on its way already, it is not in its own way. */
  series_id?: SeriesId,
};

/** Which visits of a series an edit is for. */
export type SeriesScope = "this" | "following" | "all";

/** What the dates of a series are counted in. */
export type SeriesUnit = "day" | "week" | "month";

/** One visit of a series. */
export type SeriesVisitSummary = {
  /** Its id. */
  appointment_id: AppointmentId,
  /** Civil date. */
  date: string,
  /** `HH:MM`. */
  wall_start: string,
  /** Shown name. */
  practitioner_name: string,
  /** Where it stands. */
  status: AppointmentStatus,
  /** True when a move of several visits of the series takes it along. */
  can_reschedule: boolean,
  /** True when a change of several visits of the series takes it along. */
  can_update: boolean,
  /** True when a cancellation of several visits of the series takes it along. */
  can_cancel: boolean,
};

/** A service in the dialog. */
export type ServiceChoice = {
  /** Its id. */
  service_id: ServiceId,
  /** Shown name. */
  name: string,
  /** Length in minutes. */
  duration_minutes: number,
  /** `HH:MM` of the end, were it booked here. */
  wall_end: string,
  /** True when a booking starts as pending. */
  needs_approval: boolean,
  /** Why it does not fit here; none when it fits. */
  refused: Reason | null,
};

/** What can be booked (FHIR HealthcareService). */
export type ServiceId = string;

/** Services that can be booked, by name. */
export type ServiceList = {
  /** The services. */
  services: Array<ServiceSummary>,
};

/** A service. */
export type ServiceSummary = {
  /** Its id. */
  service_id: ServiceId,
  /** Shown name. */
  name: string,
  /** Length in minutes. */
  duration_minutes: number,
  /** True when a visit of it waits for approval first. */
  needs_approval: boolean,
  /** How many patients one practitioner takes at once; 1 for all but classes. */
  capacity: number,
  /** Who offers it. */
  practitioner_ids: Array<PractitionerId>,
};

/** Who is signed in, where, and how this desk keeps its data. */
export type SessionStatus = {
  /** The user, when signed in. */
  user: SignedInUser | null,
  /** The clinic, once this desk has seen it. */
  clinic: ClinicHead | null,
  /** Address of the server. */
  server: string,
  /** Name of this desk's profile, `default` if none was given. */
  profile: string,
  /** False when the cache lies unencrypted on the disk: shown to the user at all times. */
  encrypted: boolean,
  /** True for the embedded demo clinic. */
  demo: boolean,
  /** The user who signed in last on this desk. */
  last_user: string | null,
  /** The sign-in that was asked for at the start, if it failed and nobody has tried again. */
  start: StartFailure | null,
};

/** A command that was set aside. */
export type SetAsideCommand = {
  /** Its id; another one after it was sent again in vain. */
  command_id: CommandId,
  /** What was asked for. */
  asked: Asked,
  /** When, on the clinic's wall. */
  asked_at: WallInstant,
  /** For whom, as far as this desk knows. */
  patient_name: string | null,
  /** What for, if it is about a visit. */
  service_name: string | null,
  /** The time in question, if it is about a visit. */
  slot: NoticeSlot | null,
  /** The visit that it would change, if it is there already. */
  appointment_id: AppointmentId | null,
  /** What was to be booked, so that it can be asked for at another time. */
  booking: KeptBooking | null,
  /** What was to be changed, so that it can be changed otherwise. */
  update: KeptUpdate | null,
  /** What the server said. */
  why: ErrorView,
};

/** What was set aside on this desk, oldest first, at most 200. */
export type SetAsideList = {
  /** The commands. */
  commands: Array<SetAsideCommand>,
};

/** Name and password, as typed. */
export type SignInRequest = {
  /** Sign-in name. */
  user: string,
  /** Never stored, never logged. */
  password: string,
};

/** The signed-in user. */
export type SignedInUser = {
  /** Their id: a name may be that of two. */
  user_id: UserId,
  /** Shown name. */
  name: string,
  /** Rights. */
  role: Role,
  /** The practitioner that this user is, if any. */
  practitioner_id: PractitionerId | null,
};

/** A free slot as a person reads it. */
export type SlotOffer = {
  /** With whom. */
  practitioner_id: PractitionerId,
  /** Shown name. */
  practitioner_name: string,
  /** What for. */
  service_id: ServiceId,
  /** Where, if the schedule says so. */
  location_id: LocationId | null,
  /** The instant to book. */
  starts_at: string,
  /** First instant after. */
  ends_at: string,
  /** Civil date. */
  date: string,
  /** `HH:MM`. */
  wall_start: string,
  /** `HH:MM`. */
  wall_end: string,
  /** Of a class: how many have booked exactly this time, as its tile counts them. */
  seats: SeatCount | null,
};

/** A sign-in at the start that failed. */
export type StartFailure = {
  /** Sign-in name. */
  user: string,
  /** Why: as for any sign-in; `invalid` with the field `password` when none was given. */
  why: ErrorView,
};

/** A step of a visit's status; the command's kind says which. */
export type StepAppointment = {
  /** Which visit. */
  appointment_id: AppointmentId,
  /** What was said about it, at most 2,000 characters; kept with a rejected visit. */
  reason?: string,
};

/** One thing that a view can be made of. */
export type Topic = "clinic" | "location" | "practitioner" | "service" | "patient" | "schedule" | "exception" | "appointment" | "hold" | "session" | "connection" | "clock" | "watch" | "notice" | "outbox";

/** Which watch. */
export type UnwatchSlot = {
  /** Its id. */
  watch_id: string,
};

/** Change what a visit is about; absent fields stay. */
export type UpdateAppointment = {
  /** Which visit. */
  appointment_id: AppointmentId,
  /** Free text, at most 2,000 characters; an empty one clears it. */
  notes?: string,
  /** For whom instead: the patient must be free. */
  patient_id?: PatientId,
  /** What for instead: the visit keeps its start and its length and takes the service's buffers,
  * which must fit. */
  service_id?: ServiceId,
  /** Which visits of its series; only this one when absent. */
  scope?: SeriesScope,
};

/** A person who works with the program; never a patient, never a desk. */
export type UserId = string;

/** A visit was given up. */
export type VisitCancelled = {
  /** Its id. */
  appointment_id: AppointmentId,
  /** Confirmed, or waiting for the server's answer. */
  progress: Progress,
  /** Civil date of the freed time. */
  date: string,
  /** `HH:MM` of the freed time. */
  wall_start: string,
  /** With whom. */
  practitioner_name: string,
};

/** A visit was booked or moved. */
export type VisitPlaced = {
  /** Its id. */
  appointment_id: AppointmentId,
  /** Confirmed, or waiting for the server's answer. */
  progress: Progress,
  /** Where it stands; `pending` when it needs approval. */
  status: AppointmentStatus,
  /** For whom. */
  patient_name: string,
  /** With whom. */
  practitioner_name: string,
  /** What for. */
  service_name: string,
  /** Civil date. */
  date: string,
  /** `HH:MM`, the same as on the board. */
  wall_start: string,
  /** `HH:MM`. */
  wall_end: string,
};

/** A visit's status has changed. */
export type VisitStepped = {
  /** Its id. */
  appointment_id: AppointmentId,
  /** Confirmed, or waiting for the server's answer. */
  progress: Progress,
  /** Where it stands now; where it stood while waiting. */
  status: AppointmentStatus,
  /** For whom. */
  patient_name: string,
  /** With whom. */
  practitioner_name: string,
  /** Civil date. */
  date: string,
  /** `HH:MM`. */
  wall_start: string,
};

/** A visit on the board. What is not so, is 0 or is usual is left out on the way to the page. */
export type VisitTile = {
  /** Its id. */
  appointment_id: AppointmentId,
  /** First elapsed minute, without buffer. */
  from: number,
  /** First elapsed minute after, without buffer. */
  until: number,
  /** Kept free before, in minutes. */
  buffer_before?: number,
  /** Kept free after, in minutes. */
  buffer_after?: number,
  /** 0-based, when visits overlap. */
  lane?: number,
  /** How many stand side by side; absent for one alone. */
  lanes?: number,
  /** `HH:MM`, where it is not `from` minutes after midnight. */
  wall_start?: string,
  /** `HH:MM`, where it is not `until` minutes after midnight. */
  wall_end?: string,
  /** For whom. */
  patient_name: string,
  /** What for: its place in the sheet's `services`. */
  service: number,
  /** Where it stands; absent while that is `booked`. */
  status?: AppointmentStatus,
  /** In a class: who else comes. Visits of one class at one time are one tile, that of the first
  * to have booked. */
  class?: ClassSeats,
  /** True when its place breaks a rule on purpose. */
  overridden?: boolean,
  /** True when it belongs to a series. */
  in_series?: boolean,
  /** True when another practitioner's hours or an exception no longer cover it. */
  outside_schedule?: boolean,
  /** True when this desk has asked for another place for it and has no answer yet. */
  leaving?: boolean,
  /** Seq of the last change. */
  version: number,
};

/** A booking or a move of this desk that has no answer yet: it keeps its time here, and nobody has
* agreed to it. */
export type WaitingTile = {
  /** The visit that it will be; of a move, an id for this place alone. */
  appointment_id: AppointmentId,
  /** Of a move: the visit, which stands elsewhere until then. */
  moves?: AppointmentId,
  /** First elapsed minute. */
  from: number,
  /** First elapsed minute after. */
  until: number,
  /** `HH:MM`. */
  wall_start: string,
  /** `HH:MM`. */
  wall_end: string,
  /** For whom. */
  patient_name: string,
  /** What for. */
  service_name: string,
};

/** An instant on the clinic's wall. */
export type WallInstant = {
  /** Civil date, `YYYY-MM-DD`. */
  date: string,
  /** `HH:MM:SS`. */
  time: string,
};

/** A wish to be told. */
export type Watch = {
  /** Its id. */
  watch_id: string,
  /** Whose time. */
  practitioner_id: PractitionerId,
  /** Shown name. */
  practitioner_name: string,
  /** First instant. */
  starts_at: string,
  /** First instant after. */
  ends_at: string,
  /** Civil date. */
  date: string,
  /** `HH:MM`. */
  wall_start: string,
  /** `HH:MM`. */
  wall_end: string,
  /** Which edge. */
  on: WatchFor,
  /** True while the time is free. */
  free: boolean,
};

/** Which edge a watch waits for. */
export type WatchFor = "taken" | "freed";

/** Future watches that the user set, by start. */
export type WatchList = {
  /** The watches. */
  watches: Array<Watch>,
};

/** Ask to be told. */
export type WatchSlot = {
  /** Whose time. */
  practitioner_id: PractitionerId,
  /** First instant. */
  starts_at: string,
  /** First instant after, at most 24 hours later. */
  ends_at: string,
  /** Which edge. */
  on: WatchFor,
};

/** The answer of a write: the value, and the generation of the `changed` event that shows it. */
export type Written<T> = {
  /** What was written. */
  value: T,
  /** Wait for this generation before telling the user. */
  generation: number,
};
