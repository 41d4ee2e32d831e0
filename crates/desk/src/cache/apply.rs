//! The one door into the replica: rows, cursor, acknowledgement and the watches' notices in one
//! transaction (I4). A delta of several pages waits in the inbox and goes in as one.

use std::collections::BTreeSet;

use frontdesk_domain::{Kind, Row, Timestamp, UserId};
use frontdesk_protocol::{Change, ChangePage, Cursor};
use rusqlite::{Transaction, params};
use uuid::Uuid;

use super::replica::state;
use super::watch::{self, StoredNotice};
use super::{Cache, row};
use crate::Topic;
use crate::error::StorageError;

/// What a committed page did.
#[derive(Debug, Clone)]
pub struct Applied {
    /// What views are stale now.
    pub topics: BTreeSet<Topic>,
    /// What happened, by seq.
    pub changes: Vec<AppliedChange>,
    /// Where the replica stands.
    pub cursor: Cursor,
    /// Watched edges, each exactly once (I29).
    pub(crate) told: Vec<StoredNotice>,
}

/// One change that the replica has taken in; holds no patient's data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppliedChange {
    /// The seq of the row's last change.
    pub seq: u64,
    /// Which kind of row.
    pub kind: Kind,
    /// Which row.
    pub id: Uuid,
    /// True when the row is gone.
    pub removed: bool,
    /// Who did it, where the feed says so.
    pub actor: Option<UserId>,
    /// When, where the feed says so.
    pub at: Option<Timestamp>,
}

impl Cache {
    /// Takes a page in, unless it is known already. A page that does not complete its delta is kept
    /// and shown to nobody until the delta is complete.
    ///
    /// # Errors
    /// [`StorageError::Gap`] when the page does not continue what is here; nothing has changed then.
    pub fn apply(&self, page: &ChangePage) -> Result<Applied, StorageError> {
        let now = self.clock().now();
        let applied = self.write(|tx| apply(tx, page, now))?;
        self.forget_what_is_stale(&applied);
        Ok(applied)
    }

    pub(super) fn forget_what_is_stale(&self, applied: &Applied) {
        let directory = [
            Topic::Clinic,
            Topic::Location,
            Topic::Practitioner,
            Topic::Service,
            Topic::Schedule,
            Topic::Exception,
        ];
        if directory.iter().any(|topic| applied.topics.contains(topic)) {
            self.drop_directory();
        }
    }
}

fn apply(tx: &Transaction<'_>, page: &ChangePage, now: Timestamp) -> Result<Applied, StorageError> {
    let gap = |cursor| StorageError::Gap {
        from: page.from,
        cursor,
    };
    let Some(cursor) = state(tx)?
        .cursor
        .filter(|cursor| cursor.epoch == page.epoch)
    else {
        return Err(gap(0));
    };
    if page.to <= cursor.seq {
        if !page.more {
            acknowledge(tx, page.device_ack)?;
        }
        return Ok(nothing(cursor));
    }
    let waiting = if page.from <= cursor.seq {
        tx.execute("delete from inbox", [])?;
        Vec::new()
    } else {
        inbox(tx)?
    };
    let reached = waiting.last().map_or(cursor.seq, |last| last.to);
    if page.from > reached {
        return Err(gap(reached));
    }
    if page.more {
        let text = serde_json::to_string(page)?;
        tx.execute("insert into inbox (page) values (?1)", [text])?;
        return Ok(nothing(cursor));
    }
    // Never before the rows: what was decided would be neither asked for nor there.
    acknowledge(tx, page.device_ack)?;
    let pages: Vec<&ChangePage> = waiting.iter().chain([page]).collect();
    take_in(
        tx,
        &pages,
        Cursor {
            epoch: page.epoch,
            seq: page.to,
        },
        now,
    )
}

/// The pages that wait for the end of their delta, in order.
pub(super) fn inbox(tx: &Transaction<'_>) -> Result<Vec<ChangePage>, StorageError> {
    let mut statement = tx.prepare_cached("select page from inbox order by n")?;
    let mut rows = statement.query([])?;
    let mut pages = Vec::new();
    while let Some(sql) = rows.next()? {
        let text = sql.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?;
        pages.push(serde_json::from_str(text)?);
    }
    Ok(pages)
}

fn take_in(
    tx: &Transaction<'_>,
    pages: &[&ChangePage],
    cursor: Cursor,
    now: Timestamp,
) -> Result<Applied, StorageError> {
    let before = watch::before(tx, now)?;
    let mut applied = nothing(cursor);
    for page in pages {
        for change in page.changes() {
            let written = write_change(tx, &change)?;
            if written {
                applied.topics.insert(change.kind().into());
                applied.changes.push(applied_change(&change));
            }
        }
    }
    applied.changes.sort_by_key(|change| change.seq);
    tx.execute("delete from inbox", [])?;
    move_cursor(tx, cursor)?;
    applied.told = watch::edges(tx, &before, pages, now)?;
    if !applied.told.is_empty() {
        applied.topics.insert(Topic::Notice);
    }
    Ok(applied)
}

fn write_change(tx: &Transaction<'_>, change: &Change<'_>) -> Result<bool, StorageError> {
    match change {
        Change::Upsert(upsert) => {
            note_length(tx, &upsert.row)?;
            row::upsert(tx, &upsert.row)
        }
        Change::Removed(gone) => row::remove(tx, gone.kind, gone.id, gone.seq),
    }
}

fn applied_change(change: &Change<'_>) -> AppliedChange {
    match change {
        Change::Upsert(upsert) => AppliedChange {
            seq: upsert.seq,
            kind: upsert.row.kind(),
            id: upsert.id,
            removed: false,
            actor: Some(upsert.actor),
            at: Some(upsert.at),
        },
        Change::Removed(gone) => AppliedChange {
            seq: gone.seq,
            kind: gone.kind,
            id: gone.id,
            removed: true,
            actor: None,
            at: None,
        },
    }
}

/// Keeps the bound for what may reach into a day from outside.
pub(super) fn note_length(tx: &Transaction<'_>, row: &Row) -> Result<(), StorageError> {
    if let Row::Appointment(visit) = row {
        let occupied = visit.occupied();
        let length = (occupied.ends_at - occupied.starts_at).num_microseconds();
        tx.prepare_cached("update replica set longest = ?1 where longest < ?1")?
            .execute([length.unwrap_or(0)])?;
    }
    Ok(())
}

/// Within an epoch only forward (I5).
pub(super) fn move_cursor(tx: &Transaction<'_>, to: Cursor) -> Result<(), StorageError> {
    tx.prepare_cached("update replica set epoch = ?1, seq = ?2 where epoch is not ?1 or seq < ?2")?
        .execute(params![to.epoch.0, to.seq])?;
    Ok(())
}

fn acknowledge(tx: &Transaction<'_>, no: u64) -> Result<(), StorageError> {
    tx.prepare_cached("update replica set device_ack = ?1 where device_ack < ?1")?
        .execute([no])?;
    Ok(())
}

pub(super) fn nothing(cursor: Cursor) -> Applied {
    Applied {
        topics: BTreeSet::new(),
        changes: Vec::new(),
        cursor,
        told: Vec::new(),
    }
}
