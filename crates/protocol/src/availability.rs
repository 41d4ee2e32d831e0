//! `GET /v1/availability`: free slots for integrators and kiosks.

use frontdesk_domain::{Epoch, Slot};
use serde::{Deserialize, Serialize};

/// The most days that one question may span.
pub const MAX_DAYS: u32 = 92;

/// Where the feed stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AsOf {
    /// Incarnation.
    pub epoch: Epoch,
    /// Last seq.
    pub seq: u64,
}

/// Free slots by start, then practitioner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Availability {
    /// Where the feed stood.
    pub as_of: AsOf,
    /// The slots.
    pub slots: Vec<Slot>,
}
