//! Everything that a desk's cache holds, written to a file in one read transaction.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use frontdesk_domain::{Appointment, ClinicId, ClinicZone, Epoch, Kind, Timestamp};
use frontdesk_protocol::{HISTORY_DAYS, SCHEMA, SnapshotHeader, SnapshotRow, SnapshotTrailer};
use serde::Serialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::sql::{Db, params};
use super::{StoreError, change, rows};
use crate::private;

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
    db: &dyn Db,
    clinic: ClinicId,
    now: Timestamp,
) -> Result<(chrono::NaiveDate, ClinicZone), StoreError> {
    let name: String = db.one(
        "select time_zone from clinic where clinic_id = $1",
        &params![clinic.0],
        |row| row.get("time_zone"),
    )?;
    let zone = ClinicZone::named(&name).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    Ok((zone.date(now) - chrono::Days::new(HISTORY_DAYS), zone))
}

/// Writes the file. `db` must be one read transaction.
pub(crate) fn build(
    db: &dyn Db,
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

fn count(db: &dyn Db, clinic: ClinicId, since: i64) -> Result<u64, StoreError> {
    db.one(
        include_str!("sql/count_rows.sql"),
        &params![clinic.0, since],
        |row| row.get("n"),
    )
}

fn directory(db: &dyn Db, clinic: ClinicId, kind: Kind, out: &mut Lines) -> Result<(), StoreError> {
    db.each(rows::select(kind), &params![clinic.0], &mut |row| {
        out.row(rows::read(kind, row)?)
    })
}

/// Two readers walk away from today's first instant, the nearer row first, so that a desk can show
/// today long before the last row is there.
fn visits_from_today_outwards(
    db: &dyn Db,
    clinic: ClinicId,
    since: i64,
    today: i64,
    out: &mut Lines,
) -> Result<(), StoreError> {
    let mut after = Walk::new(clinic, Way::Later, today);
    let mut before = Walk::new(clinic, Way::Earlier { until: since }, today);
    loop {
        let distance = |at: Timestamp| (at.timestamp_millis() - today).abs();
        let later_first = match (after.peek(db)?, before.peek(db)?) {
            (Some(later), Some(earlier)) => distance(later) <= distance(earlier),
            (Some(_), None) => true,
            (None, Some(_)) => false,
            (None, None) => return Ok(()),
        };
        let walk = if later_first { &mut after } else { &mut before };
        if let Some(visit) = walk.ahead.pop_front() {
            out.row(frontdesk_domain::Row::Appointment(visit))?;
        }
    }
}

/// So many visits are read at once.
const STEP: u32 = 1_024;

#[derive(Clone, Copy)]
enum Way {
    Later,
    Earlier { until: i64 },
}

/// A reader of visits in the order of their starts, a step at a time.
struct Walk {
    clinic: ClinicId,
    way: Way,
    /// Start and id of the last visit that was read.
    from: (i64, Uuid),
    ahead: VecDeque<Appointment>,
    ended: bool,
}

impl Walk {
    /// Visits from `start` on, or those before it.
    fn new(clinic: ClinicId, way: Way, start: i64) -> Self {
        let from = match way {
            Way::Later => (start - 1, Uuid::max()),
            Way::Earlier { .. } => (start, Uuid::nil()),
        };
        Self {
            clinic,
            way,
            from,
            ahead: VecDeque::new(),
            ended: false,
        }
    }

    /// When the next visit starts.
    fn peek(&mut self, db: &dyn Db) -> Result<Option<Timestamp>, StoreError> {
        if self.ahead.is_empty() && !self.ended {
            self.step(db)?;
        }
        Ok(self.ahead.front().map(|visit| visit.starts_at))
    }

    fn step(&mut self, db: &dyn Db) -> Result<(), StoreError> {
        let (sql, until) = match self.way {
            Way::Later => (
                "select * from appointment
                 where clinic_id = $1 and (starts_at, appointment_id) > ($2, $3) and starts_at > $5
                 order by starts_at, appointment_id limit $4",
                i64::MIN,
            ),
            Way::Earlier { until } => (
                "select * from appointment
                 where clinic_id = $1 and (starts_at, appointment_id) < ($2, $3) and starts_at >= $5
                 order by starts_at desc, appointment_id desc limit $4",
                until,
            ),
        };
        let (start, id) = self.from;
        let params = params![self.clinic.0, start, id, STEP, until];
        let found = db.all(sql, &params, rows::appointment)?;
        self.ended = found.len() < STEP as usize;
        if let Some(last) = found.last() {
            self.from = (last.starts_at.timestamp_millis(), last.appointment_id.0);
        }
        self.ahead = found.into();
        Ok(())
    }
}

/// The file so far: how long it is, how many rows it has, and its digest.
pub(crate) struct Lines {
    out: BufWriter<File>,
    digest: Sha256,
    buffer: Vec<u8>,
    at: u64,
    rows: u64,
    offsets: Vec<u64>,
}

impl Lines {
    pub(crate) fn create(file: &Path) -> Result<Self, StoreError> {
        Ok(Self {
            out: BufWriter::with_capacity(1 << 18, private::new_file(file)?),
            digest: Sha256::new(),
            buffer: Vec::with_capacity(1024),
            at: 0,
            rows: 0,
            offsets: Vec::new(),
        })
    }

    pub(crate) fn row(&mut self, row: frontdesk_domain::Row) -> Result<(), StoreError> {
        if self.rows.is_multiple_of(STRIDE) {
            self.offsets.push(self.at);
        }
        self.rows += 1;
        let id = row.id();
        self.line(&SnapshotRow { row, id })
    }

    pub(crate) fn line(&mut self, line: &impl Serialize) -> Result<(), StoreError> {
        self.buffer.clear();
        serde_json::to_writer(&mut self.buffer, line)
            .map_err(|error| StoreError::Corrupt(error.to_string()))?;
        self.buffer.push(b'\n');
        self.digest.update(&self.buffer);
        self.out.write_all(&self.buffer)?;
        self.at += self.buffer.len() as u64;
        Ok(())
    }

    pub(crate) fn finish(mut self) -> Result<(), StoreError> {
        let sha256 = hex::encode(std::mem::take(&mut self.digest).finalize());
        let rows = self.rows;
        self.line(&SnapshotTrailer { rows, sha256 })?;
        self.out.flush()?;
        Ok(())
    }
}
