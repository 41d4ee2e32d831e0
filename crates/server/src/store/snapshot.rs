//! Everything that a desk's cache holds, written to a file in one read transaction.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use frontdesk_domain::{ClinicId, ClinicZone, Epoch, Kind, Timestamp};
use frontdesk_protocol::{HISTORY_DAYS, SCHEMA, SnapshotHeader, SnapshotRow, SnapshotTrailer};
use rusqlite::Connection;
use serde::Serialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{StoreError, change, rows};

/// Every so many rows their place in the file is noted, so that a resumed download starts near.
pub(crate) const STRIDE: u64 = 512;

/// A finished file.
#[derive(Debug, Clone)]
pub(crate) struct Built {
    pub(crate) id: Uuid,
    pub(crate) clinic: ClinicId,
    pub(crate) epoch: Epoch,
    pub(crate) seq: u64,
    pub(crate) rows: u64,
    pub(crate) since_date: chrono::NaiveDate,
    /// Where row 0, [`STRIDE`], 2 × [`STRIDE`] … begins.
    pub(crate) offsets: Vec<u64>,
    /// Where the trailer begins.
    pub(crate) trailer: u64,
}

/// The first civil date whose visits a desk keeps.
pub(crate) fn since_date(
    db: &Connection,
    clinic: ClinicId,
    now: Timestamp,
) -> Result<(chrono::NaiveDate, ClinicZone), StoreError> {
    let name: String = db
        .prepare_cached("select time_zone from clinic where clinic_id = ?1")?
        .query_row([clinic.0], |row| row.get(0))?;
    let zone = ClinicZone::named(&name).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    Ok((zone.date(now) - chrono::Days::new(HISTORY_DAYS), zone))
}

/// Writes the file. `db` must be one read transaction.
pub(crate) fn build(
    db: &Connection,
    clinic: ClinicId,
    id: Uuid,
    now: Timestamp,
    file: &Path,
) -> Result<Built, StoreError> {
    let feed = change::feed(db, clinic)?;
    let (since_date, zone) = since_date(db, clinic, now)?;
    let since = zone.day(since_date).starts_at.timestamp_millis();
    let today = zone.day(zone.date(now)).starts_at.timestamp_millis();
    let mut out = Lines::create(file)?;
    out.line(&SnapshotHeader {
        id,
        epoch: feed.epoch,
        seq: feed.seq,
        schema: SCHEMA,
        since_date,
        rows: count(db, clinic, since)?,
    })?;
    for kind in Kind::ALL {
        if kind == Kind::Appointment {
            visits_from_today_outwards(db, clinic, since, today, &mut out)?;
        } else {
            directory(db, clinic, kind, &mut out)?;
        }
    }
    let trailer = out.at;
    let (rows, offsets) = (out.rows, std::mem::take(&mut out.offsets));
    out.finish()?;
    Ok(Built {
        id,
        clinic,
        epoch: feed.epoch,
        seq: feed.seq,
        rows,
        since_date,
        offsets,
        trailer,
    })
}

fn count(db: &Connection, clinic: ClinicId, since: i64) -> Result<u64, StoreError> {
    Ok(db.query_row(
        include_str!("sql/count_rows.sql"),
        (clinic.0, since),
        |row| row.get(0),
    )?)
}

fn directory(
    db: &Connection,
    clinic: ClinicId,
    kind: Kind,
    out: &mut Lines,
) -> Result<(), StoreError> {
    let mut statement = db.prepare_cached(rows::select(kind))?;
    let mut found = statement.query([clinic.0])?;
    while let Some(row) = found.next()? {
        out.row(rows::read(kind, row)?)?;
    }
    Ok(())
}

/// Two readers walk away from today's first instant, the nearer row first, so that a desk can show
/// today long before the last row is there.
fn visits_from_today_outwards(
    db: &Connection,
    clinic: ClinicId,
    since: i64,
    today: i64,
    out: &mut Lines,
) -> Result<(), StoreError> {
    let mut after = db.prepare(
        "select * from appointment where clinic_id = ?1 and starts_at >= ?2 order by starts_at",
    )?;
    let mut before = db.prepare(
        "select * from appointment where clinic_id = ?1 and starts_at >= ?2 and starts_at < ?3
         order by starts_at desc",
    )?;
    let mut after = after.query_map((clinic.0, today), rows::appointment)?;
    let mut before = before.query_map((clinic.0, since, today), rows::appointment)?;
    let (mut later, mut earlier) = (after.next().transpose()?, before.next().transpose()?);
    loop {
        let distance = |at: Timestamp| (at.timestamp_millis() - today).abs();
        let later_first = match (&later, &earlier) {
            (Some(later), Some(earlier)) => {
                distance(later.starts_at) <= distance(earlier.starts_at)
            }
            (Some(_), None) => true,
            (None, Some(_)) => false,
            (None, None) => return Ok(()),
        };
        let next = if later_first {
            std::mem::replace(&mut later, after.next().transpose()?)
        } else {
            std::mem::replace(&mut earlier, before.next().transpose()?)
        };
        if let Some(visit) = next {
            out.row(frontdesk_domain::Row::Appointment(visit))?;
        }
    }
}

/// The file so far: how long it is, how many rows it has, and its digest.
struct Lines {
    out: BufWriter<File>,
    digest: Sha256,
    buffer: Vec<u8>,
    at: u64,
    rows: u64,
    offsets: Vec<u64>,
}

impl Lines {
    fn create(file: &Path) -> Result<Self, StoreError> {
        Ok(Self {
            out: BufWriter::with_capacity(1 << 18, File::create(file)?),
            digest: Sha256::new(),
            buffer: Vec::with_capacity(1024),
            at: 0,
            rows: 0,
            offsets: Vec::new(),
        })
    }

    fn row(&mut self, row: frontdesk_domain::Row) -> Result<(), StoreError> {
        if self.rows.is_multiple_of(STRIDE) {
            self.offsets.push(self.at);
        }
        self.rows += 1;
        let id = row.id();
        self.line(&SnapshotRow { row, id })
    }

    fn line(&mut self, line: &impl Serialize) -> Result<(), StoreError> {
        self.buffer.clear();
        serde_json::to_writer(&mut self.buffer, line)
            .map_err(|error| StoreError::Corrupt(error.to_string()))?;
        self.buffer.push(b'\n');
        self.digest.update(&self.buffer);
        self.out.write_all(&self.buffer)?;
        self.at += self.buffer.len() as u64;
        Ok(())
    }

    fn finish(mut self) -> Result<(), StoreError> {
        let sha256 = hex::encode(std::mem::take(&mut self.digest).finalize());
        let rows = self.rows;
        self.line(&SnapshotTrailer { rows, sha256 })?;
        self.out.flush()?;
        Ok(())
    }
}
