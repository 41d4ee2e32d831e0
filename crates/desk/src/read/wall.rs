//! Instants as the clinic's wall shows them.

use chrono::{NaiveDate, Timelike as _};
use frontdesk_domain::availability::Span;
use frontdesk_domain::{ClinicZone, Interval, Timestamp};

use crate::view::WallInstant;

const HOUR: u16 = 60;

/// Date and time to the second.
pub(crate) fn wall_instant(zone: &ClinicZone, at: Timestamp) -> WallInstant {
    WallInstant {
        date: zone.date(at),
        time: zone.wall_seconds(at),
    }
}

/// `HH:MM`.
pub(crate) fn hh_mm(zone: &ClinicZone, at: Timestamp) -> String {
    clock_face(zone.wall(at).0)
}

/// `HH:MM` of an end: midnight at the end of the start's day is `24:00`.
pub(crate) fn hh_mm_end(zone: &ClinicZone, during: Interval) -> String {
    let end = zone.wall(during.ends_at).0;
    let midnight = end.time() == chrono::NaiveTime::MIN;
    if midnight && zone.date(during.starts_at).succ_opt() == Some(end.date()) {
        return "24:00".to_owned();
    }
    clock_face(end)
}

/// `HH:MM` of a wall time.
pub(crate) fn clock_face(wall: chrono::NaiveDateTime) -> String {
    face(wall.hour() * u32::from(HOUR) + wall.minute())
}

/// A civil day in elapsed minutes, with its labels.
pub(crate) struct DayScale<'a> {
    zone: &'a ClinicZone,
    pub(crate) during: Interval,
    pub(crate) span: Span,
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
            span: during.into(),
            minutes,
            plain,
        }
    }

    /// Elapsed minutes of an instant, held within the day.
    pub(crate) fn offset(&self, at: Timestamp) -> u16 {
        self.within((at - self.during.starts_at).num_minutes())
    }

    /// The same of both ends of a span.
    pub(crate) fn offsets(&self, span: Span) -> (u16, u16) {
        let (from, until) = self.span.minutes_to(span);
        (self.within(from), self.within(until))
    }

    fn within(&self, minutes: i64) -> u16 {
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
            return face(offset.into());
        }
        let at = self.during.starts_at + chrono::TimeDelta::minutes(offset.into());
        hh_mm(self.zone, at)
    }

    /// The same, where it is not so many minutes after midnight: what nobody works out without the zone.
    pub(crate) fn odd_label(&self, offset: u16) -> Option<String> {
        if self.plain {
            return None;
        }
        let label = self.label(offset);
        (label != face(offset.into())).then_some(label)
    }
}

/// `HH:MM` of a minute of the day, without a formatter: a day has hundreds of them.
pub(crate) fn face(minutes: u32) -> String {
    let (hour, minute) = (minutes / u32::from(HOUR), minutes % u32::from(HOUR));
    let mut face = String::with_capacity("HH:MM".len());
    for value in [hour / 10, hour] {
        face.push(digit(value));
    }
    face.push(':');
    for value in [minute / 10, minute] {
        face.push(digit(value));
    }
    face
}

fn digit(value: u32) -> char {
    char::from_digit(value % 10, 10).unwrap_or('0')
}
