//! One decision function per command: facts and `now` in, changes or a refusal out.

use crate::{Actor, AppointmentId, Interval, ResourceId, Row};

/// A command together with the user who asks.
#[derive(Debug, Clone)]
pub struct Wanted<'a, C> {
    /// What is asked for.
    pub command: &'a C,
    /// Who asks.
    pub by: &'a Actor,
    /// The version of the row that the user saw, for commands on an existing row.
    pub base_version: Option<u64>,
}

/// One seat of one resource, taken by a visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occupancy {
    /// The visit.
    pub appointment_id: AppointmentId,
    /// What it takes.
    pub resource_id: ResourceId,
    /// 1 = first.
    pub seat: u16,
    /// Visits with different keys never share a practitioner; none on locations and patients.
    pub share_key: Option<uuid::Uuid>,
    /// How long.
    pub during: Interval,
}

/// What a decision changes. Empty when the wish was already fulfilled.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decided {
    /// Rows to write; the engine stamps the version.
    pub rows: Vec<Row>,
    /// Visits whose occupancy is replaced by what `occupancy` has for them.
    pub reseated: Vec<AppointmentId>,
    /// All seats of the visits in `reseated`.
    pub occupancy: Vec<Occupancy>,
}
