//! Seats for all visits of a file at once. Those without an override first, in the order of their
//! starts: so the first free seat is found wherever there is room at all. Who may overlap comes after
//! them, also where it begins before them.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::TimeDelta;
use frontdesk_domain::decide::{OVERFLOW, Occupancy};
use frontdesk_domain::{Appointment, Interval, ResourceId, Row, Timestamp};
use uuid::Uuid;

use super::BadLine;
use super::check::Checked;

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
    visits.sort_by_key(|(line, visit)| {
        let may_overlap = visit.overridden.is_some();
        (may_overlap, visit.occupied().starts_at, *line)
    });
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

/// Who sits at a resource, by start and line.
type Sitters = BTreeMap<(Timestamp, usize), Sitter>;

struct Sitter {
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
    sitters: HashMap<ResourceId, Sitters>,
    /// Whoever began longer ago than this has gone.
    longest: TimeDelta,
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
                Row::Appointment(visit) => {
                    let occupied = visit.occupied();
                    hall.longest = hall.longest.max(occupied.ends_at - occupied.starts_at);
                }
                Row::Clinic(_)
                | Row::Practitioner(_)
                | Row::Patient(_)
                | Row::Schedule(_)
                | Row::Exception(_)
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
        let mut taken = Vec::with_capacity(claims.len());
        for claim in &claims {
            let beside = self.beside(claim);
            taken.push(free_seat(&beside, claim, visit.overridden.is_some())?);
        }
        let seats = claims.into_iter().zip(taken);
        Ok(seats
            .map(|(claim, (seat, share_key))| {
                let during = claim.during;
                let sitters = self.sitters.entry(claim.resource).or_default();
                let sitter = Sitter {
                    seat,
                    share_key,
                    during,
                };
                sitters.insert((during.starts_at, line), sitter);
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

    /// Whoever sits there at some time of the claim, with their lines.
    fn beside(&self, claim: &Claim) -> Vec<(usize, &Sitter)> {
        let Some(sitters) = self.sitters.get(&claim.resource) else {
            return Vec::new();
        };
        let (from, until) = (claim.during.starts_at, claim.during.ends_at);
        let near = sitters.range((from - self.longest, 0)..(until, 0));
        near.filter(|(_, sitter)| sitter.during.overlaps(&claim.during))
            .map(|((_, line), sitter)| (*line, sitter))
            .collect()
    }
}

/// The lowest seat that is free all the time; for a visit that may overlap, one beyond them.
fn free_seat(
    beside: &[(usize, &Sitter)],
    claim: &Claim,
    overridden: bool,
) -> Result<(u16, Option<Uuid>), String> {
    let stranger = beside.iter().find(|(_, sitter)| {
        let keys = sitter.share_key.zip(claim.share_key);
        keys.is_some_and(|(theirs, ours)| theirs != ours)
    });
    let is_free = |seat: &u16| beside.iter().all(|(_, sitter)| sitter.seat != *seat);
    if stranger.is_none()
        && let Some(seat) = (1..=claim.capacity).find(is_free)
    {
        return Ok((seat, claim.share_key));
    }
    if overridden && let Some(seat) = (OVERFLOW..).find(is_free) {
        return Ok((seat, None));
    }
    let line = stranger.or(beside.first()).map_or(0, |(line, _)| *line);
    Err(format!(
        "there is no room: the visit of line {line} is there at that time"
    ))
}
