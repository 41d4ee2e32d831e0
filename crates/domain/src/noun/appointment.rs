//! Visits.

use serde::{Deserialize, Serialize};

use crate::{
    AppointmentId, Interval, LocationId, PatientId, PractitionerId, Reason, SeriesId, ServiceId,
    Timestamp, UserId, WallDateTime,
};

/// FHIR's appointment status codes, as far as the clinic uses them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum AppointmentStatus {
    /// Asked for, blocks the slot, waits for approval.
    #[serde(rename = "pending")]
    Pending,
    /// Agreed.
    #[serde(rename = "booked")]
    Booked,
    /// The patient is here.
    #[serde(rename = "arrived")]
    Arrived,
    /// The patient is in the room.
    #[serde(rename = "checked-in")]
    CheckedIn,
    /// Done.
    #[serde(rename = "fulfilled")]
    Fulfilled,
    /// Given up; occupies nothing.
    #[serde(rename = "cancelled")]
    Cancelled,
    /// The patient did not come; the time stays as it was.
    #[serde(rename = "noshow")]
    NoShow,
}

impl AppointmentStatus {
    /// True while the visit occupies its practitioner, location and patient.
    #[must_use]
    pub fn occupies(self) -> bool {
        match self {
            Self::Pending
            | Self::Booked
            | Self::Arrived
            | Self::CheckedIn
            | Self::Fulfilled
            | Self::NoShow => true,
            Self::Cancelled => false,
        }
    }

    /// FHIR's code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Booked => "booked",
            Self::Arrived => "arrived",
            Self::CheckedIn => "checked-in",
            Self::Fulfilled => "fulfilled",
            Self::Cancelled => "cancelled",
            Self::NoShow => "noshow",
        }
    }

    /// The status with this FHIR code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [
            Self::Pending,
            Self::Booked,
            Self::Arrived,
            Self::CheckedIn,
            Self::Fulfilled,
            Self::Cancelled,
            Self::NoShow,
        ]
        .into_iter()
        .find(|status| status.code() == code)
    }
}

/// Why a visit was cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum CancelReason {
    /// The patient called it off.
    Patient,
    /// The clinic called it off.
    Clinic,
    /// Made by mistake.
    Revoked,
}

/// A step of a visit's status, named by its command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum AppointmentStep {
    /// `pending → booked`.
    #[serde(rename = "approve_appointment")]
    Approve,
    /// `pending → cancelled`, reason `clinic`.
    #[serde(rename = "reject_appointment")]
    Reject,
    /// `booked → arrived`.
    #[serde(rename = "arrive_appointment")]
    Arrive,
    /// `arrived → checked-in`.
    #[serde(rename = "check_in_appointment")]
    CheckIn,
    /// `checked-in → fulfilled`.
    #[serde(rename = "complete_appointment")]
    Complete,
    /// `booked → noshow`, once the visit has begun.
    #[serde(rename = "mark_appointment_no_show")]
    MarkNoShow,
    /// `pending|booked|arrived → cancelled`.
    #[serde(rename = "cancel_appointment")]
    Cancel,
    /// Back to the status before; undoing a cancellation takes the slot again, if it is free.
    #[serde(rename = "undo_status")]
    Undo,
}

/// Rules that were broken on purpose, with the reason that was given.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Override {
    /// Why, 1 to 500 characters.
    pub reason: String,
    /// What may be broken; on a visit: what was.
    pub rules: Vec<Reason>,
}

// Invariant I30: free text never gets into a log by way of `{:?}`.
impl std::fmt::Debug for Override {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Override")
            .field("rules", &self.rules)
            .finish_non_exhaustive()
    }
}

/// A visit: a fact, decided by the server.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appointment {
    /// Its id, made by the desk.
    pub appointment_id: AppointmentId,
    /// With whom.
    pub practitioner_id: PractitionerId,
    /// For whom.
    pub patient_id: PatientId,
    /// What for.
    pub service_id: ServiceId,
    /// Where, if it matters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location_id: Option<LocationId>,
    /// First instant of the visit.
    pub starts_at: Timestamp,
    /// First instant after the visit.
    pub ends_at: Timestamp,
    /// Where it stands.
    pub status: AppointmentStatus,
    /// The start as agreed with the patient, on the clinic's wall.
    pub wall_start: WallDateTime,
    /// Free text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
    /// Kept free before, in minutes; fixed when booked or moved.
    pub buffer_before_minutes: u16,
    /// Kept free after, in minutes; fixed when booked or moved.
    pub buffer_after_minutes: u16,
    /// Why it was cancelled, when it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancel_reason: Option<CancelReason>,
    /// What was said about the cancellation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancel_note: Option<String>,
    /// The statuses it went through, oldest first; undoing a step takes the last one off.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub status_path: Vec<AppointmentStatus>,
    /// The series it was booked in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub series_id: Option<SeriesId>,
    /// Which rules its place breaks, and why.
    #[serde(default, rename = "override", skip_serializing_if = "Option::is_none")]
    pub overridden: Option<Override>,
    /// Who took this slot: by booking it or by moving the visit here.
    pub taken_by: UserId,
    /// That user's name.
    pub taken_by_name: String,
    /// When the slot was taken, by the server's clock.
    pub taken_at: Timestamp,
    /// Seq of the last change.
    pub version: u64,
}

impl std::fmt::Debug for Appointment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Appointment")
            .field("appointment_id", &self.appointment_id)
            .field("starts_at", &self.starts_at)
            .field("ends_at", &self.ends_at)
            .field("status", &self.status)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

impl Appointment {
    /// The visit itself, without buffers.
    #[must_use]
    pub fn during(&self) -> Interval {
        Interval::new(self.starts_at, self.ends_at)
    }

    /// What the practitioner and the location are occupied for: the visit with its buffers.
    #[must_use]
    pub fn occupied(&self) -> Interval {
        self.during()
            .widened(self.buffer_before_minutes, self.buffer_after_minutes)
    }
}
