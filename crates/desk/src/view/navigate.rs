//! What a click on a desktop notification asks of the window.

use chrono::NaiveDate;
use frontdesk_domain::{PractitionerId, Timestamp};
use serde::{Deserialize, Serialize};

/// Why the window is brought up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum NavigateTo {
    /// Show the day of the slot.
    Show,
    /// Show that day and offer the nearest free slots.
    FindAnother,
}

/// The event `navigate`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Navigate {
    /// Why.
    pub to: NavigateTo,
    /// Civil date to show.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub date: NaiveDate,
    /// Column to show.
    pub practitioner_id: PractitionerId,
    /// Time to show.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub starts_at: Timestamp,
    /// `HH:MM` of that time.
    pub wall_start: String,
}
