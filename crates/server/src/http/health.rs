//! `/healthz`: the process is up. `/readyz`: the database answers.

use std::time::{Duration, Instant};

use axum::extract::State;
use axum::http::StatusCode;
use tokio::sync::Mutex;

use super::App;
use crate::problem::Failure;
use crate::store::{self, StoreError};

/// How long what was found is good for whoever asks next.
const LASTS: Duration = Duration::from_secs(1);

/// When the database was last found to answer, or not to. Whoever asks may be a stranger, so the
/// database is not asked for each of them.
#[derive(Default)]
pub(crate) struct Readiness(Mutex<Option<(Instant, bool)>>);

/// 204 as long as the process can answer at all.
pub(super) async fn alive() -> StatusCode {
    StatusCode::NO_CONTENT
}

/// 204 when a reader and the writer both answer, or did a moment ago.
pub(super) async fn ready(State(app): State<App>) -> Result<StatusCode, Failure> {
    let asked = app.config.clock.monotonic();
    let mut last = app.readiness.0.lock().await;
    let fresh = last.filter(|(found, _)| asked.saturating_duration_since(*found) < LASTS);
    let answers = match fresh {
        Some((_, answers)) => answers,
        None => {
            let answers = database_answers(&app).await.inspect_err(|error| {
                tracing::error!(%error, "not ready");
            });
            let answers = answers.is_ok();
            *last = Some((app.config.clock.monotonic(), answers));
            answers
        }
    };
    if answers {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Failure::unavailable(
            "The server cannot use its database now: try again in a second.",
        ))
    }
}

async fn database_answers(app: &App) -> Result<(), StoreError> {
    app.store.read(|db| store::clinics(db)).await?;
    app.store.transact(|_| Ok(())).await
}
