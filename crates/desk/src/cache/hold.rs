//! Slots that open booking dialogs keep, as the feed tells of them. Applying one is never an edge of
//! a watch and never a notice.

use frontdesk_domain::{DeviceId, Hold, HoldId, Interval, PractitionerId, Timestamp, UserId};
use rusqlite::{OptionalExtension as _, Row as SqlRow, Transaction, params};
use uuid::Uuid;

use super::row::{instant, micros};
use super::session::device;
use crate::error::StorageError;

/// A desk that has not heard of its server for so long knows nothing of other desks' dialogs.
const TRUSTED_SECONDS: i64 = 180;

pub(super) fn upsert(tx: &Transaction<'_>, row: &Hold) -> Result<bool, StorageError> {
    let mut statement = tx.prepare_cached(
        "insert into hold (hold_id, practitioner_id, starts_at, ends_at, user_id, user_name,
           device_id, expires_at, version)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
         on conflict (hold_id) do update set practitioner_id = excluded.practitioner_id,
           starts_at = excluded.starts_at, ends_at = excluded.ends_at, user_id = excluded.user_id,
           user_name = excluded.user_name, device_id = excluded.device_id,
           expires_at = excluded.expires_at, version = excluded.version
         where excluded.version >= hold.version",
    )?;
    let values = params![
        row.hold_id.0,
        row.practitioner_id.0,
        micros(row.starts_at),
        micros(row.ends_at),
        row.user_id.0,
        row.user_name,
        row.device_id.0,
        micros(row.expires_at),
        row.version,
    ];
    Ok(statement.execute(values)? > 0)
}

/// The holds of other desks that touch `span` and can be believed.
pub(crate) fn foreign_holds(
    tx: &Transaction<'_>,
    span: Interval,
    now: Timestamp,
    contact: Option<Timestamp>,
) -> Result<Vec<Hold>, StorageError> {
    let mut holds = all_holds(tx, span, now, contact)?;
    if !holds.is_empty() {
        let mine = device(tx)?;
        holds.retain(|hold| Some(hold.device_id) != mine);
    }
    Ok(holds)
}

/// The same with this desk's own, by start.
pub(crate) fn all_holds(
    tx: &Transaction<'_>,
    span: Interval,
    now: Timestamp,
    contact: Option<Timestamp>,
) -> Result<Vec<Hold>, StorageError> {
    let in_contact = contact.is_some_and(|at| (now - at).num_seconds() < TRUSTED_SECONDS);
    if !in_contact {
        return Ok(Vec::new());
    }
    let mut statement = tx.prepare_cached(
        "select hold_id, practitioner_id, starts_at, ends_at, user_id, user_name, device_id,
           expires_at, version
         from hold where starts_at < ?2 and ends_at > ?1 and expires_at > ?3
         order by starts_at, hold_id",
    )?;
    let span = params![micros(span.starts_at), micros(span.ends_at), micros(now)];
    let holds = statement.query_map(span, hold)?;
    Ok(holds.collect::<Result<_, _>>()?)
}

/// A living hold of this desk that no dialog of this process knows and whose visit was not asked for.
pub(crate) fn left_behind(
    tx: &Transaction<'_>,
    practitioner_id: PractitionerId,
    during: Interval,
    now: Timestamp,
) -> Result<Option<HoldId>, StorageError> {
    let mut statement = tx.prepare_cached(
        "select hold_id from hold
         where device_id = (select device_id from device) and practitioner_id = ?1
           and starts_at < ?3 and ends_at > ?2 and expires_at > ?4
           and not exists (select 1 from watch where appointment_id = hold_id)
           and not exists (select 1 from appointment where appointment_id = hold_id)
           and not exists (select 1 from outbox
             where unhex(replace(args ->> 'appointment_id', '-', '')) = hold_id)
         order by expires_at desc limit 1",
    )?;
    let (from, until) = (micros(during.starts_at), micros(during.ends_at));
    let which = params![practitioner_id.0, from, until, micros(now)];
    let left = statement.query_row(which, |sql| sql.get::<_, Uuid>(0));
    Ok(left.optional()?.map(HoldId))
}

fn hold(sql: &SqlRow<'_>) -> rusqlite::Result<Hold> {
    Ok(Hold {
        hold_id: sql.get::<_, Uuid>(0)?.into(),
        practitioner_id: sql.get::<_, Uuid>(1)?.into(),
        starts_at: instant(sql, 2)?,
        ends_at: instant(sql, 3)?,
        user_id: UserId(sql.get(4)?),
        user_name: sql.get(5)?,
        device_id: DeviceId(sql.get(6)?),
        expires_at: instant(sql, 7)?,
        version: sql.get(8)?,
    })
}
