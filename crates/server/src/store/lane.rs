//! A connection that may write, to either database.

use std::path::Path;

use rusqlite::Connection;

use super::sql::Db;
use super::{StoreError, postgres, sqlite};
use crate::StartError;
use crate::config::Database;

/// Clinics that this many local writers serve side by side on PostgreSQL.
const WRITERS: usize = 4;

/// One thread's way to write.
pub(crate) enum Lane {
    Sqlite(Connection),
    Postgres(postgres::Link),
}

impl Lane {
    /// Every lane of a database whose schema is brought up to date: one for a file; for PostgreSQL
    /// several, of which the last is for what is not a command.
    pub(crate) fn all(database: &Database, file: &Path) -> Result<Vec<Self>, StartError> {
        match database {
            Database::Sqlite => Ok(vec![Self::Sqlite(sqlite::open_writer(file)?)]),
            Database::Postgres(url) => {
                let address = postgres::Address::of(url)?;
                postgres::migrate(&address)?;
                let link = |_| postgres::Link::to(&address).map(Self::Postgres);
                (0..=WRITERS).map(link).collect()
            }
        }
    }

    /// The one lane of a program that does one thing.
    pub(crate) fn open(database: &Database, file: &Path) -> Result<Self, StartError> {
        let last = Self::all(database, file)?.pop();
        last.ok_or_else(|| StartError::DatabaseUnusable("it has no lane".to_owned()))
    }

    /// Runs `work` in a writing transaction; what it did is undone when it fails.
    pub(crate) fn write<T>(
        &mut self,
        work: impl FnOnce(&dyn Db) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        match self {
            Self::Sqlite(db) => sqlite::write(db, work),
            Self::Postgres(link) => link.write(work),
        }
    }

    /// True when nobody else writes: one transaction may serve several clinics, because nobody waits
    /// for somebody who waits for them.
    pub(crate) fn is_alone(&self) -> bool {
        match self {
            Self::Sqlite(_) => true,
            Self::Postgres(_) => false,
        }
    }
}
