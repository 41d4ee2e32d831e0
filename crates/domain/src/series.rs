//! The dates of a series. A rule is expanded on the floating wall clock and only then looked up in
//! the clinic's zone: a visit at 10:00 stays at 10:00 when the clocks change.

use chrono::{Datelike, Days, Months, NaiveDate, NaiveDateTime, Weekday};
use serde::{Deserialize, Serialize};

use crate::zone::Resolved;
use crate::{ClinicZone, Reason, Refusal, WallDateTime, resolve};

/// The most dates of a series.
pub const MOST_DATES: u16 = 200;
/// The most days, weeks or months between two dates.
pub const MOST_EVERY: u16 = 52;

/// What the dates of a series are counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum SeriesUnit {
    /// Every n days.
    Day,
    /// Every n weeks, on the chosen weekdays.
    Week,
    /// Every n months, on the same day of the month; a month without it is left out.
    Month,
}

/// When a series repeats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesRule {
    /// Counted in days, weeks or months.
    pub unit: SeriesUnit,
    /// Every so many, 1 to [`MOST_EVERY`].
    pub every: u16,
    /// 1 = Monday … 7 = Sunday, for weeks, which begin on Monday; the first visit's when empty.
    pub weekdays: Vec<u8>,
    /// How many dates, 1 to [`MOST_DATES`].
    pub count: u16,
}

/// One date of a series: its wall time, and what that stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeriesDate {
    /// On the clinic's wall.
    pub wall_start: WallDateTime,
    /// An instant, unless the clocks skip it or show it twice.
    pub resolved: Resolved,
}

/// The dates of a rule from the first visit on, which is the first of them when its weekday is one
/// of the chosen ones; all at the same time of the wall clock. Fewer than asked for only where the
/// calendar ends.
///
/// # Errors
/// `invalid` with `every`, `count` or `weekdays`.
pub fn dates(
    rule: &SeriesRule,
    first: WallDateTime,
    zone: &ClinicZone,
) -> Result<Vec<SeriesDate>, Refusal> {
    check(rule)?;
    let time = first.0.time();
    let dates = match rule.unit {
        SeriesUnit::Day => daily(first.0.date(), rule),
        SeriesUnit::Week => weekly(first.0.date(), rule),
        SeriesUnit::Month => monthly(first.0.date(), rule),
    };
    let resolved = dates.into_iter().map(|date| {
        let wall_start = WallDateTime(NaiveDateTime::new(date, time));
        SeriesDate {
            wall_start,
            resolved: resolve(wall_start, zone),
        }
    });
    Ok(resolved.collect())
}

fn check(rule: &SeriesRule) -> Result<(), Refusal> {
    let invalid = |field| Err(Refusal::of_field(Reason::Invalid, field));
    if !(1..=MOST_EVERY).contains(&rule.every) {
        return invalid("every");
    }
    if !(1..=MOST_DATES).contains(&rule.count) {
        return invalid("count");
    }
    if !rule.weekdays.iter().all(|day| (1..=7).contains(day)) {
        return invalid("weekdays");
    }
    Ok(())
}

fn daily(first: NaiveDate, rule: &SeriesRule) -> Vec<NaiveDate> {
    let step = Days::new(rule.every.into());
    std::iter::successors(Some(first), |date| date.checked_add_days(step))
        .take(rule.count.into())
        .collect()
}

fn weekly(first: NaiveDate, rule: &SeriesRule) -> Vec<NaiveDate> {
    let chosen = |day: Weekday| {
        let number = day.number_from_monday();
        let mut weekdays = rule.weekdays.iter();
        if rule.weekdays.is_empty() {
            day == first.weekday()
        } else {
            weekdays.any(|weekday| u32::from(*weekday) == number)
        }
    };
    let since_monday = Days::new(first.weekday().num_days_from_monday().into());
    let step = Days::new(7 * u64::from(rule.every));
    let monday = first.checked_sub_days(since_monday);
    std::iter::successors(monday, |monday| monday.checked_add_days(step))
        .flat_map(|monday| monday.iter_days().take(7))
        .filter(|date| *date >= first && chosen(date.weekday()))
        .take(rule.count.into())
        .collect()
}

fn monthly(first: NaiveDate, rule: &SeriesRule) -> Vec<NaiveDate> {
    let this_month = first.with_day(1);
    let step = Months::new(rule.every.into());
    std::iter::successors(this_month, |month| month.checked_add_months(step))
        .filter_map(|month| month.with_day(first.day()))
        .take(rule.count.into())
        .collect()
}
