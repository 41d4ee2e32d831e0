//! The desk's own data: one encrypted SQLite file with the replica of the clinic, the outbox, the
//! watches and the notices. [`Cache::apply`] and [`Cache::replace`] are the only writers of the
//! replica; own bookings and other desks' bookings come in through the same door.

mod apply;
mod directory;
mod facts;
mod open;
mod outbox;
mod replica;
mod row;
mod search;
mod session;
mod snapshot;
mod watch;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use rusqlite::Connection;

pub use apply::{Applied, AppliedChange};
pub(crate) use directory::Directory;
pub(crate) use facts::{facts, named_visits, patient_of, visit};
pub(crate) use outbox::{OutboxRow, OutboxSlot, OutboxState};
pub use replica::ReplicaState;
pub use search::PatientFilter;
pub(crate) use search::search;
pub(crate) use session::{StoredSession, session};
pub use snapshot::Snapshot;
pub(crate) use watch::{StoredNotice, StoredWatch, all as watches, is_free, notices};

use crate::clock::DeskClock;
use crate::error::StorageError;
use crate::key::CacheKey;

/// One desk's data; shared by all its tasks. Every method blocks: call it off the async threads.
pub struct Cache {
    path: PathBuf,
    key: Option<CacheKey>,
    clock: DeskClock,
    writer: Mutex<Connection>,
    readers: Mutex<Vec<Connection>>,
    directory: RwLock<DirectorySlot>,
    /// Held as long as the cache lives: one desk per folder.
    _lock: std::fs::File,
}

/// The directory in memory, and how often it was dropped: a reader that loaded it before a drop
/// must not put it back.
#[derive(Default)]
struct DirectorySlot {
    drops: u64,
    loaded: Option<Arc<Directory>>,
}

impl Cache {
    /// The clock that this cache judges "past" and "future" by.
    pub(crate) fn clock(&self) -> &DeskClock {
        &self.clock
    }

    /// True when the file on the disk is encrypted.
    #[must_use]
    pub fn encrypted(&self) -> bool {
        self.key.is_some()
    }

    fn writer(&self) -> MutexGuard<'_, Connection> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One transaction; nothing of it stays when `work` fails.
    pub(crate) fn write<T>(
        &self,
        work: impl FnOnce(&rusqlite::Transaction<'_>) -> Result<T, StorageError>,
    ) -> Result<T, StorageError> {
        let mut connection = self.writer();
        let transaction =
            connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        let value = work(&transaction)?;
        transaction.commit()?;
        Ok(value)
    }

    /// One transaction that is on the disk when this returns: for what a user was promised. What
    /// the feed brings can be read again, so [`Self::write`] does not wait for the disk.
    pub(crate) fn write_durably<T>(
        &self,
        work: impl FnOnce(&rusqlite::Transaction<'_>) -> Result<T, StorageError>,
    ) -> Result<T, StorageError> {
        let mut connection = self.writer();
        connection.pragma_update(None, "synchronous", "full")?;
        let transaction =
            connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        let value = work(&transaction).and_then(|value| {
            transaction.commit()?;
            Ok(value)
        });
        connection.pragma_update(None, "synchronous", "normal")?;
        value
    }

    /// One consistent view of everything committed so far.
    pub(crate) fn read<T>(
        &self,
        work: impl FnOnce(&rusqlite::Transaction<'_>) -> Result<T, StorageError>,
    ) -> Result<T, StorageError> {
        let pooled = self.readers().pop();
        let mut connection = match pooled {
            Some(connection) => connection,
            None => open::connect(&self.path, self.key.as_ref(), open::Use::Read)?,
        };
        let transaction = connection.transaction()?;
        let value = work(&transaction)?;
        transaction.finish()?;
        self.readers().push(connection);
        Ok(value)
    }

    fn readers(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.readers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
