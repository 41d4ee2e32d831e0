//! Wall clock ⇄ instant, by jiff's bundled rules only: the system's time-zone files and the two
//! webviews give wrong times for several regions.

use chrono::{Datelike, NaiveDate, NaiveDateTime, TimeDelta, Timelike};
use jiff::tz::{AmbiguousOffset, Offset, TimeZone, TimeZoneDatabase};

use crate::interval::shifted;
use crate::{Interval, Reason, Timestamp, WallDateTime};

/// A clinic's IANA zone with its rules.
#[derive(Debug, Clone)]
pub struct ClinicZone(TimeZone);

/// The name is not in the bundled time-zone database.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a known IANA time zone")]
pub struct UnknownZone(String);

/// What a wall time stands for in a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolved {
    /// The usual case.
    Exact(Timestamp),
    /// The clocks jump over it: the last wall minute before and the first after, as instants
    /// with their wall times.
    Gap {
        /// One minute before the jump.
        before: (WallDateTime, Timestamp),
        /// The first minute after the jump.
        after: (WallDateTime, Timestamp),
    },
    /// The clocks show it twice.
    Fold {
        /// With the offset before the change.
        first: Timestamp,
        /// With the offset after the change.
        second: Timestamp,
    },
}

/// Which of two equal wall times is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occurrence {
    /// Before the clocks were set back.
    First,
    /// After.
    Second,
}

/// A wall time that is not one instant: a person has to say more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WallDoubt {
    /// The clocks jump over it.
    #[error("the clocks jump over this time; the nearest are {} and {}", before.0, after.0)]
    Gap {
        /// The last minute before the jump.
        before: (WallDateTime, Timestamp),
        /// The first minute after it.
        after: (WallDateTime, Timestamp),
    },
    /// The clocks show it twice.
    #[error("the clocks show this time twice: first as {first}, then as {second}")]
    Fold {
        /// With the offset before the change.
        first: Timestamp,
        /// With the offset after the change.
        second: Timestamp,
    },
}

impl WallDoubt {
    /// The code of the refusal.
    #[must_use]
    pub fn reason(self) -> Reason {
        match self {
            Self::Gap { .. } => Reason::DstGap,
            Self::Fold { .. } => Reason::DstFold,
        }
    }
}

impl Resolved {
    /// The instant that a person means, who may have said which of two.
    ///
    /// # Errors
    /// [`WallDoubt`] with the two instants to choose from.
    pub fn chosen(self, which: Option<Occurrence>) -> Result<Timestamp, WallDoubt> {
        match (self, which) {
            (Self::Exact(at), _) => Ok(at),
            (Self::Fold { first, .. }, Some(Occurrence::First)) => Ok(first),
            (Self::Fold { second, .. }, Some(Occurrence::Second)) => Ok(second),
            (Self::Fold { first, second }, None) => Err(WallDoubt::Fold { first, second }),
            (Self::Gap { before, after }, _) => Err(WallDoubt::Gap { before, after }),
        }
    }

    /// The only instant, or the first of a fold, or the first after a gap: for schedules and days,
    /// where a boundary is needed; a person's choice is never made here.
    #[must_use]
    pub fn boundary(self) -> Timestamp {
        match self {
            Self::Exact(at) => at,
            Self::Gap { after, .. } => after.1,
            Self::Fold { first, .. } => first,
        }
    }
}

impl ClinicZone {
    /// The zone of this IANA name.
    ///
    /// # Errors
    /// [`UnknownZone`] when the bundled database does not have it.
    pub fn named(name: &str) -> Result<Self, UnknownZone> {
        TimeZoneDatabase::bundled()
            .get(name)
            .map(Self)
            .map_err(|_| UnknownZone(name.to_owned()))
    }

    /// What the clinic's wall clock shows at this instant (seconds are dropped).
    #[must_use]
    pub fn wall(&self, at: Timestamp) -> WallDateTime {
        let local = self.local(at);
        WallDateTime(
            local
                .with_second(0)
                .and_then(|t| t.with_nanosecond(0))
                .unwrap_or(local),
        )
    }

    /// What the clinic's wall clock shows at this instant, to the second: `HH:MM:SS`.
    #[must_use]
    pub fn wall_seconds(&self, at: Timestamp) -> String {
        self.local(at).format("%H:%M:%S").to_string()
    }

    /// The civil date at this instant.
    #[must_use]
    pub fn date(&self, at: Timestamp) -> NaiveDate {
        self.wall(at).0.date()
    }

    /// From the first instant of this civil date to the first of the next: 23, 24 or 25 hours, or
    /// what the zone makes of it.
    #[must_use]
    pub fn day(&self, date: NaiveDate) -> Interval {
        let midnight = |date: NaiveDate| {
            resolve(WallDateTime(date.and_time(chrono::NaiveTime::MIN)), self).boundary()
        };
        Interval::new(midnight(date), midnight(date.succ_opt().unwrap_or(date)))
    }

    fn local(&self, at: Timestamp) -> NaiveDateTime {
        let utc = at.naive_utc();
        utc.checked_add_signed(TimeDelta::seconds(self.offset_seconds(at).into()))
            .unwrap_or(utc)
    }

    pub(crate) fn offset_seconds(&self, at: Timestamp) -> i32 {
        self.0.to_offset(moment(at)).seconds()
    }
}

/// The one function that turns a wall time into an instant.
#[must_use]
pub fn resolve(local: WallDateTime, zone: &ClinicZone) -> Resolved {
    let at = |offset: Offset| {
        local
            .0
            .checked_sub_signed(TimeDelta::seconds(offset.seconds().into()))
            .unwrap_or(local.0)
            .and_utc()
    };
    match zone.0.to_ambiguous_timestamp(civil(local.0)).offset() {
        AmbiguousOffset::Unambiguous { offset } => Resolved::Exact(at(offset)),
        AmbiguousOffset::Fold { before, after } => Resolved::Fold {
            first: at(before),
            second: at(after),
        },
        AmbiguousOffset::Gap { before, after } => gap(zone, at(after), at(before)),
    }
}

/// `early` and `late` are the missing wall time read with the offset after and before the jump;
/// the jump lies between them.
fn gap(zone: &ClinicZone, early: Timestamp, late: Timestamp) -> Resolved {
    let from = moment(early);
    let jump = zone
        .0
        .following(from)
        .next()
        .and_then(|step| Timestamp::from_timestamp(step.timestamp().as_second(), 0))
        .unwrap_or(late);
    let minute_before = shifted(jump, -1);
    Resolved::Gap {
        before: (zone.wall(minute_before), minute_before),
        after: (zone.wall(jump), jump),
    }
}

/// Jiff's years end at 9999, chrono's do not.
fn moment(at: Timestamp) -> jiff::Timestamp {
    jiff::Timestamp::from_second(at.timestamp()).unwrap_or(if at.timestamp() < 0 {
        jiff::Timestamp::MIN
    } else {
        jiff::Timestamp::MAX
    })
}

fn civil(local: NaiveDateTime) -> jiff::civil::DateTime {
    let part = |value: u32| i8::try_from(value).unwrap_or(0);
    jiff::civil::DateTime::new(
        i16::try_from(local.year()).unwrap_or(i16::MAX),
        part(local.month()),
        part(local.day()),
        part(local.hour()),
        part(local.minute()),
        part(local.second()),
        0,
    )
    .unwrap_or(if local.year() < 0 {
        jiff::civil::DateTime::MIN
    } else {
        jiff::civil::DateTime::MAX
    })
}
