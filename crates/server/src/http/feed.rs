//! `GET /v1/feed`: where the feed stands.

use axum::Json as Answer;
use axum::extract::State;
use frontdesk_protocol::{Feed, SCHEMA};

use super::App;
use super::extract::Signed;
use crate::problem::Failure;
use crate::store;

/// Where the session's clinic stands.
pub(super) async fn read(
    State(app): State<App>,
    Signed(session): Signed,
) -> Result<Answer<Feed>, Failure> {
    let clinic = session.clinic;
    let feed = app.store.read(move |db| store::feed(db, clinic)).await?;
    Ok(Answer(Feed {
        clinic,
        epoch: feed.epoch,
        seq: feed.seq,
        floor: feed.floor,
        schema: SCHEMA,
        server_time: app.config.clock.now(),
    }))
}
