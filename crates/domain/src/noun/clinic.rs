//! The clinic itself and where it treats.

use serde::{Deserialize, Serialize};

use crate::{ClinicId, LocationId};

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
