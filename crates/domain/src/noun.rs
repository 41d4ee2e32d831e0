//! The clinic's nouns (FHIR's names) as they travel and as they are stored: a row's fields are the
//! same in JSON, in SQL and here. `version` is the seq of the row's last change.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    AppointmentId, ClinicId, ExceptionId, Interval, LocationId, PatientId, PractitionerId,
    ScheduleId, ServiceId, Timestamp, UserId, WallDateTime, WallTime,
};

/// A tenant with its own feed, zone and grid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clinic {
    /// Its id.
    pub clinic_id: ClinicId,
    /// Shown in the title.
    pub name: String,
    /// IANA name; every wall time of the clinic is in this zone.
    pub time_zone: String,
    /// Free starts are multiples of this many minutes from a block's start.
    pub grid_minutes: u16,
    /// Seq of the last change.
    pub version: u64,
}

/// What a location is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LocationKind {
    /// A room.
    Room,
    /// A machine or another thing that is needed.
    Equipment,
}

/// A room or a piece of equipment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Location {
    /// Its id.
    pub location_id: LocationId,
    /// Shown name.
    pub name: String,
    /// Room or equipment.
    pub kind: LocationKind,
    /// How many visits fit at the same time, at least 1.
    pub capacity: u16,
    /// False when it can no longer be booked.
    pub active: bool,
    /// Seq of the last change.
    pub version: u64,
}

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

/// What happens when a service would overlap another visit of the same practitioner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum OverlapPolicy {
    /// Never.
    Exclusive,
    /// Only with a recorded reason.
    Warn,
    /// Up to this many at once.
    UpTo(u16),
}

/// What can be booked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// Its id.
    pub service_id: ServiceId,
    /// Shown name.
    pub name: String,
    /// Length of a visit, in minutes.
    pub duration_minutes: u16,
    /// Kept free for the practitioner and the location before the visit, in minutes.
    pub buffer_before_minutes: u16,
    /// Kept free for the practitioner and the location after the visit, in minutes.
    pub buffer_after_minutes: u16,
    /// How many visits of this service the practitioner takes at once; 1 unless it is a class.
    pub capacity: u16,
    /// True when a booking starts as `pending`.
    pub needs_approval: bool,
    /// What happens on overlap.
    pub overlap_policy: OverlapPolicy,
    /// False when it can no longer be booked.
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

/// One block of weekly hours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduleBlock {
    /// Week of the cycle, 0-based.
    pub week: u16,
    /// 1 = Monday … 7 = Sunday (ISO 8601).
    pub weekday: u8,
    /// First minute of work.
    pub from: WallTime,
    /// First minute after work, up to 24:00.
    pub until: WallTime,
    /// Where, if it matters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location_id: Option<LocationId>,
    /// Only these services; all the practitioner's when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_ids: Option<Vec<ServiceId>>,
}

/// A published version of a practitioner's weekly hours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// Its id.
    pub schedule_id: ScheduleId,
    /// Whose.
    pub practitioner_id: PractitionerId,
    /// First civil date it holds on.
    pub valid_from: NaiveDate,
    /// Last civil date it holds on; open when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<NaiveDate>,
    /// Length of the cycle in weeks, at least 1;
    /// week = (Monday(date) − Monday(valid_from)) / 7 mod cycle_weeks.
    pub cycle_weeks: u16,
    /// The hours.
    pub blocks: Vec<ScheduleBlock>,
    /// Seq of the last change.
    pub version: u64,
}

/// What an exception does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ExceptionKind {
    /// One practitioner does not work.
    TimeOff,
    /// The clinic is closed.
    Closure,
    /// One practitioner works outside the weekly hours.
    ExtraHours,
}

/// A dated deviation from the weekly hours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exception {
    /// Its id.
    pub exception_id: ExceptionId,
    /// Whose; the whole clinic's when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub practitioner_id: Option<PractitionerId>,
    /// What it does.
    pub kind: ExceptionKind,
    /// First wall minute.
    pub from: WallDateTime,
    /// First wall minute after.
    pub until: WallDateTime,
    /// Shown on the board.
    pub reason: String,
    /// Seq of the last change.
    pub version: u64,
}

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
}

impl Kind {
    /// Directories first, then visits: the order of a snapshot.
    pub const ALL: [Self; 8] = [
        Self::Clinic,
        Self::Location,
        Self::Service,
        Self::Practitioner,
        Self::Schedule,
        Self::Exception,
        Self::Patient,
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
        }
        self
    }
}
