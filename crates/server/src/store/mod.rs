//! One clinic server's memory: a SQLite file with one writer.
//!
//! [`Store::execute`] is the only door for commands. Inside it an engine runs `load(needs)`, lets
//! `domain` decide, and runs `write(decided)`; nobody is answered before the commit.

mod alternatives;
pub(crate) mod audit;
mod cache;
mod change;
mod column;
mod execute;
mod load;
mod readers;
mod request;
pub(crate) mod rows;
pub(crate) mod session;
pub(crate) mod snapshot;
pub(crate) mod sqlite;
#[cfg(test)]
mod tests;
pub(crate) mod user;
mod write;
mod writer;

use std::path::Path;

use frontdesk_domain::ClinicId;
use rusqlite::Transaction;

pub(crate) use change::{Since, changes, device_ack, feed};
pub(crate) use execute::{Batch, Executed, Stop};
pub(crate) use load::clinic_facts;
pub(crate) use write::occupy;

use crate::StartError;
use crate::clock::Clock;
use crate::fanout::Fanout;

/// Why the store could not do something. None of these is an outcome: the same request may be
/// sent again.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    #[error("the database said: {0}")]
    Sqlite(#[from] rusqlite::Error),
    #[error("the writer has too much to do")]
    Busy,
    #[error("the store is closed")]
    Closed,
    #[error("the audit chain is broken at {0}")]
    AuditBroken(u64),
    #[error("a row does not make sense: {0}")]
    Corrupt(String),
    #[error("a file could not be written: {0}")]
    Io(#[from] std::io::Error),
    #[error("{0}")]
    User(#[from] user::UserError),
}

/// The open store.
pub(crate) struct Store {
    writer: writer::Writer,
    readers: readers::Readers,
}

impl Store {
    /// Opens, or makes, the file.
    pub(crate) fn open(file: &Path, clock: &Clock, fanout: &Fanout) -> Result<Self, StartError> {
        let db = sqlite::open_writer(file)?;
        let writer = writer::Writer::start(db, clock.clone(), fanout.clone())
            .map_err(|error| StartError::Unusable(file.to_owned(), error.to_string()))?;
        Ok(Self {
            writer,
            readers: readers::Readers::of(file.to_owned()),
        })
    }

    /// Decides a device's commands, in order, one transaction each.
    pub(crate) async fn execute(&self, batch: Batch) -> Result<Executed, StoreError> {
        self.writer.execute(batch).await
    }

    /// Anything else that writes: sessions, users, the demo clinic. One transaction, rolled back
    /// when `work` fails.
    pub(crate) async fn transact<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.writer.transact(work).await
    }

    /// Reads on one snapshot.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.readers.read(work).await
    }

    /// Finishes what waits and closes the file; later calls are refused.
    pub(crate) fn close(&self) {
        self.readers.close();
        self.writer.close();
    }
}

/// Where every feed stands.
pub(crate) fn heads(
    db: &rusqlite::Connection,
) -> Result<Vec<(ClinicId, frontdesk_domain::Epoch, u64)>, StoreError> {
    let mut statement = db.prepare_cached("select clinic_id, epoch, seq from feed")?;
    let heads = statement.query_map((), |row| {
        let epoch = frontdesk_domain::Epoch(row.get(1)?);
        Ok((ClinicId(row.get(0)?), epoch, row.get(2)?))
    })?;
    Ok(heads.collect::<Result<_, _>>()?)
}

/// The clinics of this file, oldest first.
pub(crate) fn clinics(db: &rusqlite::Connection) -> Result<Vec<ClinicId>, StoreError> {
    let mut statement = db.prepare_cached("select clinic_id from clinic order by clinic_id")?;
    let ids = statement.query_map((), |row| row.get(0).map(ClinicId))?;
    Ok(ids.collect::<Result<_, _>>()?)
}
