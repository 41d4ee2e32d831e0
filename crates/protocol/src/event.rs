//! Events of the stream. They are hints: losing, doubling or reordering them delays a change and
//! never loses one. Names: `head`, `changes` (a [`crate::ChangePage`]), `revoked`, `bye`.

use frontdesk_domain::{Epoch, Timestamp};
use serde::{Deserialize, Serialize};

/// `head`: where the feed stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Incarnation.
    pub epoch: Epoch,
    /// Last seq.
    pub seq: u64,
    /// The server's clock.
    pub server_time: Timestamp,
}

/// `bye`: the server ends the stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bye {
    /// Come back after this many milliseconds.
    pub retry_after_ms: u64,
}
