//! `/healthz`: the process is up. `/readyz`: the database answers.

use axum::extract::State;
use axum::http::StatusCode;

use super::App;
use crate::problem::Failure;
use crate::store;

/// 204 as long as the process can answer at all.
pub(super) async fn alive() -> StatusCode {
    StatusCode::NO_CONTENT
}

/// 204 when a reader and the writer both answer.
pub(super) async fn ready(State(app): State<App>) -> Result<StatusCode, Failure> {
    app.store.read(|db| store::clinics(db)).await?;
    app.store.transact(|_| Ok(())).await?;
    Ok(StatusCode::NO_CONTENT)
}
