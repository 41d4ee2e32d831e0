//! `GET /v1/availability`: free slots, by the same code that desks run on their cache.

use axum::Json as Answer;
use axum::extract::State;
use chrono::{Datelike, Days, NaiveDate};
use frontdesk_domain::availability::{Calendar, SlotQuery};
use frontdesk_domain::{ClinicZone, Interval, PractitionerId, ServiceId, Timestamp};
use frontdesk_protocol::availability::MAX_DAYS;
use frontdesk_protocol::{AsOf, Availability};
use serde::Deserialize;

use super::App;
use super::extract::{Query, Signed};
use crate::problem::Failure;
use crate::store::session::Session;
use crate::store::sql::Db;
use crate::store::{self, StoreError};

#[derive(Debug, Clone, Copy, Deserialize)]
pub(super) struct Ask {
    service: ServiceId,
    from: NaiveDate,
    to: NaiveDate,
    practitioner: Option<PractitionerId>,
}

/// Free slots from one civil date to another, both included.
pub(super) async fn free_slots(
    State(app): State<App>,
    Signed(session): Signed,
    Query(ask): Query<Ask>,
) -> Result<Answer<Availability>, Failure> {
    check(&ask)?;
    let now = app.config.clock.now();
    let found = app.store.read(move |db| find(db, &session, ask, now));
    let found = found.await?;
    found.map(Answer)
}

fn check(ask: &Ask) -> Result<(), Failure> {
    let known = |date: NaiveDate| (1970..=2999).contains(&date.year());
    if !known(ask.from) || !known(ask.to) {
        return Err(Failure::bad_request(
            "Dates lie between 1970-01-01 and 2999-12-31: correct `from` and `to`.",
        ));
    }
    let days = (ask.to - ask.from).num_days() + 1;
    if !(1..=i64::from(MAX_DAYS)).contains(&days) {
        return Err(Failure::bad_request(format!(
            "`from` and `to` span 1 to {MAX_DAYS} days, `to` included: ask for less at once."
        )));
    }
    Ok(())
}

/// What a slot of these days can meet: a visit that began the day before may still be going on, and a
/// slot at the end of the last day goes on for 24 hours, with a buffer of 12 behind it.
fn reach(ask: Ask, zone: &ClinicZone) -> Interval {
    let first = zone.day(ask.from - Days::new(1)).starts_at;
    let last = zone.day(ask.to + Days::new(2)).ends_at;
    Interval::new(first, last)
}

fn find(
    db: &dyn Db,
    session: &Session,
    ask: Ask,
    now: Timestamp,
) -> Result<Result<Availability, Failure>, StoreError> {
    let clinic = session.clinic;
    let feed = store::feed(db, clinic)?;
    let (_, zone) = store::snapshot::since_date(db, clinic, now)?;
    let facts = store::directories(db, clinic)?;
    if !facts.services.contains_key(&ask.service) {
        return Ok(Err(Failure::not_found(
            "There is no such service in this clinic: check `service`.",
        )));
    }
    if ask
        .practitioner
        .is_some_and(|id| !facts.practitioners.contains_key(&id))
    {
        return Ok(Err(Failure::not_found(
            "There is no such practitioner in this clinic: check `practitioner`.",
        )));
    }
    let mut ledger = store::taken(db, clinic, reach(ask, &zone))?;
    // Those that this desk's booking would meet: not its own, nor what nobody has swept yet.
    let holds = facts.holds.iter();
    let holds = holds.filter(|hold| hold.device_id != session.device && hold.expires_at > now);
    ledger.replace_holds(holds.map(|hold| (hold.practitioner_id, hold.during().into())));
    let query = SlotQuery {
        service_id: ask.service,
        practitioner_id: ask.practitioner,
        from: ask.from,
        to: ask.to,
        ignoring: None,
    };
    Ok(Ok(Availability {
        as_of: AsOf {
            epoch: feed.epoch,
            seq: feed.seq,
        },
        slots: Calendar::over(&facts, &ledger).free_slots(&query, now),
    }))
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use frontdesk_domain::ServiceId;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn whatever_a_slot_at_the_rim_can_meet_is_read() {
        let zone = ClinicZone::named("Europe/Berlin").unwrap();
        let (visit, buffer) = (TimeDelta::hours(24), TimeDelta::hours(12));
        // Days of 23, 24 and 25 hours.
        for date in ["2027-03-27", "2027-06-01", "2027-10-30"] {
            let date: NaiveDate = date.parse().unwrap();
            let ask = Ask {
                service: ServiceId(Uuid::nil()),
                from: date,
                to: date,
                practitioner: None,
            };
            let during = reach(ask, &zone);
            let day = zone.day(date);
            assert!(during.starts_at <= day.starts_at - buffer, "{date}");
            assert!(during.ends_at >= day.ends_at + visit + buffer, "{date}");
        }
    }
}
