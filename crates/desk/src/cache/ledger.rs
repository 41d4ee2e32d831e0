//! What is taken, straight from the table: a question about weeks reads tens of thousands of visits
//! and needs a few columns of each.

use std::sync::{Arc, MutexGuard, PoisonError};

use frontdesk_domain::availability::{Claim, Ledger, Span};
use frontdesk_domain::{
    Appointment, AppointmentId, Hold, Interval, LocationId, PatientId, PractitionerId, ServiceId,
    Timestamp,
};
use rusqlite::{Params, Row, Transaction, params};

use super::Cache;
use super::facts::{reach, visit};
use super::hold::foreign_holds;
use super::stand::{Stand, stand};
use crate::error::StorageError;

/// Columns of a claim in the order of [`claim`].
pub(super) const COLUMNS: &str = "a.appointment_id, a.practitioner_id, a.patient_id, a.service_id,
    a.location_id, a.starts_at, a.ends_at, a.buffer_before_minutes, a.buffer_after_minutes";
/// Who is occupied with what, where and when, buffers included.
const OCCUPIED: &str = "a.practitioner_id, a.service_id, a.location_id,
    a.starts_at - a.buffer_before_minutes * 60000000, a.ends_at + a.buffer_after_minutes * 60000000";
pub(super) const OCCUPYING: &str =
    "a.starts_at > ?1 and a.starts_at < ?2 and a.status <> 'cancelled'";

/// Which time, whose, and how much of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) span: Interval,
    /// Everybody's when absent.
    pub(crate) whose: Option<PractitionerId>,
    /// Also what others do in rooms, where one practitioner is asked for.
    pub(crate) rooms: bool,
    pub(crate) detail: Detail,
}

/// What is wanted of each visit. Every column costs as much as the rest of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Detail {
    /// Whose it is, and when the patient is with somebody.
    Names,
    /// Where and when somebody is occupied; a visit that is being moved is known by its name.
    Times { moving: Option<AppointmentId> },
}

/// The last answer: the dialog that asked comes again.
pub(super) struct Kept {
    stand: Stand,
    asked: Asked,
    holds: Vec<Hold>,
    waiting: Vec<Appointment>,
    ledger: Arc<Ledger>,
}

impl Cache {
    /// The visits, other desks' holds and what waits for its answer: all that can occupy something.
    /// From memory when the same was asked last and neither the replica nor what can be believed of
    /// holds nor what waits is another since.
    pub(crate) fn ledger(
        &self,
        tx: &Transaction<'_>,
        asked: Asked,
        (now, contact): (Timestamp, Option<Timestamp>),
        waiting: &[Appointment],
    ) -> Result<Arc<Ledger>, StorageError> {
        let stand = stand(tx)?;
        let holds = foreign_holds(tx, asked.span, now, contact)?;
        if let Some(ledger) = self.kept_answer(|kept| {
            (kept.stand, kept.asked) == (stand, asked)
                && kept.holds == holds
                && kept.waiting == waiting
        }) {
            return Ok(ledger);
        }
        let mut ledger = match asked.detail {
            Detail::Names => claims(tx, asked)?,
            Detail::Times { moving } => times(tx, asked, moving)?,
        };
        for hold in &holds {
            ledger.hold(hold.practitioner_id, hold.during().into());
        }
        for visit in waiting {
            ledger.put(visit.into());
        }
        let ledger = Arc::new(ledger);
        *self.kept_ledger() = Some(Kept {
            stand,
            asked,
            holds,
            waiting: waiting.to_vec(),
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

fn claims(tx: &Transaction<'_>, asked: Asked) -> Result<Ledger, StorageError> {
    let mut claims = Vec::new();
    each(tx, asked, COLUMNS, |row| {
        claims.push(claim(row)?);
        Ok(())
    })?;
    Ok(claims.into_iter().collect())
}

fn times(
    tx: &Transaction<'_>,
    asked: Asked,
    moving: Option<AppointmentId>,
) -> Result<Ledger, StorageError> {
    let mut ledger = Ledger::default();
    each(tx, asked, OCCUPIED, |row| {
        let (who, what_for) = (PractitionerId(row.get(0)?), ServiceId(row.get(1)?));
        let room = row.get::<_, Option<_>>(2)?.map(LocationId);
        let occupied = Span::of_micros(row.get(3)?, row.get(4)?);
        ledger.take(who, Some(what_for), room, occupied);
        Ok(())
    })?;
    if let Some(visit) = moving.map(|id| visit(tx, id)).transpose()?.flatten() {
        // One that is given up is not among them; its length counts all the same.
        if visit.status.occupies() {
            ledger.name((&visit).into());
        } else {
            ledger.put((&visit).into());
        }
    }
    Ok(ledger)
}

/// Hands over these columns of every row that was asked for, once each.
fn each(
    tx: &Transaction<'_>,
    asked: Asked,
    columns: &str,
    mut take: impl FnMut(&Row<'_>) -> rusqlite::Result<()>,
) -> Result<(), StorageError> {
    let (from, until) = reach(tx, asked.span)?;
    let select = format!("select {columns} from appointment a where {OCCUPYING}");
    let Some(id) = asked.whose else {
        return read(tx, &select, params![from, until], &mut take);
    };
    let own = format!("{select} and a.practitioner_id = ?3");
    read(tx, &own, params![from, until, id.0], &mut take)?;
    if asked.rooms {
        let rooms = format!("{select} and +a.practitioner_id <> ?3 and a.location_id is not null");
        read(tx, &rooms, params![from, until, id.0], &mut take)?;
    }
    Ok(())
}

fn read(
    tx: &Transaction<'_>,
    sql: &str,
    params: impl Params,
    take: &mut impl FnMut(&Row<'_>) -> rusqlite::Result<()>,
) -> Result<(), StorageError> {
    let mut statement = tx.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    while let Some(row) = rows.next()? {
        take(row)?;
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
