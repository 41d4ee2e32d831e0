//! A bare broker: whoever publishes is heard by every stream, and nothing is decided or kept.

use std::convert::Infallible;

use anyhow::Result;
use axum::Router;
use axum::extract::State;
use axum::response::sse::{Event, Sse};
use axum::routing::{get, post};
use futures_util::{Stream, StreamExt as _};
use tokio::sync::broadcast;
use tokio_stream::wrappers::BroadcastStream;

type Bus = broadcast::Sender<String>;

/// `POST /publish` with any text, `GET /events`.
pub(crate) async fn serve() -> Result<()> {
    let (bus, _) = broadcast::channel(64);
    let app = Router::new()
        .route("/publish", post(publish))
        .route("/events", get(events))
        .with_state(bus);
    crate::rival::serve(app).await
}

async fn publish(State(bus): State<Bus>, text: String) -> String {
    // Nobody listens before the first stream is open.
    bus.send(text).map_or(0, |heard| heard).to_string()
}

async fn events(State(bus): State<Bus>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let heard = BroadcastStream::new(bus.subscribe());
    let events = heard.filter_map(|text| async { Some(Ok(Event::default().data(text.ok()?))) });
    Sse::new(futures_util::stream::once(async { Ok(Event::default().data("hello")) }).chain(events))
}
