//! Why a command was refused, in a form that helps: what took the slot, by whom, and what is free.

use serde::{Deserialize, Serialize};

use crate::{
    AppointmentId, AppointmentStep, Interval, LocationId, PractitionerId, ServiceId, Timestamp,
    UserId, WallDateTime, iso,
};

/// The codes of a refusal. A code exists only if somebody acts on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The practitioner has another visit.
    SlotTaken,
    /// The class is full.
    CapacityFull,
    /// The patient has another visit.
    PatientBusy,
    /// The room or equipment is taken.
    LocationBusy,
    /// The visit is not inside working hours.
    OutsideSchedule,
    /// The start has passed.
    InPast,
    /// The clocks jump over this wall time.
    DstGap,
    /// The clocks show this wall time twice and none was chosen.
    DstFold,
    /// The start is not on the clinic's grid.
    OffGrid,
    /// The visit's status does not allow it.
    IllegalStatus,
    /// The row was changed since it was read.
    StaleVersion,
    /// A command that this one depends on was refused.
    Dependency,
    /// Something named does not exist in this clinic.
    UnknownId,
    /// The command itself is wrong; `field` names where.
    Invalid,
    /// The user may not do this.
    Forbidden,
}

impl Reason {
    /// True when the same wish could be fulfilled at another time or by somebody else.
    #[must_use]
    pub fn another_slot_helps(self) -> bool {
        match self {
            Self::SlotTaken
            | Self::CapacityFull
            | Self::PatientBusy
            | Self::LocationBusy
            | Self::OutsideSchedule
            | Self::InPast
            | Self::DstGap
            | Self::DstFold
            | Self::OffGrid => true,
            Self::IllegalStatus
            | Self::StaleVersion
            | Self::Dependency
            | Self::UnknownId
            | Self::Invalid
            | Self::Forbidden => false,
        }
    }
}

/// What kind of thing stands in the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ConflictKind {
    /// A visit of the same practitioner.
    Appointment,
    /// A visit in the same location.
    Location,
    /// Another visit of the same patient.
    Patient,
    /// Time off.
    TimeOff,
    /// The clinic is closed.
    Closure,
    /// A slot that another desk keeps while its booking dialog is open.
    Hold,
}

/// A user as shown to others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ByUser {
    /// Their id.
    pub user_id: UserId,
    /// Their name.
    pub name: String,
}

/// What stands in the way, and since when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Conflict {
    /// Its kind.
    pub kind: ConflictKind,
    /// The appointment or exception.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional, type = "string"))]
    pub id: Option<uuid::Uuid>,
    /// The time it occupies, with buffers.
    pub during: Interval,
    /// Who put it there, if the asking role may know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub by: Option<ByUser>,
    /// When it was put there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub at: Option<Timestamp>,
}

/// A free slot: computed, never stored.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Slot {
    /// First instant.
    #[serde(serialize_with = "iso::serialize")]
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub starts_at: Timestamp,
    /// With whom.
    pub practitioner_id: PractitionerId,
    /// What for.
    pub service_id: ServiceId,
    /// Where, if the block says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub location_id: Option<LocationId>,
    /// First instant after.
    #[serde(serialize_with = "iso::serialize")]
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub ends_at: Timestamp,
    /// The start on the clinic's wall.
    pub wall_start: WallDateTime,
}

/// What becomes of one visit of a series.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Fate {
    /// Which visit.
    pub appointment_id: AppointmentId,
    /// The start on the clinic's wall, as wished.
    pub wall_start: WallDateTime,
    /// The instant, unless the wall time does not exist or was shown twice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional, type = "string"))]
    pub starts_at: Option<Timestamp>,
    /// Why it cannot be; none when it can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub reason: Option<Reason>,
    /// What stands in the way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub conflict: Option<Conflict>,
    /// At most 3 other slots; in a gap the two nearest times, in a fold both.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alternatives: Vec<Slot>,
}

/// A refused command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Refusal {
    /// The code.
    pub reason: Reason,
    /// The argument that is wrong, for `invalid` and `unknown_id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub field: Option<String>,
    /// What stands in the way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub conflict: Option<Conflict>,
    /// At most 3 with the same practitioner, then at most 3 with others, within 14 days.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alternatives: Vec<Slot>,
    /// With `illegal_status`: the steps that are legal.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<AppointmentStep>,
    /// With `stale_version`: the fields of the row that changed since it was read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changed: Vec<String>,
    /// With a refused series: what would become of every visit, in the order of the command.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fates: Vec<Fate>,
}

impl Refusal {
    /// A refusal that only needs its code.
    #[must_use]
    pub fn because(reason: Reason) -> Self {
        Self {
            reason,
            field: None,
            conflict: None,
            alternatives: Vec::new(),
            steps: Vec::new(),
            changed: Vec::new(),
            fates: Vec::new(),
        }
    }

    /// A refusal that names the argument.
    #[must_use]
    pub fn of_field(reason: Reason, field: &str) -> Self {
        Self {
            field: Some(field.to_owned()),
            ..Self::because(reason)
        }
    }

    /// A refusal that names what stands in the way.
    #[must_use]
    pub fn over(reason: Reason, conflict: Conflict) -> Self {
        Self {
            conflict: Some(conflict),
            ..Self::because(reason)
        }
    }
}
