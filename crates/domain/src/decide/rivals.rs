//! What stands in a visit's way, looked up in one pass over the visits.

use super::place::Place;
use super::rights;
use crate::interval::{saturated, touches};
use crate::refusal::ByUser;
use crate::{
    Actor, Appointment, ClinicFacts, Conflict, ConflictKind, Hold, HoldId, Interval, LocationId,
    Reason, Refusal, Role,
};

/// The visits and the other desks' holds that touch what a place occupies, each by start.
pub(super) struct Rivals<'f> {
    visits: Vec<&'f Appointment>,
    holds: Vec<&'f Hold>,
    occupied: Interval,
}

impl<'f> Rivals<'f> {
    pub(super) fn of(place: &Place<'_>, by: &Actor, facts: &'f ClinicFacts) -> Self {
        let occupied = place.occupied();
        let mut visits: Vec<_> = facts
            .appointments
            .values()
            .filter(|visit| {
                visit.occupied().overlaps(&occupied)
                    && visit.status.occupies()
                    && visit.appointment_id != place.appointment_id
            })
            .collect();
        visits.sort_unstable_by_key(|visit| (visit.starts_at, visit.appointment_id));
        let mut holds: Vec<_> = facts
            .holds
            .iter()
            .filter(|hold| {
                hold.practitioner_id == place.practitioner_id
                    && hold.device_id != by.device_id
                    && hold.during().overlaps(&occupied)
            })
            .collect();
        holds.sort_unstable_by_key(|hold| (hold.starts_at, hold.hold_id));
        Self {
            visits,
            holds,
            occupied,
        }
    }

    /// The visits of the practitioner that leave no room, if any.
    pub(super) fn practitioner(&self, place: &Place<'_>) -> Option<Obstacle<'f>> {
        let with = self.with_practitioner(place);
        let strangers = with.iter().filter(|visit| !place.shares_with(visit));
        let strangers: Vec<_> = strangers.copied().collect();
        let kind = ConflictKind::Appointment;
        if !strangers.is_empty() {
            return Obstacle::of(Reason::SlotTaken, kind, strangers);
        }
        let capacity = place.service.class_capacity().unwrap_or(1);
        let full = where_full(&with, &self.occupied, capacity);
        Obstacle::of(Reason::CapacityFull, kind, full)
    }

    /// The foreign holds that leave no room beside the visits. A manager's booking removes them.
    pub(super) fn holds(&self, place: &Place<'_>, by: &Actor) -> Result<Vec<HoldId>, Refusal> {
        let Some(first) = self.holds.first() else {
            return Ok(Vec::new());
        };
        let mut reason = Reason::SlotTaken;
        if let Some(capacity) = place.service.class_capacity() {
            let visits = self.with_practitioner(place);
            let seats = visits.iter().map(|visit| visit.occupied());
            let held = self.holds.iter().map(|hold| hold.during());
            let full = saturated(seats.chain(held).collect(), capacity);
            if !touches(&full, &self.occupied) {
                return Ok(Vec::new());
            }
            reason = Reason::CapacityFull;
        }
        if by.role == Role::Manager {
            return Ok(self.holds.iter().map(|hold| hold.hold_id).collect());
        }
        Err(Refusal::over(reason, held(first, by)))
    }

    /// The visits that take the location's last room, if any.
    pub(super) fn location(
        &self,
        location_id: LocationId,
        facts: &ClinicFacts,
    ) -> Option<Obstacle<'f>> {
        let there = self.filtered(|visit| visit.location_id == Some(location_id));
        let capacity = facts
            .locations
            .get(&location_id)
            .map_or(1, |row| row.capacity);
        let full = where_full(&there, &self.occupied, capacity);
        Obstacle::of(Reason::LocationBusy, ConflictKind::Location, full)
    }

    /// The patient's other visits at this time, if any; buffers are not the patient's.
    pub(super) fn patient(&self, place: &Place<'_>) -> Option<Obstacle<'f>> {
        let with_them = self.filtered(|visit| {
            visit.patient_id == place.patient_id && visit.during().overlaps(&place.during)
        });
        Obstacle::of(Reason::PatientBusy, ConflictKind::Patient, with_them)
    }

    fn with_practitioner(&self, place: &Place<'_>) -> Vec<&'f Appointment> {
        self.filtered(|visit| visit.practitioner_id == place.practitioner_id)
    }

    fn filtered(&self, suits: impl Fn(&Appointment) -> bool) -> Vec<&'f Appointment> {
        let visits = self.visits.iter().copied();
        visits.filter(|visit| suits(visit)).collect()
    }
}

/// Visits that leave no room; the first of them is the one that is told.
pub(super) struct Obstacle<'f> {
    pub(super) reason: Reason,
    kind: ConflictKind,
    pub(super) visits: Vec<&'f Appointment>,
}

impl<'f> Obstacle<'f> {
    fn of(reason: Reason, kind: ConflictKind, visits: Vec<&'f Appointment>) -> Option<Self> {
        let there_are = !visits.is_empty();
        there_are.then_some(Self {
            reason,
            kind,
            visits,
        })
    }

    pub(super) fn refusal(&self, by: &Actor) -> Refusal {
        let Some(first) = self.visits.first() else {
            return Refusal::because(self.reason);
        };
        let during = match self.kind {
            ConflictKind::Patient => first.during(),
            ConflictKind::Appointment
            | ConflictKind::Location
            | ConflictKind::Hold
            | ConflictKind::Closure
            | ConflictKind::TimeOff => first.occupied(),
        };
        let conflict = Conflict {
            during,
            ..taken(self.kind, first, by)
        };
        Refusal::over(self.reason, conflict)
    }
}

/// Who takes the seats of a resource where it is full within `during`, the last one first.
fn where_full<'f>(
    rivals: &[&'f Appointment],
    during: &Interval,
    capacity: u16,
) -> Vec<&'f Appointment> {
    let full = saturated(rivals.iter().map(|v| v.occupied()).collect(), capacity);
    let full = full.iter().filter_map(|piece| piece.intersection(during));
    let full: Vec<_> = full.collect();
    let within = rivals.iter().filter(|v| touches(&full, &v.occupied()));
    let mut within: Vec<_> = within.copied().collect();
    within.sort_by_key(|visit| visit.taken_at);
    within.reverse();
    within
}

pub(super) fn taken(kind: ConflictKind, visit: &Appointment, by: &Actor) -> Conflict {
    let seen = rights::sees_who(by);
    Conflict {
        kind,
        id: Some(visit.appointment_id.0),
        during: visit.occupied(),
        by: seen.then(|| ByUser {
            user_id: visit.taken_by,
            name: visit.taken_by_name.clone(),
        }),
        at: seen.then_some(visit.taken_at),
    }
}

pub(super) fn held(hold: &Hold, by: &Actor) -> Conflict {
    Conflict {
        kind: ConflictKind::Hold,
        id: Some(hold.hold_id.0),
        during: hold.during(),
        by: rights::sees_who(by).then(|| ByUser {
            user_id: hold.user_id,
            name: hold.user_name.clone(),
        }),
        at: None,
    }
}
