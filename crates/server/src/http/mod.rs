//! The HTTP API of design §5.3. Handlers translate; the store decides.

mod availability;
mod changes;
mod commands;
mod docs;
mod events;
mod extract;
mod feed;
mod finish;
pub(crate) mod health;
mod holds;
pub(crate) mod limits;
pub(crate) mod metrics;
mod openapi;
mod session;
pub(crate) mod sessions;
pub(crate) mod snapshot;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post, put};
use frontdesk_protocol::path;
use tower_http::catch_panic::CatchPanicLayer;

use crate::problem::{Failure, of_status};
use crate::server::Shared;

pub use openapi::openapi;

/// What every handler is given.
type App = Arc<Shared>;

/// Every path of the API.
pub(crate) fn router(app: App) -> Router {
    Router::new()
        .route(path::SESSION, post(session::open).delete(session::close))
        .route(path::FEED, get(feed::read))
        .route(path::SNAPSHOT, get(snapshot::download))
        .route(path::CHANGES, get(changes::pull))
        .route(path::COMMANDS, post(commands::execute))
        .route(
            &format!("{}/{{hold_id}}", path::HOLDS),
            put(holds::put).delete(holds::delete),
        )
        .route(path::EVENTS, get(events::stream))
        .route(path::AVAILABILITY, get(availability::free_slots))
        .route(path::HEALTHZ, get(health::alive))
        .route(path::READYZ, get(health::ready))
        .route(path::METRICS, get(metrics::read))
        .route(path::OPENAPI, get(openapi::serve))
        .route(path::DOCS, get(docs::index))
        .merge(docs_files())
        .fallback(async || of_status(StatusCode::NOT_FOUND))
        .method_not_allowed_fallback(async || of_status(StatusCode::METHOD_NOT_ALLOWED))
        .layer(CatchPanicLayer::custom(after_panic))
        .layer(from_fn_with_state(app.clone(), limits::admit))
        .layer(from_fn_with_state(app.clone(), finish::finish))
        .with_state(app)
}

/// What the page of the description is made of.
fn docs_files() -> Router<App> {
    Router::new()
        .route(&format!("{}/", path::DOCS), get(docs::page))
        .route(&format!("{}/{{name}}", path::DOCS), get(docs::file))
}

/// What panicked is on stderr; the answer only says that it was our mistake.
fn after_panic(_: Box<dyn std::any::Any + Send>) -> axum::response::Response {
    tracing::error!("a handler panicked");
    axum::response::IntoResponse::into_response(Failure::internal())
}
