//! One decision function per command: facts and `now` in, changes or a refusal out.
//!
//! A refusal is that of the first rule that does not hold. The rules are asked in this order:
//! 1. rights; ids; status; lengths and texts; what is done already (applied without a change); the
//!    base version;
//! 2. for a place: the past, working hours, the grid, the practitioner (visits, then other desks'
//!    holds), the location, the patient.
//!
//! A rule of a place that may be broken, is named in the override and is broken is noted, and the
//! next one is asked. Where several visits are decided together they all succeed or all are refused,
//! with the fate of each. A refusal comes without alternatives; [`crate::alternatives::near`] finds
//! them when somebody reads it.

mod book;
mod cancel;
mod check;
mod draft;
mod fate;
mod hold;
mod needs;
mod patient;
mod permit;
mod place;
mod reschedule;
mod rights;
mod rivals;
mod scope;
mod seats;
mod series;
mod shift;
mod step;
mod update;

use crate::command::BookSeries;
use crate::{
    Actor, AppointmentId, AppointmentStep, ClinicFacts, Command, Fate, HoldId, Interval, Reason,
    Refusal, ResourceId, ResourceNeed, Row, Timestamp,
};

pub use hold::{HOLD_SECONDS, HOLDS_OF_A_DESK, hold, hold_needs};
pub use needs::{needs, needs_given};
pub use rights::may_override;
pub use scope::{Touched, touched_with_series};
pub use seats::OVERFLOW;
pub use series::MOST_VISITS;
pub use step::{leads_to, legal_steps, legal_steps_for};

/// A command together with the user who asks.
#[derive(Debug, Clone)]
pub struct Wanted<'a, C> {
    /// What is asked for.
    pub command: &'a C,
    /// Who asks.
    pub by: &'a Actor,
    /// The version of the row that the user saw, for commands on an existing row.
    pub base_version: Option<u64>,
}

impl<'a, C> Wanted<'a, C> {
    fn with<D>(&self, command: &'a D) -> Wanted<'a, D> {
        Wanted {
            command,
            by: self.by,
            base_version: self.base_version,
        }
    }
}

/// One seat of one resource, taken by a visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occupancy {
    /// The visit.
    pub appointment_id: AppointmentId,
    /// What it takes.
    pub resource_id: ResourceId,
    /// 1 = first.
    pub seat: u16,
    /// Visits with different keys never share a practitioner; none on locations and patients.
    pub share_key: Option<uuid::Uuid>,
    /// How long.
    pub during: Interval,
}

/// What a decision changes. Empty when the wish was already fulfilled.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decided {
    /// Rows to write; the engine stamps the version.
    pub rows: Vec<Row>,
    /// Visits whose occupancy is replaced by what `occupancy` has for them: delete all of these
    /// visits' rows first, then insert.
    pub reseated: Vec<AppointmentId>,
    /// All seats of the visits in `reseated`.
    pub occupancy: Vec<Occupancy>,
    /// Holds that end: those of this desk on the slot it has now taken, and, for a manager, those of
    /// others that were in the way.
    pub released: Vec<HoldId>,
    /// Nearly always empty. Otherwise it is decided that there is room, but not who sits where, since
    /// visits that were not looked at hang together with these: load them, add them to
    /// [`ClinicFacts::seen`], and decide again. After a few rounds nothing more is asked.
    pub unseen: Vec<ResourceNeed>,
}

impl Decided {
    /// True when the wish was already fulfilled: applied without a change.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.reseated.is_empty() && self.released.is_empty()
    }
}

/// What a desk can say before the server has decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// What the server would decide on these facts, were the start not in the past.
    pub outcome: Result<Decided, Refusal>,
    /// The start has passed by the desk's clock: a warning, only the server's clock decides.
    pub in_past: bool,
}

/// Decides a command by the server's clock.
///
/// # Errors
/// The [`Refusal`] of the first rule that does not hold.
pub fn decide(
    wanted: &Wanted<'_, Command>,
    facts: &ClinicFacts,
    now: Timestamp,
) -> Result<Decided, Refusal> {
    decide_by(wanted, facts, Clock::Server(now))
}

/// Decides a command for a desk, whose clock only warns.
#[must_use]
pub fn preview(wanted: &Wanted<'_, Command>, facts: &ClinicFacts, now: Timestamp) -> Preview {
    let starts_at = match wanted.command {
        Command::BookAppointment(book) => Some(book.starts_at),
        Command::RescheduleAppointment(to) => Some(to.starts_at),
        Command::BookSeries(series) => series::first_start(series, facts),
        Command::UpdateAppointment(_)
        | Command::CancelAppointment(_)
        | Command::ApproveAppointment(_)
        | Command::RejectAppointment(_)
        | Command::ArriveAppointment(_)
        | Command::CheckInAppointment(_)
        | Command::CompleteAppointment(_)
        | Command::MarkAppointmentNoShow(_)
        | Command::UndoStatus(_)
        | Command::PutPatient(_)
        | Command::Noop(_) => None,
    };
    Preview {
        outcome: decide_by(wanted, facts, Clock::Desk(now)),
        in_past: starts_at.is_some_and(|at| is_in_past(at, now)),
    }
}

