//! Seats for all visits of a file at once. Taken in the order of their starts, the first free seat is
//! always found where there is room at all.

use std::collections::{HashMap, HashSet};

use frontdesk_domain::decide::Occupancy;
use frontdesk_domain::{Appointment, Interval, ResourceId, Row};
use uuid::Uuid;

use super::BadLine;
use super::check::Checked;

/// From this seat on overlaps are allowed by an override.
const OVERFLOW: u16 = 1_000;

/// The seats of every visit that has room; one that has none becomes a bad line.
pub(super) fn find(checked: &mut Checked) -> Vec<Occupancy> {
    let mut hall = Hall::of(&checked.rows);
    let mut visits: Vec<(usize, &Appointment)> = Vec::new();
    for (line, row) in &checked.rows {
        if let Row::Appointment(visit) = row
            && visit.status.occupies()
        {
            visits.push((*line, visit));
        }
    }
    visits.sort_by_key(|(line, visit)| (visit.occupied().starts_at, *line));
    let (mut seats, mut without) = (Vec::with_capacity(visits.len() * 3), HashSet::new());
    for (line, visit) in visits {
        match hall.seat(line, visit) {
            Ok(taken) => seats.extend(taken),
            Err(why) => {
                without.insert(line);
                checked.bad.push(BadLine { line, why });
            }
        }
    }
    checked.rows.retain(|(line, _)| !without.contains(line));
    seats
}

/// Who sits at a resource while the walk goes on.
struct Sitter {
    line: usize,
    seat: u16,
    share_key: Option<Uuid>,
    during: Interval,
}

/// What a visit asks of one resource.
struct Claim {
    resource: ResourceId,
    during: Interval,
    share_key: Option<Uuid>,
    capacity: u16,
}

#[derive(Default)]
struct Hall {
    /// Seats of rooms and of classes, by their ids.
    capacity: HashMap<Uuid, u16>,
    classes: HashSet<Uuid>,
    sitters: HashMap<ResourceId, Vec<Sitter>>,
}

impl Hall {
    fn of(rows: &[(usize, Row)]) -> Self {
        let mut hall = Self::default();
        for (_, row) in rows {
            match row {
                Row::Location(room) => {
                    hall.capacity.insert(room.location_id.0, room.capacity);
                }
                Row::Service(service) => {
                    if let Some(seats) = service.class_capacity() {
                        hall.capacity.insert(service.service_id.0, seats);
                        hall.classes.insert(service.service_id.0);
                    }
                }
                Row::Clinic(_)
                | Row::Practitioner(_)
                | Row::Patient(_)
                | Row::Schedule(_)
                | Row::Exception(_)
                | Row::Appointment(_)
                | Row::Hold(_) => {}
            }
        }
        hall
    }

    fn claims(&self, visit: &Appointment) -> Vec<Claim> {
        let room = |id: Uuid| self.capacity.get(&id).copied().unwrap_or(1);
        let is_class = self.classes.contains(&visit.service_id.0);
        let mut claims = vec![
            Claim {
                resource: visit.practitioner_id.into(),
                during: visit.occupied(),
                share_key: Some(if is_class {
                    visit.service_id.0
                } else {
                    visit.appointment_id.0
                }),
                capacity: if is_class {
                    room(visit.service_id.0)
                } else {
                    1
                },
            },
            Claim {
                resource: visit.patient_id.into(),
                during: visit.during(),
                share_key: None,
                capacity: 1,
            },
        ];
        claims.extend(visit.location_id.map(|location| Claim {
            resource: location.into(),
            during: visit.occupied(),
            share_key: None,
            capacity: room(location.0),
        }));
        claims
    }

    /// All of a visit's seats or none.
    fn seat(&mut self, line: usize, visit: &Appointment) -> Result<Vec<Occupancy>, String> {
        let claims = self.claims(visit);
        let from = visit.occupied().starts_at;
        let mut taken = Vec::with_capacity(claims.len());
        for claim in &claims {
            let sitters = self.sitters.entry(claim.resource).or_default();
            // Later visits begin here or later: who has gone by now is in nobody's way.
            sitters.retain(|sitter| sitter.during.ends_at > from);
            let overridden = visit.overridden.is_some();
            taken.push(free_seat(sitters, claim, overridden)?);
        }
        let seats = claims.into_iter().zip(taken);
        Ok(seats
            .map(|(claim, (seat, share_key))| {
                let during = claim.during;
                let sitters = self.sitters.entry(claim.resource).or_default();
                sitters.push(Sitter {
                    line,
                    seat,
                    share_key,
                    during,
                });
                Occupancy {
                    appointment_id: visit.appointment_id,
                    resource_id: claim.resource,
                    seat,
                    share_key,
                    during,
                }
            })
            .collect())
    }
}

/// The lowest seat that is free all the time; for a visit that may overlap, one beyond them.
fn free_seat(
    sitters: &[Sitter],
    claim: &Claim,
    overridden: bool,
) -> Result<(u16, Option<Uuid>), String> {
    let beside: Vec<&Sitter> = sitters
        .iter()
        .filter(|sitter| sitter.during.overlaps(&claim.during))
        .collect();
    let stranger = beside.iter().find(|sitter| {
        let keys = sitter.share_key.zip(claim.share_key);
        keys.is_some_and(|(theirs, ours)| theirs != ours)
    });
    let is_free = |seat: &u16| beside.iter().all(|sitter| sitter.seat != *seat);
    if stranger.is_none()
        && let Some(seat) = (1..=claim.capacity).find(is_free)
    {
        return Ok((seat, claim.share_key));
    }
    if overridden && let Some(seat) = (OVERFLOW..).find(is_free) {
        return Ok((seat, None));
    }
    let other = stranger.or(beside.first());
    let other = other.map_or(0, |sitter| sitter.line);
    Err(format!(
        "there is no room: the visit of line {other} is there at that time"
    ))
}
