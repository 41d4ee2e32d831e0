//! What views are made of. A view names the topics it reads; a change names the topics it touches;
//! `changed {topics}` after a commit is the only invalidation in the app.

use std::collections::BTreeSet;

use frontdesk_domain::Kind;
use serde::{Deserialize, Serialize};

/// One thing that a view can be made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// The clinic itself.
    Clinic,
    /// Rooms and equipment.
    Location,
    /// Therapists.
    Practitioner,
    /// Services.
    Service,
    /// Patients.
    Patient,
    /// Weekly hours.
    Schedule,
    /// Time off, closures, extra hours.
    Exception,
    /// Visits.
    Appointment,
    /// Slots kept by open booking dialogs.
    Hold,
    /// Who is signed in.
    Session,
    /// How the desk stands with its server.
    Connection,
    /// The clinic's wall clock has reached another minute.
    Clock,
    /// What this desk watches.
    Watch,
    /// What this desk was told.
    Notice,
    /// What this desk asked for: what waits for its answer, and what could not be sent.
    Outbox,
}

impl Topic {
    /// Every topic.
    pub const ALL: [Self; 15] = [
        Self::Clinic,
        Self::Location,
        Self::Practitioner,
        Self::Service,
        Self::Patient,
        Self::Schedule,
        Self::Exception,
        Self::Appointment,
        Self::Hold,
        Self::Session,
        Self::Connection,
        Self::Clock,
        Self::Watch,
        Self::Notice,
        Self::Outbox,
    ];

    /// The name in events and bindings.
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
            Self::Session => "session",
            Self::Connection => "connection",
            Self::Clock => "clock",
            Self::Watch => "watch",
            Self::Notice => "notice",
            Self::Outbox => "outbox",
        }
    }
}

impl From<Kind> for Topic {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Clinic => Self::Clinic,
            Kind::Location => Self::Location,
            Kind::Practitioner => Self::Practitioner,
            Kind::Service => Self::Service,
            Kind::Patient => Self::Patient,
            Kind::Schedule => Self::Schedule,
            Kind::Exception => Self::Exception,
            Kind::Appointment => Self::Appointment,
            Kind::Hold => Self::Hold,
        }
    }
}

/// The event `changed`, sent after a commit and never before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Changed {
    /// What changed.
    pub topics: BTreeSet<Topic>,
    /// Rises with every event; an answer carries the generation that shows its effect.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub generation: u64,
}
