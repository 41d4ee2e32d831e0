//! What is taken, straight from the table: a question about weeks reads tens of thousands of visits
//! and needs a few columns of each.

use frontdesk_domain::availability::{Claim, Ledger, Span};
use frontdesk_domain::{ClinicId, Hold, Interval};
use uuid::Uuid;

use super::StoreError;
use super::sql::{Db, Row, params};

/// The visits that can occupy something in this time, and these holds.
pub(crate) fn ledger(
    db: &dyn Db,
    clinic: ClinicId,
    during: Interval,
    holds: &[Hold],
) -> Result<Ledger, StoreError> {
    let sql = include_str!("sql/claims_during.sql");
    let found = params![clinic.0, during.starts_at, during.ends_at];
    let claims = db.all(sql, &found, claim)?;
    let mut ledger: Ledger = claims.into_iter().collect();
    for hold in holds {
        ledger.hold(hold.practitioner_id, hold.during().into());
    }
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
