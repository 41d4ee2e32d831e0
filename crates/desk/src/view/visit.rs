//! Edits of a visit, the steps of its status, and the list of those that wait for approval.

use chrono::NaiveDate;
use frontdesk_domain::command::{
    CancelAppointment, RescheduleAppointment, StepAppointment, UpdateAppointment,
};
use frontdesk_domain::{AppointmentId, AppointmentStatus, Reason, SeriesId, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Progress, WallInstant};

macro_rules! edits {
    ($($(#[doc = $doc:literal])* $name:ident($command:ident),)*) => {$(
        $(#[doc = $doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[cfg_attr(feature = "ts", derive(ts_rs::TS))]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            /// The `version` of the card on which the user decided this: a later change by somebody
            /// else refuses it (`stale_version`) instead of being written over.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            #[cfg_attr(feature = "ts", ts(optional, type = "number"))]
            pub base_version: Option<u64>,
            /// What is asked.
            pub command: $command,
        }
    )*};
}

edits! {
    /// Move a visit as the user saw it.
    EditReschedule(RescheduleAppointment),
    /// Change a visit as the user saw it.
    EditUpdate(UpdateAppointment),
    /// Give a visit up as the user saw it.
    EditCancel(CancelAppointment),
    /// Step a visit's status as the user saw it.
    EditStep(StepAppointment),
}

/// A visit's status has changed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct VisitStepped {
    /// Its id.
    pub appointment_id: AppointmentId,
    /// Confirmed, or waiting for the server's answer.
    pub progress: Progress,
    /// Where it stands now; where it stood while waiting.
    pub status: AppointmentStatus,
    /// For whom.
    pub patient_name: String,
    /// With whom.
    pub practitioner_name: String,
    /// Civil date.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub date: NaiveDate,
    /// `HH:MM`.
    pub wall_start: String,
}

impl std::fmt::Debug for VisitStepped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VisitStepped")
            .field("appointment_id", &self.appointment_id)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

/// Visits that wait for approval, from today on, by start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ApprovalList {
    /// The visits.
    pub visits: Vec<ApprovalItem>,
}

/// A visit that waits for approval.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ApprovalItem {
    /// Its id.
    pub appointment_id: AppointmentId,
    /// For whom.
    pub patient_name: String,
    /// With whom.
    pub practitioner_name: String,
    /// What for.
    pub service_name: String,
    /// The instant it starts.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub starts_at: Timestamp,
    /// Civil date.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub date: NaiveDate,
    /// `HH:MM`.
    pub wall_start: String,
    /// `HH:MM`.
    pub wall_end: String,
    /// Who asked for it.
    pub taken_by_name: String,
    /// When.
    pub taken_at: WallInstant,
    /// False when the user's rights do not allow it.
    pub can_decide: bool,
    /// Seq of the last change.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub version: u64,
}

impl std::fmt::Debug for ApprovalItem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ApprovalItem")
            .field("appointment_id", &self.appointment_id)
            .finish_non_exhaustive()
    }
}

/// Which rules a visit's place breaks, and why.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct OverrideView {
    /// As it was given.
    pub reason: String,
    /// The rules.
    pub rules: Vec<Reason>,
}

impl std::fmt::Debug for OverrideView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OverrideView")
            .field("rules", &self.rules)
            .finish_non_exhaustive()
    }
}

/// A visit's place in its series.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct SeriesPlace {
    /// Which series.
    pub series_id: SeriesId,
    /// 1 = first, cancelled ones counted.
    pub index: u16,
    /// How many.
    pub count: u16,
}
