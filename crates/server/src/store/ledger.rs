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

fn claim(row: &Row<'_>) -> Result<Claim, StoreError> {
    let during = Span::of_millis(row.get("starts_at")?, row.get("ends_at")?);
    let (before, after) = (
        row.get("buffer_before_minutes")?,
        row.get("buffer_after_minutes")?,
    );
    Ok(Claim {
        appointment_id: row.get::<Uuid>("appointment_id")?.into(),
        practitioner_id: row.get::<Uuid>("practitioner_id")?.into(),
        patient_id: row.get::<Uuid>("patient_id")?.into(),
        service_id: row.get::<Uuid>("service_id")?.into(),
        location_id: row.get::<Option<Uuid>>("location_id")?.map(Into::into),
        during,
        occupied: during.widened(before, after),
    })
}
