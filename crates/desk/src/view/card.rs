//! The card of a visit.

use chrono::NaiveDate;
use frontdesk_domain::{
    AppointmentId, AppointmentStatus, AppointmentStep, CancelReason, LocationId, PractitionerId,
    ServiceId, Timestamp,
};
use serde::{Deserialize, Serialize};

use super::{OverrideView, PatientMatch, SeriesPlace, WallInstant};

/// Which visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct AppointmentCardQuery {
    /// Its id.
    pub appointment_id: AppointmentId,
}

/// One visit with everything a receptionist says about it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct AppointmentCard {
    /// Its id.
    pub appointment_id: AppointmentId,
    /// For whom.
    pub patient: PatientMatch,
    /// With whom.
    pub practitioner_id: PractitionerId,
    /// Shown name.
    pub practitioner_name: String,
    /// What for.
    pub service_id: ServiceId,
    /// Shown name.
    pub service_name: String,
    /// Where.
    pub location_id: Option<LocationId>,
    /// Shown name.
    pub location_name: Option<String>,
    /// The instant it starts.
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
    /// Where it stands.
    pub status: AppointmentStatus,
    /// Free text.
    pub notes: Option<String>,
    /// Who booked it or moved it here.
    pub taken_by_name: String,
    /// When.
    pub taken_at: WallInstant,
    /// Why it was cancelled, when it was.
    pub cancel_reason: Option<CancelReason>,
    /// What was said about the cancellation.
    pub cancel_note: Option<String>,
    /// Which rules its place breaks, and why.
    #[serde(rename = "override")]
    pub overridden: Option<OverrideView>,
    /// Its place in a series.
    pub series: Option<SeriesPlace>,
    /// The steps of its status that the user may take now, cancelling included, in the order of
    /// the day.
    pub steps: Vec<AppointmentStep>,
    /// False when its status or the user's rights do not allow it.
    pub can_update: bool,
    /// False when its status or the user's rights do not allow it.
    pub can_cancel: bool,
    /// False when its status or the user's rights do not allow it.
    pub can_reschedule: bool,
    /// Seq of the last change.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub version: u64,
}

impl std::fmt::Debug for AppointmentCard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AppointmentCard")
            .field("appointment_id", &self.appointment_id)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}
