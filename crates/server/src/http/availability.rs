//! `GET /v1/availability`: free slots, by the same code that desks run on their cache.

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::IntoResponse;
use chrono::{Datelike, NaiveDate};
use frontdesk_domain::availability::{Calendar, SlotQuery};
use frontdesk_domain::{PractitionerId, ServiceId, Timestamp};
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
) -> Result<impl IntoResponse, Failure> {
    check(&ask)?;
    let now = app.config.clock.now();
    let found = app.store.read(move |db| {
        let found = find(db, &session, ask, now)?;
        Ok(found.and_then(|found| in_json(&found)))
    });
    let json = HeaderValue::from_static("application/json");
    Ok(([(header::CONTENT_TYPE, json)], found.await??))
}

/// More than a slot takes: an answer has thousands, and one that grows is copied.
const OF_A_SLOT: usize = 288;

/// Written where it was found: hundreds of kilobytes would hold up who waits for a socket.
fn in_json(found: &Availability) -> Result<Vec<u8>, Failure> {
    let mut json = Vec::with_capacity(OF_A_SLOT * (found.slots.len() + 1));
    serde_json::to_writer(&mut json, found).map_err(|error| {
        tracing::error!(%error, "free slots cannot be written");
        Failure::internal()
    })?;
    Ok(json)
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

fn find(
    db: &dyn Db,
    session: &Session,
    ask: Ask,
    now: Timestamp,
) -> Result<Result<Availability, Failure>, StoreError> {
    let clinic = session.clinic;
    let feed = store::feed(db, clinic)?;
    let facts = store::directories(db, clinic)?;
    let Some(service) = facts.services.get(&ask.service) else {
        return Ok(Err(Failure::not_found(
            "There is no such service in this clinic: check `service`.",
        )));
    };
    if ask
        .practitioner
        .is_some_and(|id| !facts.practitioners.contains_key(&id))
    {
        return Ok(Err(Failure::not_found(
            "There is no such practitioner in this clinic: check `practitioner`.",
        )));
    }
    let query = SlotQuery {
        service_id: ask.service,
        practitioner_id: ask.practitioner,
        from: ask.from,
        to: ask.to,
        ignoring: None,
    };
    let during = query.reach(service, None, &facts.zone);
    let mut ledger = store::taken(db, clinic, during, service.class_capacity().is_some())?;
    // Those that this desk's booking would meet: not its own, nor what nobody has swept yet.
    let holds = facts.holds.iter();
    let holds = holds.filter(|hold| hold.device_id != session.device && hold.expires_at > now);
    ledger.replace_holds(holds.map(|hold| (hold.practitioner_id, hold.during().into())));
    Ok(Ok(Availability {
        as_of: AsOf {
            epoch: feed.epoch,
            seq: feed.seq,
        },
        slots: Calendar::over(&facts, &ledger).free_slots(&query, now),
    }))
}
