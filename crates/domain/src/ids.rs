//! Ids are UUIDv7 made by the desk, so that every retry of a command is the same booking.
//! This crate only carries them: making one needs a clock, see `clock.rs` of desk and server.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident,)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(type = "string"))]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
    )*};
}

ids! {
    /// A tenant: one clinic with its own feed.
    ClinicId,
    /// A person who works with the program; never a patient, never a desk.
    UserId,
    /// One installed desk.
    DeviceId,
    /// A room or a piece of equipment.
    LocationId,
    /// A therapist or doctor, shown as "Therapist".
    PractitionerId,
    /// What can be booked (FHIR HealthcareService).
    ServiceId,
    /// A person who is treated.
    PatientId,
    /// One version of a practitioner's weekly hours.
    ScheduleId,
    /// Time off, a closure or extra hours.
    ExceptionId,
    /// A visit, decided by the server.
    AppointmentId,
    /// Visits that were booked together and can be edited together.
    SeriesId,
    /// A slot kept for a short while by a desk whose booking dialog is open.
    HoldId,
    /// One command of a desk; the same id is the same wish, however often it is sent.
    CommandId,
    /// One incarnation of a feed; a restore draws a new one.
    Epoch,
}

/// What can be occupied: a practitioner, a location or a patient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ResourceId(pub Uuid);

impl From<PractitionerId> for ResourceId {
    fn from(id: PractitionerId) -> Self {
        Self(id.0)
    }
}

impl From<LocationId> for ResourceId {
    fn from(id: LocationId) -> Self {
        Self(id.0)
    }
}

impl From<PatientId> for ResourceId {
    fn from(id: PatientId) -> Self {
        Self(id.0)
    }
}
