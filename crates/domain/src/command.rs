//! What a desk asks for. The JSON is `{"kind": "book_appointment", "args": {…}}`.

use serde::{Deserialize, Serialize};

use crate::{
    AppointmentId, AppointmentStep, CancelReason, LocationId, Override, Patient, PatientId,
    PractitionerId, SeriesId, ServiceId, Timestamp, WallDateTime,
};

/// A wish, not yet a fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "args", rename_all = "snake_case")]
pub enum Command {
    /// Take a slot for a patient.
    BookAppointment(BookAppointment),
    /// Move a visit.
    RescheduleAppointment(RescheduleAppointment),
    /// Change what a visit is about, not where it is.
    UpdateAppointment(UpdateAppointment),
    /// Give a visit up.
    CancelAppointment(CancelAppointment),
    /// Agree to a visit that waits for approval.
    ApproveAppointment(StepAppointment),
    /// Decline a visit that waits for approval.
    RejectAppointment(StepAppointment),
    /// The patient is here.
    ArriveAppointment(StepAppointment),
    /// The patient is in the room.
    CheckInAppointment(StepAppointment),
    /// The visit is done.
    CompleteAppointment(StepAppointment),
    /// The patient did not come.
    MarkAppointmentNoShow(StepAppointment),
    /// Take the last status step back.
    UndoStatus(StepAppointment),
    /// Take several slots for a patient, all or none.
    BookSeries(BookSeries),
    /// Create or change a patient.
    PutPatient(PutPatient),
    /// Nothing: keeps a device's numbers dense when a row was withdrawn.
    Noop(Noop),
}

impl Command {
    /// The kinds that a server of this version decides.
    pub const KINDS: [&'static str; 14] = [
        "book_appointment",
        "reschedule_appointment",
        "update_appointment",
        "cancel_appointment",
        "approve_appointment",
        "reject_appointment",
        "arrive_appointment",
        "check_in_appointment",
        "complete_appointment",
        "mark_appointment_no_show",
        "undo_status",
        "book_series",
        "put_patient",
        "noop",
    ];

    /// The status step that this command asks for, with its visit; a cancellation is one too.
    #[must_use]
    pub fn step(&self) -> Option<(AppointmentStep, AppointmentId)> {
        let (step, id) = match self {
            Self::ApproveAppointment(on) => (AppointmentStep::Approve, on.appointment_id),
            Self::RejectAppointment(on) => (AppointmentStep::Reject, on.appointment_id),
            Self::ArriveAppointment(on) => (AppointmentStep::Arrive, on.appointment_id),
            Self::CheckInAppointment(on) => (AppointmentStep::CheckIn, on.appointment_id),
            Self::CompleteAppointment(on) => (AppointmentStep::Complete, on.appointment_id),
            Self::MarkAppointmentNoShow(on) => (AppointmentStep::MarkNoShow, on.appointment_id),
            Self::UndoStatus(on) => (AppointmentStep::Undo, on.appointment_id),
            Self::CancelAppointment(on) => (AppointmentStep::Cancel, on.appointment_id),
            Self::BookAppointment(_)
            | Self::RescheduleAppointment(_)
            | Self::UpdateAppointment(_)
            | Self::BookSeries(_)
            | Self::PutPatient(_)
            | Self::Noop(_) => return None,
        };
        Some((step, id))
    }
}

/// Which visits of a series an edit is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum SeriesScope {
    /// Only the named visit.
    #[default]
    This,
    /// The named visit and the later ones.
    Following,
    /// Every visit that has not begun.
    All,
}

impl SeriesScope {
    /// True for the scope that is not written.
    #[must_use]
    pub fn is_this(&self) -> bool {
        *self == Self::This
    }
}

/// Take a slot for a patient.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct BookAppointment {
    /// Made by the desk: the same id is the same booking.
    pub appointment_id: AppointmentId,
    /// For whom.
    pub patient_id: PatientId,
    /// With whom.
    pub practitioner_id: PractitionerId,
    /// What for.
    pub service_id: ServiceId,
    /// Where, if it matters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub location_id: Option<LocationId>,
    /// First instant of the visit.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub starts_at: Timestamp,
    /// First instant after; the service's duration when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional, type = "string"))]
    pub ends_at: Option<Timestamp>,
    /// Free text, at most 2,000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub notes: Option<String>,
    /// Rules that may be broken, and why.
    #[serde(default, rename = "override", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub overriding: Option<Override>,
}

// Invariant I30: free text never gets into a log by way of `{:?}`.
impl std::fmt::Debug for BookAppointment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BookAppointment")
            .field("appointment_id", &self.appointment_id)
            .field("practitioner_id", &self.practitioner_id)
            .field("service_id", &self.service_id)
            .field("starts_at", &self.starts_at)
            .finish_non_exhaustive()
    }
}

