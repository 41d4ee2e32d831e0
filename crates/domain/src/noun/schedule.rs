//! Weekly hours and dated deviations from them.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    ExceptionId, LocationId, PractitionerId, ScheduleId, ServiceId, WallDateTime, WallTime,
};

/// One block of weekly hours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduleBlock {
    /// Week of the cycle, 0-based.
    pub week: u16,
    /// 1 = Monday … 7 = Sunday (ISO 8601).
    pub weekday: u8,
    /// First minute of work.
    pub from: WallTime,
    /// First minute after work, up to 24:00.
    pub until: WallTime,
    /// Where, if it matters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location_id: Option<LocationId>,
    /// Only these services; all the practitioner's when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_ids: Option<Vec<ServiceId>>,
}

/// A published version of a practitioner's weekly hours. Where several are valid on a date, the one
/// with the latest `valid_from` holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// Its id.
    pub schedule_id: ScheduleId,
    /// Whose.
    pub practitioner_id: PractitionerId,
    /// First civil date it holds on.
    pub valid_from: NaiveDate,
    /// Last civil date it holds on; open when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<NaiveDate>,
    /// Length of the cycle in weeks, at least 1;
    /// week = (Monday(date) − Monday(valid_from)) / 7 mod cycle_weeks.
    pub cycle_weeks: u16,
    /// The hours.
    pub blocks: Vec<ScheduleBlock>,
    /// Seq of the last change.
    pub version: u64,
}

/// What an exception does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ExceptionKind {
    /// One practitioner does not work.
    TimeOff,
    /// The clinic is closed.
    Closure,
    /// One practitioner works outside the weekly hours.
    ExtraHours,
}

/// A dated deviation from the weekly hours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exception {
    /// Its id.
    pub exception_id: ExceptionId,
    /// Whose; the whole clinic's when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub practitioner_id: Option<PractitionerId>,
    /// What it does.
    pub kind: ExceptionKind,
    /// First wall minute.
    pub from: WallDateTime,
    /// First wall minute after.
    pub until: WallDateTime,
    /// Shown on the board.
    pub reason: String,
    /// Seq of the last change.
    pub version: u64,
}
