//! Whether a visit may take a place in the calendar.

use std::collections::BTreeSet;

use super::permit::{Broken, Known, Permit};
use super::rivals::{Obstacle, Rivals};
use crate::availability::{Hours, WorkBlock, bookable_location, starting_in, within};
use crate::interval::union;
use crate::{
    Actor, Appointment, AppointmentId, ClinicFacts, Conflict, ConflictKind, ExceptionKind, HoldId,
    Interval, LocationId, PatientId, PractitionerId, Reason, Refusal, Service, ServiceId,
};

/// A visit and where it wants to be.
pub(super) struct Place<'a> {
    pub(super) appointment_id: AppointmentId,
    pub(super) practitioner_id: PractitionerId,
    pub(super) patient_id: PatientId,
    pub(super) location: Where,
    pub(super) service: &'a Service,
    pub(super) during: Interval,
    /// Before and after, in minutes.
    pub(super) buffers: (u16, u16),
}

/// In which location.
#[derive(Clone, Copy)]
pub(super) enum Where {
    /// The first of the blocks' that has room.
    OfBlock,
    /// This one, or none.
    At(Option<LocationId>),
}

impl Where {
    pub(super) fn asked(location_id: Option<LocationId>) -> Self {
        location_id.map_or(Self::OfBlock, |id| Self::At(Some(id)))
    }
}

/// A place that may be taken.
#[derive(Default)]
pub(super) struct Settled {
    pub(super) location_id: Option<LocationId>,
    /// The rules that it breaks with leave.
    pub(super) broken: Broken,
    /// The foreign holds that a manager removes.
    pub(super) released: Vec<HoldId>,
}

impl<'a> Place<'a> {
    /// Where a visit is now.
    pub(super) fn of(visit: &Appointment, service: &'a Service) -> Self {
        Self {
            appointment_id: visit.appointment_id,
            practitioner_id: visit.practitioner_id,
            patient_id: visit.patient_id,
            location: Where::At(visit.location_id),
            service,
            during: visit.during(),
            buffers: (visit.buffer_before_minutes, visit.buffer_after_minutes),
        }
    }

    /// Checks hours, grid, practitioner, location and patient, and says which location it is.
    pub(super) fn settle(
        &self,
        permit: &Permit<'_>,
        facts: &ClinicFacts,
    ) -> Result<Settled, Refusal> {
        let mut broken = Broken::default();
        let rooms = self.hours(permit, facts, &mut broken)?;
        self.room(&rooms, permit, facts, broken)
    }

    /// The same for a visit that keeps its time, of which `broken` is known already.
    pub(super) fn settle_again(
        &self,
        permit: &Permit<'_>,
        facts: &ClinicFacts,
        broken: Broken,
    ) -> Result<Settled, Refusal> {
        self.room(&[], permit, facts, broken)
    }

