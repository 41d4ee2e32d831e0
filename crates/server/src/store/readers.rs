//! A small pool of connections that can only read, each use in one read transaction.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, Transaction};
use tokio::sync::Semaphore;

use super::{StoreError, sqlite};

/// More readers than this would only fight for the machine's cores.
const READERS: usize = 6;

#[derive(Clone)]
pub(crate) struct Readers(Arc<Pool>);

struct Pool {
    file: PathBuf,
    idle: Mutex<Vec<Connection>>,
    permits: Arc<Semaphore>,
}

impl Readers {
    pub(crate) fn of(file: PathBuf) -> Self {
        Self(Arc::new(Pool {
            file,
            idle: Mutex::default(),
            permits: Arc::new(Semaphore::new(READERS)),
        }))
    }

    /// Runs `work` on one snapshot of the database, off the async threads.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let permit = self.0.permits.clone().acquire_owned().await;
        let permit = permit.map_err(|_| StoreError::Closed)?;
        let pool = self.0.clone();
        tokio::task::spawn_blocking(move || {
            let answer = pool.with(work);
            drop(permit);
            answer
        })
        .await
        .map_err(|_| StoreError::Closed)?
    }

    /// Lets go of every connection; later reads are refused.
    pub(crate) fn close(&self) {
        self.0.permits.close();
        self.0.idle().clear();
    }
}

impl Pool {
    fn with<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let idle = self.idle().pop();
        let mut db = match idle {
            Some(db) => db,
            None => sqlite::open_reader(&self.file)?,
        };
        let snapshot = db.transaction()?;
        let answer = work(&snapshot);
        drop(snapshot);
        if !self.permits.is_closed() {
            self.idle().push(db);
        }
        answer
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
