//! Which seat of each resource a visit gets.
//!
//! Capacity is decided by a sweep before; here a seat is only found. When the sweep has room but no
//! single seat is free, the connected group is seated anew: interval graphs always can be.

use std::collections::BTreeMap;

use super::permit::Broken;
use super::{Occupancy, needs};
use crate::{
    Appointment, AppointmentId, ClinicFacts, Interval, Reason, Refusal, ResourceId, Service,
};

/// Seats from here on belong to overlaps that were allowed by an override; they are never moved and
/// share with everybody.
pub const OVERFLOW: u16 = 1_000;

/// New seats by visit and resource.
pub(super) type Moves = BTreeMap<(AppointmentId, ResourceId), u16>;

/// Finds the visit's seats and adds them, with those of the visits that have to move up: on an
/// overflow seat where its place breaks a rule, else among those that the capacity gives.
pub(super) fn take(
    visit: &Appointment,
    broken: &Broken,
    service: &Service,
    facts: &ClinicFacts,
    moves: &mut Moves,
) -> Result<(), Refusal> {
    let window = needs::window(
        &visit.occupied(),
        service,
        visit.location_id.into_iter(),
        facts,
    );
    for claim in claims(visit) {
        let seating = Seating {
            facts,
            claim: &claim,
            own: visit.appointment_id,
            capacity: claim.capacity(service, facts),
            window,
        };
        if claim.breaks(broken) {
            seating.overflow(moves);
        } else if !seating.find(moves) {
            return Err(Refusal::because(claim.full()));
        }
    }
    Ok(())
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
    /// Visits that reach out of it may have neighbours that were not loaded.
    window: Interval,
}

/// A visit on the resource; the seat it has, if it is known.
struct Sitter {
    during: Interval,
    appointment_id: AppointmentId,
    seat: Option<u16>,
    fixed: bool,
}

impl Seating<'_> {
    fn find(&self, moves: &mut Moves) -> bool {
        let key = (self.own, self.claim.resource_id);
        if self.capacity == 1 {
            moves.insert(key, 1);
            return true;
        }
        let mut sitters = self.sitters();
        let taken = self.taken_beside(&sitters);
        if let Some(seat) = (1..=self.capacity).find(|seat| !taken.contains(seat)) {
            moves.insert(key, seat);
            return true;
        }
        sitters.retain(|sitter| sitter.seat.is_none_or(|seat| seat < OVERFLOW));
        self.repack(sitters, moves)
    }

    fn overflow(&self, moves: &mut Moves) {
        let taken = self.taken_beside(&self.sitters());
        let seat = (OVERFLOW..).find(|seat| !taken.contains(seat));
        let key = (self.own, self.claim.resource_id);
        moves.insert(key, seat.unwrap_or(u16::MAX));
    }

    fn taken_beside(&self, sitters: &[Sitter]) -> Vec<u16> {
        let beside = sitters
            .iter()
            .filter(|s| s.during.overlaps(&self.claim.during));
        beside.filter_map(|sitter| sitter.seat).collect()
    }

    fn sitters(&self) -> Vec<Sitter> {
        let resource_id = self.claim.resource_id;
        let on_resource = |visit: &&Appointment| {
            visit.appointment_id != self.own
                && visit.status.occupies()
                && claims(visit).any(|claim| claim.resource_id == resource_id)
        };
        let visits = self.facts.appointments.values().filter(on_resource);
        visits
            .map(|visit| {
                let during = match self.claim.what {
                    What::Practitioner | What::Location(_) => visit.occupied(),
                    What::Patient => visit.during(),
                };
                let key = (visit.appointment_id, resource_id);
                let seat = self.facts.seats.get(&key).copied();
                Sitter {
                    during,
                    appointment_id: visit.appointment_id,
                    seat,
                    fixed: !self.window.contains(&during) || seat.is_none(),
                }
            })
            .collect()
    }

    /// Seats the group that hangs together with the claim anew, by start; who can stay, stays.
    fn repack(&self, sitters: Vec<Sitter>, moves: &mut Moves) -> bool {
        let mut group = self.connected(sitters);
        group.sort_by_key(|sitter| (!sitter.fixed, sitter.during, sitter.appointment_id));
        let mut seated: Vec<(Interval, u16)> = Vec::with_capacity(group.len());
        let mut moved = Vec::new();
        for sitter in group {
            let is_free = |seat: &u16| {
                let blocks =
                    |(at, taken): &(Interval, u16)| taken == seat && at.overlaps(&sitter.during);
                !seated.iter().any(blocks)
            };
            let seat = if sitter.fixed {
                sitter.seat
            } else {
                let stays = sitter.seat.filter(|seat| is_free(seat));
                stays.or_else(|| (1..=self.capacity).find(is_free))
            };
            match seat {
                Some(seat) => seated.push((sitter.during, seat)),
                None if sitter.fixed => continue,
                None => return false,
            }
            if seat != sitter.seat {
                moved.push((sitter.appointment_id, seat.unwrap_or(1)));
            }
        }
        let resource_id = self.claim.resource_id;
        moves.extend(
            moved
                .into_iter()
                .map(|(id, seat)| ((id, resource_id), seat)),
        );
        true
    }

    /// The claim and all sitters that overlap it, directly or through others.
    fn connected(&self, mut rest: Vec<Sitter>) -> Vec<Sitter> {
        let mut group = vec![Sitter {
            during: self.claim.during,
            appointment_id: self.own,
            seat: None,
            fixed: false,
        }];
        loop {
            let touches = |sitter: &Sitter| {
                group
                    .iter()
                    .any(|member| member.during.overlaps(&sitter.during))
            };
            let (near, far): (Vec<_>, Vec<_>) = rest.into_iter().partition(touches);
            if near.is_empty() {
                return group;
            }
            group.extend(near);
            rest = far;
        }
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
