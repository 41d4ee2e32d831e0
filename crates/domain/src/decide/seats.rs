//! Which seat of each resource a visit gets.
//!
//! Capacity is decided by a sweep before; here a seat is only found. When the sweep has room but no
//! single seat is free, those that begin later are seated anew, in the order in which they begin: whoever
//! comes meets fewer than the capacity, so there always is a seat.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::Occupancy;
use super::permit::Broken;
use crate::interval::shifted;
use crate::{
    Appointment, AppointmentId, ClinicFacts, Interval, Reason, ResourceId, ResourceNeed, Service,
    Timestamp,
};

/// Seats from here on belong to overlaps that were allowed by an override; they are never moved and
/// share with everybody.
pub const OVERFLOW: u16 = 1_000;

/// Visits that hang together are first looked for within so many minutes, then within twice as many.
const NEAR_MINUTES: i64 = 24 * 60;
/// No farther than that: see [`Seating::spare`].
const FAR_MINUTES: i64 = 32 * 24 * 60;

/// New seats by visit and resource.
pub(super) type Moves = BTreeMap<(AppointmentId, ResourceId), u16>;

/// Finds the visit's seats and adds them, with those of the visits that have to move up: on an
/// overflow seat where its place breaks a rule, else among those that the capacity gives. What is
/// returned has to be looked at first.
pub(super) fn take(
    visit: &Appointment,
    broken: &Broken,
    service: &Service,
    facts: &ClinicFacts,
    moves: &mut Moves,
) -> Vec<ResourceNeed> {
    let mut unseen = Vec::new();
    for claim in claims(visit) {
        let seating = Seating {
            facts,
            claim: &claim,
            own: visit.appointment_id,
            capacity: claim.capacity(service, facts),
        };
        if claim.breaks(broken) {
            seating.overflow(moves);
        } else {
            unseen.extend(seating.find(moves));
        }
    }
    unseen
}

enum What {
    Practitioner,
    Location(crate::LocationId),
    Patient,
}

struct Claim {
    what: What,
    resource_id: ResourceId,
    during: Interval,
}

impl Claim {
    fn capacity(&self, service: &Service, facts: &ClinicFacts) -> u16 {
        let capacity = match self.what {
            What::Practitioner => service.class_capacity(),
            What::Location(id) => facts.locations.get(&id).map(|row| row.capacity),
            What::Patient => None,
        };
        capacity.unwrap_or(1).max(1)
    }

    /// The rule that is broken where there is no seat.
    fn full(&self) -> Reason {
        match self.what {
            What::Practitioner => Reason::CapacityFull,
            What::Location(_) => Reason::LocationBusy,
            What::Patient => Reason::PatientBusy,
        }
    }

    fn breaks(&self, broken: &Broken) -> bool {
        let slot_taken = matches!(self.what, What::Practitioner) && broken.has(Reason::SlotTaken);
        slot_taken || broken.has(self.full())
    }
}

/// What a visit takes: its practitioner, its location if any, its patient.
fn claims(visit: &Appointment) -> impl Iterator<Item = Claim> {
    let practitioner = Claim {
        what: What::Practitioner,
        resource_id: visit.practitioner_id.into(),
        during: visit.occupied(),
    };
    let location = visit.location_id.map(|id| Claim {
        what: What::Location(id),
        resource_id: id.into(),
        during: visit.occupied(),
    });
    let patient = Claim {
        what: What::Patient,
        resource_id: visit.patient_id.into(),
        during: visit.during(),
    };
    std::iter::once(practitioner)
        .chain(location)
        .chain([patient])
}

/// One resource while a visit looks for a seat.
struct Seating<'a> {
    facts: &'a ClinicFacts,
    claim: &'a Claim,
    own: AppointmentId,
    capacity: u16,
}

/// A visit on the resource; the seat that it has.
struct Sitter {
    during: Interval,
    appointment_id: AppointmentId,
    seat: Option<u16>,
}

