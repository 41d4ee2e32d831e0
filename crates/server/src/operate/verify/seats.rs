//! Who sits where: every visit has its seats, every seat its visit, and no two share one.

use std::collections::HashMap;

use frontdesk_domain::decide::OVERFLOW;
use frontdesk_domain::{Appointment, Interval, Kind, Row, Timestamp};
use uuid::Uuid;

use super::Findings;
use crate::store::sql::{Db, params};
use crate::store::{StoreError, rows};

/// One row of `occupancy`.
#[derive(Debug, Clone, Copy)]
struct Seat {
    appointment: Uuid,
    resource: Uuid,
    seat: u16,
    share_key: Option<Uuid>,
    during: Interval,
}

/// Says how many visits there are.
pub(super) fn verify(db: &dyn Db, findings: &mut Findings<'_>) -> Result<usize, StoreError> {
    let seats = seats(db, findings)?;
    let room = capacities(db, findings)?;
    clashes(&seats, &room, findings);
    let mut of_visit: HashMap<Uuid, Vec<Seat>> = HashMap::new();
    for seat in seats {
        of_visit.entry(seat.appointment).or_default().push(seat);
    }
    let mut visits = 0;
    db.each(
        rows::select(Kind::Appointment),
        &params![findings.clinic.0],
        &mut |row| {
            if let Row::Appointment(visit) = rows::read(Kind::Appointment, row)? {
                visits += 1;
                let taken = of_visit.remove(&visit.appointment_id.0).unwrap_or_default();
                compare(&visit, &taken, findings);
            }
            Ok(())
        },
    )?;
    Ok(visits)
}

/// By resource and start.
fn seats(db: &dyn Db, findings: &Findings<'_>) -> Result<Vec<Seat>, StoreError> {
    let sql = "select * from occupancy where clinic_id = $1 order by resource_id, start, seat";
    db.all(sql, &params![findings.clinic.0], |row| {
        let during: (Timestamp, Timestamp) = (row.get("start")?, row.get("end")?);
        Ok(Seat {
            appointment: row.get("appointment_id")?,
            resource: row.get("resource_id")?,
            seat: row.get("seat")?,
            share_key: row.get("share_key")?,
            during: Interval::new(during.0, during.1),
        })
    })
}

/// Seats of what has more than one: rooms by their id, classes by their service's.
fn capacities(db: &dyn Db, findings: &Findings<'_>) -> Result<HashMap<Uuid, u16>, StoreError> {
    let mut capacities = HashMap::new();
    for kind in [Kind::Location, Kind::Service] {
        db.each(
            rows::select(kind),
            &params![findings.clinic.0],
            &mut |row| {
                match rows::read(kind, row)? {
                    Row::Location(room) => {
                        capacities.insert(room.location_id.0, room.capacity);
                    }
                    Row::Service(service) => {
                        let seats = service.class_capacity().unwrap_or(1);
                        capacities.insert(service.service_id.0, seats);
                    }
                    Row::Clinic(_)
                    | Row::Practitioner(_)
                    | Row::Patient(_)
                    | Row::Schedule(_)
                    | Row::Exception(_)
                    | Row::Appointment(_)
                    | Row::Hold(_) => {}
                }
                Ok(())
            },
        )?;
    }
    Ok(capacities)
}

/// Invariants I20 and I21, by walking along each resource with what is still going on.
fn clashes(seats: &[Seat], room: &HashMap<Uuid, u16>, findings: &mut Findings<'_>) {
    let mut open: Vec<Seat> = Vec::new();
    for seat in seats.iter().filter(|seat| seat.seat < OVERFLOW) {
        open.retain(|other| other.resource == seat.resource && other.during.overlaps(&seat.during));
        for other in &open {
            let both = || {
                format!(
                    "the visits {} and {} at {} of {}",
                    other.appointment, seat.appointment, seat.during.starts_at, seat.resource
                )
            };
            if other.seat == seat.seat {
                findings.add("overlap", both());
            }
            if let (Some(one), Some(two)) = (other.share_key, seat.share_key)
                && one != two
            {
                findings.add("mixing", both());
            }
        }
        open.push(*seat);
        let shared = seat.share_key.unwrap_or(seat.resource);
        let capacity = room.get(&shared).copied().unwrap_or(1);
        if open.len() > usize::from(capacity) {
            let what = format!(
                "{} visits at {} of {}, which has {capacity} seats",
                open.len(),
                seat.during.starts_at,
                seat.resource
            );
            findings.add("capacity", what);
        }
    }
}

/// Invariant I24: all of a visit's seats or none.
fn compare(visit: &Appointment, taken: &[Seat], findings: &mut Findings<'_>) {
    let id = visit.appointment_id;
    let mut wanted = Vec::new();
    if visit.status.occupies() {
        wanted.push((visit.practitioner_id.0, visit.occupied()));
        wanted.push((visit.patient_id.0, visit.during()));
        wanted.extend(visit.location_id.map(|room| (room.0, visit.occupied())));
    }
    for (resource, during) in &wanted {
        let mut here = taken.iter().filter(|seat| seat.resource == *resource);
        let fits = here.next().is_some_and(|seat| seat.during == *during) && here.next().is_none();
        if !fits {
            findings.add(
                "seat",
                format!("the visit {id} does not sit at {resource} as it should"),
            );
        }
    }
    for seat in taken {
        if wanted
            .iter()
            .all(|(resource, _)| *resource != seat.resource)
        {
            findings.add(
                "seat",
                format!("the visit {id} sits at {} and should not", seat.resource),
            );
        }
    }
}
