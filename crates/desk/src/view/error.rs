//! What a window is told when a command fails: a code it acts on, never a text it parses.

use serde::{Deserialize, Serialize};

use super::RefusalView;

/// What a user can do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The rules or the server refused; `refusal` says why and what is free.
    Refused,
    /// An argument is wrong; `field` names it.
    Invalid,
    /// What was named does not exist (any more).
    NotFound,
    /// The user's role does not allow it.
    Forbidden,
    /// Nobody is signed in, or the session has ended: sign in, nothing typed is lost.
    SignedOut,
    /// User or password is wrong.
    WrongPassword,
    /// Too many tries; wait `retry_after_seconds`.
    TooManyTries,
    /// The server cannot be reached; nothing was sent and nothing was booked.
    Offline,
    /// The server could not prove that it is the clinic's; nothing was sent.
    Untrusted,
    /// The server answered with an error of its own; nothing was booked.
    ServerError,
    /// The desk's own data cannot be read or written.
    Storage,
    /// Desk and server do not understand each other: update the older one.
    Outdated,
    /// A mistake in the desk's program; it may have been done.
    Unexpected,
}

/// A failed command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ErrorView {
    /// What to act on.
    pub code: ErrorCode,
    /// With `refused`.
    pub refusal: Option<RefusalView>,
    /// With `invalid`.
    pub field: Option<String>,
    /// With `too_many_tries`.
    pub retry_after_seconds: Option<u32>,
    /// Quote it when you ask for help.
    pub request_id: Option<String>,
}
