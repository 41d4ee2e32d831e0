//! Commands on their way. A row is on the disk with its number before its first byte leaves, and
//! goes only when its outcome was told to a person or written as a notice (I16).

use frontdesk_domain::{
    AppointmentId, Command, CommandId, DeviceId, Epoch, Interval, PractitionerId, Timestamp, UserId,
};
use frontdesk_protocol::{Envelope, Outcome, OutcomeKind};
use rusqlite::{OptionalExtension as _, Row as SqlRow, Transaction, params};
use serde_json::Value;
use uuid::Uuid;

use super::row::{instant, micros};
use super::watch::{StoredNotice, insert_notice};
use super::{Cache, facts, session};
use crate::error::StorageError;
use crate::view::NoticeKind;

/// Where a command stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OutboxState {
    /// Is sent, under the same number, until it is decided.
    Sending,
    /// Was never sent; its number travels as `noop`.
    Withdrawn,
    /// The outcome is known.
    Decided,
}

/// The time that a command is about: for the notice that may have to bring its outcome.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OutboxSlot {
    pub(crate) practitioner_id: PractitionerId,
    pub(crate) during: Interval,
}

/// A command on its way.
#[derive(Clone)]
pub(crate) struct OutboxRow {
    pub(crate) envelope: Envelope,
    pub(crate) state: OutboxState,
    pub(crate) slot: Option<OutboxSlot>,
    /// With [`OutboxState::Decided`]: what, and in which epoch.
    pub(crate) decided: Option<(Epoch, Outcome)>,
}

const COLUMNS: &str = "no, command_id, user_id, kind, args, base_version, state, outcome, epoch, \
     practitioner_id, starts_at, ends_at";

impl Cache {
    /// Stores a command under the next number; it is on the disk when this returns.
    pub(crate) fn store_command(
        &self,
        command: &Command,
        base_version: Option<u64>,
        slot: Option<OutboxSlot>,
    ) -> Result<u64, StorageError> {
        let (id, now) = (CommandId(self.clock().id()), self.clock().now());
        let Value::Object(tagged) = serde_json::to_value(command)? else {
            return Err(StorageError::Meaningless("a command".to_owned()));
        };
        let kind = tagged
            .get("kind")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        let args = tagged.get("args").cloned().unwrap_or_default();
        self.write_durably(|tx| {
            let no = next_no(tx)?;
            let user = session::user_id(tx)?.unwrap_or(UserId(Uuid::nil()));
            let mut statement = tx.prepare_cached(
                "insert into outbox (no, command_id, user_id, kind, args, base_version, state,
                   created_at, practitioner_id, starts_at, ends_at)
                 values (?1, ?2, ?3, ?4, ?5, ?6, 'sending', ?7, ?8, ?9, ?10)",
            )?;
            statement.execute(params![
                no,
                id.0,
                user.0,
                kind,
                serde_json::to_string(&args)?,
                base_version,
                micros(now),
                slot.map(|slot| slot.practitioner_id.0),
                slot.map(|slot| micros(slot.during.starts_at)),
                slot.map(|slot| micros(slot.during.ends_at)),
            ])?;
            Ok(no)
        })
    }

    /// The commands that need an answer, by number.
    pub(crate) fn unsent(&self) -> Result<Vec<OutboxRow>, StorageError> {
        self.read(|tx| rows(tx, "state in ('sending', 'withdrawn')"))
    }

    /// The commands whose outcome is known and not yet told, by number.
    pub(crate) fn decided(&self) -> Result<Vec<OutboxRow>, StorageError> {
        self.read(|tx| rows(tx, "state = 'decided'"))
    }

    /// How many commands have no outcome yet.
    pub(crate) fn waiting(&self) -> Result<u32, StorageError> {
        self.read(|tx| {
            Ok(tx
                .prepare_cached("select count(*) from outbox where state = 'sending'")?
                .query_row([], |sql| sql.get(0))?)
        })
    }

    /// A command that surely never left: nothing was asked for.
    pub(crate) fn withdraw(&self, no: u64) -> Result<(), StorageError> {
        self.write_durably(|tx| {
            tx.execute(
                "update outbox set state = 'withdrawn', kind = 'noop', args = '{}',
                   base_version = null where no = ?1 and state = 'sending'",
                [no],
            )?;
            Ok(())
        })
    }

    /// The server has decided; a `noop` that only kept the numbers dense is done with that.
    pub(crate) fn decide(&self, epoch: Epoch, outcomes: &[Outcome]) -> Result<(), StorageError> {
        self.write_durably(|tx| {
            for outcome in outcomes {
                tx.execute(
                    "delete from outbox where no = ?1 and state = 'withdrawn'",
                    [outcome.no],
                )?;
                tx.execute(
                    "update outbox set state = 'decided', outcome = ?2, epoch = ?3, seq = ?4
                     where no = ?1 and state = 'sending'",
                    params![
                        outcome.no,
                        serde_json::to_string(outcome)?,
                        epoch.0,
                        outcome.seq
                    ],
                )?;
            }
            Ok(())
        })
    }

    /// The outcome was told to the person who asked.
    pub(crate) fn finish(&self, no: u64) -> Result<(), StorageError> {
        self.write(|tx| {
            tx.execute("delete from outbox where no = ?1", [no])?;
            Ok(())
        })
    }

    /// Nobody waits for this outcome any more: it becomes a notice. Returns it, if it says something.
    pub(crate) fn finish_by_notice(
        &self,
        row: &OutboxRow,
        outcome: &Outcome,
    ) -> Result<Option<StoredNotice>, StorageError> {
        let now = self.clock().now();
        self.write_durably(|tx| {
            let notice = late_notice(row, outcome, now);
            if let Some(notice) = &notice {
                insert_notice(tx, notice)?;
            }
            tx.execute("delete from outbox where no = ?1", [row.envelope.no])?;
            Ok(notice)
        })
    }

    /// Numbers up to `expected - 1` are decided at the server; fills every hole from there to the
    /// highest stored number with a `noop`, so that the sequence is dense again.
    pub(crate) fn close_gap(&self, expected: u64) -> Result<(), StorageError> {
        let now = self.clock().now();
        self.write_durably(|tx| {
            let highest: Option<u64> =
                tx.query_row("select max(no) from outbox", [], |sql| sql.get(0))?;
            for no in expected..=highest.unwrap_or(0) {
                tx.execute(
                    "insert into outbox (no, command_id, user_id, kind, args, state, created_at)
                     values (?1, ?2, ?3, 'noop', '{}', 'withdrawn', ?4) on conflict do nothing",
                    params![
                        no,
                        self.clock().id(),
                        session::user_id(tx)?.map(|user| user.0).unwrap_or_default(),
                        micros(now)
                    ],
                )?;
            }
            tx.execute(
                "update device set next_no = max(?1, coalesce((select max(no) + 1 from outbox), 1))",
                [expected],
            )?;
            Ok(())
        })
    }

    /// The server knows one of our numbers with other content (this folder was copied, or the
    /// server was restored): a new device, with what is not decided renumbered from 1. The command
    /// ids stay, so that a booking that did get through is not made twice.
    pub(crate) fn become_another_device(&self) -> Result<DeviceId, StorageError> {
        let id = self.clock().id();
        self.write_durably(|tx| {
            tx.execute("delete from outbox where state = 'withdrawn'", [])?;
            let unsent = rows(tx, "state = 'sending'")?;
            tx.execute("update outbox set no = -no where state = 'sending'", [])?;
            let mut next = 1_u64;
            for row in unsent {
                let old = i64::try_from(row.envelope.no).unwrap_or(i64::MAX);
                tx.execute(
                    "update outbox set no = ?1 where no = ?2",
                    params![next, -old],
                )?;
                next += 1;
            }
            tx.execute(
                "update device set device_id = ?1, next_no = ?2",
                params![id, next],
            )?;
            tx.execute("update session set token = null", [])?;
            Ok(DeviceId(id))
        })
    }

    /// Where a booked visit is, for the notice about moving or cancelling it.
    pub(crate) fn slot_of(&self, id: AppointmentId) -> Result<Option<OutboxSlot>, StorageError> {
        let visit = self.read(|tx| facts::visit(tx, id))?;
        Ok(visit.map(|visit| OutboxSlot {
            practitioner_id: visit.practitioner_id,
            during: visit.during(),
        }))
    }
}

