//! Every error answer: `application/problem+json` with a code for programs, one sentence for
//! people, and a request id to quote. What went wrong inside is logged once and never sent.

use std::borrow::Cow;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use frontdesk_domain::Conflict;
use frontdesk_protocol::{Code, GoneReason, Problem};

use crate::store::StoreError;

/// An error on its way out; the request id is added where every answer passes.
#[derive(Debug)]
pub(crate) struct Failure {
    code: Code,
    detail: Cow<'static, str>,
    retry_after_s: Option<u64>,
    expected_no: Option<u64>,
    reason: Option<GoneReason>,
    conflict: Option<Conflict>,
}

impl Failure {
    pub(crate) fn new(code: Code, detail: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code,
            detail: detail.into(),
            retry_after_s: comes_back(code).then_some(1),
            expected_no: None,
            reason: None,
            conflict: None,
        }
    }

    pub(crate) fn bad_request(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Code::BadRequest, detail)
    }

    pub(crate) fn unauthorized() -> Self {
        Self::new(
            Code::Unauthorized,
            "This session is unknown or has ended: sign in again. Unsent work is kept.",
        )
    }

    pub(crate) fn not_found(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Code::NotFound, detail)
    }

    pub(crate) fn unavailable(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Code::Unavailable, detail)
    }

    /// There is no room for this request; nothing of it was done.
    pub(crate) fn overloaded() -> Self {
        Self::unavailable("The server has too much to do: try again in a second.")
    }

    pub(crate) fn internal() -> Self {
        Self::new(
            Code::Internal,
            "The server made a mistake; nothing was changed. Try again, and quote the request id if it stays.",
        )
    }

    pub(crate) fn too_many(detail: impl Into<Cow<'static, str>>, retry_after_s: u64) -> Self {
        Self {
            retry_after_s: Some(retry_after_s.max(1)),
            ..Self::new(Code::TooManyRequests, detail)
        }
    }

    pub(crate) fn gone(reason: GoneReason) -> Self {
        let detail = match reason {
            GoneReason::Epoch => "The feed was restored since: take a new snapshot.",
            GoneReason::Floor => "The changes since then are no longer kept: take a new snapshot.",
            GoneReason::Ahead => {
                "This server is behind the cursor that was sent: take a new snapshot."
            }
            GoneReason::Schema => "This server has other row shapes: take a new snapshot.",
        };
        Self {
            reason: Some(reason),
            ..Self::new(Code::Gone, detail)
        }
    }

    pub(crate) fn command_gap(expected_no: u64) -> Self {
        let detail = format!("Commands are missing: send again from number {expected_no}.");
        Self {
            expected_no: Some(expected_no),
            ..Self::new(Code::CommandGap, detail)
        }
    }

    /// What was to be held is taken.
    pub(crate) fn slot_taken(conflict: Option<Conflict>) -> Self {
        let detail = "This time is taken, see `conflict`: choose another.";
        Self {
            conflict,
            ..Self::new(Code::SlotTaken, detail)
        }
    }

    fn problem(&self) -> Problem {
        let (status, title) = meaning(self.code);
        Problem {
            kind: "about:blank".to_owned(),
            title: title.to_owned(),
            status: status.as_u16(),
            code: self.code,
            detail: self.detail.clone().into_owned(),
            request_id: None,
            expected_no: self.expected_no,
            reason: self.reason,
            conflict: self.conflict.clone(),
        }
    }
}

/// The answer's head now, its body where the request id is known (`http::finish`).
impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = meaning(self.code).0.into_response();
        if let Some(seconds) = self.retry_after_s {
            let headers = response.headers_mut();
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if matches!(self.code, Code::Unauthorized | Code::WrongPassword) {
            let headers = response.headers_mut();
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response.extensions_mut().insert(Unsent(self.problem()));
        response
    }
}

/// A problem whose body is not written yet.
#[derive(Debug, Clone)]
pub(crate) struct Unsent(pub(crate) Problem);

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy => Self::overloaded(),
            StoreError::Closed => {
                Self::unavailable("The server is shutting down: try again in a second.")
            }
            StoreError::Full => Self::unavailable(
                "The server's disk is full; nothing was changed. Reading goes on: ask whoever runs the server.",
            ),
            StoreError::Database(_) | StoreError::Constraint(_) | StoreError::Io(_) => {
                tracing::error!(%error, "the store failed");
                Self::unavailable(
                    "The server cannot use its database now; nothing was changed. Try again in a second.",
                )
            }
            StoreError::AuditBroken(_) | StoreError::Corrupt(_) | StoreError::User(_) => {
                tracing::error!(%error, "the store does not make sense");
                Self::internal()
            }
        }
    }
}

/// The problem of a status that something below us answered without one.
pub(crate) fn of_status(status: StatusCode) -> Failure {
    match status {
        StatusCode::NOT_FOUND => {
            Failure::not_found("There is nothing at this path: see /openapi.json.")
        }
        StatusCode::METHOD_NOT_ALLOWED => Failure::new(
            Code::MethodNotAllowed,
            "This path does not know this method: see /openapi.json.",
        ),
        StatusCode::PAYLOAD_TOO_LARGE => {
            Failure::new(Code::TooLarge, "The body is too large: send less at once.")
        }
        StatusCode::UNPROCESSABLE_ENTITY => Failure::new(
            Code::InvalidEnvelope,
            "The body does not have the expected shape: see /openapi.json.",
        ),
        status if status.is_client_error() => {
            Failure::bad_request("The request cannot be read: see /openapi.json.")
        }
        _ => Failure::internal(),
    }
}

/// What is refused for now, not for good, says when to come back; a body that is too large comes
/// back in smaller parts.
fn comes_back(code: Code) -> bool {
    matches!(
        code,
        Code::TooLarge | Code::TooManyRequests | Code::Unavailable
    )
}

fn meaning(code: Code) -> (StatusCode, &'static str) {
    match code {
        Code::BadRequest => (StatusCode::BAD_REQUEST, "Bad request"),
        Code::Unauthorized => (StatusCode::UNAUTHORIZED, "Not signed in"),
        Code::WrongPassword => (StatusCode::UNAUTHORIZED, "Wrong user or password"),
        Code::Forbidden => (StatusCode::FORBIDDEN, "Not allowed"),
        Code::DeviceMismatch => (StatusCode::FORBIDDEN, "Another device"),
        Code::NotFound => (StatusCode::NOT_FOUND, "Not found"),
        Code::MethodNotAllowed => (StatusCode::METHOD_NOT_ALLOWED, "Method not allowed"),
        Code::CommandGap => (StatusCode::CONFLICT, "Commands are missing"),
        Code::CommandReused => (StatusCode::CONFLICT, "Number used for another command"),
        Code::SlotTaken => (StatusCode::CONFLICT, "Time is taken"),
        Code::Gone => (StatusCode::GONE, "Cursor cannot be continued"),
        Code::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "Too large"),
        Code::InvalidEnvelope => (StatusCode::UNPROCESSABLE_ENTITY, "Unexpected shape"),
        Code::TooManyRequests => (StatusCode::TOO_MANY_REQUESTS, "Too many tries"),
        Code::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "Server error"),
        Code::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "Not available now"),
    }
}
