//! `/metrics`: what the server counts. Below the API it needs a manager; on an address of its own
//! (`--metrics-listen`) it needs nobody, because whoever may listen there chose that address.

use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use frontdesk_domain::Role;
use frontdesk_protocol::{Code, path};

use super::App;
use super::extract::Signed;
use crate::metrics::{Now, OPEN_METRICS};
use crate::problem::Failure;
use crate::store;

/// For a manager.
pub(super) async fn read(
    State(app): State<App>,
    Signed(session): Signed,
) -> Result<impl IntoResponse, Failure> {
    if session.actor.role != Role::Manager {
        return Err(Failure::new(
            Code::Forbidden,
            "Only managers read what the server counts: sign in as one, or see --metrics-listen.",
        ));
    }
    text(&app).await
}

/// The one path of the address of its own.
pub(crate) fn alone(app: App) -> Router {
    Router::new()
        .route(
            path::METRICS,
            get(async |State(app): State<App>| text(&app).await),
        )
        .layer(axum::middleware::from_fn_with_state(
            app.clone(),
            super::finish::finish,
        ))
        .with_state(app)
}

async fn text(app: &App) -> Result<impl IntoResponse + use<>, Failure> {
    let heads = app.store.read(|db| store::heads(db)).await?;
    let now = Now {
        streams: app.room.streams.taken(),
        in_flight: app.room.requests.taken() + app.room.writes.taken() + app.room.sign_ins.taken(),
        feed_lag: app.fanout.lag(&heads),
    };
    let text = app.metrics.text(now).map_err(|_| Failure::internal())?;
    Ok(([(header::CONTENT_TYPE, OPEN_METRICS)], text))
}
