//! One clinic server's memory: a SQLite file, or a PostgreSQL database that several servers share.
//!
//! [`Store::execute`] is the only door for commands. Inside it an engine runs `load(needs)`, lets
//! `domain` decide, and runs `write(decided)`; nobody is answered before the commit. All of that is
//! written once, over [`sql::Db`]; [`sqlite`] and [`postgres`] hold what differs.

mod ahead;
mod alternatives;
pub(crate) mod audit;
mod cache;
mod change;
mod column;
mod decision;
pub(crate) mod device;
mod effects;
mod execute;
mod hold;
mod lane;
mod ledger;
mod load;
mod pen;
mod postgres;
mod readers;
mod request;
pub(crate) mod rows;
pub(crate) mod session;
mod sheet;
pub(crate) mod snapshot;
pub(crate) mod sql;
mod sqlite;
#[cfg(test)]
mod tests;
pub(crate) mod user;
mod write;
mod writer;

use std::path::Path;

use frontdesk_domain::{ClinicId, Epoch, Timestamp};
use futures_util::future::join_all;

pub(crate) use change::{Since, changes, device_ack, feed};
pub(crate) use execute::{Batch, Executed, Stop};
pub(crate) use hold::{Held, HoldAsk, HoldWish, NotHeld};
pub(crate) use lane::Lane;
pub(crate) use ledger::taken;
#[cfg(test)]
pub(crate) use load::clinic_facts;
pub(crate) use load::directories;
pub(crate) use postgres::Address;
pub(crate) use readers::Readers;
pub(crate) use request::at_once;
pub(crate) use write::occupy;

use crate::StartError;
use crate::clock::Clock;
use crate::config::Database;
use crate::fanout::Fanout;
use crate::metrics::Metrics;
use sql::{Db, params};

/// A clinic's file in its data folder.
pub(crate) const FILE: &str = "clinic.sqlite";

/// The tables that a clinic which comes from elsewhere fills.
pub(crate) const FILLED: [&str; 7] = [
    "location",
    "service",
    "practitioner",
    "schedule",
    "patient",
    "appointment",
    "occupancy",
];

/// Why the store could not do something. None of these is an outcome: the same request may be
/// sent again.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    /// It may pass: a connection was lost, a lock was not given in time.
    #[error("the database said: {0}")]
    Database(String),
    #[error("the constraint {0} refused")]
    Constraint(String),
    #[error("the disk is full")]
    Full,
    #[error("the writer has too much to do")]
    Busy,
    #[error("the store is closed")]
    Closed,
    #[error("the audit chain is broken at {0}")]
    AuditBroken(u64),
    #[error("a row does not make sense: {0}")]
    Corrupt(String),
    #[error("a file could not be written: {0}")]
    Io(std::io::Error),
    #[error("{0}")]
    User(#[from] user::UserError),
}

impl StoreError {
    /// True when it helps to make room on the disk.
    pub(crate) fn is_full(&self) -> bool {
        matches!(self, Self::Full)
    }

    /// What a person at a terminal can mend, apart from what the store cannot do.
    pub(crate) fn of_user(self) -> Result<user::UserError, Self> {
        if let Self::User(error) = self {
            Ok(error)
        } else {
            Err(self)
        }
    }

    /// Whether the same may go well a moment later; otherwise it fails each time, and whoever asks
    /// must not wait for it.
    pub(crate) fn may_pass(&self) -> bool {
        match self {
            Self::Database(_) | Self::Full | Self::Busy | Self::Closed | Self::Io(_) => true,
            Self::Constraint(_) | Self::AuditBroken(_) | Self::Corrupt(_) | Self::User(_) => false,
        }
    }

    /// What each of a group is told when all of it failed.
    fn to_everybody(&self) -> Self {
        if self.is_full() {
            Self::Full
        } else if self.may_pass() {
            Self::Busy
        } else {
            Self::Corrupt(self.to_string())
        }
    }
}

/// A reader that could not be opened.
impl From<StartError> for StoreError {
    fn from(error: StartError) -> Self {
        if let StartError::Full(_) = error {
            return Self::Full;
        }
        Self::Database(error.to_string())
    }
}

