//! Taking an export over: every line is looked at before the first is written.

mod check;
mod fields;
mod line;
mod seats;

use std::collections::HashMap;
use std::path::Path;

use check::Checked;
use frontdesk_domain::decide::Occupancy;
use frontdesk_domain::{Clinic, ClinicId, Kind, Row, Timestamp};
use frontdesk_protocol::{SCHEMA, SnapshotHeader, SnapshotTrailer};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::found::{self, FIRST, begin_feed};
use super::lines::Lines;
use super::tables::placeholders;
use super::{OperateError, backup};
use crate::store::sql::{Db, Param, Statement, params};
use crate::store::{self, StoreError, audit, rows};

/// A line that cannot be taken over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadLine {
    /// Its number in the file, from 1.
    pub line: usize,
    /// Why, without what it says of a patient.
    pub why: String,
}

impl std::fmt::Display for BadLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}: {}", self.line, self.why)
    }
}

/// What was taken over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// Rows.
    pub rows: usize,
    /// Of these, visits.
    pub appointments: usize,
    /// What was left out.
    pub bad: Vec<BadLine>,
}

/// An export of which every line was looked at.
#[derive(Debug)]
pub struct CheckedExport {
    clinic: Clinic,
    rows: Vec<(usize, Row)>,
    seats: Vec<Occupancy>,
    bad: Vec<BadLine>,
}

impl CheckedExport {
    /// Reads and checks the file; with `skip_bad` what cannot be taken over is left out of it.
    ///
    /// # Errors
    /// [`OperateError`] when it is no export, or lines cannot be taken over.
    pub fn of(file: &Path, skip_bad: bool) -> Result<Self, OperateError> {
        let mut checked = check::check(read(file)?);
        let seats = seats::find(&mut checked);
        let Checked {
            clinic,
            rows,
            mut bad,
        } = checked;
        bad.sort_by_key(|bad| bad.line);
        match clinic {
            None => Err(OperateError::BadClinic(bad)),
            Some(_) if !bad.is_empty() && !skip_bad => Err(OperateError::BadLines(bad)),
            Some(clinic) => Ok(Self {
                clinic,
                rows,
                seats,
                bad,
            }),
        }
    }
}

/// What stands between the first line and the last.
#[derive(Default)]
struct Rows {
    rows: Vec<(usize, Row)>,
    bad: Vec<BadLine>,
    /// Which rows bad lines would have been.
    lost: HashMap<(Kind, Uuid), usize>,
}

impl Rows {
    fn take(&mut self, number: usize, line: &[u8]) {
        match line::read(line) {
            Ok(row) => self.rows.push((number, row)),
            Err(unread) => {
                if let Some(of) = unread.of {
                    self.lost.entry(of).or_insert(number);
                }
                let why = unread.why;
                self.bad.push(BadLine { line: number, why });
            }
        }
    }

    fn count(&self) -> usize {
        self.rows.len() + self.bad.len()
    }
}

fn read(file: &Path) -> Result<Rows, OperateError> {
    let not = |why: String| OperateError::NotAnExport {
        file: file.to_owned(),
        why,
    };
    let mut lines = Lines::of(file)?;
    let (mut rows, mut digest) = (Rows::default(), Sha256::new());
    let header = lines.next()?.map(|(_, line)| line).unwrap_or_default();
    check_header(header).map_err(|why| not(why.to_owned()))?;
    digest.update(header);
    while let Some((number, line)) = lines.next()? {
        let Ok(trailer) = serde_json::from_slice(line) else {
            digest.update(line);
            rows.take(number, line);
            continue;
        };
        let by_windows = line.ends_with(b"\r\n");
        check_trailer(&trailer, &rows, digest, by_windows).map_err(not)?;
        if !lines.end()? {
            return Err(not("there is more behind its last line".to_owned()));
        }
        return Ok(rows);
    }
    Err(not("its last line is missing, so it was cut".to_owned()))
}

/// What editors put before a text.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

fn check_header(line: &[u8]) -> Result<(), &'static str> {
    match serde_json::from_slice::<SnapshotHeader>(line) {
        Ok(header) if header.schema > SCHEMA => Err("a newer frontdesk-server wrote it"),
        Ok(header) if header.schema < SCHEMA => Err("an older frontdesk-server wrote it"),
        Ok(_) => Ok(()),
        Err(_) if line.is_empty() => Err("it is empty"),
        Err(_) if line.starts_with(BYTE_ORDER_MARK) => Err("a byte order mark was put before it"),
        Err(_) if backup::is_one(line) => Err("it is a backup, for `frontdesk-server restore`"),
        Err(_) if std::str::from_utf8(line).is_err() => Err("it is not a text in UTF-8"),
        Err(_) => Err("its first line is not that of an export"),
    }
}

/// True for the first line of an export of some version.
pub(super) fn is_one(line: &[u8]) -> bool {
    serde_json::from_slice::<SnapshotHeader>(line).is_ok()
}

fn check_trailer(
    trailer: &SnapshotTrailer,
    rows: &Rows,
    digest: Sha256,
    by_windows: bool,
) -> Result<(), String> {
    if trailer.sha256 != hex::encode(digest.finalize()) {
        let how = if by_windows {
            "the ends of its lines were changed, to those of Windows"
        } else {
            "it was changed or cut"
        };
        return Err(format!("its digest does not fit: {how}"));
    }
    let (said, found) = (trailer.rows, rows.count());
    if said != found as u64 {
        return Err(format!(
            "its last line says {said} rows, and it has {found}"
        ));
    }
    if found == 0 {
        return Err("there is no clinic in it".to_owned());
    }
    Ok(())
}

/// Takes some seats in one statement: there are three for each visit.
fn occupy(db: &dyn Db, clinic: ClinicId, seats: &[Occupancy]) -> Result<(), StoreError> {
    let params = seats.iter().flat_map(|seat| store::occupy(clinic, seat).1);
    let params: Vec<Param> = params.collect();
    let rows = placeholders(seats.len(), params.len() / seats.len().max(1));
    db.execute(&format!("insert into occupancy values {rows}"), &params)?;
    Ok(())
}

/// Seats in one statement: see `VALUES` of the backup.
const SEATS: usize = 64;

/// Statements that travel together.
const TOGETHER: usize = 480;

pub(super) fn write(
    db: &dyn Db,
    export: CheckedExport,
    now: Timestamp,
) -> Result<Imported, OperateError> {
    let clinic = export.clinic.clinic_id;
    if db.exists(
        "select 1 from feed where clinic_id = $1",
        &params![clinic.0],
    )? {
        return Err(OperateError::ClinicExists);
    }
    found::is_a_new_name(db, &export.clinic.name)?;
    begin_feed(db, clinic)?;
    let mut imported = Imported {
        rows: export.rows.len(),
        appointments: 0,
        bad: export.bad,
    };
    let mut waiting: Vec<Statement> = Vec::with_capacity(TOGETHER);
    let mut write = |statement: Statement| {
        waiting.push(statement);
        if waiting.len() < TOGETHER {
            return Ok(());
        }
        db.execute_all(std::mem::take(&mut waiting))
    };
    for (_, row) in export.rows {
        imported.appointments += usize::from(matches!(row, Row::Appointment(_)));
        write(rows::put(clinic, &row.at_version(FIRST))?)?;
    }
    db.execute_all(waiting)?;
    for seats in export.seats.chunks(SEATS) {
        occupy(db, clinic, seats)?;
    }
    db.measure(&store::FILLED)?;
    let nobody = (Uuid::nil(), Uuid::nil(), "import");
    audit::append(db, clinic, nobody, clinic.0, now)?;
    Ok(imported)
}
