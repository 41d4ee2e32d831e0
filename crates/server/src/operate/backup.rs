//! A backup: every table as one file that either engine can take back. It is written while the server
//! works, from one snapshot of the database.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use frontdesk_domain::{ClinicId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::access::Access;
use super::lines::Lines;
use super::tables::{TABLES, Table, placeholders};
use super::{OperateError, import};
use crate::store::sql::{Db, Param, params};
use crate::store::{StoreError, audit};
use crate::{clock, private};

/// The layout of the file. Another number is refused, not guessed at.
const LAYOUT: u32 = 2;

/// First line.
#[derive(Debug, Serialize, Deserialize)]
struct Header {
    frontdesk_backup: u32,
    made_at: Timestamp,
    program: String,
}

/// Before the rows of a table.
#[derive(Debug, Serialize, Deserialize)]
struct Heading {
    table: String,
    columns: Vec<String>,
}

/// Last line: the digest covers every byte before it.
#[derive(Debug, Serialize, Deserialize)]
struct Trailer {
    rows: u64,
    sha256: String,
}

/// Writes everything that `db`, one snapshot, holds.
pub(super) fn write(db: &dyn Db, file: &Path, now: Timestamp) -> Result<u64, StoreError> {
    let mut lines = Written::create(file)?;
    lines.line(&Header {
        frontdesk_backup: LAYOUT,
        made_at: now,
        program: env!("CARGO_PKG_VERSION").to_owned(),
    })?;
    let mut rows = 0;
    for table in &TABLES {
        lines.line(&Heading {
            table: table.name.to_owned(),
            columns: table
                .columns
                .iter()
                .map(|(name, _)| (*name).to_owned())
                .collect(),
        })?;
        table.each(db, &mut |row| {
            rows += 1;
            let row = row.iter().zip(table.columns);
            let row: Vec<Json> = row.map(|(cell, (_, kind))| kind.to_json(cell)).collect();
            lines.line(&row)
        })?;
    }
    lines.finish(rows)?;
    Ok(rows)
}

/// A file of lines and its digest.
struct Written {
    out: BufWriter<File>,
    digest: Sha256,
    buffer: Vec<u8>,
}

impl Written {
    fn create(file: &Path) -> Result<Self, StoreError> {
        Ok(Self {
            out: BufWriter::with_capacity(1 << 18, private::new_file(file)?),
            digest: Sha256::new(),
            buffer: Vec::with_capacity(1024),
        })
    }

    fn line(&mut self, line: &impl Serialize) -> Result<(), StoreError> {
        self.buffer.clear();
        serde_json::to_writer(&mut self.buffer, line)
            .map_err(|error| StoreError::Corrupt(error.to_string()))?;
        self.buffer.push(b'\n');
        self.digest.update(&self.buffer);
        Ok(self.out.write_all(&self.buffer)?)
    }

    fn finish(mut self, rows: u64) -> Result<(), StoreError> {
        let sha256 = hex::encode(std::mem::take(&mut self.digest).finalize());
        self.line(&Trailer { rows, sha256 })?;
        Ok(self.out.flush()?)
    }
}

/// A backup that is whole, and of the tables that this program knows.
#[derive(Debug)]
pub struct CheckedBackup(PathBuf);

impl CheckedBackup {
    /// Reads the whole file once and vouches for its digest, so that nothing of a broken one is
    /// written.
    ///
    /// # Errors
    /// [`OperateError`] when it is no backup, not all of one, or another version's.
    pub fn of(file: &Path) -> Result<Self, OperateError> {
        let mut lines = Lines::of(file)?;
        let header = lines.next()?.map(|(_, line)| line).unwrap_or_default();
        let mut digest = Sha256::new();
        digest.update(header);
        let header = read_header(header).map_err(|why| OperateError::NotABackup {
            file: file.to_owned(),
            why,
        })?;
        let mut is_known = header.frontdesk_backup == LAYOUT;
        let mut rows = 0;
        while let Some((_, line)) = lines.next()? {
            if line.starts_with(b"[") {
                rows += 1;
            } else if let Ok(trailer) = serde_json::from_slice::<Trailer>(line) {
                let same = trailer.sha256 == hex::encode(digest.finalize());
                return if !same || trailer.rows != rows || !lines.end()? {
                    Err(OperateError::BrokenBackup(file.to_owned()))
                } else if !is_known {
                    Err(OperateError::OtherLayout {
                        file: file.to_owned(),
                        program: header.program,
                    })
                } else {
                    Ok(Self(file.to_owned()))
                };
            } else if let Ok(heading) = serde_json::from_slice::<Heading>(line) {
                is_known &= Waiting::of(&heading).is_some();
            }
            digest.update(line);
        }
        Err(OperateError::BrokenBackup(file.to_owned()))
    }
}

