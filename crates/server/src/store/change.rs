//! Reading the feed: where it stands, and what changed since a cursor.

use frontdesk_domain::{ClinicId, DeviceId, Epoch, Kind, Timestamp};
use frontdesk_protocol::{ChangePage, GoneReason, Removed, Upsert};
use rusqlite::{Connection, OptionalExtension};
use uuid::Uuid;

use super::column::{Millis, Text};
use super::{StoreError, rows};

/// Where a feed stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ReadFeed {
    pub(crate) epoch: Epoch,
    pub(crate) seq: u64,
    pub(crate) floor: u64,
}

/// The feed row; a writer reads it before anything else of the clinic.
pub(crate) fn feed(db: &Connection, clinic: ClinicId) -> Result<ReadFeed, StoreError> {
    let found = db
        .prepare_cached("select epoch, seq, floor from feed where clinic_id = ?1")?
        .query_row([clinic.0], |row| {
            Ok(ReadFeed {
                epoch: Epoch(row.get(0)?),
                seq: row.get(1)?,
                floor: row.get(2)?,
            })
        })?;
    Ok(found)
}

/// The last number decided for a device.
pub(crate) fn device_ack(
    db: &Connection,
    clinic: ClinicId,
    device: DeviceId,
) -> Result<u64, StoreError> {
    Ok(db
        .prepare_cached("select last_no from device where clinic_id = ?1 and device_id = ?2")?
        .query_row((clinic.0, device.0), |row| row.get(0))?)
}

/// From where a desk asks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Since {
    pub(crate) epoch: Epoch,
    pub(crate) seq: u64,
    /// Changes wanted; the last transaction is never cut.
    pub(crate) limit: u32,
}

/// The net effect of what came after `since`, or why it cannot be told.
pub(crate) fn changes(
    db: &Connection,
    clinic: ClinicId,
    device: DeviceId,
    since: Since,
) -> Result<Result<ChangePage, GoneReason>, StoreError> {
    let feed = feed(db, clinic)?;
    if let Some(gone) = gone(&feed, since) {
        return Ok(Err(gone));
    }
    let to = last_seq_of_page(db, clinic, since)?.unwrap_or(feed.seq);
    let mut page = ChangePage {
        epoch: feed.epoch,
        from: since.seq,
        to,
        head: feed.seq,
        upserts: Vec::new(),
        removed: Vec::new(),
        device_ack: device_ack(db, clinic, device)?,
        more: to < feed.seq,
    };
    for touched in touched(db, clinic, since.seq, to)? {
        add(db, clinic, touched, &mut page)?;
    }
    Ok(Ok(page))
}

fn gone(feed: &ReadFeed, since: Since) -> Option<GoneReason> {
    if since.epoch != feed.epoch {
        Some(GoneReason::Epoch)
    } else if since.seq < feed.floor {
        Some(GoneReason::Floor)
    } else if since.seq > feed.seq {
        Some(GoneReason::Ahead)
    } else {
        None
    }
}

/// The seq of the last change that fits; the page then ends with that whole transaction.
fn last_seq_of_page(
    db: &Connection,
    clinic: ClinicId,
    since: Since,
) -> Result<Option<u64>, StoreError> {
    Ok(db
        .prepare_cached(
            "select seq from change where clinic_id = ?1 and seq > ?2
             order by seq, sub limit 1 offset ?3",
        )?
        .query_row(
            (clinic.0, since.seq, since.limit.saturating_sub(1)),
            |row| row.get(0),
        )
        .optional()?)
}

/// The last change of one row within a page.
#[derive(Clone, Copy)]
struct Touched {
    kind: Kind,
    id: Uuid,
    by: By,
}

#[derive(Clone, Copy)]
struct By {
    actor: Uuid,
    device: Uuid,
    at: Timestamp,
    seq: u64,
}

fn touched(
    db: &Connection,
    clinic: ClinicId,
    from: u64,
    to: u64,
) -> Result<Vec<Touched>, StoreError> {
    let mut statement = db.prepare_cached(include_str!("sql/touched.sql"))?;
    let found = statement.query_map((clinic.0, from, to), |row| {
        Ok(Touched {
            kind: row.get::<_, Text<Kind>>("kind")?.0,
            id: row.get("id")?,
            by: by(row)?,
        })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

fn by(row: &rusqlite::Row<'_>) -> rusqlite::Result<By> {
    Ok(By {
        actor: row.get("actor")?,
        device: row.get("device")?,
        at: row.get::<_, Millis>("at")?.0,
        seq: row.get("seq")?,
    })
}

fn add(
    db: &Connection,
    clinic: ClinicId,
    touched: Touched,
    page: &mut ChangePage,
) -> Result<(), StoreError> {
    let Touched { kind, id, by } = touched;
    let Some(row) = rows::get(db, clinic, kind, id)? else {
        let seq = by.seq;
        page.removed.push(Removed { kind, id, seq });
        return Ok(());
    };
    // The row may have been changed again after this page.
    let by = if row.version() > by.seq {
        last_change(db, clinic, row.version(), kind, id)?.unwrap_or(by)
    } else {
        by
    };
    page.upserts.push(Upsert {
        row,
        id,
        actor: by.actor.into(),
        device: by.device.into(),
        at: by.at,
        seq: by.seq,
    });
    Ok(())
}

fn last_change(
    db: &Connection,
    clinic: ClinicId,
    seq: u64,
    kind: Kind,
    id: Uuid,
) -> Result<Option<By>, StoreError> {
    Ok(db
        .prepare_cached(
            "select actor, device, at, seq from change
             where clinic_id = ?1 and seq = ?2 and kind = ?3 and id = ?4",
        )?
        .query_row((clinic.0, seq, kind.name(), id), by)
        .optional()?)
}
