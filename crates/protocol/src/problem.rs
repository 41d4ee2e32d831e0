//! Errors of the envelope as `application/problem+json` (RFC 9457). A refused booking is not one:
//! it is an outcome.

use serde::{Deserialize, Serialize};

/// What went wrong, for a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// 400: the request cannot be read.
    BadRequest,
    /// 401: no session, or it has ended.
    Unauthorized,
    /// 401: user or password is wrong.
    WrongPassword,
    /// 403: the role may not do this.
    Forbidden,
    /// 403: the body's device is not the session's.
    DeviceMismatch,
    /// 404: no such path or thing.
    NotFound,
    /// 405: the path does not know this method.
    MethodNotAllowed,
    /// 409: numbers are missing, see `expected_no`.
    CommandGap,
    /// 409: the number was used for another command.
    CommandReused,
    /// 409: what was to be held is taken, see `conflict`.
    SlotTaken,
    /// 410: the cursor cannot be continued, see `reason`.
    Gone,
    /// 413: the body is too large.
    TooLarge,
    /// 422: the envelope is not of the expected shape.
    InvalidEnvelope,
    /// 429: too many tries, see Retry-After.
    TooManyRequests,
    /// 500: our fault.
    Internal,
    /// 503: cannot now, see Retry-After.
    Unavailable,
}

/// The body of every error answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// `about:blank`: the code says it all.
    #[serde(rename = "type")]
    pub kind: String,
    /// A short sentence.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// For a program.
    pub code: Code,
    /// What happened and what to do, for a person.
    pub detail: String,
    /// Quote it when you ask for help.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// With [`Code::CommandGap`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_no: Option<u64>,
    /// With [`Code::Gone`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<crate::GoneReason>,
    /// With [`Code::SlotTaken`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conflict: Option<frontdesk_domain::Conflict>,
}
