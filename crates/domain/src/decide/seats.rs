//! Which seat of each resource a visit gets.
//!
//! Capacity is decided by a sweep before; here a seat is only found. When the sweep has room but no
//! single seat is free, the connected group is seated anew: interval graphs always can be.

use std::collections::BTreeMap;

use super::{Decided, Occupancy, needs};
use crate::{
    Appointment, AppointmentId, ClinicFacts, Interval, Reason, Refusal, ResourceId, Row, Service,
};

/// Seats from here on belong to overlaps that were allowed by an override; they are never moved.
const OVERFLOW: u16 = 1000;

/// New seats by visit and resource.
type Moves = BTreeMap<(AppointmentId, ResourceId), u16>;

/// The decision that writes the visit with its seats.
pub(super) fn take(
    visit: Appointment,
    service: &Service,
    facts: &ClinicFacts,
) -> Result<Decided, Refusal> {
    let window = needs::window(&visit.during(), service, facts);
    let mut moves = Moves::new();
    for claim in claims(&visit) {
        let (capacity, full) = match claim.what {
            What::Practitioner => (service.class_capacity(), Reason::CapacityFull),
            What::Location(id) => (
                facts.locations.get(&id).map(|row| row.capacity),
                Reason::LocationBusy,
            ),
            What::Patient => (None, Reason::PatientBusy),
        };
        let seating = Seating {
            facts,
            claim: &claim,
            own: visit.appointment_id,
            capacity: capacity.unwrap_or(1).max(1),
            window,
        };
        if !seating.find(&mut moves) {
            return Err(Refusal::because(full));
        }
    }
    Ok(decided(visit, &moves, facts))
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
        let sitters = self.sitters();
        let beside = sitters
            .iter()
            .filter(|s| s.during.overlaps(&self.claim.during));
        let taken: Vec<_> = beside.filter_map(|sitter| sitter.seat).collect();
        if let Some(seat) = (1..=self.capacity).find(|seat| !taken.contains(seat)) {
            moves.insert(key, seat);
            return true;
        }
        self.repack(sitters, moves)
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
                let during = visit.occupied();
                let key = (visit.appointment_id, resource_id);
                let seat = self.facts.seats.get(&key).copied();
                Sitter {
                    during,
                    appointment_id: visit.appointment_id,
                    seat,
                    fixed: !self.window.contains(&during)
                        || seat.is_none_or(|seat| seat >= OVERFLOW),
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

fn decided(visit: Appointment, moves: &Moves, facts: &ClinicFacts) -> Decided {
    let own = visit.appointment_id;
    let mut reseated = vec![own];
    let mut occupancy = rows(&visit, moves, facts);
    for (id, _) in moves.keys() {
        if !reseated.contains(id)
            && let Some(other) = facts.appointments.get(id)
        {
            reseated.push(*id);
            occupancy.extend(rows(other, moves, facts));
        }
    }
    Decided {
        rows: vec![Row::Appointment(visit)],
        reseated,
        occupancy,
        released: Vec::new(),
    }
}

fn rows(visit: &Appointment, moves: &Moves, facts: &ClinicFacts) -> Vec<Occupancy> {
    claims(visit)
        .map(|claim| {
            let key = (visit.appointment_id, claim.resource_id);
            let seat = moves.get(&key).or_else(|| facts.seats.get(&key));
            Occupancy {
                appointment_id: visit.appointment_id,
                resource_id: claim.resource_id,
                seat: seat.copied().unwrap_or(1),
                share_key: match claim.what {
                    What::Practitioner => Some(share_key(visit, facts)),
                    What::Location(_) | What::Patient => None,
                },
                during: claim.during,
            }
        })
        .collect()
}

/// Only visits of one class share a practitioner.
fn share_key(visit: &Appointment, facts: &ClinicFacts) -> uuid::Uuid {
    let service = facts.services.get(&visit.service_id);
    match service.and_then(Service::class_capacity) {
        Some(_) => visit.service_id.0,
        None => visit.appointment_id.0,
    }
}
