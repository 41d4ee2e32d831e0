//! What handlers are given, or a problem in place of it.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{
    ConnectInfo, FromRequest, FromRequestParts, Path as AxumPath, Query as AxumQuery, Request,
};
use axum::http::header;
use axum::http::request::Parts;
use frontdesk_protocol::{Code, CommandBatch, PutHold, SignIn};
use futures_util::StreamExt;
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use super::App;
use crate::clock;
use crate::problem::Failure;
use crate::store::session::{self, Session, TokenHash};

/// What a body is read as.
pub(super) trait Body: DeserializeOwned {
    /// The largest that makes sense, in bytes.
    const LIMIT: usize;
}

impl Body for SignIn {
    const LIMIT: usize = 16 << 10;
}

impl Body for CommandBatch {
    const LIMIT: usize = 1 << 20;
}

impl Body for PutHold {
    const LIMIT: usize = 4 << 10;
}

/// A body that is too large is read on up to here, so that the sender gets to read the answer.
const DRAIN: usize = 8 << 20;

const BODY_TIMEOUT: Duration = Duration::from_secs(20);

/// The signed-in session of a request.
pub(super) struct Signed(pub(super) Session);

impl FromRequestParts<App> for Signed {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let token = parts.headers.get(header::AUTHORIZATION);
        let token = token
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, token)| TokenHash::of(token.trim()))
            .ok_or_else(Failure::unauthorized)?;
        let session = session_of(app, token).await?;
        within_quota(app, token)?;
        Ok(Self(session))
    }
}

async fn session_of(app: &App, token: TokenHash) -> Result<Session, Failure> {
    let (now, at) = (app.config.clock.now(), clock::instant());
    if let Some(session) = app.sessions.known(token, at, now) {
        return Ok(session);
    }
    // Before it is looked up, so that what ends meanwhile is not remembered.
    let ending = app.fanout.follow_session(token);
    let found = app.store.read(move |db| session::find(db, token, now));
    let session = found.await?.ok_or_else(Failure::unauthorized)?;
    app.sessions.remember(&session, at, ending);
    Ok(session)
}

/// Counts a request of a session that exists: what strangers send is not remembered.
fn within_quota(app: &App, token: TokenHash) -> Result<(), Failure> {
    app.quota
        .take(token, app.config.clock.monotonic())
        .map_err(|wait| {
            app.metrics.refused("session_rate");
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            let detail = format!("This desk asks too often: try again in {seconds} s.");
            Failure::too_many(detail, seconds)
        })
}

/// True while a session that was good at the beginning of a long request still is. When the database
/// cannot say, whoever reads next hears it.
pub(super) async fn alive(app: &App, session: &Session) -> bool {
    let (token, now) = (session.token_hash, app.config.clock.now());
    let found = app.store.read(move |db| session::find(db, token, now));
    let found = found.await;
    app.metrics.session_looked_at();
    found.map_or(true, |session| session.is_some())
}

/// The body as JSON of this shape; the content type is not looked at.
pub(super) struct Json<T>(pub(super) T);

impl<T: Body> FromRequest<App> for Json<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &App) -> Result<Self, Failure> {
        let body = tokio::time::timeout(BODY_TIMEOUT, read(request.into_body(), T::LIMIT)).await;
        let body = body.map_err(|_| {
            Failure::bad_request("The body did not arrive within 20 seconds: send it again.")
        })??;
        serde_json::from_slice(&body).map(Self).map_err(|error| {
            let at = format!("line {} column {}", error.line(), error.column());
            match error.classify() {
                Category::Data => Failure::new(
                    Code::InvalidEnvelope,
                    format!("The body does not have the expected shape, see {at} and /openapi.json: {error}."),
                ),
                Category::Syntax | Category::Eof | Category::Io => Failure::bad_request(format!(
                    "The body is not valid JSON, see {at}: correct it and send it again."
                )),
            }
        })
    }
}

async fn read(body: axum::body::Body, limit: usize) -> Result<Bytes, Failure> {
    let mut chunks = body.into_data_stream();
    let (mut kept, mut seen) = (Vec::new(), 0);
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk
            .map_err(|_| Failure::bad_request("The body ended early: send the request again."))?;
        seen += chunk.len();
        if seen <= limit {
            kept.extend_from_slice(&chunk);
        } else if seen > DRAIN {
            break;
        }
    }
    if seen > limit {
        let detail = format!(
            "The body is larger than {} KiB: send less at once.",
            limit >> 10
        );
        return Err(Failure::new(Code::TooLarge, detail));
    }
    Ok(kept.into())
}

/// The query string of this shape.
pub(super) struct Query<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequestParts<App> for Query<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Failure> {
        AxumQuery::try_from_uri(&parts.uri)
            .map(|AxumQuery(query)| Self(query))
            .map_err(|error| {
                let cause = error.body_text();
                Failure::bad_request(format!(
                    "The query cannot be read, see /openapi.json: {cause}."
                ))
            })
    }
}

/// The one id in the path.
pub(super) struct Path<T>(pub(super) T);

impl<T: DeserializeOwned + Send> FromRequestParts<App> for Path<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        AxumPath::from_request_parts(parts, app)
            .await
            .map(|AxumPath(id)| Self(id))
            .map_err(|_| Failure::bad_request("The id in the path is not a UUID: correct it."))
    }
}

/// Where a request comes from; unknown in a test without a socket.
pub(super) struct Address(pub(super) Option<IpAddr>);

impl FromRequestParts<App> for Address {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Self::Rejection> {
        let info = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        Ok(Self(info.map(|info| info.0.ip())))
    }
}
