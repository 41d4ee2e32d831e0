//! What an operator does with a clinic's data: keep it, bring it back, carry it elsewhere, look at it
//! closely, begin it.
//!
//! [`Records`] only reads and works beside a running server. The rest writes through an open
//! [`Server`], which keeps other servers out of a data folder; of PostgreSQL only a restore does.

mod access;
mod backup;
mod export;
mod found;
mod import;
mod lines;
mod tables;
#[cfg(test)]
mod tests;
mod verify;
pub(crate) mod which;
mod whole;

use std::path::{Path, PathBuf};

use frontdesk_domain::Timestamp;
use tokio::sync::oneshot;

pub use backup::CheckedBackup;
pub use found::{CheckedClinic, Manager, NewClinic};
pub use import::{BadLine, CheckedExport, Imported};
pub use verify::{Finding, Verified};
pub use which::WhichClinic;
use whole::whole;

use crate::config::ServerConfig;
use crate::fanout::presence;
use crate::store::sql::Db;
use crate::store::{self, FILE, Readers, StoreError};
use crate::{Server, StartError};

/// Why an operator's wish was not fulfilled; nothing was changed then.
#[derive(Debug, thiserror::Error)]
pub enum OperateError {
    /// The file cannot be opened.
    #[error("{} cannot be read ({why}): check its name and who may read it.", .file.display())]
    Unreadable {
        /// Which.
        file: PathBuf,
        /// The system's words.
        why: String,
    },
    /// Something else.
    #[error("{} is not a backup ({why}): `frontdesk-server backup` writes one.", .file.display())]
    NotABackup {
        /// Which.
        file: PathBuf,
        /// What it is instead.
        why: &'static str,
    },
    /// Not all of a backup, or changed.
    #[error("{} is not a whole backup: its digest does not fit. Take another one.", .0.display())]
    BrokenBackup(PathBuf),
    /// Written by another version, which is named.
    #[error("{} was written by another version of frontdesk-server ({program}): restore it with that version.", .file.display())]
    OtherLayout {
        /// Which.
        file: PathBuf,
        /// The version.
        program: String,
    },
    /// There is something in the way.
    #[error(
        "There is a clinic already: choose an empty folder or database, or say --replace to give up what is there."
    )]
    NotEmpty,
    /// What a server serves is not replaced under its feet.
    #[error("A frontdesk-server serves this database: stop every one of them first.")]
    Served,
    /// This very clinic is there.
    #[error("The clinic of this file is there already: choose an empty folder or database.")]
    ClinicExists,
    /// Two clinics of one name would be taken for each other.
    #[error(
        "There is a clinic '{0}' already: `user add` lets more people sign in to it; another clinic needs another name."
    )]
    NameTaken(String),
    /// Several are there, or none of that name.
    #[error("{0}")]
    Which(#[from] WhichClinic),
    /// Not an export.
    #[error("{} is not an export of a clinic ({why}): `frontdesk-server export` writes one.", .file.display())]
    NotAnExport {
        /// Which.
        file: PathBuf,
        /// What is missing.
        why: String,
    },
    /// Lines that cannot be taken over.
    #[error("{} of the file cannot be taken over, so nothing was: mend what is wrong, or say --skip-bad to leave it out.", count(.0))]
    BadLines(Vec<BadLine>),
    /// The same, with the one that all the others hang on.
    #[error(
        "Line 2 has to be the clinic's own and cannot be left out, so nothing was taken over: mend it first."
    )]
    BadClinic(Vec<BadLine>),
    /// What was typed cannot be used.
    #[error("{0}")]
    Unusable(String),
    /// The disk has no room.
    #[error("The disk is full: make room and try again; nothing was changed.")]
    Full,
    /// The file cannot be written.
    #[error("{} cannot be written ({why}): check its folder, and who may write there.", .file.display())]
    Unwritable {
        /// Which.
        file: PathBuf,
        /// The system's words.
        why: String,
    },
    /// The database does not answer.
    #[error("The database could not be used ({0}): try again, and look at its log if it stays.")]
    Store(String),
}

fn count(bad: &[BadLine]) -> String {
    match bad.len() {
        1 => "1 line".to_owned(),
        many => format!("{many} lines"),
    }
}

impl From<StoreError> for OperateError {
    fn from(error: StoreError) -> Self {
        if error.is_full() {
            return Self::Full;
        }
        match error.of_user() {
            Ok(refused) => Self::Unusable(refused.to_string()),
            Err(failed) => Self::Store(failed.to_string()),
        }
    }
}

/// Why `file` was not written.
fn unwritten(error: StoreError, file: &Path) -> OperateError {
    if let StoreError::Io(error) = error {
        return OperateError::Unwritable {
            file: file.to_owned(),
            why: error.to_string(),
        };
    }
    error.into()
}

