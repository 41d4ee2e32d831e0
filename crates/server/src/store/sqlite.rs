//! SQLite: one file with one writer, who is alone from `begin immediate` on. The writer's connection
//! is the only one that may change anything.

use std::error::Error as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use frontdesk_domain::{ClinicId, DeviceId};
use refinery::Migration;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{
    CachedStatement, Connection, ErrorCode, OpenFlags, ToSql, Transaction, TransactionBehavior,
};

use super::sql::{Columns, Db, Param, Query, Row, Value};
use super::{Schema, StoreError};
use crate::{StartError, private};

mod embedded {
    refinery::embed_migrations!("../../migrations/server/sqlite");
}

/// Older versions have a bug that can corrupt a write-ahead log.
const OLDEST_SQLITE: i32 = 3_051_003;

const BUSY: Duration = Duration::from_secs(5);

/// A commit that finds so many pages in the log copies them into the file. What every booking touches
/// (the feed, the ends of change log and audit) is copied once for all of them; 16 MiB are read again
/// in a moment after a crash.
const CHECKPOINT_PAGES: u32 = 4_000;

/// What every booking touches and the inner pages of a large clinic take a quarter of it. Twice as much
/// fills with the places of a morning's bookings, of which none is looked at again soon.
const WRITER_CACHE_KIB: i64 = -32_768;

/// Who asks for weeks of a large clinic reads 8 MiB.
const READER_CACHE_KIB: i64 = -10_240;

/// Triggers say these names where PostgreSQL has a constraint.
const TRIGGERS: [&str; 2] = ["occupancy_no_overlap", "occupancy_no_mixing"];

/// The writer's connection, with the schema brought up to date.
pub(crate) fn open_writer(file: &Path) -> Result<Connection, StartError> {
    assert_version(rusqlite::version_number())?;
    private::reserve(file).map_err(|error| StartError::of_file(file, &error))?;
    let mut db = Connection::open(file).map_err(|error| unusable(file, &error))?;
    if db
        .is_readonly("main")
        .map_err(|error| unusable(file, &error))?
    {
        let why = "it can only be read".to_owned();
        return Err(StartError::Unusable(file.to_owned(), why));
    }
    prepare(&db).map_err(|error| unusable(file, &error))?;
    migrate(&mut db, file)?;
    Ok(db)
}

/// Runs `work` as the only writer; what it did is undone when it fails.
pub(crate) fn write<T>(
    db: &mut Connection,
    work: impl FnOnce(&dyn Db) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let answer = work(&transaction)?;
    transaction.commit()?;
    Ok(answer)
}

/// Runs `work` on one snapshot.
pub(crate) fn read<T>(
    db: &mut Connection,
    work: impl FnOnce(&dyn Db) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let snapshot = db.transaction()?;
    work(&snapshot)
}

/// A connection that can only read.
pub(crate) fn open_reader(file: &Path) -> Result<Connection, StartError> {
    assert_version(rusqlite::version_number())?;
    connect_reader(file).map_err(|error| unusable(file, &error))
}

fn connect_reader(file: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(file, flags)?;
    db.busy_timeout(BUSY)?;
    db.pragma_update(None, "query_only", true)?;
    db.pragma_update(None, "cache_size", READER_CACHE_KIB)?;
    db.set_prepared_statement_cache_capacity(64);
    Ok(db)
}

/// Of the SQLite that was linked, as it numbers itself.
fn assert_version(number: i32) -> Result<(), StartError> {
    if number < OLDEST_SQLITE {
        let (major, minor, patch) = (number / 1_000_000, number / 1_000 % 1_000, number % 1_000);
        return Err(StartError::SqliteTooOld(format!("{major}.{minor}.{patch}")));
    }
    Ok(())
}

/// `synchronous = full`: a booking that was answered survives a power cut.
fn prepare(db: &Connection) -> rusqlite::Result<()> {
    db.busy_timeout(BUSY)?;
    db.pragma_update(None, "journal_mode", "wal")?;
    db.pragma_update(None, "synchronous", "full")?;
    db.pragma_update(None, "foreign_keys", true)?;
    db.pragma_update(None, "cache_size", WRITER_CACHE_KIB)?;
    db.pragma_update(None, "journal_size_limit", 64 << 20)?;
    db.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
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
    let run = runner.run(db);
    run.map(|_| ()).map_err(|error| {
        let cause = error.source().and_then(|cause| cause.downcast_ref());
        match cause {
            Some(cause) if is_full(cause) => StartError::Full(file.to_owned()),
            _ => StartError::Migration(file.to_owned(), error.to_string()),
        }
    })
}

/// The schema that is there, and the one that this program knows.
pub(crate) fn schema(file: &Path) -> Result<Schema, StartError> {
    let unusable = |error: rusqlite::Error| self::unusable(file, &error);
    let is_there = file.try_exists();
    let found = if is_there.map_err(|error| StartError::of_file(file, &error))? {
        newest_applied(&open_reader(file)?).map_err(unusable)?
    } else {
        None
    };
    Ok(Schema::of(found, &embedded::migrations::runner()))
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

fn is_full(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::DiskFull)
}

fn unusable(file: &Path, error: &rusqlite::Error) -> StartError {
    if is_full(error) {
        return StartError::Full(file.to_owned());
    }
    StartError::Unusable(PathBuf::from(file), error.to_string())
}

