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

    /// The visit of the practitioner that leaves no room, if one does.
    pub(super) fn practitioner(&self, place: &Place<'_>, by: &Actor) -> Result<(), Refusal> {
        let with = self.with_practitioner(place);
        let kind = ConflictKind::Appointment;
        if let Some(other) = with.iter().find(|visit| !place.shares_with(visit)) {
            return Err(Refusal::over(Reason::SlotTaken, taken(kind, other, by)));
        }
        let capacity = place.service.class_capacity().unwrap_or(1);
        match last_in(&with, &self.occupied, capacity) {
            Some(last) => Err(Refusal::over(Reason::CapacityFull, taken(kind, last, by))),
            None => Ok(()),
        }
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

    /// The visit that takes the location's last room, if one does.
    pub(super) fn location(
        &self,
        location_id: LocationId,
        facts: &ClinicFacts,
        by: &Actor,
    ) -> Result<(), Refusal> {
        let there = self.filtered(|visit| visit.location_id == Some(location_id));
        let capacity = facts
            .locations
            .get(&location_id)
            .map_or(1, |row| row.capacity);
        match last_in(&there, &self.occupied, capacity) {
            Some(last) => Err(Refusal::over(
                Reason::LocationBusy,
                taken(ConflictKind::Location, last, by),
            )),
            None => Ok(()),
        }
    }

    /// The patient's other visit at this time, if there is one; buffers are not the patient's.
    pub(super) fn patient(&self, place: &Place<'_>, by: &Actor) -> Result<(), Refusal> {
        let with_them = |visit: &&&Appointment| {
            visit.patient_id == place.patient_id && visit.during().overlaps(&place.during)
        };
        let Some(visit) = self.visits.iter().find(with_them) else {
            return Ok(());
        };
        let conflict = Conflict {
            during: visit.during(),
            ..taken(ConflictKind::Patient, visit, by)
        };
        Err(Refusal::over(Reason::PatientBusy, conflict))
    }

    fn with_practitioner(&self, place: &Place<'_>) -> Vec<&'f Appointment> {
        self.filtered(|visit| visit.practitioner_id == place.practitioner_id)
    }

    fn filtered(&self, suits: impl Fn(&Appointment) -> bool) -> Vec<&'f Appointment> {
        let visits = self.visits.iter().copied();
        visits.filter(|visit| suits(visit)).collect()
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
