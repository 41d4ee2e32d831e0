//! Who treats and who is treated.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{PatientId, PractitionerId, ServiceId};

/// A therapist or doctor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Practitioner {
    /// Their id.
    pub practitioner_id: PractitionerId,
    /// Shown name.
    pub name: String,
    /// What they offer.
    pub service_ids: Vec<ServiceId>,
    /// False when they can no longer be booked.
    pub active: bool,
    /// Seq of the last change.
    pub version: u64,
}

/// A person who is treated.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Patient {
    /// Their id.
    pub patient_id: PatientId,
    /// Full name as written.
    pub name: String,
    /// As written, digits found by search.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Civil date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birth_date: Option<NaiveDate>,
    /// Free text for the desk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
    /// Seq of the last change.
    pub version: u64,
}

// Invariant I30: a patient's name never gets into a log by way of `{:?}`.
impl std::fmt::Debug for Patient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Patient")
            .field("patient_id", &self.patient_id)
            .finish_non_exhaustive()
    }
}
