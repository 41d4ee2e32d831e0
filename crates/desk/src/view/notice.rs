//! Watches and notices. No notice holds a patient's name (invariant I30).

use chrono::NaiveDate;
use frontdesk_domain::{PractitionerId, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Asked, WallInstant};

/// Which edge a watch waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum WatchFor {
    /// Free → taken.
    Taken,
    /// Taken → free.
    Freed,
}

/// Ask to be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct WatchSlot {
    /// Whose time.
    pub practitioner_id: PractitionerId,
    /// First instant.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub starts_at: Timestamp,
    /// First instant after, at most 24 hours later.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub ends_at: Timestamp,
    /// Which edge.
    pub on: WatchFor,
}

/// Which watch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct UnwatchSlot {
    /// Its id.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub watch_id: Uuid,
}

/// A wish to be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Watch {
    /// Its id.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub watch_id: Uuid,
    /// Whose time.
    pub practitioner_id: PractitionerId,
    /// Shown name.
    pub practitioner_name: String,
    /// First instant.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub starts_at: Timestamp,
    /// First instant after.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub ends_at: Timestamp,
    /// Civil date.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub date: NaiveDate,
    /// `HH:MM`.
    pub wall_start: String,
    /// `HH:MM`.
    pub wall_end: String,
    /// Which edge.
    pub on: WatchFor,
    /// True while the time is free.
    pub free: bool,
}

/// Future watches that the user set, by start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct WatchList {
    /// The watches.
    pub watches: Vec<Watch>,
}

/// What a notice says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// A watched slot was taken by another user.
    Taken,
    /// A watched slot was freed by another user.
    Freed,
    /// A command that waited for its answer was applied.
    Confirmed,
    /// A command that waited for its answer was refused.
    Refused,
    /// The server fails on a command again and again: it is kept on this desk and no longer sent.
    SetAside,
}

/// Something that this desk was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Notice {
    /// Its id.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub notice_id: Uuid,
    /// What it says.
    pub kind: NoticeKind,
    /// What this desk had asked for; none when it tells what another user did.
    pub asked: Option<Asked>,
    /// The slot in question; none when it was about something else, a patient's record.
    pub slot: Option<NoticeSlot>,
    /// Who did it.
    pub by_name: Option<String>,
    /// When, on the clinic's wall.
    pub at: WallInstant,
    /// True once the user has read it.
    pub seen: bool,
}

/// What slot a notice is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct NoticeSlot {
    /// Whose time.
    pub practitioner_id: PractitionerId,
    /// Shown name.
    pub practitioner_name: String,
    /// First instant of the slot.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub starts_at: Timestamp,
    /// Civil date of the slot.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub date: NaiveDate,
    /// `HH:MM` of the slot.
    pub wall_start: String,
    /// `HH:MM` of the slot's end.
    pub wall_end: String,
}

/// Newest first, at most 200.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct NoticeList {
    /// How many are unread.
    pub unseen: u32,
    /// The notices.
    pub notices: Vec<Notice>,
}
