//! Where a clinic lives, for every command alike.

use std::path::PathBuf;

use frontdesk_server::{Database, ServerConfig};
use tempfile::TempDir;

#[derive(clap::Args)]
pub(super) struct Data {
    /// The data folder; made when it does not exist.
    #[arg(
        long,
        value_name = "DIR",
        env = "FRONTDESK_DATA",
        required_unless_present = "database"
    )]
    data: Option<PathBuf>,
    /// A PostgreSQL database in place of a file in the data folder, as postgres://user@host/name;
    /// several servers may share it. On another machine it is encrypted: ?sslrootcert=FILE names
    /// the authorities to trust in place of the system's.
    #[arg(
        long,
        value_name = "URL",
        env = "FRONTDESK_DATABASE",
        hide_env_values = true
    )]
    database: Option<String>,
}

/// Settings, and what has to live as long as they are used.
pub(super) struct Place {
    pub(super) config: ServerConfig,
    /// Deleted at the end; what lies in it holds patients' data.
    _own: Option<TempDir>,
}

impl Data {
    /// The settings that follow. Without a folder a server on PostgreSQL keeps the snapshots that
    /// are being downloaded in a temporary one that only it can read.
    pub(super) fn place(&self) -> std::io::Result<Place> {
        let own = match &self.data {
            Some(_) => None,
            None => Some(tempfile::tempdir()?),
        };
        let folder = own.as_ref().map(|own| own.path().to_owned());
        let folder = folder.or_else(|| self.data.clone()).unwrap_or_default();
        let database = self.database.clone();
        let config = ServerConfig {
            database: database.map_or(Database::Sqlite, Database::Postgres),
            ..ServerConfig::in_folder(folder)
        };
        Ok(Place { config, _own: own })
    }
}
