//! `write(decided)`: rows, seats, the change log and the audit chain of one applied command.

use frontdesk_domain::decide::{Decided, Occupancy};
use frontdesk_domain::{ClinicId, Kind, Row};
use rusqlite::{Connection, named_params};
use sha2::{Digest, Sha256};

use super::audit::{self, Act};
use super::column::Millis;
use super::{StoreError, rows};

/// Writes what was decided at the act's seq and returns the rows as they are now.
pub(crate) fn write(
    db: &Connection,
    clinic: ClinicId,
    decided: Decided,
    act: Act<'_>,
) -> Result<Vec<Row>, StoreError> {
    let mut written: Vec<Row> = decided
        .rows
        .into_iter()
        .map(|row| row.at_version(act.seq))
        .collect();
    // What is pointed at comes before what points at it.
    written.sort_by_key(Row::kind);
    db.prepare_cached("update feed set seq = ?2 where clinic_id = ?1")?
        .execute((clinic.0, act.seq))?;
    for id in decided.reseated {
        db.prepare_cached("delete from occupancy where clinic_id = ?1 and appointment_id = ?2")?
            .execute((clinic.0, id.0))?;
    }
    for row in &written {
        rows::put(db, clinic, row)?;
    }
    for seat in &decided.occupancy {
        occupy(db, clinic, seat)?;
    }
    log(db, clinic, &written, &act)?;
    let payload_hash = digest(&written)?;
    let act = Act {
        payload_hash,
        ..act
    };
    audit::append(db, clinic, &act)?;
    Ok(written)
}

/// Takes one seat; the triggers refuse an overlap.
pub(crate) fn occupy(db: &Connection, clinic: ClinicId, seat: &Occupancy) -> rusqlite::Result<()> {
    db.prepare_cached(
        "insert into occupancy
         values (:clinic, :appointment, :resource, :seat, :share_key, :start, :end)",
    )?
    .execute(named_params! {
        ":clinic": clinic.0, ":appointment": seat.appointment_id.0,
        ":resource": seat.resource_id.0, ":seat": seat.seat, ":share_key": seat.share_key,
        ":start": Millis(seat.during.starts_at), ":end": Millis(seat.during.ends_at),
    })?;
    Ok(())
}

/// Pointers only: no patient data in the change log.
fn log(db: &Connection, clinic: ClinicId, written: &[Row], act: &Act<'_>) -> rusqlite::Result<()> {
    let mut statement = db.prepare_cached(
        "insert into change (clinic_id, seq, sub, kind, id, op, actor, device, at)
         values (:clinic, :seq, :sub, :kind, :id, 'put', :actor, :device, :at)",
    )?;
    for (sub, row) in (0_i64..).zip(written) {
        statement.execute(named_params! {
            ":clinic": clinic.0, ":seq": act.seq, ":sub": sub,
            ":kind": Kind::name(row.kind()), ":id": row.id(), ":actor": act.actor,
            ":device": act.device, ":at": Millis(act.at),
        })?;
    }
    Ok(())
}

fn digest(written: &[Row]) -> Result<[u8; 32], StoreError> {
    let bytes =
        serde_json::to_vec(written).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    Ok(Sha256::digest(bytes).into())
}
