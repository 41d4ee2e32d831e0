//! Taking an export over: every line is looked at before the first is written.

mod check;
mod seats;

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use frontdesk_domain::decide::Occupancy;
use frontdesk_domain::{ClinicId, Row, Timestamp};
use frontdesk_protocol::{SCHEMA, SnapshotHeader, SnapshotRow, SnapshotTrailer};
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::OperateError;
use super::found::{FIRST, begin_feed};
use super::tables::placeholders;
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

/// A file that was looked at.
pub(super) struct Plan {
    clinic: ClinicId,
    rows: Vec<(usize, Row)>,
    seats: Vec<Occupancy>,
    pub(super) bad: Vec<BadLine>,
}

/// Reads and checks the file.
pub(super) fn plan(file: &Path) -> Result<Plan, OperateError> {
    let lines = read(file)?;
    let mut checked = check::check(lines.rows, lines.bad);
    let clinic = checked.clinic.ok_or_else(|| OperateError::NotAnExport {
        file: file.to_owned(),
        why: "there is no clinic in it".to_owned(),
    })?;
    let seats = seats::find(&mut checked);
    checked.bad.sort_by_key(|bad| bad.line);
    Ok(Plan {
        clinic,
        rows: checked.rows,
        seats,
        bad: checked.bad,
    })
}

struct Lines {
    rows: Vec<(usize, Row)>,
    bad: Vec<BadLine>,
}

fn read(file: &Path) -> Result<Lines, OperateError> {
    let not = |why: &str| OperateError::NotAnExport {
        file: file.to_owned(),
        why: why.to_owned(),
    };
    let opened = File::open(file).map_err(|error| OperateError::Unreadable {
        file: file.to_owned(),
        why: error.to_string(),
    })?;
    let mut reader = BufReader::with_capacity(1 << 18, opened);
    let (mut lines, mut digest) = (
        Lines {
            rows: Vec::new(),
            bad: Vec::new(),
        },
        Sha256::new(),
    );
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        if reader.read_until(b'\n', &mut line)? == 0 {
            return Err(not("its last line is missing"));
        }
        if number == 1 {
            let header: SnapshotHeader = serde_json::from_slice(&line)
                .map_err(|_| not("its first line is not that of an export"))?;
            if header.schema != SCHEMA {
                return Err(not("it was written by another version"));
            }
        } else if let Ok(trailer) = serde_json::from_slice::<SnapshotTrailer>(&line) {
            if trailer.sha256 != hex::encode(digest.finalize()) {
                return Err(not("its digest does not fit, so it was changed or cut"));
            }
            return Ok(lines);
        } else {
            match row(&line) {
                Ok(row) => lines.rows.push((number, row)),
                Err(why) => lines.bad.push(BadLine { line: number, why }),
            }
        }
        digest.update(&line);
    }
    Err(not("it is too long"))
}

fn row(line: &[u8]) -> Result<Row, String> {
    let unreadable =
        |error: serde_json::Error| format!("it cannot be read at column {}", error.column());
    let read: SnapshotRow = serde_json::from_slice(line).map_err(unreadable)?;
    if read.row.id() != read.id {
        return Err("its `id` is not that of its `row`".to_owned());
    }
    // Only an escape can say it, and a text may hold the escape's own letters: then look closely.
    if line.windows(NUL.len()).any(|letters| letters == NUL)
        && holds_nul(&serde_json::from_slice(line).map_err(unreadable)?)
    {
        return Err("a text in it holds U+0000, which not every database keeps".to_owned());
    }
    Ok(read.row)
}

/// How JSON writes the one character that not every database stores.
const NUL: &[u8] = br"\u0000";

fn holds_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(values) => values.iter().any(holds_nul),
        Value::Object(members) => members.values().any(holds_nul),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
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

pub(super) fn write(db: &dyn Db, plan: Plan, now: Timestamp) -> Result<Imported, OperateError> {
    let clinic = plan.clinic;
    if db.exists(
        "select 1 from feed where clinic_id = $1",
        &params![clinic.0],
    )? {
        return Err(OperateError::ClinicExists);
    }
    begin_feed(db, clinic)?;
    let mut imported = Imported {
        rows: plan.rows.len(),
        appointments: 0,
        bad: plan.bad,
    };
    let mut waiting: Vec<Statement> = Vec::with_capacity(TOGETHER);
    let mut write = |statement: Statement| {
        waiting.push(statement);
        if waiting.len() < TOGETHER {
            return Ok(());
        }
        db.execute_all(&std::mem::take(&mut waiting))
    };
    for (_, row) in plan.rows {
        imported.appointments += usize::from(matches!(row, Row::Appointment(_)));
        write(rows::put(clinic, &row.at_version(FIRST))?)?;
    }
    db.execute_all(&waiting)?;
    for seats in plan.seats.chunks(SEATS) {
        occupy(db, clinic, seats)?;
    }
    let nobody = (Uuid::nil(), Uuid::nil(), "import");
    audit::append(db, clinic, nobody, clinic.0, now)?;
    Ok(imported)
}
