//! What a desk asks for. The JSON is `{"kind": "book_appointment", "args": {…}}`.

use serde::{Deserialize, Serialize};

use crate::{
    AppointmentId, CancelReason, LocationId, Patient, PatientId, PractitionerId, ServiceId,
    Timestamp,
};

/// A wish, not yet a fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "args", rename_all = "snake_case")]
pub enum Command {
    /// Take a slot for a patient.
    BookAppointment(BookAppointment),
    /// Move a visit.
    RescheduleAppointment(RescheduleAppointment),
    /// Give a visit up.
    CancelAppointment(CancelAppointment),
    /// Create or change a patient.
    PutPatient(PutPatient),
    /// Nothing: keeps a device's numbers dense when a row was withdrawn.
    Noop(Noop),
}

impl Command {
    /// The kinds that a server of this version decides.
    pub const KINDS: [&'static str; 5] = [
        "book_appointment",
        "reschedule_appointment",
        "cancel_appointment",
        "put_patient",
        "noop",
    ];
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
}

impl std::fmt::Debug for CancelAppointment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CancelAppointment")
            .field("appointment_id", &self.appointment_id)
            .field("reason", &self.reason)
            .finish_non_exhaustive()
    }
}

/// Create or change a patient. `version` of the row is ignored.
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
