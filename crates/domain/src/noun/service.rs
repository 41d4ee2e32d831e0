//! What can be booked.

use serde::{Deserialize, Serialize};

use crate::ServiceId;

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
    /// Kept free for the practitioner and the location before the visit, in minutes; at most 720.
    pub buffer_before_minutes: u16,
    /// Kept free for the practitioner and the location after the visit, in minutes; at most 720.
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

impl Service {
    /// How many visits of this service its practitioner takes at once, when it is a class: only
    /// visits of the same class share a practitioner.
    #[must_use]
    pub fn class_capacity(&self) -> Option<u16> {
        match self.overlap_policy {
            OverlapPolicy::UpTo(most) => Some(most.max(self.capacity).max(1)),
            OverlapPolicy::Exclusive | OverlapPolicy::Warn => {
                (self.capacity > 1).then_some(self.capacity)
            }
        }
    }
}
