//! An export: the clinic as desks are given it (`/v1/snapshot`), with its whole past. It holds no
//! users, no passwords and no history of changes.

use std::path::Path;

use chrono::NaiveDate;
use frontdesk_domain::{ClinicId, Kind, WallDateTime};
use frontdesk_protocol::{SCHEMA, SnapshotHeader};

use crate::clock;
use crate::store::snapshot::Lines;
use crate::store::sql::{Db, params};
use crate::store::{self, StoreError, rows};

/// Directories first, then visits by start.
pub(super) fn write(db: &dyn Db, clinic: ClinicId, file: &Path) -> Result<u64, StoreError> {
    let kinds = || Kind::ALL.into_iter().filter(|kind| *kind != Kind::Hold);
    let feed = store::feed(db, clinic)?;
    let mut rows = 0;
    for kind in kinds() {
        let sql = format!(
            "select count(*) as n from \"{}\" where clinic_id = $1",
            kind.name()
        );
        rows += db.one(&sql, &params![clinic.0], |row| row.get::<u64>("n"))?;
    }
    let mut out = Lines::create(file)?;
    out.line(&SnapshotHeader {
        id: clock::new_id(),
        epoch: feed.epoch,
        seq: feed.seq,
        schema: SCHEMA,
        since_date: first_day(db, clinic)?,
        rows,
    })?;
    for kind in kinds() {
        db.each(rows::select(kind), &params![clinic.0], &mut |row| {
            out.row(rows::read(kind, row)?)
        })?;
    }
    out.finish()?;
    Ok(rows)
}

/// No visit is older.
fn first_day(db: &dyn Db, clinic: ClinicId) -> Result<NaiveDate, StoreError> {
    let first = db.one(
        "select min(wall_start) as wall_start from appointment where clinic_id = $1",
        &params![clinic.0],
        |row| row.get::<Option<String>>("wall_start"),
    )?;
    let Some(first) = first else {
        return Ok(NaiveDate::default());
    };
    let first: Result<WallDateTime, _> = first.parse();
    first
        .map(|start| start.0.date())
        .map_err(|error| StoreError::Corrupt(error.to_string()))
}
