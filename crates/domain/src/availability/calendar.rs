//! The facts with an index over what is taken, for many questions about days.

use std::borrow::Cow;

use chrono::{Days, NaiveDate};

use super::ledger::Asked;
use super::offer::{self, Places, SlotQuery};
use super::span::{Span, instant, minutes};
use super::{Day, DayPlan, Hours, Ledger, WorkDay};
use crate::{ClinicFacts, PractitionerId, Slot, Timestamp};

/// Build one for a board, then ask for each column.
pub struct Calendar<'a> {
    facts: &'a ClinicFacts,
    ledger: Cow<'a, Ledger>,
}

/// The most days of one question: a mistaken date must not keep a server busy.
const MOST_DAYS: Days = Days::new(366);

impl<'a> Calendar<'a> {
    /// An index over all visits and holds of the facts.
    #[must_use]
    pub fn of(facts: &'a ClinicFacts) -> Self {
        Self {
            facts,
            ledger: Cow::Owned(Ledger::of(facts)),
        }
    }

    /// Visits and holds are those of the ledger; the facts' own are not looked at.
    #[must_use]
    pub fn over(facts: &'a ClinicFacts, ledger: &'a Ledger) -> Self {
        Self {
            facts,
            ledger: Cow::Borrowed(ledger),
        }
    }

    /// See [`super::day_plan`].
    #[must_use]
    pub fn day_plan(&self, practitioner_id: PractitionerId, date: NaiveDate) -> DayPlan {
        let hours = Hours::of(practitioner_id, self.facts);
        let day = Day::of(date, &self.facts.zone);
        let asked = Asked::around(&day.during, None);
        let busy = self.ledger.busy(practitioner_id, &asked);
        let busy: Vec<_> = busy.into_iter().filter_map(Span::interval).collect();
        DayPlan::of(&hours, &day, &busy)
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
        let day = Day::of(date, &self.facts.zone);
        let of_day = WorkDay::of(practitioner_id, &day, self.facts);
        self.free_starts_in(&of_day, practitioner_id, length_minutes, now)
    }

    /// The same for a date of theirs that was worked out before.
    #[must_use]
    pub fn free_starts_in(
        &self,
        of_day: &WorkDay,
        practitioner_id: PractitionerId,
        length_minutes: u16,
        now: Timestamp,
    ) -> Vec<Timestamp> {
        let grid = self.facts.grid_minutes;
        let asked = Asked::around(&of_day.during, None);
        let busy = self.ledger.busy(practitioner_id, &asked);
        let mut places = Places::of(self.facts, &self.ledger, asked);
        let shape = offer::Shape {
            length: minutes(length_minutes.into()),
            before: 0,
            after: 0,
        };
        let mut starts = Vec::new();
        for block in &of_day.blocks {
            let full = places.full_of(block);
            let found = shape.starts_in(block, &of_day.stretches, grid, now, &busy, full);
            starts.extend(found.filter_map(instant));
        }
        starts.sort_unstable();
        starts.dedup();
        starts
    }

    /// See [`super::free_slots`].
    #[must_use]
    pub fn free_slots(&self, query: &SlotQuery, now: Timestamp) -> Vec<Slot> {
        let facts = self.facts;
        let Some(service) = facts.services.get(&query.service_id).filter(|s| s.active) else {
            return Vec::new();
        };
        let minutes = offer::visit_minutes(service, query.ignoring, facts, &self.ledger);
        let from = query.from.max(facts.zone.date(now));
        let last = from.checked_add_days(MOST_DAYS).unwrap_or(NaiveDate::MAX);
        let to = query.to.min(last);
        let zone = &facts.zone;
        let during = crate::Interval::new(zone.day(from).starts_at, zone.day(to).ends_at);
        let asked = Asked::around(&during, query.ignoring);
        let offers: Vec<_> = offer::offering(service, facts)
            .filter(|id| query.practitioner_id.is_none_or(|only| only == *id))
            .map(|id| offer::Offer::of(id, service, minutes, &self.ledger, &asked, facts))
            .collect();
        let mut places = Places::of(facts, &self.ledger, asked);
        let mut slots = Vec::new();
        for day in Day::each(from, to, zone) {
            let begun = slots.len();
            for offer in &offers {
                offer.slots_of(&day, now, &mut places, &mut slots);
            }
            slots[begun..].sort_by_key(|slot| (slot.starts_at, slot.practitioner_id));
        }
        slots
    }
}
