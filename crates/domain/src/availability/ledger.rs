//! Who and what is taken, indexed once per question.

use std::collections::BTreeMap;

use crate::interval::{saturated, union};
use crate::{
    Appointment, AppointmentId, ClinicFacts, Interval, LocationId, PatientId, PractitionerId,
    Service,
};

/// The visits that occupy something, and the holds, by what they occupy.
pub(crate) struct Ledger<'a> {
    facts: &'a ClinicFacts,
    by_practitioner: BTreeMap<PractitionerId, Vec<&'a Appointment>>,
    by_location: BTreeMap<LocationId, Vec<&'a Appointment>>,
    holds: BTreeMap<PractitionerId, Vec<Interval>>,
}

impl<'a> Ledger<'a> {
    /// The visits and holds that touch `during`, without the visit that is not in its own way.
    pub(crate) fn of(
        facts: &'a ClinicFacts,
        during: &Interval,
        ignoring: Option<AppointmentId>,
    ) -> Self {
        let mut ledger = Self {
            facts,
            by_practitioner: BTreeMap::new(),
            by_location: BTreeMap::new(),
            holds: BTreeMap::new(),
        };
        for hold in &facts.holds {
            if hold.during().overlaps(during) {
                let of_practitioner = ledger.holds.entry(hold.practitioner_id);
                of_practitioner.or_default().push(hold.during());
            }
        }
        for visit in facts.appointments.values() {
            if !visit.status.occupies()
                || ignoring == Some(visit.appointment_id)
                || !visit.occupied().overlaps(during)
            {
                continue;
            }
            let of_practitioner = ledger.by_practitioner.entry(visit.practitioner_id);
            of_practitioner.or_default().push(visit);
            if let Some(room) = visit.location_id {
                ledger.by_location.entry(room).or_default().push(visit);
            }
        }
        ledger
    }

    /// When the practitioner is occupied by anything, buffers and holds included, as a union.
    pub(crate) fn busy(&self, practitioner_id: PractitionerId) -> Vec<Interval> {
        let visits = self.visits(practitioner_id).map(Appointment::occupied);
        union(visits.chain(self.held(practitioner_id)).collect())
    }

    /// When the practitioner has no room for one more visit of this service, as a union. In a class
    /// a hold counts as one seat.
    pub(crate) fn blocked(
        &self,
        practitioner_id: PractitionerId,
        service: &Service,
    ) -> Vec<Interval> {
        let Some(capacity) = service.class_capacity() else {
            return self.busy(practitioner_id);
        };
        let (same, mut others): (Vec<_>, Vec<_>) = self
            .visits(practitioner_id)
            .map(|visit| (visit.service_id == service.service_id, visit.occupied()))
            .partition(|(same, _)| *same);
        let seats = same.into_iter().map(|(_, at)| at);
        let full = saturated(seats.chain(self.held(practitioner_id)).collect(), capacity);
        others.extend(full.into_iter().map(|at| (true, at)));
        union(others.into_iter().map(|(_, at)| at).collect())
    }

    /// When the location has no room for one more visit, as a union.
    pub(crate) fn full(&self, location_id: LocationId) -> Vec<Interval> {
        let Some(visits) = self.by_location.get(&location_id) else {
            return Vec::new();
        };
        let capacity = self
            .facts
            .locations
            .get(&location_id)
            .map_or(1, |l| l.capacity);
        saturated(
            visits.iter().map(|visit| visit.occupied()).collect(),
            capacity,
        )
    }

    fn held(&self, practitioner_id: PractitionerId) -> impl Iterator<Item = Interval> {
        let held = self.holds.get(&practitioner_id);
        held.into_iter().flatten().copied()
    }

    fn visits(&self, practitioner_id: PractitionerId) -> impl Iterator<Item = &'a Appointment> {
        self.by_practitioner
            .get(&practitioner_id)
            .into_iter()
            .flatten()
            .copied()
    }
}

/// When the patient is with somebody, as a union.
pub(crate) fn patient_busy(
    facts: &ClinicFacts,
    patient_id: PatientId,
    ignoring: Option<AppointmentId>,
) -> Vec<Interval> {
    let visits = facts.appointments.values().filter(|visit| {
        visit.patient_id == patient_id
            && visit.status.occupies()
            && ignoring != Some(visit.appointment_id)
    });
    union(visits.map(Appointment::during).collect())
}
