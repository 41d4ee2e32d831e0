//! A small pool of connections that can only read, each use on one snapshot.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use deadpool_postgres::Pool;
use rusqlite::Connection;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;

use super::sql::Db;
use super::{StoreError, postgres, sqlite};
use crate::StartError;
use crate::config::Database;

/// More readers than this would only fight for the machine's cores.
const READERS: usize = 6;

#[derive(Clone)]
pub(crate) enum Readers {
    Sqlite(Arc<Files>),
    Postgres(Pool),
}

/// Idle readers that keep the pages they have read; what more readers have read at a busy moment would
/// never be given back.
const WARM: usize = 2;

/// Open files; permits bound how many there are.
pub(crate) struct Files {
    file: PathBuf,
    idle: Mutex<Idle>,
    permits: Arc<Semaphore>,
}

#[derive(Default)]
struct Idle {
    warm: Vec<Connection>,
    cold: Vec<Connection>,
}

impl Readers {
    pub(crate) fn of(database: &Database, file: PathBuf) -> Result<Self, StartError> {
        Ok(match database {
            Database::Sqlite => Self::Sqlite(Arc::new(Files {
                file,
                idle: Mutex::default(),
                permits: Arc::new(Semaphore::new(READERS)),
            })),
            Database::Postgres(url) => {
                Self::Postgres(postgres::Address::of(url)?.pool(READERS, "")?)
            }
        })
    }

    /// The same for data that is there, of this program's schema: nothing is made or changed.
    pub(crate) fn of_present(database: &Database, file: PathBuf) -> Result<Self, StartError> {
        let schema = super::schema(database, &file)?;
        match (schema.found, database) {
            (Some(found), _) if found == schema.known => Self::of(database, file),
            (Some(found), Database::Sqlite) if found > schema.known => Err(StartError::Newer(file)),
            (Some(found), _) if found > schema.known => Err(StartError::DatabaseNewer),
            (Some(_), _) => Err(StartError::Older),
            (None, _) => Err(StartError::Nothing),
        }
    }

    /// Runs `work` on one snapshot of the database, off the async threads.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn Db) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let reading = match self {
            Self::Sqlite(files) => {
                let permit = files.permits.clone().acquire_owned().await;
                let permit = permit.map_err(|_| StoreError::Closed)?;
                let files = files.clone();
                tokio::task::spawn_blocking(move || {
                    let answer = files.with(work);
                    drop(permit);
                    answer
                })
            }
            Self::Postgres(pool) => {
                let client = pool.get().await.map_err(postgres::lost)?;
                let runtime = Handle::current();
                tokio::task::spawn_blocking(move || postgres::read(client, runtime, work))
            }
        };
        reading.await.map_err(|_| StoreError::Closed)?
    }

    /// Lets go of every connection; later reads are refused.
    pub(crate) fn close(&self) {
        match self {
            Self::Sqlite(files) => {
                files.permits.close();
                *files.idle() = Idle::default();
            }
            Self::Postgres(pool) => pool.close(),
        }
    }
}

impl Files {
    fn with<T>(
        &self,
        work: impl FnOnce(&dyn Db) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let idle = self.idle().take();
        let mut db = match idle {
            Some(db) => db,
            None => sqlite::open_reader(&self.file)?,
        };
        let answer = sqlite::read(&mut db, work);
        if !self.permits.is_closed() {
            self.give_back(db);
        }
        answer
    }

    fn give_back(&self, db: Connection) {
        let too_many = self.idle().keep_warm(db);
        // One that cannot even let its pages go is not asked again.
        if let Some(db) = too_many
            && db.execute_batch("pragma shrink_memory").is_ok()
        {
            self.idle().cold.push(db);
        }
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Idle> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Idle {
    fn take(&mut self) -> Option<Connection> {
        self.warm.pop().or_else(|| self.cold.pop())
    }

    /// The connection again, when enough are warm.
    fn keep_warm(&mut self, db: Connection) -> Option<Connection> {
        if self.warm.len() >= WARM {
            return Some(db);
        }
        self.warm.push(db);
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_readers_that_were_busy_at_once_two_keep_what_they_have_read() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("clinic.sqlite");
        Connection::open(&file).unwrap();
        let files = Files {
            file,
            idle: Mutex::default(),
            permits: Arc::new(Semaphore::new(READERS)),
        };
        let kept = || {
            let idle = files.idle();
            (idle.warm.len(), idle.cold.len())
        };
        let last = || files.with(|_| Ok(()));
        files
            .with(|_| files.with(|_| files.with(|_| last())))
            .unwrap();
        assert_eq!(kept(), (2, 2));
        let seen = files.with(|_| Ok(kept())).unwrap();
        assert_eq!(seen, (1, 2));
        assert_eq!(kept(), (2, 2));
    }
}
