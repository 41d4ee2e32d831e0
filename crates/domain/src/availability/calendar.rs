//! The facts, indexed once for many questions about days.

use chrono::NaiveDate;

use super::hours::bookable_location;
use super::offer::{Places, grid_starts, within};
use super::{Day, DayPlan, Hours, Ledger};
use crate::interval::{shifted, touches};
use crate::{ClinicFacts, Interval, PractitionerId, Timestamp};

/// The facts with an index over their visits: build one for a board, then ask for each column.
pub struct Calendar<'a> {
    facts: &'a ClinicFacts,
    ledger: Ledger<'a>,
}

impl<'a> Calendar<'a> {
    /// An index over all visits of the facts.
    #[must_use]
    pub fn of(facts: &'a ClinicFacts) -> Self {
        let always = Interval::new(Timestamp::MIN_UTC, Timestamp::MAX_UTC);
        Self {
            facts,
            ledger: Ledger::of(facts, &always, None),
        }
    }

    /// See [`super::day_plan`].
    #[must_use]
    pub fn day_plan(&self, practitioner_id: PractitionerId, date: NaiveDate) -> DayPlan {
        let hours = Hours::of(practitioner_id, self.facts);
        let day = Day::of(date, &self.facts.zone);
        DayPlan::of(&hours, &day, &self.ledger.busy(practitioner_id))
    }

    /// See [`super::free_starts`].
    #[must_use]
    pub fn free_starts(
        &self,
        practitioner_id: PractitionerId,
        date: NaiveDate,
        length_minutes: u16,
        now: Timestamp,
    ) -> Vec<Timestamp> {
        let facts = self.facts;
        let day = Day::of(date, &facts.zone);
        let (stretches, blocks) = Hours::of(practitioner_id, facts).open(&day, |_| true);
        let busy = self.ledger.busy(practitioner_id);
        let mut places = Places::of(facts, &self.ledger);
        let mut starts = Vec::new();
        for block in &blocks {
            let room = bookable_location(block, facts);
            let full = room.map(|room| places.full(room));
            starts.extend(grid_starts(block, facts.grid_minutes, now).filter(|start| {
                let visit = Interval::new(*start, shifted(*start, length_minutes.into()));
                within(&stretches, &visit)
                    && !touches(&busy, &visit)
                    && !full.is_some_and(|full| touches(full, &visit))
            }));
        }
        starts.sort_unstable();
        starts.dedup();
        starts
    }
}
