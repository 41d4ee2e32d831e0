//! Whether a visit may take a place in the calendar.

use super::Clock;
use crate::availability::{Hours, WorkBlock, bookable_location, starting_in, within};
use crate::interval::{saturated, touches, union};
use crate::refusal::ByUser;
use crate::{
    Appointment, AppointmentId, ClinicFacts, Conflict, ConflictKind, ExceptionKind, Interval,
    LocationId, PatientId, PractitionerId, Reason, Refusal, Service,
};

/// A visit and where it wants to be.
pub(super) struct Place<'a> {
    pub(super) appointment_id: AppointmentId,
    pub(super) practitioner_id: PractitionerId,
    pub(super) patient_id: PatientId,
    /// That of the block when absent.
    pub(super) location_id: Option<LocationId>,
    pub(super) service: &'a Service,
    pub(super) during: Interval,
}

impl Place<'_> {
    /// Checks time, hours, grid, practitioner, location and patient, and says which location it is.
    pub(super) fn settle(
        &self,
        facts: &ClinicFacts,
        clock: Clock,
    ) -> Result<Option<LocationId>, Refusal> {
        clock.refuse_past(self.during.starts_at)?;
        let hours = Hours::of(self.practitioner_id, facts);
        let blocks = hours.around(&self.during, false);
        if !self.covered_by(&blocks) {
            return Err(self.outside(&hours));
        }
        let starts_at = self.during.starts_at;
        let rooms: Vec<_> = starting_in(&blocks, self.service.service_id, starts_at)
            .filter(|block| block.on_grid(starts_at, facts.grid_minutes))
            .map(|block| bookable_location(block, facts))
            .collect();
        if rooms.is_empty() {
            return Err(Refusal::because(Reason::OffGrid));
        }
        self.practitioner_has_room(facts)?;
        let location_id = self.location_with_room(&rooms, facts)?;
        self.patient_is_free(facts)?;
        Ok(location_id)
    }

    fn occupied(&self) -> Interval {
        let service = self.service;
        self.during
            .widened(service.buffer_before_minutes, service.buffer_after_minutes)
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

    fn practitioner_has_room(&self, facts: &ClinicFacts) -> Result<(), Refusal> {
        let occupied = self.occupied();
        let rivals = self.rivals(facts, &occupied, |visit| {
            visit.practitioner_id == self.practitioner_id
        });
        let kind = ConflictKind::Appointment;
        let capacity = self.service.class_capacity();
        let shares =
            |visit: &Appointment| capacity.is_some() && visit.service_id == self.service.service_id;
        if let Some(other) = rivals.iter().find(|visit| !shares(visit)) {
            return Err(Refusal::over(Reason::SlotTaken, taken(kind, other)));
        }
        match last_in(&rivals, &occupied, capacity.unwrap_or(1)) {
            Some(last) => Err(Refusal::over(Reason::CapacityFull, taken(kind, last))),
            None => Ok(()),
        }
    }

    /// The asked-for location, else the first of the blocks' that has room.
    fn location_with_room(
        &self,
        of_blocks: &[Option<LocationId>],
        facts: &ClinicFacts,
    ) -> Result<Option<LocationId>, Refusal> {
        if self.location_id.is_some() {
            return self.location_has_room(self.location_id, facts);
        }
        let mut first_refusal = None;
        for room in of_blocks {
            match self.location_has_room(*room, facts) {
                Ok(room) => return Ok(room),
                Err(refusal) => first_refusal = first_refusal.or(Some(refusal)),
            }
        }
        first_refusal.map_or(Ok(None), Err)
    }

    fn location_has_room(
        &self,
        location_id: Option<LocationId>,
        facts: &ClinicFacts,
    ) -> Result<Option<LocationId>, Refusal> {
        let Some(id) = location_id else {
            return Ok(None);
        };
        let occupied = self.occupied();
        let rivals = self.rivals(facts, &occupied, |visit| visit.location_id == Some(id));
        let capacity = facts.locations.get(&id).map_or(1, |row| row.capacity);
        match last_in(&rivals, &occupied, capacity) {
            Some(last) => Err(Refusal::over(
                Reason::LocationBusy,
                taken(ConflictKind::Location, last),
            )),
            None => Ok(location_id),
        }
    }

    fn patient_is_free(&self, facts: &ClinicFacts) -> Result<(), Refusal> {
        let near = self.rivals(facts, &self.during, |visit| {
            visit.patient_id == self.patient_id && visit.during().overlaps(&self.during)
        });
        let Some(visit) = near.first() else {
            return Ok(());
        };
        let conflict = Conflict {
            during: visit.during(),
            ..taken(ConflictKind::Patient, visit)
        };
        Err(Refusal::over(Reason::PatientBusy, conflict))
    }

    /// The other visits that occupy this time, by start.
    fn rivals<'f>(
        &self,
        facts: &'f ClinicFacts,
        during: &Interval,
        at_same: impl Fn(&Appointment) -> bool,
    ) -> Vec<&'f Appointment> {
        let mut rivals: Vec<_> = facts
            .appointments
            .values()
            .filter(|visit| {
                at_same(visit)
                    && visit.status.occupies()
                    && visit.appointment_id != self.appointment_id
                    && visit.occupied().overlaps(during)
            })
            .collect();
        rivals.sort_by_key(|visit| (visit.starts_at, visit.appointment_id));
        rivals
    }
}

/// Who took the last seat of a resource that is full at some instant of `during`.
fn last_in<'f>(
    rivals: &[&'f Appointment],
    during: &Interval,
    capacity: u16,
) -> Option<&'f Appointment> {
    let full = saturated(rivals.iter().map(|v| v.occupied()).collect(), capacity);
    if !touches(&full, during) {
        return None;
    }
    let within = rivals.iter().filter(|v| touches(&full, &v.occupied()));
    within.max_by_key(|visit| visit.taken_at).copied()
}

fn taken(kind: ConflictKind, visit: &Appointment) -> Conflict {
    Conflict {
        kind,
        id: Some(visit.appointment_id.0),
        during: visit.occupied(),
        by: Some(ByUser {
            user_id: visit.taken_by,
            name: visit.taken_by_name.clone(),
        }),
        at: Some(visit.taken_at),
    }
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
