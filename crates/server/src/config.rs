//! What a server is told at start.

use std::path::PathBuf;
use std::time::Duration;

use chrono::TimeDelta;

use crate::clock::Clock;
use crate::limits::Limits;

/// Settings of a server, with their defaults in [`ServerConfig::in_folder`].
#[derive(Debug, Clone)]
pub struct ServerConfig {
    /// Holds the snapshots that are being downloaded; without PostgreSQL also `clinic.sqlite` and its
    /// lock.
    pub data_dir: PathBuf,
    /// Where the clinic's truth is; default a file in the data folder.
    pub database: Database,
    /// The machine's, unless a test sets another.
    pub clock: Clock,
    /// How long a sign-in lasts; default 7 days.
    pub session_lifetime: TimeDelta,
    /// What is let in; see [`Limits`] for the defaults.
    pub limits: Limits,
    /// How often a stream says at least that it lives, and looks at its session by itself; default 10 s.
    pub heartbeat: Duration,
    /// For tests of several instances: none tells the others anything, so that each has to look for
    /// itself; default false.
    pub drop_notifications: bool,
}

impl ServerConfig {
    /// The defaults, with data in this folder.
    #[must_use]
    pub fn in_folder(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            data_dir: data_dir.into(),
            database: Database::Sqlite,
            clock: Clock::system(),
            session_lifetime: TimeDelta::days(7),
            limits: Limits::default(),
            heartbeat: Duration::from_secs(10),
            drop_notifications: false,
        }
    }
}

/// Where the clinic's truth is.
#[derive(Clone, PartialEq, Eq)]
pub enum Database {
    /// `clinic.sqlite` in the data folder, for one server.
    Sqlite,
    /// A database of PostgreSQL, by its URL; several servers may share it.
    Postgres(String),
}

// The URL may hold a password.
impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "Sqlite",
            Self::Postgres(_) => "Postgres",
        })
    }
}
