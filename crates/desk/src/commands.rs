//! The command table: everything that a window, a script or a test can ask of a desk, once.
//!
//! The shell expands it into handlers and their permission names, `cargo xtask bindings` into
//! TypeScript, the refresh audit into its cases. Rows have no bodies: `name(Request) -> Response`
//! is the method `Desk::name`. A `read` names the topics it is made of; a `write` names the topics
//! that its success touches, and answers only after they are committed and announced.

/// Calls `$with! { … }` with every row of the table.
#[macro_export]
macro_rules! for_each_command {
    ($with:path) => {
        $with! {
            /// Who is signed in, where, and how this desk keeps its data.
            read session(NoArguments) -> SessionStatus, reads [Session, Clinic];
            /// How fresh the view is.
            read connection(NoArguments) -> Connection, reads [Connection];
            /// The clinic's wall clock, for the now-line.
            read clock(NoArguments) -> Clock, reads [Clock, Clinic];
            /// One civil date of the board.
            read day_sheet(DaySheetQuery) -> DaySheet,
                reads [Clinic, Practitioner, Service, Patient, Schedule, Exception, Appointment, Hold, Watch, Outbox];
            /// What a booking dialog shows about its slot, with the server's own decision rules.
            read booking_form(BookingFormQuery) -> BookingForm,
                reads [Clinic, Practitioner, Service, Location, Patient, Schedule, Exception, Appointment, Hold, Outbox, Clock];
            /// The same for a visit that is being moved.
            read reschedule_form(RescheduleFormQuery) -> RescheduleForm,
                reads [Clinic, Practitioner, Service, Location, Patient, Schedule, Exception, Appointment, Hold, Outbox, Clock];
            /// One visit with everything a receptionist says about it.
            read appointment_card(AppointmentCardQuery) -> AppointmentCard,
                reads [Clinic, Practitioner, Service, Location, Patient, Appointment, Clock];
            /// Free slots of a service between two dates.
            read free_slots(FreeSlotsQuery) -> FreeSlots,
                reads [Clinic, Practitioner, Service, Location, Schedule, Exception, Appointment, Hold, Outbox, Clock];
            /// Every date of a series with its fate, before it is booked.
            read series_plan(SeriesPlanQuery) -> SeriesPlan,
                reads [Clinic, Practitioner, Service, Location, Patient, Schedule, Exception, Appointment, Hold, Outbox];
            /// The visits of a series.
            read series_card(SeriesCardQuery) -> SeriesCard, reads [Clinic, Practitioner, Appointment, Clock];
            /// Visits that wait for approval.
            read approvals(NoArguments) -> ApprovalList,
                reads [Clinic, Practitioner, Service, Patient, Appointment, Clock];
            /// Services that can be booked.
            read services(NoArguments) -> ServiceList, reads [Service, Practitioner];
            /// Patients by bits of name, phone or date of birth.
            read search_patients(PatientQuery) -> PatientMatches, reads [Patient];
            /// What this desk watches.
            read watches(NoArguments) -> WatchList, reads [Watch, Clinic, Practitioner, Appointment, Clock];
            /// What this desk was told, newest first.
            read notices(NoArguments) -> NoticeList, reads [Notice, Clinic, Practitioner];
            /// What the server could not take, to be sent again or dismissed.
            read set_aside(NoArguments) -> SetAsideList,
                reads [Outbox, Clinic, Practitioner, Service, Patient, Appointment];

            /// Sign in at the server.
            write sign_in(SignInRequest) -> SessionStatus, changes [Session, Connection];
            /// Sign out; nobody can read the cache through this desk until the next sign-in.
            write sign_out(NoArguments) -> SessionStatus, changes [Session, Connection];
            /// A booking dialog opens: draws the ids that make every retry the same booking,
            /// watches the slot and holds it while the dialog is open.
            write open_booking(OpenBooking) -> BookingDraft, changes [Watch];
            /// The dialog closes: the slot is no longer watched and held for it.
            write close_booking(CloseBooking) -> NoArguments, changes [Watch];
            /// Create or change a patient.
            write put_patient(PutPatient) -> PatientMatch, changes [Patient];
            /// Take a slot for a patient.
            write book_appointment(BookAppointment) -> VisitPlaced, changes [Appointment];
            /// Move a visit.
            write reschedule_appointment(EditReschedule) -> VisitPlaced, changes [Appointment];
            /// Change what a visit is about, not where it is.
            write update_appointment(EditUpdate) -> VisitPlaced, changes [Appointment];
            /// Give a visit up.
            write cancel_appointment(EditCancel) -> VisitCancelled, changes [Appointment];
            /// Agree to a visit that waits for approval.
            write approve_appointment(EditStep) -> VisitStepped, changes [Appointment];
            /// Decline a visit that waits for approval.
            write reject_appointment(EditStep) -> VisitStepped, changes [Appointment];
            /// The patient is here.
            write arrive_appointment(EditStep) -> VisitStepped, changes [Appointment];
            /// The patient is in the room.
            write check_in_appointment(EditStep) -> VisitStepped, changes [Appointment];
            /// The visit is done.
            write complete_appointment(EditStep) -> VisitStepped, changes [Appointment];
            /// The patient did not come.
            write mark_appointment_no_show(EditStep) -> VisitStepped, changes [Appointment];
            /// Take the last status step back.
            write undo_status(EditStep) -> VisitStepped, changes [Appointment];
            /// Take several slots for a patient, all or none.
            write book_series(SeriesBooking) -> SeriesBooked, changes [Appointment];
            /// Ask to be told when another user takes (or frees) a slot.
            write watch_slot(WatchSlot) -> Watch, changes [Watch];
            /// No longer.
            write unwatch_slot(UnwatchSlot) -> NoArguments, changes [Watch];
            /// All notices have been read.
            write mark_notices_seen(NoArguments) -> NoArguments, changes [Notice];
            /// Send again what was set aside, in the name of whoever is signed in.
            write resend_command(ResendCommand) -> CommandResent, changes [Outbox];
            /// What was set aside is no longer wanted.
            write dismiss_command(DismissCommand) -> NoArguments, changes [Outbox];
        }
    };
}

use crate::Topic;

/// What a command does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommandKind {
    /// Answers from the cache and changes nothing.
    Read,
    /// Changes something, and answers after that was announced.
    Write,
}

impl CommandKind {
    /// `read` or `write`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
        }
    }
}

/// A row of the table, as a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommandRow {
    /// The command's name everywhere: desk method, handler, permission.
    pub name: &'static str,
    /// Read or write.
    pub kind: CommandKind,
    /// Type of its argument.
    pub request: &'static str,
    /// Type of its answer; a write wraps it in [`crate::view::Written`].
    pub response: &'static str,
    /// What a read is made of; what the success of a write touches at least.
    pub topics: &'static [Topic],
    /// What it is for.
    pub doc: &'static str,
}

macro_rules! kind {
    (read) => {
        CommandKind::Read
    };
    (write) => {
        CommandKind::Write
    };
}

macro_rules! table {
    ($(
        $(#[doc = $doc:literal])*
        $kind:ident $name:ident($request:ident) -> $response:ident, $verb:ident [$($topic:ident),*];
    )*) => {
        /// Every row, in the order of [`for_each_command!`](crate::for_each_command).
        pub const TABLE: &[CommandRow] = &[$(CommandRow {
            name: stringify!($name),
            kind: kind!($kind),
            request: stringify!($request),
            response: stringify!($response),
            topics: &[$(Topic::$topic),*],
            doc: concat!($($doc),*),
        }),*];
    };
}

for_each_command!(table);