impl Db for Transaction<'_> {
    fn execute(&self, sql: &str, params: &[Param]) -> Result<u64, StoreError> {
        Ok(bound(self, sql, params)?.raw_execute()? as u64)
    }

    /// Nothing ends a transaction of a file.
    fn unhurried(&self) -> Result<(), StoreError> {
        Ok(())
    }

    fn damage(&self) -> Result<Vec<String>, StoreError> {
        let mut found = Vec::new();
        self.each("pragma integrity_check", &[], &mut |row| {
            found.push(row.get::<String>("integrity_check")?);
            Ok(())
        })?;
        found.retain(|sentence| sentence != "ok");
        Ok(found)
    }

    fn empty(&self, tables: &[&str]) -> Result<(), StoreError> {
        for table in tables {
            self.execute(&format!("delete from \"{table}\""), &[])?;
        }
        Ok(())
    }

    fn each(
        &self,
        sql: &str,
        params: &[Param],
        take: &mut dyn FnMut(&Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut statement = bound(self, sql, params)?;
        let mut found = statement.raw_query();
        while let Some(row) = found.next()? {
            take(&Row(row))?;
        }
        Ok(())
    }

    /// Whoever has begun a writing transaction is alone already.
    fn lock_and_ask(
        &self,
        _clinic: ClinicId,
        _devices: &[DeviceId],
        statements: &[Query],
        take: &mut dyn FnMut(usize, &Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.each_of(statements, take)
    }

    fn stamp(&self) -> Result<Option<i64>, StoreError> {
        let mut pragma = self.prepare_cached("pragma data_version")?;
        Ok(Some(pragma.query_row((), |row| row.get(0))?))
    }
}

/// The statement with its parameters by number: SQLite itself counts names by first appearance.
fn bound<'db>(
    db: &'db Connection,
    sql: &str,
    params: &[Param],
) -> rusqlite::Result<CachedStatement<'db>> {
    let mut statement = db.prepare_cached(sql)?;
    for index in 1..=statement.parameter_count() {
        let number = statement.parameter_name(index).and_then(number);
        let param = number.and_then(|number| params.get(number.checked_sub(1)?));
        let wrong = rusqlite::Error::InvalidParameterCount(params.len(), index);
        statement.raw_bind_parameter(index, param.ok_or(wrong)?)?;
    }
    Ok(statement)
}

/// 7 for `$7` and for `$7::uuid`, which is one name here and a type for PostgreSQL.
fn number(name: &str) -> Option<usize> {
    let digits = name.strip_prefix('$')?.bytes();
    let digits = digits.map_while(|byte| char::from(byte).to_digit(10));
    digits.fold(None, |number, digit| {
        Some(number.unwrap_or(0) * 10 + digit as usize)
    })
}

impl ToSql for Param {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(number) => ValueRef::Integer(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Id(id) => ValueRef::Blob(id.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

impl Columns for rusqlite::Row<'_> {
    fn column(&self, name: &str) -> Result<Value<'_>, StoreError> {
        value(self.get_ref(name)?).ok_or_else(|| StoreError::Corrupt(format!("the column {name}")))
    }

    fn nth(&self, place: usize) -> Result<Value<'_>, StoreError> {
        value(self.get_ref(place)?)
            .ok_or_else(|| StoreError::Corrupt(format!("the column {place}")))
    }
}

/// None for what no column of ours holds.
fn value(found: ValueRef<'_>) -> Option<Value<'_>> {
    match found {
        ValueRef::Null => Some(Value::Null),
        ValueRef::Integer(number) => Some(Value::Int(number)),
        ValueRef::Text(text) => std::str::from_utf8(text).map(Value::Text).ok(),
        ValueRef::Blob(bytes) => Some(Value::Bytes(bytes)),
        ValueRef::Real(_) => None,
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        let rusqlite::Error::SqliteFailure(cause, message) = &error else {
            return Self::Database(error.to_string());
        };
        if cause.code == ErrorCode::DiskFull {
            return Self::Full;
        }
        if cause.code != ErrorCode::ConstraintViolation {
            return Self::Database(error.to_string());
        }
        let message = message.as_deref().unwrap_or_default();
        let trigger = TRIGGERS.into_iter().find(|name| message.contains(name));
        let name = trigger.or_else(|| message.rsplit(": ").next());
        Self::Constraint(name.unwrap_or(message).to_owned())
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::ffi;

    use super::*;

    #[test]
    fn a_sqlite_that_can_damage_its_log_is_refused_and_the_first_mended_one_is_not() {
        for (number, name) in [(3_051_002, "3.51.2"), (3_050_004, "3.50.4")] {
            let refused = assert_version(number).unwrap_err();
            assert_eq!(refused.exit_code(), 8);
            let said = refused.to_string();
            assert!(said.starts_with(&format!("This program was built with SQLite {name}, ")));
        }
        for number in [3_051_003, 3_052_000, rusqlite::version_number()] {
            assert!(assert_version(number).is_ok(), "{number}");
        }
    }

    #[test]
    fn a_full_disk_is_told_as_one_and_every_other_failure_by_its_name() {
        let file = Path::new("/data/clinic.sqlite");
        let failed = |code| rusqlite::Error::SqliteFailure(ffi::Error::new(code), None);
        let full = [
            unusable(file, &failed(ffi::SQLITE_FULL)),
            StartError::of_file(file, &std::io::ErrorKind::StorageFull.into()),
        ];
        for full in full {
            assert_eq!(full.exit_code(), 3);
            assert_eq!(
                full.to_string(),
                "The disk of /data/clinic.sqlite is full: make room and try again; nothing was changed."
            );
        }
        let other = unusable(file, &failed(ffi::SQLITE_CANTOPEN));
        assert!(matches!(other, StartError::Unusable(..)), "{other}");
    }
}
