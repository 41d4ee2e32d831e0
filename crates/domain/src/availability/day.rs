//! One civil date with its clock. Days without a clock change (nearly all) need no zone rules after
//! the first look, which is what makes weeks of slots cheap.

use chrono::{NaiveDate, TimeDelta};

use crate::interval::shifted;
use crate::{ClinicZone, Interval, Timestamp, WallDateTime, WallTime, resolve};

const FULL_DAY_MINUTES: i64 = 24 * 60;

/// A civil date of the clinic.
pub(crate) struct Day<'a> {
    pub(crate) date: NaiveDate,
    pub(crate) during: Interval,
    zone: &'a ClinicZone,
    /// The offset, when the clocks stand still that day.
    steady: Option<TimeDelta>,
}

impl<'a> Day<'a> {
    pub(crate) fn of(date: NaiveDate, zone: &'a ClinicZone) -> Self {
        let during = zone.day(date);
        let offset = zone.offset_seconds(during.starts_at);
        let steady = during.minutes() == FULL_DAY_MINUTES
            && zone.offset_seconds(shifted(during.ends_at, -1)) == offset;
        Self {
            date,
            during,
            zone,
            steady: steady.then(|| TimeDelta::seconds(offset.into())),
        }
    }

    /// The days of the dates from `first` to `last`, both included.
    pub(crate) fn each(
        first: NaiveDate,
        last: NaiveDate,
        zone: &'a ClinicZone,
    ) -> impl Iterator<Item = Self> {
        first
            .iter_days()
            .take_while(move |date| *date <= last)
            .map(move |date| Self::of(date, zone))
    }

    /// The instant of a wall time of this date; see [`crate::Resolved::boundary`].
    pub(crate) fn at(&self, time: WallTime) -> Timestamp {
        if time == WallTime::MIDNIGHT {
            return self.during.ends_at;
        }
        let minutes = i64::from(time.minutes());
        if self.steady.is_some() {
            return shifted(self.during.starts_at, minutes);
        }
        let wall = self.date.and_time(chrono::NaiveTime::MIN) + TimeDelta::minutes(minutes);
        resolve(WallDateTime(wall), self.zone).boundary()
    }

    /// What the wall clock shows at an instant of this date.
    pub(crate) fn wall(&self, at: Timestamp) -> WallDateTime {
        match self.steady {
            // A block's start is a whole minute of the wall clock, and so is everything on its grid.
            Some(offset) => at
                .naive_utc()
                .checked_add_signed(offset)
                .map_or_else(|| self.zone.wall(at), WallDateTime),
            None => self.zone.wall(at),
        }
    }
}
