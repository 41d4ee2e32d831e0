//! Who and what is taken: made once, asked often, and kept up to date by whoever keeps it.

use std::collections::BTreeMap;

use super::by_id::ById;
use super::span::{Span, micros, saturated, union};
use crate::{
    Appointment, AppointmentId, ClinicFacts, Interval, Location, LocationId, PatientId,
    PractitionerId, Service, ServiceId,
};

/// What of a visit matters to free time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Whose.
    pub appointment_id: AppointmentId,
    /// With whom.
    pub practitioner_id: PractitionerId,
    /// For whom.
    pub patient_id: PatientId,
    /// What for.
    pub service_id: ServiceId,
    /// Where, if it matters.
    pub location_id: Option<LocationId>,
    /// The visit itself: the patient is taken.
    pub during: Span,
    /// With its buffers: practitioner and location are taken.
    pub occupied: Span,
}

impl From<&Appointment> for Claim {
    fn from(visit: &Appointment) -> Self {
        Self {
            appointment_id: visit.appointment_id,
            practitioner_id: visit.practitioner_id,
            patient_id: visit.patient_id,
            service_id: visit.service_id,
            location_id: visit.location_id,
            during: visit.during().into(),
            occupied: visit.occupied().into(),
        }
    }
}

/// The visits that occupy something, and the holds, by what they occupy.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    /// By start, so that a time is a slice.
    by_practitioner: BTreeMap<PractitionerId, Vec<Claim>>,
    /// What is taken by nobody in particular, and what for, if that was asked.
    taken: ById<PractitionerId, Vec<(Option<ServiceId>, Span)>>,
    by_location: BTreeMap<LocationId, Vec<(Option<AppointmentId>, Span)>>,
    holds: BTreeMap<PractitionerId, Vec<Span>>,
}

/// Longer than anything that one visit occupies: who looks for what reaches into a time looks so
/// much earlier.
const LONGEST: i64 = 3 * 24 * 3_600 * 1_000_000;

/// Visits that one practitioner may have in the time that is asked for: a list that grows is copied.
const OF_SOME_WEEKS: usize = 128;

impl Ledger {
    /// The visits and holds of the facts.
    #[must_use]
    pub fn of(facts: &ClinicFacts) -> Self {
        let visits = facts.appointments.values();
        let occupying = visits.filter(|visit| visit.status.occupies());
        let mut ledger: Self = occupying.map(Claim::from).collect();
        for hold in &facts.holds {
            ledger.hold(hold.practitioner_id, hold.during().into());
        }
        ledger
    }

    /// Takes a visit in; one with this id must not be here.
    pub fn put(&mut self, claim: Claim) {
        if let Some(room) = claim.location_id {
            let of_room = self.by_location.entry(room).or_default();
            of_room.push((Some(claim.appointment_id), claim.occupied));
        }
        let claims = self
            .by_practitioner
            .entry(claim.practitioner_id)
            .or_default();
        let starts = claim.occupied.starts;
        // Nearly always the last: whoever reads many of them reads them in order.
        let last = claims.last();
        let at = if last.is_none_or(|last| last.occupied.starts <= starts) {
            claims.len()
        } else {
            claims.partition_point(|known| known.occupied.starts <= starts)
        };
        claims.insert(at, claim);
    }

    /// Takes a visit in of which nothing else is known: for a question in which no patient is named. A
    /// fourth of the memory, and none of the columns that only say whose it is. What it is for matters
    /// to a class alone; without, it leaves no seat in any.
    pub fn take(
        &mut self,
        practitioner_id: PractitionerId,
        service_id: Option<ServiceId>,
        location_id: Option<LocationId>,
        occupied: Span,
    ) {
        if let Some(room) = location_id {
            let of_room = self.by_location.entry(room).or_default();
            of_room.push((None, occupied));
        }
        let taken = self.taken.entry(practitioner_id);
        let taken = taken.or_insert_with(|| Vec::with_capacity(OF_SOME_WEEKS));
        taken.push((service_id, occupied));
    }

    /// One visit of those that were taken in without a name is this one, and is moved: who asks so
    /// ignores it.
    pub fn name(&mut self, visit: Claim) {
        let taken = self.taken.get_mut(&visit.practitioner_id);
        let like_it = |(service_id, span): &(Option<ServiceId>, Span)| {
            *span == visit.occupied && service_id.is_none_or(|id| id == visit.service_id)
        };
        // Those of one place and time are all alike: any of them will do.
        take_out(taken, like_it);
        if let Some(room) = visit.location_id {
            let of_room = self.by_location.get_mut(&room);
            take_out(of_room, |(whose, span)| {
                whose.is_none() && *span == visit.occupied
            });
        }
        self.put(visit);
    }

    /// Lets a visit of this practitioner go, if it is here.
    pub fn remove_of(&mut self, practitioner_id: PractitionerId, id: AppointmentId) {
        let Some(claims) = self.by_practitioner.get_mut(&practitioner_id) else {
            return;
        };
        let Some(at) = claims.iter().position(|claim| claim.appointment_id == id) else {
            return;
        };
        let room = claims.remove(at).location_id;
        if let Some(of_room) = room.and_then(|room| self.by_location.get_mut(&room)) {
            of_room.retain(|(whose, _)| *whose != Some(id));
        }
    }

    /// Every visit, by practitioner, then start.
    pub fn claims(&self) -> impl Iterator<Item = &Claim> {
        self.by_practitioner.values().flatten()
    }