fn read_header(line: &[u8]) -> Result<Header, &'static str> {
    serde_json::from_slice(line).map_err(|_| {
        if line.is_empty() {
            "it is empty"
        } else if import::is_one(line) {
            "it is an export, for `frontdesk-server import`"
        } else {
            "its first line is not that of a backup"
        }
    })
}

/// True for the first line of a backup of some version.
pub(super) fn is_one(line: &[u8]) -> bool {
    serde_json::from_slice::<Header>(line).is_ok()
}

/// Fills the database from a checked file. With `replace` what is there goes first. Feeds get a new
/// epoch: desks take a new snapshot and keep what they have not sent. Everybody signs in again,
/// because a session that was ended since the backup must not come back; holds are not kept. Nor
/// does what was taken from a user or a desk since then come back: see [`Access`].
pub(super) fn restore(
    db: &dyn Db,
    backup: &CheckedBackup,
    replace: bool,
    now: Timestamp,
) -> Result<u64, OperateError> {
    let mut access = None;
    if db.exists("select 1 from feed", &[])? {
        if !replace {
            return Err(OperateError::NotEmpty);
        }
        access = Some(Access::read(db)?);
        let tables: Vec<_> = TABLES.iter().rev().map(|table| table.name).collect();
        db.empty(&tables)?;
    }
    let rows = insert(db, &backup.0)?;
    db.measure(&TABLES.map(|table| table.name))?;
    db.execute(
        "update session set revoked_at = $1 where revoked_at is null",
        &params![now],
    )?;
    db.execute("delete from hold", &[])?;
    let clinics = db.all("select clinic_id from feed", &[], |row| {
        row.get("clinic_id").map(ClinicId)
    })?;
    for clinic in clinics {
        let epoch = clock::new_id();
        db.execute(
            "update feed set epoch = $2 where clinic_id = $1",
            &params![clinic.0, epoch],
        )?;
        let nobody = (Uuid::nil(), Uuid::nil(), "restore");
        audit::append(db, clinic, nobody, epoch, now)?;
    }
    if let Some(access) = access {
        access.keep(db, now)?;
    }
    Ok(rows)
}

/// Values in one statement. SQLite finds the name of each by walking along all of them, so that many
/// more would cost more than they save.
const VALUES: usize = 512;

fn insert(db: &dyn Db, file: &Path) -> Result<u64, OperateError> {
    let broken = || OperateError::BrokenBackup(file.to_owned());
    let mut rows = 0;
    let mut waiting: Option<Waiting> = None;
    let mut lines = Lines::of(file)?;
    while let Some((_, line)) = lines.next()? {
        if line.starts_with(b"[") {
            let waiting = waiting.as_mut().ok_or_else(broken)?;
            waiting.push(db, line).map_err(|error| error.or(broken))?;
            rows += 1;
        } else if let Ok(heading) = serde_json::from_slice::<Heading>(line) {
            if let Some(last) = &mut waiting {
                last.flush(db)?;
            }
            waiting = Some(Waiting::of(&heading).ok_or_else(broken)?);
        }
    }
    if let Some(last) = &mut waiting {
        last.flush(db)?;
    }
    Ok(rows)
}

/// Rows of one table that are written together.
struct Waiting {
    table: &'static Table,
    params: Vec<Param>,
    rows: usize,
}

/// Why a row did not get in.
enum NotIn {
    Unreadable,
    Store(StoreError),
}

impl NotIn {
    fn or(self, broken: impl Fn() -> OperateError) -> OperateError {
        match self {
            Self::Unreadable => broken(),
            Self::Store(error) => error.into(),
        }
    }
}

impl Waiting {
    /// None when this program knows the table otherwise.
    fn of(heading: &Heading) -> Option<Self> {
        let table = Table::named(&heading.table)?;
        let known = table.columns.iter().map(|(name, _)| *name);
        known
            .eq(heading.columns.iter().map(String::as_str))
            .then_some(Self {
                table,
                params: Vec::new(),
                rows: 0,
            })
    }

    fn push(&mut self, db: &dyn Db, line: &[u8]) -> Result<(), NotIn> {
        let row: Vec<Json> = serde_json::from_slice(line).map_err(|_| NotIn::Unreadable)?;
        if row.len() != self.table.columns.len() {
            return Err(NotIn::Unreadable);
        }
        for (json, (_, kind)) in row.iter().zip(self.table.columns) {
            self.params
                .push(kind.param_of(json).ok_or(NotIn::Unreadable)?);
        }
        self.rows += 1;
        if self.params.len() >= VALUES {
            self.flush(db).map_err(NotIn::Store)?;
        }
        Ok(())
    }

    fn flush(&mut self, db: &dyn Db) -> Result<(), StoreError> {
        if self.rows == 0 {
            return Ok(());
        }
        let (name, columns) = self.table.quoted();
        let width = self.table.columns.len();
        let rows = placeholders(self.rows, width);
        let sql = format!("insert into {name} ({columns}) values {rows}");
        db.execute(&sql, &self.params)?;
        self.params.clear();
        self.rows = 0;
        Ok(())
    }
}
