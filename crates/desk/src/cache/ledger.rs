//! What is taken, straight from the table: a question about weeks reads tens of thousands of visits
//! and needs a few columns of each.

use frontdesk_domain::availability::{Claim, Ledger, Span};
use frontdesk_domain::{
    AppointmentId, Interval, LocationId, PatientId, PractitionerId, ServiceId, Timestamp,
};
use rusqlite::{Params, Row, Transaction, params};

use super::facts::reach;
use super::hold::foreign_holds;
use crate::error::StorageError;

/// Columns of a claim in the order of [`claim`].
pub(super) const COLUMNS: &str = "a.appointment_id, a.practitioner_id, a.patient_id, a.service_id,
    a.location_id, a.starts_at, a.ends_at, a.buffer_before_minutes, a.buffer_after_minutes";
pub(super) const OCCUPYING: &str =
    "a.starts_at > ?1 and a.starts_at < ?2 and a.status <> 'cancelled'";

/// The visits and other desks' holds that can occupy something in `span`. Where one practitioner is
/// asked for, those of others are left out, except in rooms.
pub(crate) fn ledger(
    tx: &Transaction<'_>,
    span: Interval,
    whose: Option<PractitionerId>,
    (now, contact): (Timestamp, Option<Timestamp>),
) -> Result<Ledger, StorageError> {
    let (from, until) = reach(tx, span)?;
    let mut claims = Vec::new();
    match whose {
        None => {
            let sql = format!("select {COLUMNS} from appointment a where {OCCUPYING}");
            read(tx, &sql, params![from, until], &mut claims)?;
        }
        Some(id) => {
            let select = format!("select {COLUMNS} from appointment a where {OCCUPYING}");
            let own = format!("{select} and a.practitioner_id = ?3");
            read(tx, &own, params![from, until, id.0], &mut claims)?;
            let rooms =
                format!("{select} and +a.practitioner_id <> ?3 and a.location_id is not null");
            read(tx, &rooms, params![from, until, id.0], &mut claims)?;
        }
    }
    let mut ledger: Ledger = claims.into_iter().collect();
    for hold in foreign_holds(tx, span, now, contact)? {
        ledger.hold(hold.practitioner_id, hold.during().into());
    }
    Ok(ledger)
}

fn read(
    tx: &Transaction<'_>,
    sql: &str,
    params: impl Params,
    claims: &mut Vec<Claim>,
) -> Result<(), StorageError> {
    let mut statement = tx.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    while let Some(row) = rows.next()? {
        claims.push(claim(row)?);
    }
    Ok(())
}

/// A claim from the columns of [`COLUMNS`].
pub(super) fn claim(row: &Row<'_>) -> rusqlite::Result<Claim> {
    let during = Span::of_micros(row.get(5)?, row.get(6)?);
    Ok(Claim {
        appointment_id: AppointmentId(row.get(0)?),
        practitioner_id: PractitionerId(row.get(1)?),
        patient_id: PatientId(row.get(2)?),
        service_id: ServiceId(row.get(3)?),
        location_id: row.get::<_, Option<_>>(4)?.map(LocationId),
        during,
        occupied: during.widened(row.get(7)?, row.get(8)?),
    })
}
