//! What is asked about visits.

use chrono::NaiveDate;
use clap::{Subcommand, ValueEnum};
use frontdesk_domain::command::SeriesScope;
use frontdesk_domain::{AppointmentId, CancelReason, Override, Reason, SeriesUnit};

use super::At;

#[derive(Debug, Subcommand)]
pub(crate) enum VisitCommand {
    /// Book a visit.
    Book(Book),
    /// Book the same time again and again: all dates or none.
    BookSeries(BookSeries),
    /// Move a visit.
    Reschedule(Reschedule),
    /// Change a visit's note, patient or service.
    Update(Update),
    /// Cancel a visit.
    Cancel(Cancel),
    /// List the visits that wait for approval.
    Approvals {
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Agree to a visit that waits for approval.
    Approve(Step),
    /// Decline a visit that waits for approval.
    Reject(Step),
    /// The patient is here.
    Arrive(Step),
    /// The patient is in the room.
    CheckIn(Step),
    /// The visit is done.
    Complete(Step),
    /// The patient did not come.
    NoShow(Step),
    /// Take the last step of a visit's status back.
    Undo(Step),
}

#[derive(Debug, clap::Args)]
pub(crate) struct Book {
    #[command(flatten)]
    pub(crate) wish: Wish,
    #[command(flatten)]
    pub(crate) overriding: Overriding,
    /// As JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Who, what and when.
#[derive(Debug, clap::Args)]
pub(crate) struct Wish {
    /// Service, by name or id.
    #[arg(long)]
    pub(crate) service: String,
    /// Practitioner, by name or id.
    #[arg(long)]
    pub(crate) practitioner: String,
    /// Patient: an id, or a search that finds exactly one.
    #[arg(long)]
    pub(crate) patient: String,
    #[command(flatten)]
    pub(crate) at: At,
    /// Free text.
    #[arg(long)]
    pub(crate) note: Option<String>,
}

/// Rules that may be broken.
#[derive(Debug, clap::Args)]
pub(crate) struct Overriding {
    /// Break a rule where you may, for this reason, which is recorded.
    #[arg(long = "override", value_name = "REASON")]
    reason: Option<String>,
    /// Which rules may be broken [default: all that can be].
    #[arg(long, value_enum, value_delimiter = ',', requires = "reason")]
    rule: Vec<Rule>,
}

impl Overriding {
    /// What the command carries.
    pub(crate) fn given(self) -> Option<Override> {
        let mut rules = self.rule;
        if rules.is_empty() {
            rules = Rule::value_variants().to_vec();
        }
        Some(Override {
            reason: self.reason?,
            rules: rules.into_iter().map(Rule::reason).collect(),
        })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
enum Rule {
    SlotTaken,
    CapacityFull,
    PatientBusy,
    LocationBusy,
    OutsideSchedule,
    OffGrid,
}

impl Rule {
    fn reason(self) -> Reason {
        match self {
            Self::SlotTaken => Reason::SlotTaken,
            Self::CapacityFull => Reason::CapacityFull,
            Self::PatientBusy => Reason::PatientBusy,
            Self::LocationBusy => Reason::LocationBusy,
            Self::OutsideSchedule => Reason::OutsideSchedule,
            Self::OffGrid => Reason::OffGrid,
        }
    }
}

#[derive(Debug, clap::Args)]
pub(crate) struct BookSeries {
    #[command(flatten)]
    pub(crate) wish: Wish,
    /// How many dates, skipped ones included.
    #[arg(long, value_parser = clap::value_parser!(u16).range(2..=200))]
    pub(crate) count: u16,
    /// Counted in these.
    #[arg(long, value_enum, default_value = "week")]
    pub(crate) unit: Unit,
    /// Every so many.
    #[arg(long, default_value = "1", value_parser = clap::value_parser!(u16).range(1..=52))]
    pub(crate) every: u16,
    /// Weekdays of a weekly series, 1 = Monday … 7 = Sunday [default: the first visit's].
    #[arg(long, value_delimiter = ',', value_parser = clap::value_parser!(u8).range(1..=7))]
    pub(crate) weekdays: Vec<u8>,
    /// Dates that are left out.
    #[arg(long, value_delimiter = ',')]
    pub(crate) skip: Vec<NaiveDate>,
    /// Only print what would become of every date.
    #[arg(long)]
    pub(crate) plan: bool,
    #[command(flatten)]
    pub(crate) overriding: Overriding,
    /// As JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Unit {
    Day,
    Week,
    Month,
}

impl Unit {
    pub(crate) fn of_series(self) -> SeriesUnit {
        match self {
            Self::Day => SeriesUnit::Day,
            Self::Week => SeriesUnit::Week,
            Self::Month => SeriesUnit::Month,
        }
    }
}

/// Which visit, and how it was seen.
#[derive(Debug, clap::Args)]
pub(crate) struct Edited {
    /// The visit.
    pub(crate) appointment: AppointmentId,
    /// Refuse if it has changed since this version (as `day --json` shows it).
    #[arg(long, value_name = "VERSION")]
    pub(crate) seen: Option<u64>,
    /// As JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Scope {
    /// Only this visit.
    #[default]
    This,
    /// This visit of the series and the later ones.
    Following,
    /// Every visit of the series that has not begun.
    All,
}

impl Scope {
    pub(crate) fn of_series(self) -> SeriesScope {
        match self {
            Self::This => SeriesScope::This,
            Self::Following => SeriesScope::Following,
            Self::All => SeriesScope::All,
        }
    }
}

#[derive(Debug, clap::Args)]
pub(crate) struct Reschedule {
    #[command(flatten)]
    pub(crate) edited: Edited,
    #[command(flatten)]
    pub(crate) at: At,
    /// New practitioner, by name or id; unchanged when absent.
    #[arg(long)]
    pub(crate) practitioner: Option<String>,
    /// Which visits of its series.
    #[arg(long, value_enum, default_value = "this")]
    pub(crate) scope: Scope,
    #[command(flatten)]
    pub(crate) overriding: Overriding,
}

#[derive(Debug, clap::Args)]
#[group(id = "change", required = true, multiple = true, args = ["note", "patient", "service"])]
pub(crate) struct Update {
    #[command(flatten)]
    pub(crate) edited: Edited,
    /// Other free text; an empty one clears it.
    #[arg(long)]
    pub(crate) note: Option<String>,
    /// Another patient: an id, or a search that finds exactly one.
    #[arg(long)]
    pub(crate) patient: Option<String>,
    /// Another service, by name or id.
    #[arg(long)]
    pub(crate) service: Option<String>,
    /// Which visits of its series.
    #[arg(long, value_enum, default_value = "this")]
    pub(crate) scope: Scope,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Cancel {
    #[command(flatten)]
    pub(crate) edited: Edited,
    /// Who called it off.
    #[arg(long, value_enum, default_value = "patient")]
    pub(crate) reason: Why,
    /// What was said.
    #[arg(long)]
    pub(crate) note: Option<String>,
    /// Which visits of its series.
    #[arg(long, value_enum, default_value = "this")]
    pub(crate) scope: Scope,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Why {
    Patient,
    Clinic,
    Revoked,
}

impl Why {
    pub(crate) fn reason(self) -> CancelReason {
        match self {
            Self::Patient => CancelReason::Patient,
            Self::Clinic => CancelReason::Clinic,
            Self::Revoked => CancelReason::Revoked,
        }
    }
}

#[derive(Debug, clap::Args)]
pub(crate) struct Step {
    #[command(flatten)]
    pub(crate) edited: Edited,
    /// What was said; kept with a declined visit.
    #[arg(long)]
    pub(crate) reason: Option<String>,
}
