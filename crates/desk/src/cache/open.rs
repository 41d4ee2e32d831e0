//! Opening the file: the folder's lock, the key, the pragmas, the migrations.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::sync::{Mutex, RwLock};

use frontdesk_protocol::SCHEMA;
use rusqlite::Connection;

use super::{Cache, Files};
use crate::clock::DeskClock;
use crate::config::DeskConfig;
use crate::error::{DeskError, KeyError, StorageError};
use crate::key::{self, CacheKey};

mod embedded {
    refinery::embed_migrations!("../../migrations/desk");
}

const DATABASE: &str = "desk.sqlite";
const LOCK: &str = "desk.lock";
const PLAIN_HEADER: &[u8] = b"SQLite format 3\0";
/// 64 MiB: with less, an encrypted cache is several times slower than a plain one.
const CACHE_KIB: i64 = -65_536;

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    Write,
    Read,
}

impl Cache {
    /// Opens (or makes) the data in the config's folder. Blocks: deriving a key takes a moment and
    /// a locked keyring up to ten seconds.
    ///
    /// # Errors
    /// The folder cannot be written or is in use by another desk, the key is missing or wrong, or
    /// the file is damaged.
    pub fn open(config: &DeskConfig, clock: DeskClock) -> Result<Self, DeskError> {
        let folder = &config.data_dir;
        let in_folder = |reason| DeskError::Folder {
            folder: folder.clone(),
            reason,
        };
        make_private(folder).map_err(in_folder)?;
        let lock = lock(folder)?;
        let path = folder.join(DATABASE);
        check_header(&path, &config.key)?;
        let key = key::find(&config.key, folder, clock.id())?;
        let mut writer = connect(&path, key.as_ref(), Use::Write).map_err(not_a_database)?;
        embedded::migrations::runner()
            .run(&mut writer)
            .map_err(|error| StorageError::Migration(Box::new(error)))?;
        let cache = Self {
            path,
            key,
            clock,
            files: RwLock::new(Some(Files {
                writer: Mutex::new(writer),
                readers: Mutex::new(Vec::new()),
                lock,
            })),
            directory: RwLock::default(),
            ledger: Mutex::default(),
            contact: Mutex::default(),
        };
        cache.start_over_dialogs()?;
        cache.leave_older_shapes()?;
        if let Some(at) = cache.state()?.at_head_at {
            cache.in_contact(at);
        }
        Ok(cache)
    }

    /// Rows of an older program have other shapes: they are shown until a snapshot has replaced
    /// them, but no page continues them.
    fn leave_older_shapes(&self) -> Result<(), StorageError> {
        self.write(|tx| {
            let older = tx.execute(
                "update replica set schema = ?1, epoch = null, seq = 0 where schema <> ?1",
                [SCHEMA],
            )?;
            if older > 0 {
                tx.execute("delete from inbox", [])?;
            }
            Ok(())
        })
    }
}

/// A file as an older program left it.
#[cfg(test)]
pub(super) fn of_version(folder: &Path, version: i32) -> Connection {
    let mut connection = connect(&folder.join(DATABASE), None, Use::Write).unwrap();
    embedded::migrations::runner()
        .set_target(refinery::Target::Version(version))
        .run(&mut connection)
        .unwrap();
    connection
}

/// The folder, readable by its user only when it is made here.
fn make_private(folder: &Path) -> std::io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    std::fs::create_dir_all(folder)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))?;
    }
    Ok(())
}

fn lock(folder: &Path) -> Result<File, DeskError> {
    let in_folder = |reason| DeskError::Folder {
        folder: folder.to_owned(),
        reason,
    };
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(folder.join(LOCK))
        .map_err(in_folder)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => Err(DeskError::FolderInUse(folder.to_owned())),
        Err(std::fs::TryLockError::Error(reason)) => Err(in_folder(reason)),
    }
}

/// Says precisely what is wrong before SQLite can only say "not a database".
fn check_header(path: &Path, source: &crate::config::KeySource) -> Result<(), KeyError> {
    let mut header = [0_u8; 16];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut header));
    let encrypts = !matches!(source, crate::config::KeySource::Unencrypted);
    match read {
        Ok(()) if encrypts && header == PLAIN_HEADER => Err(KeyError::NotEncrypted),
        Ok(()) if !encrypts && header != PLAIN_HEADER => Err(KeyError::NotPlain),
        Ok(()) | Err(_) => Ok(()),
    }
}

fn not_a_database(error: StorageError) -> DeskError {
    if let StorageError::Sqlite(rusqlite::Error::SqliteFailure(code, _)) = &error
        && code.code == rusqlite::ErrorCode::NotADatabase
    {
        return KeyError::Wrong.into();
    }
    error.into()
}

pub(super) fn connect(
    path: &Path,
    key: Option<&CacheKey>,
    wanted: Use,
) -> Result<Connection, StorageError> {
    let connection = Connection::open(path)?;
    if let Some(key) = key {
        // A wrong key is said once, by us, and not in the cipher's own words on stderr.
        connection.execute_batch("pragma cipher_log_level = none")?;
        connection.execute_batch(&key.pragma())?;
        assert_cipher(&connection)?;
    }
    connection.set_prepared_statement_cache_capacity(64);
    connection.busy_timeout(std::time::Duration::from_secs(10))?;
    connection.pragma_update(None, "cache_size", CACHE_KIB)?;
    connection.pragma_update(None, "temp_store", "memory")?;
    match wanted {
        Use::Write => {
            connection.pragma_update(None, "journal_mode", "wal")?;
            connection.pragma_update(None, "synchronous", "normal")?;
            connection.pragma_update(None, "foreign_keys", "on")?;
        }
        Use::Read => connection.pragma_update(None, "query_only", "on")?,
    }
    Ok(connection)
}

/// A build without the cipher would take the key and write plain text.
fn assert_cipher(connection: &Connection) -> Result<(), StorageError> {
    let version: Result<String, _> =
        connection.query_row("pragma cipher_version", [], |row| row.get(0));
    match version {
        Ok(version) if !version.is_empty() => Ok(()),
        Ok(_) | Err(_) => Err(StorageError::NoCipher),
    }
}
