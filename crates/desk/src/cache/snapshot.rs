//! The first fill, and the fill after a 410: the whole replica is replaced in one transaction, with
//! its cursor. Outbox, watches and notices stay.

use std::collections::BTreeSet;

use frontdesk_domain::{Appointment, ClinicId, Kind, Row};
use frontdesk_protocol::{Cursor, SnapshotHeader};
use rusqlite::Transaction;

use super::apply::{self, Applied};
use super::replica::state;
use super::{Cache, row, watch};
use crate::Topic;
use crate::error::StorageError;

/// Everything at one seq, complete and with its digest checked.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// Its first line.
    pub header: SnapshotHeader,
    /// Its rows.
    pub rows: Vec<Row>,
}

impl Cache {
    /// Replaces the replica, unless the snapshot is older than what is here (I5).
    ///
    /// # Errors
    /// When the file cannot be written; the old rows and the old cursor are then still there.
    pub fn replace(&self, snapshot: Snapshot) -> Result<Applied, StorageError> {
        self.replace_since(snapshot, None)
    }

    /// The same for a snapshot that was asked for at this cursor. One that ends before it says that
    /// the feed has gone back (the server's file was put back by hand): then what is here never
    /// happened, and goes.
    pub(crate) fn replace_since(
        &self,
        snapshot: Snapshot,
        asked_at: Option<Cursor>,
    ) -> Result<Applied, StorageError> {
        let now = self.clock().now();
        let Snapshot { header, rows } = snapshot;
        let cursor = Cursor {
            epoch: header.epoch,
            seq: header.seq,
        };
        let ends_before = |at: &Cursor| at.epoch == cursor.epoch && at.seq > cursor.seq;
        let gone_back = asked_at.as_ref().is_some_and(ends_before);
        let (visits, others) = apart(rows);
        let applied = self.write(|tx| {
            let known = state(tx)?;
            if known
                .clinic_id
                .is_some_and(|mine| is_of_another(mine, &others))
            {
                return Err(StorageError::OtherClinic);
            }
            let mut here = known.cursor;
            if let Some(here) = here.filter(|here| !gone_back && ends_before(here)) {
                return Ok(apply::nothing(here));
            }
            let before = watch::before(tx, now)?;
            if gone_back {
                forget_where(tx)?;
                here = None;
            }
            clear(tx)?;
            fill(tx, &visits, &others)?;
            if here.is_none_or(|here| here.epoch != cursor.epoch) {
                tx.execute("update replica set device_ack = 0", [])?;
            }
            apply::move_cursor(tx, cursor)?;
            let told = watch::edges(tx, &before, &[], now)?;
            let mut applied = Applied {
                told,
                ..apply::nothing(cursor)
            };
            applied.topics = all_topics(!applied.told.is_empty());
            Ok(applied)
        })?;
        self.forget_what_is_stale(&applied);
        Ok(applied)
    }
}

fn is_of_another(mine: ClinicId, rows: &[Row]) -> bool {
    rows.iter()
        .any(|row| matches!(row, Row::Clinic(clinic) if clinic.clinic_id != mine))
}

/// The feed has gone back: no cursor and no outcome of it says anything about what comes.
fn forget_where(tx: &Transaction<'_>) -> Result<(), StorageError> {
    tx.execute_batch(
        "update replica set epoch = null, seq = 0;
         update outbox set epoch = zeroblob(16) where state = 'decided';",
    )?;
    Ok(())
}

fn all_topics(told: bool) -> BTreeSet<Topic> {
    let kinds = Kind::ALL.into_iter().map(Topic::from);
    kinds.chain(told.then_some(Topic::Notice)).collect()
}

/// Visits by start, so that the clustered table is filled from one end.
fn apart(rows: Vec<Row>) -> (Vec<Appointment>, Vec<Row>) {
    let (mut visits, mut others) = (Vec::new(), Vec::new());
    for row in rows {
        match row {
            Row::Appointment(visit) => visits.push(visit),
            row @ (Row::Clinic(_)
            | Row::Location(_)
            | Row::Practitioner(_)
            | Row::Service(_)
            | Row::Patient(_)
            | Row::Schedule(_)
            | Row::Exception(_)
            | Row::Hold(_)) => others.push(row),
        }
    }
    visits.sort_by_key(|visit| (visit.starts_at, visit.appointment_id));
    (visits, others)
}

fn fill(tx: &Transaction<'_>, visits: &[Appointment], others: &[Row]) -> Result<(), StorageError> {
    for row in others {
        row::upsert(tx, row)?;
    }
    let mut longest = 0;
    for visit in visits {
        row::appointment_insert(tx, visit)?;
        let occupied = visit.occupied();
        longest = longest.max(
            (occupied.ends_at - occupied.starts_at)
                .num_microseconds()
                .unwrap_or(0),
        );
    }
    tx.execute("update replica set longest = ?1", [longest])?;
    Ok(())
}

/// Empties the replica's tables; the cursor is the caller's affair.
pub(super) fn clear(tx: &Transaction<'_>) -> Result<(), StorageError> {
    for kind in Kind::ALL {
        tx.execute(&format!("delete from {}", kind.name()), [])?;
    }
    tx.execute_batch(
        "insert into patient_name (patient_name) values ('delete-all');
         insert into patient_phone (patient_phone) values ('delete-all');
         delete from inbox;
         update replica set fills = fills + 1;",
    )?;
    Ok(())
}
