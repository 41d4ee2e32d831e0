//! The visits of a day, with as much of each as a tile shows: reading a day must stay close to the
//! bare select.

use frontdesk_domain::availability::Claim;
use frontdesk_domain::{AppointmentStatus, Interval, Timestamp};
use rusqlite::{Row, Transaction, params};

use super::facts::reach;
use super::ledger::{COLUMNS, OCCUPYING, claim};
use super::row::{instant, unreadable};
use crate::error::StorageError;

/// A visit as the board needs it.
pub(crate) struct BoardVisit {
    /// Whose, what, where and how long, buffers included.
    pub(crate) claim: Claim,
    pub(crate) buffers: (u16, u16),
    pub(crate) status: AppointmentStatus,
    pub(crate) taken_at: Timestamp,
    pub(crate) version: u64,
    pub(crate) in_series: bool,
    pub(crate) overridden: bool,
    /// Empty when the cache does not know the patient.
    pub(crate) patient_name: String,
}

/// More than most days have: a growing list of them would be copied again and again.
const OF_A_DAY: usize = 1_024;

/// The visits that may occupy something in `span`, by start.
pub(crate) fn board_visits(
    tx: &Transaction<'_>,
    span: Interval,
) -> Result<Vec<BoardVisit>, StorageError> {
    let (from, until) = reach(tx, span)?;
    let mut statement = tx.prepare_cached(&format!(
        "select {COLUMNS}, a.status, a.taken_at, a.version, a.series_id is not null,
           a.\"override\" is not null, p.name
         from appointment a left join patient p on p.patient_id = a.patient_id
         where {OCCUPYING} order by a.starts_at, a.appointment_id"
    ))?;
    let mut rows = statement.query(params![from, until])?;
    let mut visits = Vec::with_capacity(OF_A_DAY);
    while let Some(sql) = rows.next()? {
        visits.push(board_visit(sql)?);
    }
    Ok(visits)
}

/// After the columns of a claim.
const STATUS: usize = 9;

fn board_visit(sql: &Row<'_>) -> rusqlite::Result<BoardVisit> {
    let code = sql.get_ref(STATUS)?.as_str()?;
    Ok(BoardVisit {
        claim: claim(sql)?,
        buffers: (sql.get(7)?, sql.get(8)?),
        status: AppointmentStatus::from_code(code).ok_or_else(|| unreadable(STATUS))?,
        taken_at: instant(sql, STATUS + 1)?,
        version: sql.get(STATUS + 2)?,
        in_series: sql.get(STATUS + 3)?,
        overridden: sql.get(STATUS + 4)?,
        patient_name: sql
            .get::<_, Option<String>>(STATUS + 5)?
            .unwrap_or_default(),
    })
}