    /// Which visits stand in its way, each with the rule that is broken.
    pub(super) fn in_the_way(&self, by: &Actor, facts: &ClinicFacts) -> BTreeSet<Known> {
        let rivals = Rivals::of(self, by, facts);
        let room = match self.location {
            Where::At(location_id) => location_id,
            Where::OfBlock => None,
        };
        let full = room.and_then(|id| rivals.location(id, facts));
        let all = [rivals.practitioner(self), full, rivals.patient(self)];
        let known = |one: Obstacle<'_>| {
            let visits = one.visits.into_iter();
            visits
                .map(move |visit| (one.reason, visit.appointment_id))
                .collect::<Vec<_>>()
        };
        all.into_iter().flatten().flat_map(known).collect()
    }

    pub(super) fn occupied(&self) -> Interval {
        self.during.widened(self.buffers.0, self.buffers.1)
    }

    /// Only visits of one class share a practitioner.
    pub(super) fn shares_with(&self, visit: &Appointment) -> bool {
        self.service.class_capacity().is_some() && visit.service_id == self.service.service_id
    }

    /// The locations of the blocks in which the visit starts, once hours and grid hold.
    pub(super) fn hours(
        &self,
        permit: &Permit<'_>,
        facts: &ClinicFacts,
        broken: &mut Broken,
    ) -> Result<Vec<Option<LocationId>>, Refusal> {
        let hours = Hours::of(self.practitioner_id, facts);
        let mut blocks = hours.around(&self.during, false);
        if !self.covered_by(&blocks) {
            permit.forgive(self.outside(&hours), broken)?;
        }
        let starts_at = self.during.starts_at;
        blocks.retain(|b| b.allows(self.service.service_id) && b.during.has(starts_at));
        let on_grid = |block: &WorkBlock| block.on_grid(starts_at, facts.grid_minutes);
        if blocks.iter().any(on_grid) {
            blocks.retain(on_grid);
        } else if !blocks.is_empty() {
            permit.forgive(Refusal::because(Reason::OffGrid), broken)?;
        }
        let rooms = blocks.iter().map(|block| bookable_location(block, facts));
        Ok(rooms.collect())
    }

    fn room(
        &self,
        of_blocks: &[Option<LocationId>],
        permit: &Permit<'_>,
        facts: &ClinicFacts,
        mut broken: Broken,
    ) -> Result<Settled, Refusal> {
        let by = permit.by;
        let rivals = Rivals::of(self, by, facts);
        permit.pass(rivals.practitioner(self), &mut broken)?;
        let mut released = Vec::new();
        match rivals.holds(self, by) {
            Ok(removed) => released = removed,
            Err(refusal) => permit.forgive(refusal, &mut broken)?,
        }
        let asked = match &self.location {
            Where::At(asked) => std::slice::from_ref(asked),
            Where::OfBlock => of_blocks,
        };
        let (location_id, full) = location_with_room(asked, |id| rivals.location(id, facts));
        permit.pass(full, &mut broken)?;
        permit.pass(rivals.patient(self), &mut broken)?;
        Ok(Settled {
            location_id,
            broken,
            released,
        })
    }

    fn covered_by(&self, blocks: &[WorkBlock]) -> bool {
        let allowing = blocks.iter().filter(|b| b.allows(self.service.service_id));
        within(
            &union(allowing.map(|block| block.during).collect()),
            &self.during,
        )
    }

    /// Names the closure or time off when that is all that keeps the visit out.
    fn outside(&self, hours: &Hours<'_>) -> Refusal {
        let in_the_way = hours
            .off
            .iter()
            .find(|off| off.during.overlaps(&self.during));
        let Some(off) = in_the_way.filter(|_| self.covered_by(&hours.around(&self.during, true)))
        else {
            return Refusal::because(Reason::OutsideSchedule);
        };
        let conflict = Conflict {
            kind: match off.exception.kind {
                ExceptionKind::Closure => ConflictKind::Closure,
                ExceptionKind::TimeOff | ExceptionKind::ExtraHours => ConflictKind::TimeOff,
            },
            id: Some(off.exception.exception_id.0),
            during: off.during,
            by: None,
            at: None,
        };
        Refusal::over(Reason::OutsideSchedule, conflict)
    }
}

/// The first location that has room; else the first one, with what is in the way there.
fn location_with_room<'f>(
    asked: &[Option<LocationId>],
    in_the_way: impl Fn(LocationId) -> Option<Obstacle<'f>>,
) -> (Option<LocationId>, Option<Obstacle<'f>>) {
    let mut full = None;
    for room in asked {
        match room.and_then(&in_the_way) {
            None => return (*room, None),
            Some(visits) => full = full.or(Some((*room, Some(visits)))),
        }
    }
    full.unwrap_or((None, None))
}

/// Where a visit takes place that names no location, while its block's first one has room.
pub(super) fn usual_location(
    practitioner_id: PractitionerId,
    service_id: ServiceId,
    during: Interval,
    facts: &ClinicFacts,
) -> Option<LocationId> {
    let blocks = Hours::of(practitioner_id, facts).around(&during, false);
    let first = starting_in(&blocks, service_id, during.starts_at).next()?;
    bookable_location(first, facts)
}

/// Where a moved visit goes when no location is asked for: with the practitioner's block if it was
/// in its block's location (none), else it stays in the location that was chosen for it.
pub(super) fn followed_location(visit: &Appointment, facts: &ClinicFacts) -> Option<LocationId> {
    let hours = Hours::of(visit.practitioner_id, facts);
    let blocks = hours.around(&visit.during(), true);
    let of_block = starting_in(&blocks, visit.service_id, visit.starts_at)
        .any(|block| block.location_id == visit.location_id);
    let location_id = visit.location_id.filter(|_| !of_block)?;
    let row = facts.locations.get(&location_id)?;
    row.active.then_some(location_id)
}
