//! The first thing that a request meets: is there room for it? A refusal costs next to nothing,
//! because nothing was read, looked up or waited for. Sign-ins have rooms of their own behind the
//! door: they alone come with a body from somebody who is not known yet.

use axum::extract::{Query, Request, State};
use axum::http::{Method, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use frontdesk_protocol::path;
use serde::Deserialize;

use super::App;
use crate::limits::{Porch, Room};
use crate::problem::Failure;

/// The longest path and query, in bytes.
const LONGEST_URI: usize = 8 << 10;

/// What a request costs for as long as it is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Load {
    /// Nothing to speak of.
    Free,
    Read,
    Write,
    /// Idle until it is answered, after a long time.
    Stream,
}

/// Answers 503 when there is no room; otherwise the request keeps its place until its answer begins.
pub(super) async fn admit(State(app): State<App>, request: Request, next: Next) -> Response {
    if request.uri().to_string().len() > LONGEST_URI {
        let detail = "The path and its query are longer than 8 KiB: ask for less at once.";
        return Failure::bad_request(detail).into_response();
    }
    let (room, cause) = match load(request.method(), request.uri()) {
        Load::Free => return next.run(request).await,
        Load::Read => (&app.room.requests, "requests"),
        Load::Write => (&app.room.writes, "writes"),
        Load::Stream => (&app.room.streams, "streams"),
    };
    let Some(_place) = room.enter() else {
        app.metrics.refused(cause);
        return Failure::overloaded().into_response();
    };
    next.run(request).await
}

fn load(method: &Method, uri: &Uri) -> Load {
    match uri.path() {
        path::CHANGES if waits(uri) => Load::Stream,
        path::COMMANDS => Load::Write,
        path::SESSION if method == Method::POST => Load::Free,
        path if path.starts_with(path::HOLDS) => Load::Write,
        _ if method == Method::OPTIONS => Load::Free,
        // A stream is looked up like anything else; its own place outlives this answer.
        path::READYZ | path::METRICS => Load::Read,
        path if path.starts_with("/v1/") => Load::Read,
        _ => Load::Free,
    }
}

/// What the pull itself reads of `wait`, however the query spells it.
#[derive(Deserialize)]
struct Waiting {
    wait: Option<u64>,
}

/// True for a pull that stays until something happens.
fn waits(uri: &Uri) -> bool {
    Query::try_from_uri(uri).is_ok_and(|Query(Waiting { wait })| wait.is_some_and(|wait| wait > 0))
}

/// The places of a server.
pub(crate) struct Rooms {
    pub(crate) requests: Room,
    pub(crate) writes: Room,
    pub(crate) streams: Room,
    /// Sign-ins on their way.
    pub(crate) arriving: Porch,
    /// Sign-ins that are there.
    pub(crate) sign_ins: Room,
}

impl Rooms {
    pub(crate) fn of(limits: &crate::Limits) -> Self {
        Self {
            requests: Room::of(limits.in_flight),
            writes: Room::of(limits.writes),
            streams: Room::of(limits.streams),
            arriving: Porch::of(limits.sign_ins),
            sign_ins: Room::of(limits.sign_ins),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_path_costs_what_it_is() {
        for (method, uri, costs) in [
            (Method::POST, "/v1/commands", Load::Write),
            (Method::PUT, "/v1/holds/7", Load::Write),
            (Method::DELETE, "/v1/holds/7", Load::Write),
            (Method::POST, "/v1/session", Load::Free),
            (Method::DELETE, "/v1/session", Load::Read),
            (Method::GET, "/v1/changes?since=1", Load::Read),
            (Method::GET, "/v1/changes?since=1&wait=0", Load::Read),
            (Method::GET, "/v1/changes?wait=20&since=1", Load::Stream),
            (Method::GET, "/v1/changes?since=1&%77ait=%355", Load::Stream),
            (Method::GET, "/v1/changes?wait=00", Load::Read),
            (Method::GET, "/v1/events", Load::Read),
            (Method::GET, "/healthz", Load::Free),
            (Method::GET, "/readyz", Load::Read),
            (Method::GET, "/metrics", Load::Read),
        ] {
            assert_eq!(load(&method, &uri.parse().unwrap()), costs, "{uri}");
        }
    }
}
