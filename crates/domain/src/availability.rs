//! Working hours and free time: schedule versions + extra hours − time off − closures − visits and
//! holds, in the clinic's zone. Desk and server ask the same functions, so equal facts give equal slots (I26).

mod by_id;
mod calendar;
mod day;
mod hours;
mod ledger;
mod offer;
mod plan;
mod span;
mod workday;

use chrono::NaiveDate;

pub use calendar::Calendar;
pub use hours::WorkBlock;
pub use ledger::{Claim, Ledger};
pub use offer::SlotQuery;
pub use plan::{BandKind, DayPlan, PlanBand};
pub use span::Span;
pub use workday::{WorkDay, work_days, works_in_rooms};

pub(crate) use day::Day;
pub(crate) use hours::{Hours, bookable_location, starting_in, within};
pub(crate) use ledger::Asked;
pub(crate) use offer::{Offer, Places, offering, visit_minutes};
pub(crate) use span::{Walk, micros};

use crate::{ClinicFacts, PractitionerId, Slot, Timestamp};

/// What is left of a practitioner's blocks of work on a civil date after time off and closures, by
/// start. Blocks may touch or overlap; a piece keeps the grid of the block it was cut from.
#[must_use]
pub fn working(
    practitioner_id: PractitionerId,
    date: NaiveDate,
    facts: &ClinicFacts,
) -> Vec<WorkBlock> {
    Hours::of(practitioner_id, facts).work(&Day::of(date, &facts.zone))
}

/// A practitioner's civil date: what its time is for, what is taken and what is free. For many
/// practitioners build one [`Calendar`].
#[must_use]
pub fn day_plan(practitioner_id: PractitionerId, date: NaiveDate, facts: &ClinicFacts) -> DayPlan {
    Calendar::of(facts).day_plan(practitioner_id, date)
}

/// The grid starts of a civil date at which `length_minutes` are free, whatever the service and
/// without buffers, from `now` on. For many practitioners build one [`Calendar`].
#[must_use]
pub fn free_starts(
    practitioner_id: PractitionerId,
    date: NaiveDate,
    length_minutes: u16,
    facts: &ClinicFacts,
    now: Timestamp,
) -> Vec<Timestamp> {
    Calendar::of(facts).free_starts(practitioner_id, date, length_minutes, now)
}

/// The slots in which a service can be booked, by start, then practitioner; never in the past. Each
/// of them is accepted by [`crate::decide::book`] for a patient who is free.
#[must_use]
pub fn free_slots(query: &SlotQuery, facts: &ClinicFacts, now: Timestamp) -> Vec<Slot> {
    Calendar::of(facts).free_slots(query, now)
}
