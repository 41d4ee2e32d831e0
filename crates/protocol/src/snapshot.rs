//! `GET /v1/snapshot`: NDJSON with a header, one row a line (directories first, then visits from
//! today outwards), and a trailer whose digest covers every byte before it.

use chrono::NaiveDate;
use frontdesk_domain::{Epoch, Row};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// First line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotHeader {
    /// Names this snapshot for `?id&from_row`.
    pub id: Uuid,
    /// Incarnation of the feed.
    pub epoch: Epoch,
    /// The cursor that this snapshot stands for.
    pub seq: u64,
    /// Version of the row shapes.
    pub schema: u32,
    /// Visits before this civil date are left out.
    pub since_date: NaiveDate,
    /// How many row lines follow.
    pub rows: u64,
}

/// One line between.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotRow {
    /// Kind and row.
    #[serde(flatten)]
    pub row: Row,
    /// The row's id within its kind.
    pub id: Uuid,
}

/// Last line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotTrailer {
    /// How many row lines there were.
    pub rows: u64,
    /// Lower-case hex SHA-256 of every byte before this line.
    pub sha256: String,
}
