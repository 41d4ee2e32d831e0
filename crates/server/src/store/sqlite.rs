//! Opening the clinic's file: version, settings, migrations. The writer's connection is the only
//! one that may change anything.

use std::path::Path;
use std::time::Duration;

use refinery::Migration;
use rusqlite::{Connection, OpenFlags};

use crate::StartError;

mod embedded {
    refinery::embed_migrations!("../../migrations/server/sqlite");
}

/// Older versions have a bug that can corrupt a write-ahead log.
const OLDEST_SQLITE: i32 = 3_051_003;

const BUSY: Duration = Duration::from_secs(5);

/// The writer's connection, with the schema brought up to date.
pub(crate) fn open_writer(file: &Path) -> Result<Connection, StartError> {
    assert_version()?;
    let mut db = Connection::open(file).map_err(|error| unusable(file, &error))?;
    prepare(&db).map_err(|error| unusable(file, &error))?;
    migrate(&mut db, file)?;
    Ok(db)
}

/// A connection that can only read.
pub(crate) fn open_reader(file: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(file, flags)?;
    db.busy_timeout(BUSY)?;
    db.pragma_update(None, "query_only", true)?;
    db.pragma_update(None, "cache_size", -16_384)?;
    db.set_prepared_statement_cache_capacity(64);
    Ok(db)
}

fn assert_version() -> Result<(), StartError> {
    if rusqlite::version_number() < OLDEST_SQLITE {
        return Err(StartError::SqliteTooOld(rusqlite::version().to_owned()));
    }
    Ok(())
}

/// `synchronous = full`: a booking that was answered survives a power cut.
fn prepare(db: &Connection) -> rusqlite::Result<()> {
    db.busy_timeout(BUSY)?;
    db.pragma_update(None, "journal_mode", "wal")?;
    db.pragma_update(None, "synchronous", "full")?;
    db.pragma_update(None, "foreign_keys", true)?;
    db.pragma_update(None, "cache_size", -65_536)?;
    db.pragma_update(None, "journal_size_limit", 64 << 20)?;
    db.set_prepared_statement_cache_capacity(128);
    Ok(())
}

fn migrate(db: &mut Connection, file: &Path) -> Result<(), StartError> {
    let runner = embedded::migrations::runner();
    let known = runner.get_migrations().iter().map(Migration::version).max();
    let found = newest_applied(db).map_err(|error| unusable(file, &error))?;
    if found > known.map(i64::from) {
        return Err(StartError::Newer(file.to_owned()));
    }
    runner
        .run(db)
        .map(|_| ())
        .map_err(|error| StartError::Migration(file.to_owned(), error.to_string()))
}

fn newest_applied(db: &Connection) -> rusqlite::Result<Option<i64>> {
    if !db.table_exists(None, "refinery_schema_history")? {
        return Ok(None);
    }
    db.query_row(
        "select max(version) from refinery_schema_history",
        (),
        |row| row.get(0),
    )
}

fn unusable(file: &Path, error: &rusqlite::Error) -> StartError {
    StartError::Unusable(file.to_owned(), error.to_string())
}
