//! The desk's own data: one encrypted SQLite file with the replica of the clinic, the outbox, the
//! watches and the notices. [`Cache::apply`] and [`Cache::replace`] are the only writers of the
//! replica; own bookings and other desks' bookings come in through the same door.

mod apply;
mod board;
mod directory;
mod facts;
mod hold;
mod ledger;
mod numbering;
mod open;
mod outbox;
mod replica;
mod row;
mod search;
mod session;
mod set_aside;
mod snapshot;
mod stand;
mod waiting;
mod watch;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};

use frontdesk_domain::Timestamp;
use rusqlite::Connection;

pub use apply::{Applied, AppliedChange};
pub(crate) use board::{BoardVisit, board_visits};
pub(crate) use directory::{Directory, WorkDays};
pub(crate) use facts::{
    SeatsTaken, facts_at, patient_of, pending_visits, seats_taken, series_visits, visit,
    visit_ids_of_series,
};
pub(crate) use hold::{all_holds, left_behind};
pub(crate) use ledger::{Asked, Detail};
pub(crate) use outbox::{OutboxRow, OutboxSlot, OutboxState};
pub use replica::ReplicaState;
pub use search::PatientFilter;
pub(crate) use search::search;
pub(crate) use session::{StoredSession, session};
pub(crate) use set_aside::{KeptCommand, all_kept};
pub use snapshot::Snapshot;
pub(crate) use waiting::{AskedFor, AskedPlace, asked_places, is_known};
pub(crate) use watch::{StoredNotice, StoredWatch, all as watches, is_free, notices};

use crate::clock::DeskClock;
use crate::error::StorageError;
use crate::key::CacheKey;

/// One desk's data; shared by all its tasks. Every method blocks: call it off the async threads.
pub struct Cache {
    path: PathBuf,
    key: Option<CacheKey>,
    clock: DeskClock,
    /// Gone once the cache was closed.
    files: RwLock<Option<Files>>,
    directory: RwLock<DirectorySlot>,
    ledger: Mutex<Option<ledger::Kept>>,
    contact: Mutex<Option<Timestamp>>,
}

/// What is open as long as the cache is.
struct Files {
    writer: Mutex<Connection>,
    readers: Mutex<Vec<Connection>>,
    /// One desk per folder.
    lock: std::fs::File,
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

    /// Waits for what is under way and lets the folder go; whoever comes later finds the desk closing.
    pub(crate) fn close(&self) {
        let mut files = self.files.write().unwrap_or_else(PoisonError::into_inner);
        let Some(Files { lock, .. }) = files.take() else {
            return;
        };
        // Said aloud: a child of this process that is just being started has the file open, too.
        if let Err(error) = lock.unlock() {
            tracing::warn!(%error, "the folder is let go when the file is closed");
        }
    }

    /// The desk is at the server's head at this moment.
    pub(crate) fn in_contact(&self, at: Timestamp) {
        *self.lock_contact() = Some(at);
    }

    /// When the server was last heard of.
    pub(crate) fn last_contact(&self) -> Option<Timestamp> {
        *self.lock_contact()
    }

    fn lock_contact(&self) -> MutexGuard<'_, Option<Timestamp>> {
        self.contact.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One transaction; nothing of it stays when `work` fails.
    pub(crate) fn write<T>(
        &self,
        work: impl FnOnce(&rusqlite::Transaction<'_>) -> Result<T, StorageError>,
    ) -> Result<T, StorageError> {
        self.with_writer(|connection| in_transaction(connection, work))
    }

    /// One transaction that is on the disk when this returns: for what a user was promised. What
    /// the feed brings can be read again, so [`Self::write`] does not wait for the disk.
    pub(crate) fn write_durably<T>(
        &self,
        work: impl FnOnce(&rusqlite::Transaction<'_>) -> Result<T, StorageError>,
    ) -> Result<T, StorageError> {
        self.with_writer(|connection| {
            connection.pragma_update(None, "synchronous", "full")?;
            let value = in_transaction(connection, work);
            connection.pragma_update(None, "synchronous", "normal")?;
            value
        })
    }

    fn with_writer<T>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, StorageError>,
    ) -> Result<T, StorageError> {
        let files = self.files();
        let files = files.as_ref().ok_or(StorageError::Closing)?;
        let mut writer = files.writer.lock().unwrap_or_else(PoisonError::into_inner);
        work(&mut writer)
    }

    /// One consistent view of everything committed so far.
    pub(crate) fn read<T>(
        &self,
        work: impl FnOnce(&rusqlite::Transaction<'_>) -> Result<T, StorageError>,
    ) -> Result<T, StorageError> {
        let files = self.files();
        let files = files.as_ref().ok_or(StorageError::Closing)?;
        let pooled = files.readers().pop();
        let mut connection = match pooled {
            Some(connection) => connection,
            None => open::connect(&self.path, self.key.as_ref(), open::Use::Read)?,
        };
        let transaction = connection.transaction()?;
        let value = work(&transaction)?;
        transaction.finish()?;
        files.readers().push(connection);
        Ok(value)
    }

    fn files(&self) -> RwLockReadGuard<'_, Option<Files>> {
        self.files.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Files {
    fn readers(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.readers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn in_transaction<T>(
    connection: &mut Connection,
    work: impl FnOnce(&rusqlite::Transaction<'_>) -> Result<T, StorageError>,
) -> Result<T, StorageError> {
    let transaction =
        connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let value = work(&transaction)?;
    transaction.commit()?;
    Ok(value)
}

#[cfg(test)]
mod tests;