    /// These holds and no others.
    pub fn replace_holds(&mut self, holds: impl Iterator<Item = (PractitionerId, Span)>) {
        self.holds.clear();
        for (practitioner_id, during) in holds {
            self.hold(practitioner_id, during);
        }
    }

    /// Takes a hold in.
    pub fn hold(&mut self, practitioner_id: PractitionerId, during: Span) {
        self.holds.entry(practitioner_id).or_default().push(during);
    }

    /// The visit, if it is here. Looks at every one.
    #[must_use]
    pub fn claim(&self, id: AppointmentId) -> Option<&Claim> {
        self.claims().find(|claim| claim.appointment_id == id)
    }

    /// When the practitioner is occupied by anything within a time, buffers and holds included, as a
    /// union.
    pub(crate) fn busy(&self, practitioner_id: PractitionerId, asked: &Asked) -> Vec<Span> {
        let visits = self.occupied(practitioner_id, asked);
        let visits = visits.map(|(_, occupied)| occupied);
        union(visits.chain(self.held(practitioner_id)).collect())
    }

    /// When the practitioner has no room for one more visit of this service, as a union. In a class
    /// a hold counts as one seat.
    pub(crate) fn blocked(
        &self,
        practitioner_id: PractitionerId,
        service: &Service,
        asked: &Asked,
    ) -> Vec<Span> {
        let Some(capacity) = service.class_capacity() else {
            return self.busy(practitioner_id, asked);
        };
        let (same, others): (Vec<_>, Vec<_>) = self
            .occupied(practitioner_id, asked)
            .partition(|(what_for, _)| *what_for == Some(service.service_id));
        let occupied = |(_, occupied): (Option<ServiceId>, Span)| occupied;
        let seats = same.into_iter().map(occupied);
        let full = saturated(seats.chain(self.held(practitioner_id)).collect(), capacity);
        union(others.into_iter().map(occupied).chain(full).collect())
    }

    /// When the location has no room for one more visit, as a union.
    pub(crate) fn full(&self, location: &Location, asked: &Asked) -> Vec<Span> {
        let claims = self.by_location.get(&location.location_id);
        let claims = claims.into_iter().flatten();
        let counted =
            claims.filter(|(whose, span)| !asked.ignores(*whose) && span.overlaps(asked.during));
        saturated(counted.map(|(_, span)| *span).collect(), location.capacity)
    }

    /// When the patient is with somebody, as a union.
    pub(crate) fn patient_busy(&self, patient_id: PatientId, asked: &Asked) -> Vec<Span> {
        let all = self.by_practitioner.keys();
        let claims = all.flat_map(|id| self.visits(*id, asked));
        let theirs = claims.filter(|claim| claim.patient_id == patient_id);
        union(theirs.map(|claim| claim.during).collect())
    }

    fn held(&self, practitioner_id: PractitionerId) -> impl Iterator<Item = Span> {
        let held = self.holds.get(&practitioner_id);
        held.into_iter().flatten().copied()
    }

    /// When the practitioner is with somebody, and what for.
    fn occupied(
        &self,
        id: PractitionerId,
        asked: &Asked,
    ) -> impl Iterator<Item = (Option<ServiceId>, Span)> {
        let visits = self.visits(id, asked);
        let taken = self.taken.get(&id).into_iter().flatten().copied();
        visits
            .map(|claim| (Some(claim.service_id), claim.occupied))
            .chain(taken)
    }

    fn visits(&self, id: PractitionerId, asked: &Asked) -> impl Iterator<Item = &Claim> {
        let claims = self.by_practitioner.get(&id).map_or(&[][..], Vec::as_slice);
        let earliest = asked.during.starts.saturating_sub(LONGEST);
        let first = claims.partition_point(|claim| claim.occupied.starts < earliest);
        let (ends, ignoring) = (asked.during.ends, asked.ignoring);
        claims[first..]
            .iter()
            .take_while(move |claim| claim.occupied.starts < ends)
            .filter(move |claim| ignoring != Some(claim.appointment_id))
    }
}

impl FromIterator<Claim> for Ledger {
    fn from_iter<T: IntoIterator<Item = Claim>>(claims: T) -> Self {
        let mut ledger = Self::default();
        for claim in claims {
            if let Some(room) = claim.location_id {
                let of_room = ledger.by_location.entry(room).or_default();
                of_room.push((Some(claim.appointment_id), claim.occupied));
            }
            let of_practitioner = ledger.by_practitioner.entry(claim.practitioner_id);
            of_practitioner.or_default().push(claim);
        }
        for claims in ledger.by_practitioner.values_mut() {
            claims.sort_by_key(|claim| claim.occupied.starts);
        }
        ledger
    }
}

/// Takes out one entry of these, if there is one.
fn take_out<T>(entries: Option<&mut Vec<T>>, is_it: impl Fn(&T) -> bool) {
    if let Some(entries) = entries
        && let Some(at) = entries.iter().position(is_it)
    {
        entries.remove(at);
    }
}

/// The time in question, and the visit that is not in its own way.
pub(crate) struct Asked {
    pub(crate) during: Span,
    pub(crate) ignoring: Option<AppointmentId>,
}

impl Asked {
    fn ignores(&self, whose: Option<AppointmentId>) -> bool {
        whose.is_some() && whose == self.ignoring
    }

    /// What begins in this time, and all that it may occupy.
    pub(crate) fn around(during: &Interval, ignoring: Option<AppointmentId>) -> Self {
        let starts = micros(during.starts_at).saturating_sub(LONGEST);
        let ends = micros(during.ends_at).saturating_add(LONGEST);
        Self {
            during: Span::of_micros(starts, ends),
            ignoring,
        }
    }
}
