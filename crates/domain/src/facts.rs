//! What a decision may know. An engine loads what [`crate::decide::needs`] names; a desk fills the
//! same structure from its cache.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{
    Appointment, AppointmentId, ClinicZone, DeviceId, Exception, Hold, Interval, Kind, Location,
    LocationId, Patient, PatientId, Practitioner, PractitionerId, ResourceId, Schedule, SeriesId,
    Service, ServiceId, UserId,
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

/// The signed-in user who asks, and on which desk.
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
    /// The desk: its own holds are not in its way.
    pub device_id: DeviceId,
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
    /// Holds that have not expired and touch the time in question. Whoever asks for a view leaves
    /// their own out.
    pub holds: Vec<Hold>,
    /// Which fields of the named rows changed after the command's base version; empty on a desk,
    /// which does not know.
    pub changed: BTreeSet<String>,
    /// The seats that visits hold (1 = first). Empty on a desk, where seats do not matter.
    pub seats: BTreeMap<(AppointmentId, ResourceId), u16>,
    /// What [`crate::decide::Decided::unseen`] asked for and is there by now.
    pub seen: Vec<ResourceNeed>,
}

impl ClinicFacts {
    /// A clinic of which nothing else is known yet. The grid is in minutes, at least 1.
    #[must_use]
    pub fn empty(zone: ClinicZone, grid_minutes: u16) -> Self {
        Self {
            zone,
            grid_minutes,
            practitioners: BTreeMap::new(),
            services: BTreeMap::new(),
            locations: BTreeMap::new(),
            patients: BTreeMap::new(),
            schedules: Vec::new(),
            exceptions: Vec::new(),
            appointments: BTreeMap::new(),
            holds: Vec::new(),
            changed: BTreeSet::new(),
            seats: BTreeMap::new(),
            seen: Vec::new(),
        }
    }
}

/// Which facts an engine must load before it lets this crate decide: the rows that
/// [`crate::decide::needs`] names, then what [`crate::decide::needs_given`] asks for besides. A place
/// is asked for with the visits that can stand in its way: those that occupy its practitioner, its
/// patient or a location. A decision says itself, in [`crate::decide::Decided::unseen`], where that
/// was not enough.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Needs {
    /// The visits that the command names, whatever their status.
    pub appointments: Vec<AppointmentId>,
    /// All visits of this series, whatever their status.
    pub series: Option<SeriesId>,
    /// All visits, whatever their status, of the series that this visit belongs to, if any.
    pub series_of: Option<AppointmentId>,
    /// The patients that the command names.
    pub patients: Vec<PatientId>,
    /// The times in question, each with whose.
    pub places: Vec<PlaceNeed>,
    /// The edited rows that are newer than the version that the user saw, with that version: the
    /// engine fills [`ClinicFacts::changed`] with the fields that changed after it. Nearly always
    /// empty.
    pub changed_since: Vec<(Kind, uuid::Uuid, u64)>,
}

/// A time in question and who could be in the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlaceNeed {
    /// Visits and holds that touch this time.
    pub during: Interval,
    /// Of this practitioner, or with a location,
    pub practitioner_id: PractitionerId,
    /// or of this patient.
    pub patient_id: Option<PatientId>,
}

/// All visits on one resource in a time, with their seats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResourceNeed {
    /// The practitioner or location.
    pub resource_id: ResourceId,
    /// Visits that touch this time.
    pub during: Interval,
}