impl Seating<'_> {
    fn find(&self, moves: &mut Moves) -> Option<ResourceNeed> {
        let resource_id = self.claim.resource_id;
        let own = (self.own, resource_id);
        if self.capacity == 1 {
            moves.insert(own, 1);
            return None;
        }
        let taken = self.taken();
        if let Some(seat) = (1..=self.capacity).find(|seat| !taken.contains(seat)) {
            moves.insert(own, seat);
            return None;
        }
        let Some(seated) = self.seat_anew() else {
            moves.insert(own, self.spare());
            return self.unseen();
        };
        moves.extend(
            seated
                .into_iter()
                .map(|(id, seat)| ((id, resource_id), seat)),
        );
        None
    }

    fn overflow(&self, moves: &mut Moves) {
        let taken = self.taken();
        let seat = (OVERFLOW..).find(|seat| !taken.contains(seat));
        let key = (self.own, self.claim.resource_id);
        moves.insert(key, seat.unwrap_or(u16::MAX));
    }

    /// Above the capacity, for a visit whose group is still not at its end a month later. The sweep
    /// has said that there is room; that nobody sits on another's seat stays so.
    fn spare(&self) -> u16 {
        let taken = self.taken();
        let mut above = self.capacity.saturating_add(1)..OVERFLOW;
        above.find(|seat| !taken.contains(seat)).unwrap_or(OVERFLOW)
    }

    fn taken(&self) -> Vec<u16> {
        let beside = self.sitters(self.claim.during);
        beside.filter_map(|sitter| sitter.seat).collect()
    }

    fn sitters(&self, during: Interval) -> impl Iterator<Item = Sitter> {
        let resource_id = self.claim.resource_id;
        let visits = self.facts.appointments.values();
        visits.filter_map(move |visit| {
            let of_resource = |claim: &Claim| claim.resource_id == resource_id;
            let here = claims(visit).find(of_resource)?;
            let counts = visit.appointment_id != self.own && visit.status.occupies();
            (counts && here.during.overlaps(&during)).then(|| Sitter {
                during: here.during,
                appointment_id: visit.appointment_id,
                seat: self
                    .facts
                    .seats
                    .get(&(visit.appointment_id, resource_id))
                    .copied(),
            })
        })
    }

    /// Up to when everybody on the resource is known, from the claim's start.
    fn horizon(&self) -> Timestamp {
        let claim = self.claim;
        let known = self.facts.seen.iter().filter(|need| {
            need.resource_id == claim.resource_id && need.during.contains(&claim.during)
        });
        let ends = known.map(|need| need.during.ends_at);
        ends.max().unwrap_or(claim.during.ends_at)
    }

    /// What to look at besides; nothing once the farthest was looked at.
    fn unseen(&self) -> Option<ResourceNeed> {
        let widest = self
            .facts
            .seen
            .iter()
            .map(|need| need.during.minutes())
            .max();
        let (since, until) = (self.claim.during.starts_at, self.claim.during.ends_at);
        let end = match widest {
            None => shifted(until, NEAR_MINUTES),
            Some(minutes) if minutes < FAR_MINUTES => shifted(until, 2 * minutes),
            Some(_) => return None,
        };
        Some(ResourceNeed {
            resource_id: self.claim.resource_id,
            during: Interval::new(since, end),
        })
    }

    /// New seats of the claim and of those that begin in it or later; who can stay, stays. None when
    /// somebody would have to move who meets visits that nobody has looked at.
    fn seat_anew(&self) -> Option<Vec<(AppointmentId, u16)>> {
        let since = self.claim.during.starts_at;
        let horizon = self.horizon();
        let sitters = self.sitters(Interval::new(since, horizon));
        let ordinary = sitters.filter(|sitter| sitter.seat.is_some_and(|seat| seat < OVERFLOW));
        let (before, mut coming): (Vec<_>, Vec<_>) =
            ordinary.partition(|sitter| sitter.during.starts_at < since);
        coming.push(Sitter {
            during: self.claim.during,
            appointment_id: self.own,
            seat: None,
        });
        coming.sort_by_key(|sitter| {
            let starts_at = sitter.during.starts_at;
            (starts_at, sitter.seat.is_none(), sitter.appointment_id)
        });
        let seated = before
            .iter()
            .filter_map(|sitter| Some((sitter.during, sitter.seat?)));
        let mut seated: Vec<(Interval, u16)> = seated.collect();
        let mut moved = Vec::new();
        for (index, sitter) in coming.iter().enumerate() {
            seated.retain(|(during, _)| during.ends_at > sitter.during.starts_at);
            let later = coming.get(index + 1..).unwrap_or_default();
            let seat = self.seat_among(&seated, sitter, later);
            if sitter.seat != Some(seat) {
                if sitter.during.ends_at > horizon {
                    return None;
                }
                moved.push((sitter.appointment_id, seat));
            }
            seated.push((sitter.during, seat));
        }
        Some(moved)
    }

    /// The seat that the sitter has, if it is free; else the one that nobody comes for soonest.
    fn seat_among(&self, seated: &[(Interval, u16)], sitter: &Sitter, later: &[Sitter]) -> u16 {
        let is_free = |seat: &u16| !seated.iter().any(|(_, taken)| taken == seat);
        if let Some(seat) = sitter.seat.filter(is_free) {
            return seat;
        }
        let comes_for = |seat: u16| {
            let next = later.iter().find(|other| other.seat == Some(seat));
            next.map_or(Timestamp::MAX_UTC, |other| other.during.starts_at)
        };
        let free = (1..=self.capacity).filter(is_free);
        let best = free.max_by_key(|seat| (comes_for(*seat), Reverse(*seat)));
        // Only where the capacity was made smaller under visits that were there.
        let beyond = || (self.capacity.saturating_add(1)..OVERFLOW).find(is_free);
        best.or_else(beyond).unwrap_or(OVERFLOW)
    }
}

/// All seats of a visit: those that it has now got, else those that it had.
pub(super) fn rows<'a>(
    visit: &'a Appointment,
    moves: &'a Moves,
    facts: &'a ClinicFacts,
) -> impl Iterator<Item = Occupancy> + 'a {
    claims(visit).map(move |claim| {
        let key = (visit.appointment_id, claim.resource_id);
        let seat = moves.get(&key).or_else(|| facts.seats.get(&key));
        let seat = seat.copied().unwrap_or(1);
        let shares = matches!(claim.what, What::Practitioner) && seat < OVERFLOW;
        Occupancy {
            appointment_id: visit.appointment_id,
            resource_id: claim.resource_id,
            seat,
            share_key: shares.then(|| share_key(visit, facts)),
            during: claim.during,
        }
    })
}

/// Only visits of one class share a practitioner.
fn share_key(visit: &Appointment, facts: &ClinicFacts) -> uuid::Uuid {
    let service = facts.services.get(&visit.service_id);
    match service.and_then(Service::class_capacity) {
        Some(_) => visit.service_id.0,
        None => visit.appointment_id.0,
    }
}