/// A clinic's data to be read, beside a running server or without one.
pub struct Records {
    readers: Readers,
    now: Timestamp,
}

impl Records {
    /// Opens the data for reading only.
    ///
    /// # Errors
    /// [`StartError`] when it is not there, or of another version than this program.
    pub fn open(config: &ServerConfig) -> Result<Self, StartError> {
        let file = config.data_dir.join(FILE);
        Ok(Self {
            readers: Readers::of_present(&config.database, file)?,
            now: config.clock.now(),
        })
    }

    /// Writes everything to a new file, from one snapshot, and says how many rows that are.
    ///
    /// # Errors
    /// [`OperateError`]; there is no file then.
    pub async fn backup(&self, file: &Path) -> Result<u64, OperateError> {
        let now = self.now;
        self.write(file, move |db, file| backup::write(db, file, now))
            .await
    }

    /// Writes a clinic as desks are given it, old visits too, and says how many rows that are. Which
    /// one is said by its name or id, where there are several.
    ///
    /// # Errors
    /// [`OperateError`]; there is no file then.
    pub async fn export(&self, file: &Path, clinic: Option<&str>) -> Result<u64, OperateError> {
        let wanted = clinic.map(str::to_owned);
        let clinic = self
            .readers
            .read(move |db| which::clinic(db, wanted.as_deref()))
            .await??;
        self.write(file, move |db, file| export::write(db, clinic, file))
            .await
    }

    async fn write(
        &self,
        file: &Path,
        write: impl FnOnce(&dyn Db, &Path) -> Result<u64, StoreError> + Send + 'static,
    ) -> Result<u64, OperateError> {
        let to = file.to_owned();
        let written = self
            .readers
            .read(move |db| whole(&to, |partly| write(db, partly)));
        written.await.map_err(|error| unwritten(error, file))
    }

    /// Looks at every promise of the data.
    ///
    /// # Errors
    /// [`OperateError::Store`] when it cannot be read.
    pub async fn verify(&self) -> Result<Verified, OperateError> {
        Ok(self.readers.read(|db| verify::verify(db)).await?)
    }
}

/// The number of the schema that is there, none where there is nothing; nothing is changed.
///
/// # Errors
/// [`StartError`] when it cannot be read.
pub fn schema(config: &ServerConfig) -> Result<Option<i64>, StartError> {
    let file = config.data_dir.join(FILE);
    Ok(store::schema(&config.database, &file)?.found)
}

/// Takes a backup back and says how many rows that are. Until then nobody serves the database.
///
/// # Errors
/// [`OperateError`]; nothing was changed then.
pub async fn restore(
    server: &Server,
    backup: CheckedBackup,
    replace: bool,
) -> Result<u64, OperateError> {
    let _alone = alone(server).await?;
    let now = server.shared.config.clock.now();
    in_transaction(server, move |db| backup::restore(db, &backup, replace, now)).await
}

/// Keeps others from serving; a data folder is kept by its lock already.
async fn alone(server: &Server) -> Result<Option<presence::Held>, OperateError> {
    let Some(link) = &server.shared.link else {
        return Ok(None);
    };
    let held = presence::alone(&link.database).await;
    let held = held.map_err(StoreError::from)?;
    held.map(Some).ok_or(OperateError::Served)
}

/// Sets a clinic up from an export.
///
/// # Errors
/// [`OperateError`]; nothing was changed then.
pub async fn import(server: &Server, export: CheckedExport) -> Result<Imported, OperateError> {
    let now = server.shared.config.clock.now();
    in_transaction(server, move |db| import::write(db, export, now)).await
}

/// Begins a clinic with its first manager.
///
/// # Errors
/// [`OperateError`]; nothing was changed then.
pub async fn found(server: &Server, clinic: CheckedClinic) -> Result<(), OperateError> {
    let now = server.shared.config.clock.now();
    in_transaction(server, move |db| found::write(db, &clinic, now)).await
}

/// Runs `work` in one transaction, which a refusal rolls back like a failure of the store.
async fn in_transaction<T: Send + 'static>(
    server: &Server,
    work: impl FnOnce(&dyn Db) -> Result<T, OperateError> + Send + 'static,
) -> Result<T, OperateError> {
    let (tell, mut told) = oneshot::channel();
    let done = server.shared.store.transact(move |db| {
        db.unhurried()?;
        work(db).map_err(|refused| {
            // Whoever asked waits below.
            let _ = tell.send(refused);
            StoreError::Busy
        })
    });
    let done = done.await;
    done.map_err(|error| told.try_recv().unwrap_or_else(|_| error.into()))
}
