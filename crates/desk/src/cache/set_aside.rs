//! Commands that the server cannot take: kept, with what it said about them, until a person sends
//! them again or dismisses them. Their old numbers travel as `noop`.

use frontdesk_domain::{Command, CommandId, Interval, Timestamp, UserId};
use frontdesk_protocol::Problem;
use rusqlite::{OptionalExtension as _, Row as SqlRow, Transaction, params};
use serde_json::{Value, json};
use uuid::Uuid;

use super::outbox::notice_of;
use super::row::{instant, micros};
use super::watch::{StoredNotice, insert_notice};
use super::{Cache, OutboxRow, OutboxSlot, numbering, session};
use crate::error::StorageError;
use crate::view::NoticeKind;

/// What was set aside.
pub(crate) struct KeptCommand {
    pub(crate) command_id: CommandId,
    pub(crate) kind: String,
    pub(crate) command: Command,
    pub(crate) asked_at: Timestamp,
    pub(crate) slot: Option<OutboxSlot>,
    pub(crate) problem: Problem,
}

const KEPT: &str = "state in ('quarantined', 'set_aside')
    and clinic_id = (select clinic_id from session)";

impl Cache {
    /// Sets a command aside that the server cannot take: from now on its number travels as `noop`.
    /// What was asked stays in the row, and a notice says so.
    pub(crate) fn quarantine(
        &self,
        row: &OutboxRow,
        problem: &Problem,
    ) -> Result<StoredNotice, StorageError> {
        let now = self.clock().now();
        self.write_durably(|tx| {
            tx.execute(
                "update outbox set state = 'quarantined', problem = ?3
                 where clinic_id = ?1 and no = ?2 and state = 'sending'",
                params![
                    row.clinic_id.0,
                    row.envelope.no,
                    serde_json::to_string(problem)?
                ],
            )?;
            let notice = notice_of(row, NoticeKind::SetAside, now);
            insert_notice(tx, &notice)?;
            Ok(notice)
        })
    }

    /// Gives a command that was set aside the next number, in the name of whoever is signed in; none
    /// when it is not (or no longer) set aside. It is another command for the server: what it did
    /// with the old one is not known, and the ids in its arguments keep it from being done twice.
    pub(crate) fn store_again(&self, id: CommandId) -> Result<Option<u64>, StorageError> {
        let (new_id, now) = (self.clock().id(), self.clock().now());
        self.write_durably(|tx| {
            let Some(old) = number_of(tx, id)? else {
                return Ok(None);
            };
            let clinic = session::clinic(tx)?;
            let no = numbering::next_no(tx, clinic)?;
            let user = session::user_id(tx)?.unwrap_or(UserId(Uuid::nil()));
            tx.execute(
                "insert into outbox (clinic_id, no, command_id, user_id, kind, args, base_version,
                   base_epoch, state, created_at, practitioner_id, starts_at, ends_at, problem)
                 select clinic_id, ?3, ?4, ?5, kind, args, base_version,
                   base_epoch, 'sending', ?6, practitioner_id, starts_at, ends_at, problem
                 from outbox where clinic_id = ?1 and no = ?2",
                params![clinic.0, old, no, new_id, user.0, micros(now)],
            )?;
            drop_row(tx, id)?;
            Ok(Some(no))
        })
    }

    /// A person does not want it any more. What is not there is no error.
    pub(crate) fn dismiss(&self, id: CommandId) -> Result<(), StorageError> {
        self.write_durably(|tx| drop_row(tx, id))
    }

    /// One of them.
    pub(crate) fn kept(&self, id: CommandId) -> Result<Option<KeptCommand>, StorageError> {
        let all = self.read(all_kept)?;
        Ok(all.into_iter().find(|kept| kept.command_id == id))
    }
}

/// A number that was never answered goes on as `noop`; one that is done with needs no row.
fn drop_row(tx: &Transaction<'_>, id: CommandId) -> Result<(), StorageError> {
    tx.execute(
        &format!("delete from outbox where {KEPT} and state = 'set_aside' and command_id = ?1"),
        [id.0],
    )?;
    tx.execute(
        &format!(
            "update outbox set state = 'withdrawn', kind = 'noop', args = '{{}}',
               base_version = null, base_epoch = null, problem = null
             where {KEPT} and command_id = ?1"
        ),
        [id.0],
    )?;
    Ok(())
}

fn number_of(tx: &Transaction<'_>, id: CommandId) -> Result<Option<u64>, StorageError> {
    let sql = format!("select no from outbox where {KEPT} and command_id = ?1");
    Ok(tx.query_row(&sql, [id.0], |sql| sql.get(0)).optional()?)
}

/// What was set aside at this clinic, oldest first.
pub(crate) fn all_kept(tx: &Transaction<'_>) -> Result<Vec<KeptCommand>, StorageError> {
    let mut statement = tx.prepare_cached(&format!(
        "select command_id, kind, args, created_at, practitioner_id, starts_at, ends_at, problem
         from outbox where {KEPT} order by created_at, no"
    ))?;
    let mut rows = statement.query([])?;
    let mut kept = Vec::new();
    while let Some(sql) = rows.next()? {
        kept.push(command(sql)?);
    }
    Ok(kept)
}

fn command(sql: &SqlRow<'_>) -> Result<KeptCommand, StorageError> {
    let kind: String = sql.get(1)?;
    let args: Value = serde_json::from_str(&sql.get::<_, String>(2)?)?;
    let slot = match sql.get::<_, Option<Uuid>>(4)? {
        Some(id) => Some(OutboxSlot {
            practitioner_id: id.into(),
            during: Interval::new(instant(sql, 5)?, instant(sql, 6)?),
        }),
        None => None,
    };
    Ok(KeptCommand {
        command_id: CommandId(sql.get(0)?),
        command: serde_json::from_value(json!({ "kind": kind, "args": args }))?,
        kind,
        asked_at: instant(sql, 3)?,
        slot,
        problem: serde_json::from_str(&sql.get::<_, String>(7)?)?,
    })
}
