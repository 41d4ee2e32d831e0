//! Moving visits by as many days and minutes of the wall clock as one of them.

use chrono::TimeDelta;

use super::check;
use crate::command::RescheduleAppointment;
use crate::interval::shifted;
use crate::zone::WallDoubt;
use crate::{
    Appointment, AppointmentId, ClinicZone, Interval, Refusal, Timestamp, WallDateTime, resolve,
};

/// How the named visit moves, for it and for the others of its series.
pub(super) struct Shift {
    named: AppointmentId,
    starts_at: Timestamp,
    /// Of the wall clock.
    by: TimeDelta,
    /// Its own length when absent.
    length: Option<TimeDelta>,
}

/// Where a visit moves to.
pub(super) struct Target {
    pub(super) wall_start: WallDateTime,
    pub(super) minutes: i64,
    /// A wall time that the clocks skip or show twice is nobody's to guess.
    pub(super) during: Result<Interval, WallDoubt>,
}

impl Shift {
    pub(super) fn of(wish: &RescheduleAppointment, named: &Appointment, zone: &ClinicZone) -> Self {
        Self {
            named: named.appointment_id,
            starts_at: wish.starts_at,
            by: zone.wall(wish.starts_at).0 - named.wall_start.0,
            length: wish.ends_at.map(|ends_at| ends_at - wish.starts_at),
        }
    }

    pub(super) fn target(&self, visit: &Appointment, zone: &ClinicZone) -> Result<Target, Refusal> {
        let length = self.length.unwrap_or(visit.ends_at - visit.starts_at);
        let minutes = length.num_minutes();
        let wall = visit.wall_start.0.checked_add_signed(self.by);
        let wall_start = WallDateTime(wall.ok_or_else(|| check::invalid("starts_at"))?);
        let start = if visit.appointment_id == self.named {
            Ok(self.starts_at)
        } else if self.by.is_zero() {
            Ok(visit.starts_at)
        } else {
            resolve(wall_start, zone).chosen(None)
        };
        let during = match start {
            Ok(at) => Ok(check::time(at, Some(shifted(at, minutes)), minutes)?),
            Err(doubt) => Err(doubt),
        };
        Ok(Target {
            wall_start,
            minutes,
            during,
        })
    }
}