fn late_notice(row: &OutboxRow, outcome: &Outcome, now: Timestamp) -> Option<StoredNotice> {
    let slot = row.slot?;
    let kind = match outcome.outcome {
        OutcomeKind::Applied => NoticeKind::Confirmed,
        OutcomeKind::Rejected => NoticeKind::Refused,
    };
    let by = outcome
        .conflict
        .as_ref()
        .and_then(|conflict| conflict.by.as_ref());
    Some(StoredNotice {
        notice_id: Uuid::nil(),
        dedupe: format!("outcome:{}", row.envelope.id),
        kind,
        practitioner_id: slot.practitioner_id,
        during: slot.during,
        by_name: by.map(|by| by.name.clone()),
        at: now,
        seen: false,
    })
}

fn next_no(tx: &Transaction<'_>) -> Result<u64, StorageError> {
    let no: Option<u64> = tx
        .prepare_cached("update device set next_no = next_no + 1 returning next_no - 1")?
        .query_row([], |sql| sql.get(0))
        .optional()?;
    no.ok_or_else(|| StorageError::Meaningless("a desk without a device id".to_owned()))
}

fn rows(tx: &Transaction<'_>, which: &str) -> Result<Vec<OutboxRow>, StorageError> {
    let mut statement = tx.prepare_cached(&format!(
        "select {COLUMNS} from outbox where {which} order by no"
    ))?;
    let mut found = statement.query([])?;
    let mut rows = Vec::new();
    while let Some(sql) = found.next()? {
        rows.push(row(sql)?);
    }
    Ok(rows)
}

fn row(sql: &SqlRow<'_>) -> Result<OutboxRow, StorageError> {
    let state: String = sql.get(6)?;
    let outcome: Option<String> = sql.get(7)?;
    let epoch: Option<Uuid> = sql.get(8)?;
    let practitioner: Option<Uuid> = sql.get(9)?;
    let outcome = outcome
        .map(|text| serde_json::from_str(&text))
        .transpose()?;
    let slot = match practitioner {
        Some(id) => Some(OutboxSlot {
            practitioner_id: id.into(),
            during: Interval::new(instant(sql, 10)?, instant(sql, 11)?),
        }),
        None => None,
    };
    Ok(OutboxRow {
        envelope: Envelope {
            no: sql.get(0)?,
            id: CommandId(sql.get(1)?),
            user_id: Some(UserId(sql.get(2)?)),
            kind: sql.get(3)?,
            args: serde_json::from_str(&sql.get::<_, String>(4)?)?,
            depends_on: None,
            base_version: sql.get(5)?,
        },
        state: match state.as_str() {
            "withdrawn" => OutboxState::Withdrawn,
            "decided" => OutboxState::Decided,
            _ => OutboxState::Sending,
        },
        slot,
        decided: epoch.map(Epoch).zip(outcome),
    })
}
