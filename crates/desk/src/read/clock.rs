//! The clinic's wall clock.

use super::Look;
use super::wall::{DayScale, hh_mm};
use crate::view::Clock;

impl Look<'_> {
    /// Now, on the clinic's wall.
    pub(crate) fn clock(&self) -> Clock {
        let zone = &self.directory.facts.zone;
        let date = zone.date(self.now);
        Clock {
            date,
            time: hh_mm(zone, self.now),
            offset: DayScale::of(zone, date).offset(self.now),
        }
    }
}
