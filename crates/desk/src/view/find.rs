//! What is looked for: free slots, services, patients.

use chrono::NaiveDate;
use frontdesk_domain::{AppointmentId, PatientId, PractitionerId, ServiceId};
use serde::{Deserialize, Serialize};

use super::SlotOffer;

/// Which free slots.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct FreeSlotsQuery {
    /// What for.
    pub service_id: ServiceId,
    /// With whom; anybody when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub practitioner_id: Option<PractitionerId>,
    /// First civil date.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub from: NaiveDate,
    /// Last civil date, included; at most 92 days in all.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub to: NaiveDate,
    /// A visit that is being moved: not in its own way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub moving: Option<AppointmentId>,
}

/// Free slots by start, then practitioner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct FreeSlots {
    /// The slots.
    pub slots: Vec<SlotOffer>,
}

/// Services that can be booked, by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ServiceList {
    /// The services.
    pub services: Vec<ServiceSummary>,
}

/// A service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ServiceSummary {
    /// Its id.
    pub service_id: ServiceId,
    /// Shown name.
    pub name: String,
    /// Length in minutes.
    pub duration_minutes: u16,
    /// True when a visit of it waits for approval first.
    pub needs_approval: bool,
    /// How many patients one practitioner takes at once; 1 for all but classes.
    pub capacity: u16,
    /// Who offers it.
    pub practitioner_ids: Vec<PractitionerId>,
}

/// What was typed into the search box.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct PatientQuery {
    /// Bits of a name in any order, digits of a phone number, or a date of birth.
    pub text: String,
}

impl std::fmt::Debug for PatientQuery {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PatientQuery").finish_non_exhaustive()
    }
}

/// At most 20, best first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct PatientMatches {
    /// The patients.
    pub patients: Vec<PatientMatch>,
    /// True when more would match.
    pub more: bool,
}

/// A patient as the search shows them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct PatientMatch {
    /// Their id.
    pub patient_id: PatientId,
    /// Full name.
    pub name: String,
    /// As written.
    pub phone: Option<String>,
    /// Civil date.
    #[cfg_attr(feature = "ts", ts(type = "string | null"))]
    pub birth_date: Option<NaiveDate>,
}

impl std::fmt::Debug for PatientMatch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PatientMatch")
            .field("patient_id", &self.patient_id)
            .finish_non_exhaustive()
    }
}
