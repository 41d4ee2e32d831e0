//! `GET /v1/changes`: what changed since a cursor, at once or when it happens.

use std::time::Duration;

use axum::Json as Answer;
use axum::extract::State;
use frontdesk_domain::Epoch;
use frontdesk_protocol::{ChangePage, GoneReason, SCHEMA};
use serde::Deserialize;

use super::App;
use super::extract::{Query, Signed, alive};
use crate::problem::Failure;
use crate::store::session::Session;
use crate::store::{self, Since};

/// Rows of a page unless the desk says otherwise, and the most it may ask for.
pub(super) const LIMIT: u32 = 1_000;
const MOST: u32 = 5_000;

/// The longest wait for something to happen, in seconds.
const LONGEST_WAIT: u64 = 55;

#[derive(Debug, Clone, Copy, Deserialize)]
pub(super) struct Ask {
    epoch: Epoch,
    since: u64,
    limit: Option<u32>,
    wait: Option<u64>,
    schema: Option<u32>,
}

/// One page; with `wait` an empty one only after that many seconds.
pub(super) async fn pull(
    State(app): State<App>,
    Signed(session): Signed,
    Query(ask): Query<Ask>,
) -> Result<Answer<ChangePage>, Failure> {
    if ask.schema.is_some_and(|schema| schema != SCHEMA) {
        return Err(Failure::gone(GoneReason::Schema));
    }
    let since = Since {
        epoch: ask.epoch,
        seq: ask.since,
        limit: ask.limit.unwrap_or(LIMIT).clamp(1, MOST),
    };
    // Subscribed before the first look, so that nothing falls between the two.
    let mut pulses = app.fanout.subscribe(session.clinic);
    let mut ending = app.fanout.follow_session(session.token_hash);
    let mut closing = app.closing.subscribe();
    let patience = Duration::from_secs(ask.wait.unwrap_or(0).min(LONGEST_WAIT));
    let ends = tokio::time::sleep(patience);
    tokio::pin!(ends);
    loop {
        pulses.mark_unchanged();
        let page = read(&app, &session, since).await?;
        if page.to > page.from || patience.is_zero() {
            return Ok(Answer(page));
        }
        tokio::select! {
            changed = pulses.changed() => if changed.is_err() { return Ok(Answer(page)) },
            () = ending.come() => {}
            _ = closing.wait_for(|closing| *closing) => return Ok(Answer(page)),
            () = &mut ends => return Ok(Answer(page)),
        }
        if !alive(&app, &session).await {
            return Err(Failure::unauthorized());
        }
    }
}

/// One page at once.
pub(super) async fn read(
    app: &App,
    session: &Session,
    since: Since,
) -> Result<ChangePage, Failure> {
    let (clinic, device) = (session.clinic, session.device);
    let page = app
        .store
        .read(move |db| store::changes(db, clinic, device, since))
        .await?;
    page.map_err(Failure::gone)
}
