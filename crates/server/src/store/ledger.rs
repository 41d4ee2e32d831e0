//! What is taken, straight from the table: a question about weeks reads tens of thousands of visits
//! and needs a few columns of each.

use frontdesk_domain::availability::{Claim, Ledger, Span};
use frontdesk_domain::{ClinicId, Interval};
use uuid::Uuid;

use super::StoreError;
use super::sql::{Db, Row, params};

/// The visits that can occupy something in this time.
pub(crate) fn ledger(
    db: &dyn Db,
    clinic: ClinicId,
    during: Interval,
) -> Result<Ledger, StoreError> {
    let mut ledger = Ledger::default();
    let found = params![clinic.0, during.starts_at, during.ends_at];
    db.each(include_str!("sql/claims_during.sql"), &found, &mut |row| {
        ledger.put(claim(row)?);
        Ok(())
    })?;
    Ok(ledger)
}

/// The same without whose visits they are and what their patients do: for a question in which no
/// visit is moved and no patient is named.
pub(crate) fn taken(db: &dyn Db, clinic: ClinicId, during: Interval) -> Result<Ledger, StoreError> {
    let mut ledger = Ledger::default();
    let found = params![clinic.0, during.starts_at, during.ends_at];
    db.each(include_str!("sql/taken_during.sql"), &found, &mut |row| {
        let (who, service): (Uuid, Uuid) = (row.at(0)?, row.at(1)?);
        let room = row.at::<Option<Uuid>>(2)?.map(Into::into);
        let occupied = Span::of_millis(row.at(3)?, row.at(4)?);
        ledger.take(who.into(), service.into(), room, occupied);
        Ok(())
    })?;
    Ok(ledger)
}

/// The columns in the order of the statement.
fn claim(row: &Row<'_>) -> Result<Claim, StoreError> {
    let during = Span::of_millis(row.at(5)?, row.at(6)?);
    Ok(Claim {
        appointment_id: row.at::<Uuid>(0)?.into(),
        practitioner_id: row.at::<Uuid>(1)?.into(),
        patient_id: row.at::<Uuid>(2)?.into(),
        service_id: row.at::<Uuid>(3)?.into(),
        location_id: row.at::<Option<Uuid>>(4)?.map(Into::into),
        during,
        occupied: during.widened(row.at(7)?, row.at(8)?),
    })
}
