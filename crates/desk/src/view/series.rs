//! Series: visits that are booked together and edited together.

use chrono::NaiveDate;
use frontdesk_domain::{
    AppointmentId, AppointmentStatus, LocationId, Override, PatientId, PractitionerId, SeriesId,
    SeriesUnit, ServiceId, Timestamp,
};
use serde::{Deserialize, Serialize};

use super::{Progress, RefusalView};

/// A series that is being put together: its rule, and what the user has decided for single dates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct SeriesPlanQuery {
    /// With whom.
    pub practitioner_id: PractitionerId,
    /// What for.
    pub service_id: ServiceId,
    /// For whom, once chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub patient_id: Option<PatientId>,
    /// The first visit; the others are at the same time of the clinic's wall clock.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub starts_at: Timestamp,
    /// Counted in days, weeks or months.
    pub unit: SeriesUnit,
    /// Every so many, 1 to 52.
    pub every: u16,
    /// 1 = Monday … 7 = Sunday, for weeks; the first visit's weekday when empty.
    #[serde(default)]
    pub weekdays: Vec<u8>,
    /// How many dates, 2 to 200, skipped ones included.
    pub count: u16,
    /// Decisions for single dates.
    #[serde(default)]
    pub choices: Vec<SeriesChoice>,
    /// The series that it is to be: on its way already, it is not in its own way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub series_id: Option<SeriesId>,
}

/// What the user has decided for one date of the rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct SeriesChoice {
    /// The date that the rule gives.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub date: NaiveDate,
    /// True: no visit for this date.
    #[serde(default)]
    pub skip: bool,
    /// Another slot instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional, type = "string"))]
    pub starts_at: Option<Timestamp>,
    /// With somebody else instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub practitioner_id: Option<PractitionerId>,
    /// Somewhere else instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub location_id: Option<LocationId>,
}

/// Every date of a series with its fate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct SeriesPlan {
    /// In the order of the rule.
    pub dates: Vec<SeriesDate>,
    /// How many visits would be booked.
    pub visits: u16,
    /// How many dates still need a decision.
    pub open: u16,
}

/// One date of a series.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct SeriesDate {
    /// The date that the rule gives: what a decision is for.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub rule_date: NaiveDate,
    /// The date of the visit: another one when the user chose another slot.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub date: NaiveDate,
    /// `HH:MM`.
    pub wall_start: String,
    /// `HH:MM`; empty while the start does not exist or is shown twice.
    pub wall_end: String,
    /// With whom.
    pub practitioner_id: PractitionerId,
    /// Shown name.
    pub practitioner_name: String,
    /// The instant; none while the wall time does not exist or is shown twice.
    #[cfg_attr(feature = "ts", ts(type = "string | null"))]
    pub starts_at: Option<Timestamp>,
    /// True when the user has left it out.
    pub skipped: bool,
    /// True when the user has chosen another slot.
    pub shifted: bool,
    /// Why it cannot be booked; none when it can, or is skipped.
    pub refusal: Option<RefusalView>,
}

/// Book what a plan says, in one command.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct SeriesBooking {
    /// Drawn when the dialog opened: sent with every try, so that all tries are one series.
    pub series_id: SeriesId,
    /// The rule and the decisions; the patient must be chosen.
    pub plan: SeriesPlanQuery,
    /// Free text for every visit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub notes: Option<String>,
    /// Rules that may be broken, and why.
    #[serde(default, rename = "override", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub overriding: Option<Override>,
}

impl std::fmt::Debug for SeriesBooking {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SeriesBooking")
            .field("series_id", &self.series_id)
            .field("plan", &self.plan)
            .finish_non_exhaustive()
    }
}

/// A series was booked.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct SeriesBooked {
    /// Its id.
    pub series_id: SeriesId,
    /// Confirmed, or waiting for the server's answer.
    pub progress: Progress,
    /// Where its visits stand; `pending` when they need approval.
    pub status: AppointmentStatus,
    /// For whom.
    pub patient_name: String,
    /// What for.
    pub service_name: String,
    /// How many visits.
    pub visits: u16,
    /// Civil date of the first visit.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub first: NaiveDate,
    /// Civil date of the last visit.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub last: NaiveDate,
}

impl std::fmt::Debug for SeriesBooked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SeriesBooked")
            .field("series_id", &self.series_id)
            .field("visits", &self.visits)
            .finish_non_exhaustive()
    }
}

/// Which series.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct SeriesCardQuery {
    /// Its id.
    pub series_id: SeriesId,
}

/// The visits of a series, by start; cancelled ones too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct SeriesCard {
    /// The visits.
    pub visits: Vec<SeriesVisitSummary>,
    /// Seq of the last change of any of them: the base version of an edit of several.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub version: u64,
}

/// One visit of a series.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct SeriesVisitSummary {
    /// Its id.
    pub appointment_id: AppointmentId,
    /// Civil date.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub date: NaiveDate,
    /// `HH:MM`.
    pub wall_start: String,
    /// Shown name.
    pub practitioner_name: String,
    /// Where it stands.
    pub status: AppointmentStatus,
    /// True when a move of several visits of the series takes it along.
    pub can_reschedule: bool,
    /// True when a change of several visits of the series takes it along.
    pub can_update: bool,
    /// True when a cancellation of several visits of the series takes it along.
    pub can_cancel: bool,
}
