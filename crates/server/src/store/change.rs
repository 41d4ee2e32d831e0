//! Reading the feed: where it stands, and what changed since a cursor.

use std::collections::{BTreeMap, HashMap, HashSet};

use frontdesk_domain::{ClinicId, DeviceId, Epoch, Kind, Row, Timestamp};
use frontdesk_protocol::{ChangePage, GoneReason, Removed, Upsert};
use uuid::Uuid;

use super::column::Text;
use super::sql::{self, Db, params};
use super::{StoreError, rows};

/// Where a feed stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ReadFeed {
    pub(crate) epoch: Epoch,
    pub(crate) seq: u64,
    pub(crate) floor: u64,
}

/// The feed row; a writer reads it before anything else of the clinic.
pub(crate) fn feed(db: &dyn Db, clinic: ClinicId) -> Result<ReadFeed, StoreError> {
    db.one(
        "select epoch, seq, floor from feed where clinic_id = $1",
        &params![clinic.0],
        |row| {
            Ok(ReadFeed {
                epoch: Epoch(row.get("epoch")?),
                seq: row.get("seq")?,
                floor: row.get("floor")?,
            })
        },
    )
}

/// The last number decided for a device.
pub(crate) fn device_ack(
    db: &dyn Db,
    clinic: ClinicId,
    device: DeviceId,
) -> Result<u64, StoreError> {
    db.one(
        "select last_no from device where clinic_id = $1 and device_id = $2",
        &params![clinic.0, device.0],
        |row| row.get("last_no"),
    )
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
    db: &dyn Db,
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
    let touched = touched(db, clinic, since.seq, to)?;
    let mut rows = rows_of(db, clinic, &touched)?;
    for touched in touched {
        let row = rows.remove(&(touched.kind, touched.id));
        add(db, clinic, touched, row, &mut page)?;
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
    db: &dyn Db,
    clinic: ClinicId,
    since: Since,
) -> Result<Option<u64>, StoreError> {
    db.first(
        "select seq from change where clinic_id = $1 and seq > $2
         order by seq, sub limit 1 offset $3",
        &params![clinic.0, since.seq, since.limit.saturating_sub(1)],
        |row| row.get("seq"),
    )
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

/// Each row that `(from, to]` touched, once, with its last change there, in the order of these.
fn touched(db: &dyn Db, clinic: ClinicId, from: u64, to: u64) -> Result<Vec<Touched>, StoreError> {
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    db.each(
        "select kind, id, actor, device, at, seq from change
         where clinic_id = $1 and seq > $2 and seq <= $3 order by seq desc, sub desc",
        &params![clinic.0, from, to],
        &mut |row| {
            let (kind, id) = (row.get::<Text<Kind>>("kind")?.0, row.get("id")?);
            if seen.insert((kind, id)) {
                let by = by(row)?;
                found.push(Touched { kind, id, by });
            }
            Ok(())
        },
    )?;
    found.reverse();
    Ok(found)
}

fn by(row: &sql::Row<'_>) -> Result<By, StoreError> {
    Ok(By {
        actor: row.get("actor")?,
        device: row.get("device")?,
        at: row.get("at")?,
        seq: row.get("seq")?,
    })
}

/// These rows as they are now.
fn rows_of(
    db: &dyn Db,
    clinic: ClinicId,
    touched: &[Touched],
) -> Result<HashMap<(Kind, Uuid), Row>, StoreError> {
    let mut ids: BTreeMap<Kind, Vec<Uuid>> = BTreeMap::new();
    for touched in touched {
        ids.entry(touched.kind).or_default().push(touched.id);
    }
    let mut rows = HashMap::with_capacity(touched.len());
    for (kind, ids) in ids {
        let found = rows::get(db, clinic, kind, &ids)?;
        rows.extend(found.into_iter().map(|row| ((kind, row.id()), row)));
    }
    Ok(rows)
}

fn add(
    db: &dyn Db,
    clinic: ClinicId,
    touched: Touched,
    row: Option<Row>,
    page: &mut ChangePage,
) -> Result<(), StoreError> {
    let Touched { kind, id, by } = touched;
    let Some(row) = row else {
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
    db: &dyn Db,
    clinic: ClinicId,
    seq: u64,
    kind: Kind,
    id: Uuid,
) -> Result<Option<By>, StoreError> {
    db.first(
        "select actor, device, at, seq from change
         where clinic_id = $1 and seq = $2 and kind = $3 and id = $4",
        &params![clinic.0, seq, kind.name(), id],
        by,
    )
}
