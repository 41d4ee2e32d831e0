//! What is taken, straight from the table: a question about weeks reads tens of thousands of visits
//! and needs a few columns of each.

use std::sync::{Arc, MutexGuard, PoisonError};

use frontdesk_domain::availability::{Claim, Ledger, Span};
use frontdesk_domain::{
    AppointmentId, Hold, Interval, LocationId, PatientId, PractitionerId, ServiceId, Timestamp,
};
use rusqlite::{Params, Row, Transaction, params};

use super::Cache;
use super::facts::reach;
use super::hold::foreign_holds;
use super::stand::{Stand, stand};
use crate::error::StorageError;

/// Columns of a claim in the order of [`claim`].
pub(super) const COLUMNS: &str = "a.appointment_id, a.practitioner_id, a.patient_id, a.service_id,
    a.location_id, a.starts_at, a.ends_at, a.buffer_before_minutes, a.buffer_after_minutes";
pub(super) const OCCUPYING: &str =
    "a.starts_at > ?1 and a.starts_at < ?2 and a.status <> 'cancelled'";

/// Which time, and whose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) span: Interval,
    /// Everybody's when absent.
    pub(crate) whose: Option<PractitionerId>,
    /// Also what others do in rooms, where one practitioner is asked for.
    pub(crate) rooms: bool,
}

/// The last answer: the dialog that asked comes again.
pub(super) struct Kept {
    stand: Stand,
    asked: Asked,
    holds: Vec<Hold>,
    ledger: Arc<Ledger>,
}

impl Cache {
    /// The visits and other desks' holds that can occupy something. From memory when the same was
    /// asked last and neither the replica nor what can be believed of holds is another since.
    pub(crate) fn ledger(
        &self,
        tx: &Transaction<'_>,
        asked: Asked,
        (now, contact): (Timestamp, Option<Timestamp>),
    ) -> Result<Arc<Ledger>, StorageError> {
        let stand = stand(tx)?;
        let holds = foreign_holds(tx, asked.span, now, contact)?;
        if let Some(ledger) = self
            .kept_answer(|kept| (kept.stand, kept.asked) == (stand, asked) && kept.holds == holds)
        {
            return Ok(ledger);
        }
        let mut ledger: Ledger = claims(tx, asked)?.into_iter().collect();
        for hold in &holds {
            ledger.hold(hold.practitioner_id, hold.during().into());
        }
        let ledger = Arc::new(ledger);
        *self.kept_ledger() = Some(Kept {
            stand,
            asked,
            holds,
            ledger: Arc::clone(&ledger),
        });
        Ok(ledger)
    }

    /// The last answer if it is the same. Another one goes, before its successor is made: the two are
    /// never in memory at once.
    fn kept_answer(&self, same: impl Fn(&Kept) -> bool) -> Option<Arc<Ledger>> {
        let mut kept = self.kept_ledger();
        kept.take_if(|kept| !same(kept));
        kept.as_ref().map(|kept| Arc::clone(&kept.ledger))
    }

    fn kept_ledger(&self) -> MutexGuard<'_, Option<Kept>> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn claims(tx: &Transaction<'_>, asked: Asked) -> Result<Vec<Claim>, StorageError> {
    let (from, until) = reach(tx, asked.span)?;
    let mut claims = Vec::new();
    let select = format!("select {COLUMNS} from appointment a where {OCCUPYING}");
    let Some(id) = asked.whose else {
        read(tx, &select, params![from, until], &mut claims)?;
        return Ok(claims);
    };
    let own = format!("{select} and a.practitioner_id = ?3");
    read(tx, &own, params![from, until, id.0], &mut claims)?;
    if asked.rooms {
        let rooms = format!("{select} and +a.practitioner_id <> ?3 and a.location_id is not null");
        read(tx, &rooms, params![from, until, id.0], &mut claims)?;
    }
    Ok(claims)
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