/// True when a visit that starts then can no longer be booked.
#[must_use]
pub fn is_in_past(starts_at: Timestamp, now: Timestamp) -> bool {
    starts_at < now
}

/// Takes a slot for a patient.
///
/// # Errors
/// Those of the module's order; `invalid appointment_id` for a reused id with other content.
pub fn book(
    wanted: &Wanted<'_, crate::command::BookAppointment>,
    facts: &ClinicFacts,
    now: Timestamp,
) -> Result<Decided, Refusal> {
    book::book(wanted, facts, Clock::Server(now))
}

/// Moves a visit, or several of its series by as much of the wall clock; they are never in their own
/// way. Moving them to where they are changes nothing.
///
/// # Errors
/// Those of the module's order; of several visits the first one's, with all fates.
pub fn reschedule(
    wanted: &Wanted<'_, crate::command::RescheduleAppointment>,
    facts: &ClinicFacts,
    now: Timestamp,
) -> Result<Decided, Refusal> {
    reschedule::reschedule(wanted, facts, Clock::Server(now))
}

/// The visits that a move is for, each at the place where it would be if nothing were in the way;
/// without those that are there, that cannot be moved, or whose new wall time the clocks skip or show
/// twice. For a desk that waits for the answer.
#[must_use]
pub fn wished_moves(
    command: &crate::command::RescheduleAppointment,
    facts: &ClinicFacts,
    now: Timestamp,
) -> Vec<crate::Appointment> {
    reschedule::wished(command, facts, Clock::Desk(now))
}

/// Where a visit takes place that names no location: in its block's first one, while that has room.
#[must_use]
pub fn usual_location(
    practitioner_id: crate::PractitionerId,
    service_id: crate::ServiceId,
    during: Interval,
    facts: &ClinicFacts,
) -> Option<crate::LocationId> {
    place::usual_location(practitioner_id, service_id, during, facts)
}

/// Gives a visit up, past ones too, or several of its series. A second cancel changes nothing.
///
/// # Errors
/// Those of the module's order that are not about a place.
pub fn cancel(
    wanted: &Wanted<'_, crate::command::CancelAppointment>,
    facts: &ClinicFacts,
    now: Timestamp,
) -> Result<Decided, Refusal> {
    cancel::cancel(wanted, facts, Clock::Server(now))
}

/// What a desk's plan shows of a series: what would become of every visit, in the order of the
/// command, by the rules of the server but that the past only warns. The patient need not be known.
///
/// # Errors
/// The refusal of a command that is wrong in itself: rights, ids, lengths, texts.
pub fn series_fates(
    wanted: &Wanted<'_, BookSeries>,
    facts: &ClinicFacts,
    now: Timestamp,
) -> Result<Vec<Fate>, Refusal> {
    series::fates(wanted, facts, Clock::Desk(now))
}

/// Creates or changes a patient; texts are trimmed, empty ones are none.
///
/// # Errors
/// `invalid` with the field, or `stale_version`.
pub fn put_patient(
    wanted: &Wanted<'_, crate::command::PutPatient>,
    facts: &ClinicFacts,
    now: Timestamp,
) -> Result<Decided, Refusal> {
    patient::put_patient(wanted, facts, now)
}

/// Whose `now` it is: only the server's decides.
#[derive(Debug, Clone, Copy)]
enum Clock {
    Server(Timestamp),
    Desk(Timestamp),
}

impl Clock {
    fn now(self) -> Timestamp {
        match self {
            Self::Server(now) | Self::Desk(now) => now,
        }
    }

    fn refuse_past(self, starts_at: Timestamp) -> Result<(), Refusal> {
        match self {
            Self::Server(now) if is_in_past(starts_at, now) => {
                Err(Refusal::because(Reason::InPast))
            }
            Self::Server(_) | Self::Desk(_) => Ok(()),
        }
    }
}

fn decide_by(
    wanted: &Wanted<'_, Command>,
    facts: &ClinicFacts,
    clock: Clock,
) -> Result<Decided, Refusal> {
    let step = |command, step| step::step(&wanted.with(command), step, facts, clock);
    match wanted.command {
        Command::BookAppointment(command) => book::book(&wanted.with(command), facts, clock),
        Command::RescheduleAppointment(command) => {
            reschedule::reschedule(&wanted.with(command), facts, clock)
        }
        Command::UpdateAppointment(command) => update::update(&wanted.with(command), facts, clock),
        Command::CancelAppointment(command) => cancel::cancel(&wanted.with(command), facts, clock),
        Command::ApproveAppointment(on) => step(on, AppointmentStep::Approve),
        Command::RejectAppointment(on) => step(on, AppointmentStep::Reject),
        Command::ArriveAppointment(on) => step(on, AppointmentStep::Arrive),
        Command::CheckInAppointment(on) => step(on, AppointmentStep::CheckIn),
        Command::CompleteAppointment(on) => step(on, AppointmentStep::Complete),
        Command::MarkAppointmentNoShow(on) => step(on, AppointmentStep::MarkNoShow),
        Command::UndoStatus(on) => step(on, AppointmentStep::Undo),
        Command::BookSeries(command) => series::book_series(&wanted.with(command), facts, clock),
        Command::PutPatient(command) => {
            patient::put_patient(&wanted.with(command), facts, clock.now())
        }
        Command::Noop(_) => Ok(Decided::default()),
    }
}
