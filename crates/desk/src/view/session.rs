//! Who is signed in, and how the desk stands with its server.

use frontdesk_domain::{PractitionerId, Role, UserId};
use serde::{Deserialize, Serialize};

use super::{ErrorView, WallInstant};

/// Who is signed in, where, and how this desk keeps its data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct SessionStatus {
    /// The user, when signed in.
    pub user: Option<SignedInUser>,
    /// The clinic, once this desk has seen it.
    pub clinic: Option<ClinicHead>,
    /// Address of the server.
    pub server: String,
    /// Name of this desk's profile, `default` if none was given.
    pub profile: String,
    /// False when the cache lies unencrypted on the disk: shown to the user at all times.
    pub encrypted: bool,
    /// True for the embedded demo clinic.
    pub demo: bool,
    /// The user who signed in last on this desk.
    pub last_user: Option<String>,
    /// The sign-in that was asked for at the start, if it failed and nobody has tried again.
    pub start: Option<StartFailure>,
}

/// A sign-in at the start that failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct StartFailure {
    /// Sign-in name.
    pub user: String,
    /// Why: as for any sign-in; `invalid` with the field `password` when none was given.
    pub why: ErrorView,
}

/// The signed-in user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct SignedInUser {
    /// Their id: a name may be that of two.
    pub user_id: UserId,
    /// Shown name.
    pub name: String,
    /// Rights.
    pub role: Role,
    /// The practitioner that this user is, if any.
    pub practitioner_id: Option<PractitionerId>,
}

/// The clinic as the title shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ClinicHead {
    /// Shown name.
    pub name: String,
    /// IANA zone.
    pub time_zone: String,
}

/// Name and password, as typed.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct SignInRequest {
    /// Sign-in name.
    pub user: String,
    /// Never stored, never logged.
    pub password: String,
}

impl std::fmt::Debug for SignInRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignInRequest").finish_non_exhaustive()
    }
}

/// How the desk stands with its server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ConnectionState {
    /// The stream is up and the cursor is at the head.
    Live,
    /// Trying, or catching up.
    Connecting,
    /// The server does not answer; the view is as of the time shown.
    Offline,
    /// Nobody is signed in.
    SignedOut,
}

/// How fresh the view is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Connection {
    /// Live, or not.
    pub state: ConnectionState,
    /// Last time this desk was known to be at the server's head.
    pub as_of: Option<WallInstant>,
    /// Commands that were sent, or are being sent, without an answer yet.
    pub waiting: u32,
    /// Rows received of a first download, while it runs.
    pub loading: Option<LoadProgress>,
}

/// A first download.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct LoadProgress {
    /// Rows so far.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub rows: u64,
    /// Rows in all.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub of: u64,
}

/// The clinic's wall clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Clock {
    /// Today, in the clinic's zone.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub date: chrono::NaiveDate,
    /// `HH:MM`.
    pub time: String,
    /// Elapsed minutes since today's first instant.
    pub offset: u16,
}
