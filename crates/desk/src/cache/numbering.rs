//! The numbers of this device's commands, of each clinic for itself: 1, 2, 3 …, never reused. A
//! number that will never carry its command travels as `noop`, so that the sequence stays dense.

use frontdesk_domain::{ClinicId, DeviceId};
use rusqlite::{Transaction, params};
use uuid::Uuid;

use super::row::micros;
use super::{Cache, session};
use crate::error::StorageError;

/// Rows whose number is done with move up here when the numbers start again.
const SETTLED: u64 = 1 << 62;

/// Draws the next number.
pub(super) fn next_no(tx: &Transaction<'_>, clinic: ClinicId) -> Result<u64, StorageError> {
    let no = tx
        .prepare_cached(
            "insert into numbering (clinic_id, next_no) values (?1, 2)
             on conflict (clinic_id) do update set next_no = next_no + 1 returning next_no - 1",
        )?
        .query_row([clinic.0], |sql| sql.get(0))?;
    Ok(no)
}

/// The server's next number is taken over when it is higher: this folder may be older than what the
/// server has seen of this desk.
pub(super) fn at_least(
    tx: &Transaction<'_>,
    clinic: ClinicId,
    no: u64,
) -> Result<(), StorageError> {
    tx.prepare_cached(
        "insert into numbering (clinic_id, next_no) values (?1, ?2)
         on conflict (clinic_id) do update set next_no = max(next_no, excluded.next_no)",
    )?
    .execute(params![clinic.0, no])?;
    Ok(())
}

impl Cache {
    /// Numbers up to `expected - 1` are decided at the server; fills every hole from there to the
    /// highest number on its way with a `noop`, so that the sequence is dense again. What was set
    /// aside under a number that a restored server wants again moves out of its way.
    pub(crate) fn close_gap(&self, clinic: ClinicId, expected: u64) -> Result<(), StorageError> {
        let now = micros(self.clock().now());
        self.write_durably(|tx| {
            settle(tx, "state = 'set_aside'")?;
            let highest: Option<u64> = tx.query_row(
                "select max(no) from outbox where clinic_id = ?1
                   and state in ('sending', 'withdrawn', 'quarantined')",
                [clinic.0],
                |sql| sql.get(0),
            )?;
            let user = session::user_id(tx)?.map(|user| user.0).unwrap_or_default();
            for no in expected..=highest.unwrap_or(0) {
                tx.execute(
                    "insert into outbox (clinic_id, no, command_id, user_id, kind, args, state, created_at)
                     values (?1, ?2, ?3, ?4, 'noop', '{}', 'withdrawn', ?5) on conflict do nothing",
                    params![clinic.0, no, self.clock().id(), user, now],
                )?;
            }
            let next = highest.map_or(expected, |highest| expected.max(highest + 1));
            tx.execute(
                "update numbering set next_no = ?2 where clinic_id = ?1",
                params![clinic.0, next],
            )?;
            Ok(())
        })
    }

    /// The server knows one of our numbers with other content (this folder was copied, or the
    /// server was restored): a new device, with what is not decided renumbered from 1, at every
    /// clinic. The command ids stay, so that a booking that did get through is not made twice.
    pub(crate) fn become_another_device(&self) -> Result<DeviceId, StorageError> {
        let id = self.clock().id();
        self.write_durably(|tx| {
            tx.execute_batch(
                "delete from outbox where state = 'withdrawn';
                 update outbox set state = 'set_aside' where state = 'quarantined';
                 delete from numbering;
                 update replica set device_ack = 0;",
            )?;
            settle(tx, "state in ('decided', 'set_aside')")?;
            renumber(tx)?;
            tx.execute("update device set device_id = ?1", [id])?;
            tx.execute("update session set token = null", [])?;
            Ok(DeviceId(id))
        })
    }
}

/// Moves rows whose number is done with out of the way of the numbers that are given again.
fn settle(tx: &Transaction<'_>, which: &str) -> Result<(), StorageError> {
    let last: Option<u64> = tx.query_row(
        "select max(no) from outbox where no >= ?1",
        [SETTLED],
        |sql| sql.get(0),
    )?;
    let free = last.map_or(SETTLED, |last| last + 1)..;
    let settled = numbers(tx, which)?;
    for (to, (clinic, no)) in free.zip(settled) {
        move_row(tx, clinic, no, to)?;
    }
    Ok(())
}

fn renumber(tx: &Transaction<'_>) -> Result<(), StorageError> {
    for (clinic, no) in numbers(tx, "state = 'sending'")? {
        // Rows come by number, and a new number is never higher than the old one: nothing is met.
        let next = next_no(tx, ClinicId(clinic))?;
        move_row(tx, clinic, no, next)?;
    }
    Ok(())
}

/// Clinic and number of the rows below [`SETTLED`], by number.
fn numbers(tx: &Transaction<'_>, which: &str) -> Result<Vec<(Uuid, u64)>, StorageError> {
    let mut statement = tx.prepare(&format!(
        "select clinic_id, no from outbox where {which} and no < ?1 order by clinic_id, no"
    ))?;
    let rows = statement.query_map([SETTLED], |sql| Ok((sql.get(0)?, sql.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn move_row(tx: &Transaction<'_>, clinic: Uuid, no: u64, to: u64) -> Result<(), StorageError> {
    tx.prepare_cached("update outbox set no = ?3 where clinic_id = ?1 and no = ?2")?
        .execute(params![clinic, no, to])?;
    Ok(())
}
