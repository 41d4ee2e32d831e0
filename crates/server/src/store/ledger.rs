//! What is taken, straight from the table: a question about weeks reads tens of thousands of visits
//! and needs a few columns of each.

use std::borrow::Cow;

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
/// visit is moved and no patient is named. What they are for matters to a class alone.
pub(crate) fn taken(
    db: &dyn Db,
    clinic: ClinicId,
    during: Interval,
    for_a_class: bool,
) -> Result<Ledger, StoreError> {
    let mut ledger = Ledger::default();
    let found = params![clinic.0, during.starts_at, during.ends_at];
    let taken = include_str!("sql/taken_during.sql");
    let sql = if for_a_class {
        Cow::Borrowed(taken)
    } else {
        Cow::Owned(taken.replace(", service_id", ""))
    };
    db.each(&sql, &found, &mut |row| {
        let who: Uuid = row.at(0)?;
        let room = row.at::<Option<Uuid>>(1)?.map(Into::into);
        let occupied = Span::of_millis(row.at(2)?, row.at(3)?);
        let service = if for_a_class {
            Some(row.at::<Uuid>(4)?.into())
        } else {
            None
        };
        ledger.take(who.into(), service, room, occupied);
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
