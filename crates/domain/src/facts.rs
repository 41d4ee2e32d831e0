//! What a decision may know. An engine loads what [`crate::decide::needs`] names; a desk fills the
//! same structure from its cache.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    Appointment, AppointmentId, ClinicZone, Exception, Interval, Location, LocationId, Patient,
    PatientId, Practitioner, PractitionerId, ResourceId, Schedule, Service, ServiceId, UserId,
};

/// What a user may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Books for everybody.
    Receptionist,
    /// Books in their own column.
    Practitioner,
    /// May do everything.
    Manager,
}

/// The signed-in user who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// Who.
    pub user_id: UserId,
    /// Shown to others.
    pub name: String,
    /// With which rights.
    pub role: Role,
    /// The practitioner that this user is, if any.
    pub practitioner_id: Option<PractitionerId>,
}

/// The facts for one decision or one view. Rows may be more than needed, never fewer.
#[derive(Debug, Clone)]
pub struct ClinicFacts {
    /// The clinic's zone.
    pub zone: ClinicZone,
    /// Free starts are multiples of this from a block's start, in minutes, at least 1.
    pub grid_minutes: u16,
    /// Practitioners by id.
    pub practitioners: BTreeMap<PractitionerId, Practitioner>,
    /// Services by id.
    pub services: BTreeMap<ServiceId, Service>,
    /// Locations by id.
    pub locations: BTreeMap<LocationId, Location>,
    /// Patients named by the command, by id.
    pub patients: BTreeMap<PatientId, Patient>,
    /// All schedule versions of the practitioners in question.
    pub schedules: Vec<Schedule>,
    /// Exceptions that touch the days in question.
    pub exceptions: Vec<Exception>,
    /// Visits that occupy something in the time in question, and the visit that the command names
    /// (whatever its status), by id.
    pub appointments: BTreeMap<AppointmentId, Appointment>,
    /// The seats that visits hold (1 = first). Empty on a desk, where seats do not matter.
    pub seats: BTreeMap<(AppointmentId, ResourceId), u16>,
}

/// Which facts an engine must load before it lets this crate decide.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Needs {
    /// The visit that the command names.
    pub appointment_id: Option<AppointmentId>,
    /// The patient that the command names.
    pub patient_id: Option<PatientId>,
    /// Occupying visits that touch this time (any resource of the clinic).
    pub during: Option<Interval>,
}
