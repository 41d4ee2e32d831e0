//! Why a server does not start or stops, each in one sentence that says what to do.

use std::path::{Path, PathBuf};

/// Why a server could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The folder or the file cannot be used.
    #[error("The data folder or file {path} cannot be used ({1}): choose another with --data, or give this user the right to write there.", path = .0.display())]
    Unusable(PathBuf, String),
    /// No room for it.
    #[error("The disk of {} is full: make room and try again; nothing was changed.", .0.display())]
    Full(PathBuf),
    /// A newer version has been here.
    #[error("{} was written by a newer frontdesk-server: start that version, or choose another folder with --data.", .0.display())]
    Newer(PathBuf),
    /// Another process serves this folder.
    #[error("Another frontdesk-server uses {}: stop it first, or choose another folder with --data.", .0.display())]
    Locked(PathBuf),
    /// The schema could not be brought up to date.
    #[error("The schema of {path} could not be brought up to date ({1}): restore a backup, or ask for help with this sentence.", path = .0.display())]
    Migration(PathBuf, String),
    /// The URL cannot be read.
    #[error(
        "The database's URL cannot be read ({0}): write it like postgres://user@host/name, or postgres://user@%2Frun%2Fpostgresql/name for a socket."
    )]
    DatabaseUrl(String),
    /// The authorities that the URL names cannot be read.
    #[error(
        "The authorities in {0} cannot be used ({1}): name a PEM file that this user may read in the database's URL (sslrootcert=FILE)."
    )]
    DatabaseTrust(String, String),
    /// Somebody else may be listening, or the authority is a private one.
    #[error(
        "The database's certificate is not trusted ({0}): name its authority in the URL (sslrootcert=FILE), and the host as the certificate does."
    )]
    DatabaseCertificate(String),
    /// PostgreSQL does not answer, or not as it should.
    #[error(
        "The database cannot be used ({0}): check --database, and that PostgreSQL runs and lets this user in."
    )]
    DatabaseUnusable(String),
    /// PostgreSQL lets this user in, and no further.
    #[error(
        "This user may not make what a clinic needs in the database ({0}): make it the database's owner (`alter database … owner to …`)."
    )]
    DatabaseRights(String),
    /// PostgreSQL was installed without what it ships beside itself.
    #[error(
        "The database lacks the extension btree_gist ({0}): install PostgreSQL's additional modules (postgresql-contrib) on its machine."
    )]
    DatabaseExtension(String),
    /// A newer version has been there.
    #[error(
        "The database was written by a newer frontdesk-server: start that version, or choose another database."
    )]
    DatabaseNewer,
    /// The schema could not be brought up to date.
    #[error(
        "The schema of the database could not be brought up to date ({0}): restore a backup, or ask for help with this sentence."
    )]
    DatabaseMigration(String),
    /// There is nothing to read.
    #[error("There is no clinic's data here: check --data or --database.")]
    Nothing,
    /// Only a server or `migrate` may change it.
    #[error(
        "The data is of an older version: run `frontdesk-server migrate` first, or start the server once."
    )]
    Older,
    /// A SQLite with a known bug.
    #[error(
        "This program was built with SQLite {0}, which can damage a database: use a build with 3.51.3 or newer."
    )]
    SqliteTooOld(String),
    /// No randomness.
    #[error("The operating system gives no random numbers ({0}): passwords cannot be checked.")]
    NoRandomness(String),
}

impl StartError {
    /// Why a folder or file on this machine cannot be used.
    pub(crate) fn of_file(path: &Path, error: &std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::StorageFull {
            return Self::Full(path.to_owned());
        }
        Self::Unusable(path.to_owned(), error.to_string())
    }

    /// The process's exit code, as `frontdesk-server --help` lists them.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::DatabaseUrl(_) => 2,
            Self::Unusable(..)
            | Self::Full(_)
            | Self::DatabaseUnusable(_)
            | Self::DatabaseRights(_)
            | Self::DatabaseExtension(_)
            | Self::Nothing => 3,
            Self::Newer(_) | Self::DatabaseNewer => 4,
            Self::Locked(_) => 5,
            Self::Migration(..) | Self::DatabaseMigration(_) | Self::Older => 7,
            Self::SqliteTooOld(_) | Self::NoRandomness(_) => 8,
            Self::DatabaseTrust(..) | Self::DatabaseCertificate(_) => 9,
        }
    }
}

/// Why a running server stopped.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// This build cannot encrypt.
    #[error("The certificate cannot be served ({0}): use another build.")]
    Encryption(#[from] rustls::Error),
}

/// Why the audit chain could not be vouched for.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// This act, or one before it, is not what was written.
    #[error(
        "The audit chain is broken at act {0}: somebody changed the file, keep it and compare it with a backup."
    )]
    Broken(u64),
    /// The file cannot be read.
    #[error("The audit chain could not be read ({0}): try again.")]
    Unreadable(String),
}
