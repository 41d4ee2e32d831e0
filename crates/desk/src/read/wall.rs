//! Instants as the clinic's wall shows them.

use chrono::NaiveDate;
use frontdesk_domain::{ClinicZone, Interval, Timestamp};

use crate::view::WallInstant;

/// Date and time to the second.
pub(crate) fn wall_instant(zone: &ClinicZone, at: Timestamp) -> WallInstant {
    WallInstant {
        date: zone.date(at),
        time: zone.wall_seconds(at),
    }
}

/// `HH:MM`.
pub(crate) fn hh_mm(zone: &ClinicZone, at: Timestamp) -> String {
    zone.wall(at).0.format("%H:%M").to_string()
}

/// `HH:MM` of an end: midnight at the end of the start's day is `24:00`.
pub(crate) fn hh_mm_end(zone: &ClinicZone, during: Interval) -> String {
    let end = zone.wall(during.ends_at).0;
    let midnight = end.time() == chrono::NaiveTime::MIN;
    if midnight && zone.date(during.starts_at).succ_opt() == Some(end.date()) {
        return "24:00".to_owned();
    }
    end.format("%H:%M").to_string()
}

/// A civil day in elapsed minutes, with its labels.
pub(crate) struct DayScale<'a> {
    zone: &'a ClinicZone,
    pub(crate) during: Interval,
    /// 1,440, or what the zone makes of it.
    pub(crate) minutes: u16,
    plain: bool,
}

impl<'a> DayScale<'a> {
    pub(crate) fn of(zone: &'a ClinicZone, date: NaiveDate) -> Self {
        let during = zone.day(date);
        let minutes = u16::try_from(during.minutes()).unwrap_or(0);
        let starts_at_midnight = zone.wall(during.starts_at).0.time() == chrono::NaiveTime::MIN;
        // A day of 24 hours has no change inside: two changes in one day do not happen.
        let plain = minutes == 24 * 60 && starts_at_midnight;
        Self {
            zone,
            during,
            minutes,
            plain,
        }
    }

    /// Elapsed minutes of an instant, held within the day.
    pub(crate) fn offset(&self, at: Timestamp) -> u16 {
        let minutes = (at - self.during.starts_at).num_minutes();
        u16::try_from(minutes.max(0))
            .unwrap_or(u16::MAX)
            .min(self.minutes)
    }

    /// `HH:MM` on the wall after so many elapsed minutes; the day's end is `24:00`.
    pub(crate) fn label(&self, offset: u16) -> String {
        if self.plain || offset == self.minutes {
            let offset = if offset == self.minutes {
                24 * 60
            } else {
                offset
            };
            return clock_face(offset);
        }
        let at = self.during.starts_at + chrono::TimeDelta::minutes(offset.into());
        hh_mm(self.zone, at)
    }
}

/// `HH:MM` without a formatter: a day has thousands of them.
fn clock_face(minutes: u16) -> String {
    let digit = |value: u16| char::from(b'0' + u8::try_from(value % 10).unwrap_or(0));
    let (hour, minute) = (minutes / 60, minutes % 60);
    [
        digit(hour / 10),
        digit(hour),
        ':',
        digit(minute / 10),
        digit(minute),
    ]
    .iter()
    .collect()
}