impl From<std::io::Error> for StoreError {
    fn from(error: std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::StorageFull {
            Self::Full
        } else {
            Self::Io(error)
        }
    }
}

/// The open store.
pub(crate) struct Store {
    writer: writer::Writer,
    readers: Readers,
    metrics: Metrics,
}

impl Store {
    /// Opens the database, or makes the file, and brings the schema up to date.
    pub(crate) fn open(
        database: &Database,
        file: &Path,
        clock: &Clock,
        fanout: &Fanout,
        metrics: &Metrics,
    ) -> Result<Self, StartError> {
        let lanes = Lane::all(database, file)?;
        let writer = writer::Writer::start(lanes, clock, fanout, metrics)
            .map_err(|error| StartError::Unusable(file.to_owned(), error.to_string()))?;
        Ok(Self {
            writer,
            readers: Readers::of(database, file.to_owned())?,
            metrics: metrics.clone(),
        })
    }

    /// Decides a device's commands, in order, each for itself.
    pub(crate) async fn execute(&self, batch: Batch) -> Result<Executed, StoreError> {
        self.writer.execute(batch).await
    }

    /// Keeps a slot for a short while, or lets it go; the hold as it is then, none when it is gone.
    pub(crate) async fn hold(&self, asked: HoldAsk) -> Result<Held, StoreError> {
        self.writer.hold(asked).await
    }

    /// Ends the holds that have expired by `now`, and says in how many clinics there were some. A
    /// clinic that has to wait for its lock keeps no other one waiting.
    pub(crate) async fn sweep(&self, now: Timestamp) -> Result<usize, StoreError> {
        let expired = "select distinct clinic_id from hold where expires_at <= $1";
        let clinics = self.read(move |db| {
            db.all(expired, &params![now], |row| {
                row.get("clinic_id").map(ClinicId)
            })
        });
        let clinics = clinics.await?;
        let sweeps = clinics.iter().map(|clinic| self.writer.sweep(*clinic));
        let swept: Result<Vec<()>, _> = join_all(sweeps).await.into_iter().collect();
        swept.map(|clinics| clinics.len())
    }

    /// Where every feed stands.
    pub(crate) async fn heads(&self) -> Result<Vec<(ClinicId, Epoch, u64)>, StoreError> {
        self.read(|db| heads(db)).await
    }

    /// Anything else that writes: sessions, users, the demo clinic. One transaction, rolled back
    /// when `work` fails. Whoever touches a clinic's audit or feed takes [`Db::lock`] first.
    pub(crate) async fn transact<T: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn Db) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.writer.transact(work).await
    }

    /// Reads on one snapshot.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn Db) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let _reading = self.metrics.reading();
        self.readers.read(work).await
    }

    /// Finishes what waits and closes the database; later calls are refused.
    pub(crate) fn close(&self) {
        self.readers.close();
        self.writer.close();
    }
}

/// The newest migration of a database and of this program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Schema {
    /// None in an empty database.
    pub(crate) found: Option<i64>,
    pub(crate) known: i64,
}

impl Schema {
    fn of(found: Option<i64>, runner: &refinery::Runner) -> Self {
        let known = runner.get_migrations().iter();
        let known = known.map(|migration| i64::from(migration.version())).max();
        Self {
            found,
            known: known.unwrap_or(0),
        }
    }
}

/// Which schema is there; nothing is changed.
pub(crate) fn schema(database: &Database, file: &Path) -> Result<Schema, StartError> {
    match database {
        Database::Sqlite => sqlite::schema(file),
        Database::Postgres(url) => postgres::schema(&Address::of(url)?),
    }
}

/// Where every feed stands.
pub(crate) fn heads(db: &dyn Db) -> Result<Vec<(ClinicId, Epoch, u64)>, StoreError> {
    db.all("select clinic_id, epoch, seq from feed", &[], |row| {
        let epoch = Epoch(row.get("epoch")?);
        Ok((ClinicId(row.get("clinic_id")?), epoch, row.get("seq")?))
    })
}

/// The clinics of this database, oldest first.
pub(crate) fn clinics(db: &dyn Db) -> Result<Vec<ClinicId>, StoreError> {
    db.all(
        "select clinic_id from clinic order by clinic_id",
        &[],
        |row| row.get("clinic_id").map(ClinicId),
    )
}
