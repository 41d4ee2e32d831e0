//! What a practitioner's civil date is for, before anybody is booked.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::plan::{PlanBand, bands};
use super::{Day, Hours, WorkBlock};
use crate::interval::union;
use crate::{ClinicFacts, Interval, PractitionerId};

/// Visits and holds change nothing of it: who reads a day again and again keeps it until a schedule,
/// an exception or the zone changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkDay {
    /// See [`super::DayPlan::bands`].
    pub bands: Vec<PlanBand>,
    /// What is left of the blocks after time off and closures, as a union.
    pub work: Vec<Interval>,
    pub(super) during: Interval,
    /// The same with what follows at midnight: where a visit that starts this day must lie.
    pub(super) stretches: Vec<Interval>,
    pub(super) blocks: Vec<WorkBlock>,
}

impl WorkDay {
    pub(super) fn of(practitioner_id: PractitionerId, day: &Day<'_>, facts: &ClinicFacts) -> Self {
        let hours = Hours::of(practitioner_id, facts);
        let (stretches, blocks) = hours.open(day, |_| true);
        Self {
            bands: bands(&hours, day),
            work: union(blocks.iter().map(|block| block.during).collect()),
            during: day.during,
            stretches,
            blocks,
        }
    }
}

/// The date of every practitioner of the facts.
#[must_use]
pub fn work_days(date: NaiveDate, facts: &ClinicFacts) -> BTreeMap<PractitionerId, WorkDay> {
    let day = Day::of(date, &facts.zone);
    let practitioners = facts.practitioners.keys();
    practitioners
        .map(|id| (*id, WorkDay::of(*id, &day, facts)))
        .collect()
}

/// True when some block of the practitioner's schedules is in a location: only then it matters who
/// else is there.
#[must_use]
pub fn works_in_rooms(practitioner_id: PractitionerId, facts: &ClinicFacts) -> bool {
    let schedules = facts.schedules.iter();
    schedules
        .filter(|schedule| schedule.practitioner_id == practitioner_id)
        .flat_map(|schedule| &schedule.blocks)
        .any(|block| block.location_id.is_some())
}
