//! What a server is told at start.

use std::path::PathBuf;

use chrono::TimeDelta;

use crate::clock::Clock;
use crate::limits::Limits;

/// Settings of a server, with their defaults in [`ServerConfig::in_folder`].
#[derive(Debug, Clone)]
pub struct ServerConfig {
    /// Holds `clinic.sqlite`, its lock and the snapshots that are being downloaded.
    pub data_dir: PathBuf,
    /// The machine's, unless a test sets another.
    pub clock: Clock,
    /// How long a sign-in lasts; default 7 days.
    pub session_lifetime: TimeDelta,
    /// What is let in; see [`Limits`] for the defaults.
    pub limits: Limits,
}

impl ServerConfig {
    /// The defaults, with data in this folder.
    #[must_use]
    pub fn in_folder(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            data_dir: data_dir.into(),
            clock: Clock::system(),
            session_lifetime: TimeDelta::days(7),
            limits: Limits::default(),
        }
    }
}
