//! A row of any kind, as feeds and snapshots carry it.

use serde::{Deserialize, Serialize};

use super::{
    Appointment, Clinic, Exception, Hold, Location, Patient, Practitioner, Schedule, Service,
};

/// The kinds of rows in a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// See [`Clinic`].
    Clinic,
    /// See [`Location`].
    Location,
    /// See [`Practitioner`].
    Practitioner,
    /// See [`Service`].
    Service,
    /// See [`Patient`].
    Patient,
    /// See [`Schedule`].
    Schedule,
    /// See [`Exception`].
    Exception,
    /// See [`Appointment`].
    Appointment,
    /// See [`Hold`].
    Hold,
}

impl Kind {
    /// Directories first, then holds, then visits: the order of a snapshot.
    pub const ALL: [Self; 9] = [
        Self::Clinic,
        Self::Location,
        Self::Service,
        Self::Practitioner,
        Self::Schedule,
        Self::Exception,
        Self::Patient,
        Self::Hold,
        Self::Appointment,
    ];

    /// The name in JSON and SQL.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Clinic => "clinic",
            Self::Location => "location",
            Self::Practitioner => "practitioner",
            Self::Service => "service",
            Self::Patient => "patient",
            Self::Schedule => "schedule",
            Self::Exception => "exception",
            Self::Appointment => "appointment",
            Self::Hold => "hold",
        }
    }
}

/// One row of any kind; in JSON `{"kind": …, "row": {…}}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "row", rename_all = "snake_case")]
pub enum Row {
    /// A clinic.
    Clinic(Clinic),
    /// A location.
    Location(Location),
    /// A practitioner.
    Practitioner(Practitioner),
    /// A service.
    Service(Service),
    /// A patient.
    Patient(Patient),
    /// A schedule version.
    Schedule(Schedule),
    /// An exception.
    Exception(Exception),
    /// A visit.
    Appointment(Appointment),
    /// A slot kept for a short while.
    Hold(Hold),
}

impl Row {
    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Clinic(_) => Kind::Clinic,
            Self::Location(_) => Kind::Location,
            Self::Practitioner(_) => Kind::Practitioner,
            Self::Service(_) => Kind::Service,
            Self::Patient(_) => Kind::Patient,
            Self::Schedule(_) => Kind::Schedule,
            Self::Exception(_) => Kind::Exception,
            Self::Appointment(_) => Kind::Appointment,
            Self::Hold(_) => Kind::Hold,
        }
    }

    /// Its id within its kind.
    #[must_use]
    pub fn id(&self) -> uuid::Uuid {
        match self {
            Self::Clinic(row) => row.clinic_id.0,
            Self::Location(row) => row.location_id.0,
            Self::Practitioner(row) => row.practitioner_id.0,
            Self::Service(row) => row.service_id.0,
            Self::Patient(row) => row.patient_id.0,
            Self::Schedule(row) => row.schedule_id.0,
            Self::Exception(row) => row.exception_id.0,
            Self::Appointment(row) => row.appointment_id.0,
            Self::Hold(row) => row.hold_id.0,
        }
    }

    /// The seq of its last change.
    #[must_use]
    pub fn version(&self) -> u64 {
        match self {
            Self::Clinic(row) => row.version,
            Self::Location(row) => row.version,
            Self::Practitioner(row) => row.version,
            Self::Service(row) => row.version,
            Self::Patient(row) => row.version,
            Self::Schedule(row) => row.version,
            Self::Exception(row) => row.version,
            Self::Appointment(row) => row.version,
            Self::Hold(row) => row.version,
        }
    }

    /// The same row as changed at `seq`.
    #[must_use]
    pub fn at_version(mut self, seq: u64) -> Self {
        match &mut self {
            Self::Clinic(row) => row.version = seq,
            Self::Location(row) => row.version = seq,
            Self::Practitioner(row) => row.version = seq,
            Self::Service(row) => row.version = seq,
            Self::Patient(row) => row.version = seq,
            Self::Schedule(row) => row.version = seq,
            Self::Exception(row) => row.version = seq,
            Self::Appointment(row) => row.version = seq,
            Self::Hold(row) => row.version = seq,
        }
        self
    }
}
