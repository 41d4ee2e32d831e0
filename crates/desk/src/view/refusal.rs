//! Why something was refused, and what is free instead, as a person reads it.

use chrono::NaiveDate;
use frontdesk_domain::{
    AppointmentId, AppointmentStep, ConflictKind, LocationId, PractitionerId, Reason, ServiceId,
    Timestamp,
};
use serde::{Deserialize, Serialize};

use super::WallInstant;

/// A refusal as a person reads it. The sentence itself is the window's, by `reason`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct RefusalView {
    /// The code.
    pub reason: Reason,
    /// The wrong argument, if one is.
    pub field: Option<String>,
    /// What stands in the way.
    pub conflict: Option<ConflictView>,
    /// At most 3 with the same practitioner, then at most 3 with others; nearest first.
    pub alternatives: Vec<SlotOffer>,
    /// With `illegal_status`: the steps that are legal.
    pub steps: Vec<AppointmentStep>,
    /// With `stale_version`: the fields that somebody else has changed since.
    pub changed: Vec<String>,
    /// With a refused series: every visit with its fate, in the order of the plan.
    pub fates: Vec<FateView>,
    /// True when this user may break this rule with a reason (`override`).
    pub overridable: bool,
}

/// What would become of one visit of a refused series.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct FateView {
    /// Which visit.
    pub appointment_id: AppointmentId,
    /// Civil date.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub date: NaiveDate,
    /// `HH:MM`.
    pub wall_start: String,
    /// Why it cannot be; none when it can.
    pub reason: Option<Reason>,
    /// What stands in the way.
    pub conflict: Option<ConflictView>,
    /// At most 3 other slots.
    pub alternatives: Vec<SlotOffer>,
}

/// What stands in the way, on the clinic's wall.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ConflictView {
    /// Its kind.
    pub kind: ConflictKind,
    /// Civil date of its start.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub date: NaiveDate,
    /// `HH:MM`.
    pub wall_start: String,
    /// `HH:MM`.
    pub wall_end: String,
    /// Who put it there.
    pub by_name: Option<String>,
    /// When it was put there.
    pub at: Option<WallInstant>,
    /// True when it was this desk's own user.
    pub by_me: bool,
    /// What a closure or time off is for, as the board says it: the holiday's name.
    pub label: Option<String>,
    /// True when it is this desk's own booking or move, which nobody has agreed to yet.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "ts", ts(optional, as = "Option<bool>"))]
    pub waiting: bool,
}

/// A free slot as a person reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct SlotOffer {
    /// With whom.
    pub practitioner_id: PractitionerId,
    /// Shown name.
    pub practitioner_name: String,
    /// What for.
    pub service_id: ServiceId,
    /// Where, if the schedule says so.
    pub location_id: Option<LocationId>,
    /// The instant to book.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub starts_at: Timestamp,
    /// First instant after.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub ends_at: Timestamp,
    /// Civil date.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub date: NaiveDate,
    /// `HH:MM`.
    pub wall_start: String,
    /// `HH:MM`.
    pub wall_end: String,
    /// Of a class: how many have booked exactly this time, as its tile counts them.
    pub seats: Option<SeatCount>,
}

/// Seats of a class at one time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct SeatCount {
    /// Taken; none where nobody has booked yet.
    pub taken: u16,
    /// In all.
    pub capacity: u16,
}