/// Move a visit to another time, practitioner or location.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct RescheduleAppointment {
    /// Which visit.
    pub appointment_id: AppointmentId,
    /// New first instant.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub starts_at: Timestamp,
    /// New first instant after; the visit keeps its length when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional, type = "string"))]
    pub ends_at: Option<Timestamp>,
    /// New practitioner; unchanged when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub practitioner_id: Option<PractitionerId>,
    /// New location. When absent the visit stays where it is, unless that was its block's location:
    /// then it goes with the new block's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub location_id: Option<LocationId>,
    /// Rules that may be broken, and why.
    #[serde(default, rename = "override", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub overriding: Option<Override>,
    /// Which visits of its series; only this one when absent. The others move by as many days and
    /// minutes of the wall clock.
    #[serde(default, skip_serializing_if = "SeriesScope::is_this")]
    #[cfg_attr(feature = "ts", ts(optional, as = "Option<_>"))]
    pub scope: SeriesScope,
}

/// Change what a visit is about; absent fields stay.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct UpdateAppointment {
    /// Which visit.
    pub appointment_id: AppointmentId,
    /// Free text, at most 2,000 characters; an empty one clears it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub notes: Option<String>,
    /// For whom instead: the patient must be free.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub patient_id: Option<PatientId>,
    /// What for instead: the visit keeps its start and its length and takes the service's buffers,
    /// which must fit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub service_id: Option<ServiceId>,
    /// Which visits of its series; only this one when absent.
    #[serde(default, skip_serializing_if = "SeriesScope::is_this")]
    #[cfg_attr(feature = "ts", ts(optional, as = "Option<_>"))]
    pub scope: SeriesScope,
}

impl std::fmt::Debug for UpdateAppointment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UpdateAppointment")
            .field("appointment_id", &self.appointment_id)
            .field("scope", &self.scope)
            .finish_non_exhaustive()
    }
}

/// A step of a visit's status; the command's kind says which.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct StepAppointment {
    /// Which visit.
    pub appointment_id: AppointmentId,
    /// What was said about it, at most 2,000 characters; kept with a rejected visit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub reason: Option<String>,
}

impl std::fmt::Debug for StepAppointment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StepAppointment")
            .field("appointment_id", &self.appointment_id)
            .finish_non_exhaustive()
    }
}

/// Take several slots for a patient: all of them are checked, and all are booked or none.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct BookSeries {
    /// Made by the desk: the same id is the same series.
    pub series_id: SeriesId,
    /// For whom.
    pub patient_id: PatientId,
    /// What for.
    pub service_id: ServiceId,
    /// Free text for every visit, at most 2,000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub notes: Option<String>,
    /// Rules that may be broken, and why.
    #[serde(default, rename = "override", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub overriding: Option<Override>,
    /// The visits, 1 to 200.
    pub visits: Vec<SeriesVisit>,
}

impl std::fmt::Debug for BookSeries {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BookSeries")
            .field("series_id", &self.series_id)
            .field("visits", &self.visits)
            .finish_non_exhaustive()
    }
}

/// One visit of a series that is to be booked. Exactly one of `starts_at` and `wall_start` says
/// when; a wall time that the clocks skip or show twice is refused with the times to choose from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct SeriesVisit {
    /// Made by the desk.
    pub appointment_id: AppointmentId,
    /// With whom.
    pub practitioner_id: PractitionerId,
    /// First instant of the visit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional, type = "string"))]
    pub starts_at: Option<Timestamp>,
    /// The start on the clinic's wall.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub wall_start: Option<WallDateTime>,
    /// First instant after; the service's duration when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional, type = "string"))]
    pub ends_at: Option<Timestamp>,
    /// Where, if it matters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub location_id: Option<LocationId>,
}

/// Give a visit up. A second cancel is applied and changes nothing.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct CancelAppointment {
    /// Which visit.
    pub appointment_id: AppointmentId,
    /// Who called it off.
    pub reason: CancelReason,
    /// What was said, at most 2,000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub note: Option<String>,
    /// Which visits of its series; only this one when absent.
    #[serde(default, skip_serializing_if = "SeriesScope::is_this")]
    #[cfg_attr(feature = "ts", ts(optional, as = "Option<_>"))]
    pub scope: SeriesScope,
}

impl std::fmt::Debug for CancelAppointment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CancelAppointment")
            .field("appointment_id", &self.appointment_id)
            .field("reason", &self.reason)
            .finish_non_exhaustive()
    }
}

/// Create or change a patient. `version` of the row is refused like any other unknown argument.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct PutPatient {
    /// Made by the desk.
    pub patient_id: PatientId,
    /// Full name, 1 to 200 characters.
    pub name: String,
    /// At most 40 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub phone: Option<String>,
    /// Civil date, not in the future.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional, type = "string"))]
    pub birth_date: Option<chrono::NaiveDate>,
    /// At most 2,000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub notes: Option<String>,
}

impl std::fmt::Debug for PutPatient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PutPatient")
            .field("patient_id", &self.patient_id)
            .finish_non_exhaustive()
    }
}

impl PutPatient {
    /// The row that this command asks for.
    #[must_use]
    pub fn patient(&self) -> Patient {
        Patient {
            patient_id: self.patient_id,
            name: self.name.clone(),
            phone: self.phone.clone(),
            birth_date: self.birth_date,
            notes: self.notes.clone(),
            version: 0,
        }
    }
}

/// Nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Noop {}
