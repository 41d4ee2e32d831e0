//! Where the replica stands: cursor, acknowledgement, last contact.

use chrono::{DateTime, TimeDelta};
use frontdesk_domain::{ClinicId, Kind, Timestamp};
use frontdesk_protocol::Cursor;
use rusqlite::{Transaction, params};
use uuid::Uuid;

use super::Cache;
use super::row::micros;
use crate::error::StorageError;

/// Where the replica stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReplicaState {
    /// Whose rows these are; none before the first fill.
    pub clinic_id: Option<ClinicId>,
    /// How far the feed was read; none before the first fill.
    pub cursor: Option<Cursor>,
    /// The last number that the server has decided for this desk, as far as the feed said so.
    pub device_ack: u64,
    /// Last time this desk was known to be at the server's head.
    pub at_head_at: Option<Timestamp>,
    /// How far the server's clock was ahead of this machine's.
    pub server_ahead: TimeDelta,
}

impl Cache {
    /// Where the replica stands.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn state(&self) -> Result<ReplicaState, StorageError> {
        self.read(state)
    }

    /// How many rows the replica holds.
    pub(crate) fn row_count(&self) -> Result<u64, StorageError> {
        self.read(|tx| {
            let mut rows = 0;
            for kind in Kind::ALL {
                let sql = format!("select count(*) from {}", kind.name());
                rows += tx.query_row(&sql, [], |sql| sql.get::<_, u64>(0))?;
            }
            Ok(rows)
        })
    }

    /// Remembers that the desk is at the server's head now.
    pub(crate) fn mark_at_head(&self, at: Timestamp, ahead: TimeDelta) -> Result<(), StorageError> {
        self.write(|tx| {
            tx.prepare_cached("update replica set at_head_at = ?1, server_ahead = ?2")?
                .execute(params![micros(at), ahead.num_microseconds().unwrap_or(0)])?;
            Ok(())
        })
    }

    /// Empties the replica: the desk now belongs to this clinic. Keeps watches only if it is the
    /// same clinic, and the outbox always.
    pub(crate) fn belong_to(&self, clinic_id: ClinicId) -> Result<(), StorageError> {
        self.write(|tx| {
            let before = state(tx)?.clinic_id;
            if before.is_some_and(|before| before != clinic_id) {
                super::snapshot::clear(tx)?;
                tx.execute_batch(
                    "delete from watch; delete from notice;
                     update replica set epoch = null, seq = 0, device_ack = 0, longest = 0,
                       at_head_at = null;",
                )?;
            }
            tx.execute("update replica set clinic_id = ?1", [clinic_id.0])?;
            Ok(())
        })?;
        self.drop_directory();
        Ok(())
    }

    /// Where the next page must start: after the last page that waits in the inbox, or the cursor.
    pub(crate) fn pull_from(&self) -> Result<Option<Cursor>, StorageError> {
        self.read(|tx| {
            let Some(cursor) = state(tx)?.cursor else {
                return Ok(None);
            };
            let waiting = super::apply::inbox(tx)?;
            let last = waiting.last().filter(|page| page.epoch == cursor.epoch);
            let seq = last.map_or(cursor.seq, |page| page.to.max(cursor.seq));
            Ok(Some(Cursor { seq, ..cursor }))
        })
    }
}

/// True before the first fill.
pub(super) fn is_empty(tx: &Transaction<'_>) -> Result<bool, StorageError> {
    let filled: bool = tx
        .prepare_cached("select exists (select 1 from clinic)")?
        .query_row([], |sql| sql.get(0))?;
    Ok(!filled)
}

pub(super) fn state(tx: &Transaction<'_>) -> Result<ReplicaState, StorageError> {
    let mut statement = tx.prepare_cached(
        "select clinic_id, epoch, seq, device_ack, at_head_at, server_ahead from replica",
    )?;
    let state = statement.query_row([], |sql| {
        let epoch: Option<Uuid> = sql.get(1)?;
        let seq = sql.get(2)?;
        let at: Option<i64> = sql.get(4)?;
        Ok(ReplicaState {
            clinic_id: sql.get::<_, Option<Uuid>>(0)?.map(ClinicId),
            cursor: epoch.map(|epoch| Cursor {
                epoch: epoch.into(),
                seq,
            }),
            device_ack: sql.get(3)?,
            at_head_at: at.and_then(DateTime::from_timestamp_micros),
            server_ahead: TimeDelta::microseconds(sql.get(5)?),
        })
    })?;
    Ok(state)
}
