//! Keeping a slot while a booking dialog is open.

use chrono::TimeDelta;

use super::rivals::{held, taken};
use super::{Decided, check, rights};
use crate::interval::{saturated, touches};
use crate::{
    Actor, Appointment, ClinicFacts, Conflict, ConflictKind, Hold, Interval, PlaceNeed, Reason,
    Refusal, Row, Service, ServiceId, Timestamp,
};

/// A hold that is not renewed ends after this many seconds.
pub const HOLD_SECONDS: i64 = 180;

/// A desk keeps at most so many slots at once: there are never more dialogs open.
pub const HOLDS_OF_A_DESK: usize = 8;

/// The visits and holds that can stand in a hold's way; besides, the row with the same id is needed,
/// and what the desk keeps already.
#[must_use]
pub fn hold_needs(wish: &Hold) -> PlaceNeed {
    PlaceNeed {
        during: wish.during(),
        practitioner_id: wish.practitioner_id,
        patient_id: None,
    }
}

/// Keeps a slot for whoever asks, for [`HOLD_SECONDS`] from now; the same id renews, elsewhere too.
/// User, desk and expiry of the wish are not read: they are who asks, and now. Working hours and the
/// grid do not matter. For a class a hold is one seat and can be had as long as seats are left: where
/// it is said to be for one, or somebody has a seat in one already.
///
/// # Errors
/// The first rule that does not hold: `forbidden` in another practitioner's column or for another
/// desk's hold, `unknown_id` or `invalid` with the field, `slot_taken` over a visit or another desk's
/// hold, for managers too, `capacity_full` when the desk keeps [`HOLDS_OF_A_DESK`] others.
pub fn hold(
    wish: &Hold,
    service_id: Option<ServiceId>,
    by: &Actor,
    facts: &ClinicFacts,
    now: Timestamp,
) -> Result<Decided, Refusal> {
    rights::may_book_for(by, wish.practitioner_id)?;
    check::practitioner(wish.practitioner_id, facts)?;
    let service = service_id.map(|id| check::service(id, facts)).transpose()?;
    let during = check::time(wish.starts_at, Some(wish.ends_at), 0)?;
    let mut known = facts.holds.iter().filter(|h| h.hold_id == wish.hold_id);
    if known.any(|hold| hold.device_id != by.device_id) {
        return Err(Refusal::of_field(Reason::Forbidden, "hold_id"));
    }
    if kept_besides(wish, by, facts, now) >= HOLDS_OF_A_DESK {
        return Err(Refusal::because(Reason::CapacityFull));
    }
    if let Some(conflict) = in_the_way(wish, service, &during, by, facts) {
        return Err(Refusal::over(Reason::SlotTaken, conflict));
    }
    Ok(Decided {
        rows: vec![Row::Hold(Hold {
            user_id: by.user_id,
            user_name: by.name.clone(),
            device_id: by.device_id,
            expires_at: now + TimeDelta::seconds(HOLD_SECONDS),
            ..wish.clone()
        })],
        ..Decided::default()
    })
}

fn kept_besides(wish: &Hold, by: &Actor, facts: &ClinicFacts, now: Timestamp) -> usize {
    let others = facts.holds.iter().filter(|hold| {
        hold.device_id == by.device_id && hold.hold_id != wish.hold_id && hold.expires_at > now
    });
    others.count()
}

fn in_the_way(
    wish: &Hold,
    service: Option<&Service>,
    during: &Interval,
    by: &Actor,
    facts: &ClinicFacts,
) -> Option<Conflict> {
    let mut visits: Vec<_> = facts.appointments.values().collect();
    visits.retain(|visit| {
        visit.practitioner_id == wish.practitioner_id
            && visit.status.occupies()
            && visit.occupied().overlaps(during)
    });
    let mut foreign: Vec<_> = facts.holds.iter().collect();
    foreign.retain(|hold| {
        hold.practitioner_id == wish.practitioner_id
            && hold.device_id != by.device_id
            && hold.during().overlaps(during)
    });
    let claims = visits.iter().map(|visit| visit.occupied());
    let claims = claims.chain(foreign.iter().map(|hold| hold.during()));
    let capacity = shared_capacity(&visits, service, facts);
    if !touches(&saturated(claims.collect(), capacity), during) {
        return None;
    }
    let last = visits.into_iter().max_by_key(|visit| visit.taken_at);
    last.map(|visit| taken(ConflictKind::Appointment, visit, by))
        .or_else(|| foreign.first().map(|hold| held(hold, by)))
}

/// How many seats there are: those of the class that is asked for, or that the visits are of, if they
/// are all of one.
fn shared_capacity(visits: &[&Appointment], asked: Option<&Service>, facts: &ClinicFacts) -> u16 {
    let first = visits.first().map(|visit| visit.service_id);
    let service = asked.or_else(|| facts.services.get(&first?));
    let shares = |service: &&Service| {
        let mut visits = visits.iter();
        visits.all(|visit| visit.service_id == service.service_id)
    };
    let capacity = service.filter(shares).and_then(Service::class_capacity);
    capacity.unwrap_or(1)
}
