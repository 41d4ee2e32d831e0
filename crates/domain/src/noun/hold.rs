//! Slots kept for a short while.

use serde::{Deserialize, Serialize};

use crate::{DeviceId, HoldId, Interval, PractitionerId, Timestamp, UserId};

/// A slot kept by a desk whose booking dialog is open. It blocks other desks like a visit until it
/// expires; it never causes a notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Its id, made by the desk; the same id renews.
    pub hold_id: HoldId,
    /// Whose time.
    pub practitioner_id: PractitionerId,
    /// First instant, without buffers.
    pub starts_at: Timestamp,
    /// First instant after, at most 24 hours later.
    pub ends_at: Timestamp,
    /// Who has the dialog open.
    pub user_id: UserId,
    /// That user's name.
    pub user_name: String,
    /// On which desk.
    pub device_id: DeviceId,
    /// From then on it keeps nothing, by the server's clock.
    pub expires_at: Timestamp,
    /// Seq of the last change.
    pub version: u64,
}

impl Hold {
    /// The time it keeps.
    #[must_use]
    pub fn during(&self) -> Interval {
        Interval::new(self.starts_at, self.ends_at)
    }
}
