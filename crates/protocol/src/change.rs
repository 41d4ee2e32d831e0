//! The feed: what changed, in order.

use frontdesk_domain::{ClinicId, DeviceId, Epoch, Kind, Row, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Answer of `GET /v1/feed`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feed {
    /// Whose.
    pub clinic: ClinicId,
    /// Incarnation.
    pub epoch: Epoch,
    /// Last seq.
    pub seq: u64,
    /// Changes up to this seq are no longer kept.
    pub floor: u64,
    /// Version of the row shapes.
    pub schema: u32,
    /// The server's clock.
    pub server_time: Timestamp,
}

/// A row as it is now, with the last change that made it so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upsert {
    /// Kind and row.
    #[serde(flatten)]
    pub row: Row,
    /// The row's id within its kind.
    pub id: Uuid,
    /// The user of the last change.
    pub actor: UserId,
    /// The desk of the last change.
    pub device: DeviceId,
    /// When, by the server's clock.
    pub at: Timestamp,
    /// The seq of the last change.
    pub seq: u64,
}

/// A row that is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removed {
    /// Its kind.
    pub kind: Kind,
    /// Its id.
    pub id: Uuid,
    /// When, in the feed.
    pub seq: u64,
}

/// Either.
#[derive(Debug, Clone, Copy)]
pub enum Change<'a> {
    /// A row is new or different.
    Upsert(&'a Upsert),
    /// A row is gone.
    Removed(&'a Removed),
}

impl Change<'_> {
    /// Which kind of row it touches.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Upsert(upsert) => upsert.row.kind(),
            Self::Removed(removed) => removed.kind,
        }
    }
}

/// Answer of `GET /v1/changes`: the net effect of `(from, to]`, cut only at seq borders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangePage {
    /// Incarnation of the feed.
    pub epoch: Epoch,
    /// The cursor that was asked from.
    pub from: u64,
    /// The cursor after applying this page.
    pub to: u64,
    /// Where the feed stands.
    pub head: u64,
    /// Rows that are new or different.
    pub upserts: Vec<Upsert>,
    /// Rows that are gone.
    pub removed: Vec<Removed>,
    /// The last number decided for the asking device.
    pub device_ack: u64,
    /// True when `to < head`.
    pub more: bool,
}

impl ChangePage {
    /// Every change of the page.
    pub fn changes(&self) -> impl Iterator<Item = Change<'_>> {
        let upserts = self.upserts.iter().map(Change::Upsert);
        upserts.chain(self.removed.iter().map(Change::Removed))
    }
}

/// Body of a 410: the cursor cannot be continued, a snapshot is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gone {
    /// Why.
    pub reason: GoneReason,
}

/// Why a cursor cannot be continued.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GoneReason {
    /// The feed was restored.
    Epoch,
    /// The changes are no longer kept.
    Floor,
    /// The desk is ahead of the server.
    Ahead,
    /// The row shapes differ.
    Schema,
}
