//! Commands on their way. A row is on the disk with its number before its first byte leaves, and
//! goes only when its outcome was told to a person or written as a notice (I16).

use frontdesk_domain::{
    AppointmentId, ClinicId, Command, CommandId, Epoch, Interval, PractitionerId, Timestamp, UserId,
};
use frontdesk_protocol::{Envelope, Outcome, OutcomeKind};
use rusqlite::{Row as SqlRow, Transaction, params};
use serde_json::Value;
use uuid::Uuid;

use super::row::{instant, micros};
use super::watch::{StoredNotice, insert_notice};
use super::{Cache, facts, numbering, session};
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
    /// The server fails on it again and again: its number travels as `noop`, the row is kept.
    Quarantined,
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
    /// Where it was asked: somebody may sign in elsewhere while it is under way.
    pub(crate) clinic_id: ClinicId,
    pub(crate) envelope: Envelope,
    pub(crate) state: OutboxState,
    /// How often the server failed on it while it was sent alone.
    pub(crate) failures: u32,
    pub(crate) slot: Option<OutboxSlot>,
    /// With [`OutboxState::Decided`]: what, and in which epoch.
    pub(crate) decided: Option<(Epoch, Outcome)>,
}

const COLUMNS: &str = "no, command_id, user_id, kind, args, base_version, state, outcome, epoch, \
     practitioner_id, starts_at, ends_at, failures, clinic_id, base_epoch";

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
            let clinic = session::clinic(tx)?;
            let no = numbering::next_no(tx, clinic)?;
            let user = session::user_id(tx)?.unwrap_or(UserId(Uuid::nil()));
            let mut statement = tx.prepare_cached(
                "insert into outbox (clinic_id, no, command_id, user_id, kind, args, base_version,
                   base_epoch, state, created_at, practitioner_id, starts_at, ends_at)
                 select ?1, ?2, ?3, ?4, ?5, ?6, ?7, epoch, 'sending', ?8, ?9, ?10, ?11 from replica",
            )?;
            statement.execute(params![
                clinic.0,
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

    /// The commands of this clinic that need an answer, by number. What was asked at another clinic
    /// waits until somebody signs in there.
    pub(crate) fn unsent(&self) -> Result<Vec<OutboxRow>, StorageError> {
        self.read(|tx| rows(tx, "'sending', 'withdrawn', 'quarantined'"))
    }

    /// The commands whose outcome is known and not yet told, by number.
    pub(crate) fn decided(&self) -> Result<Vec<OutboxRow>, StorageError> {
        self.read(|tx| rows(tx, "'decided'"))
    }

    /// How many commands have no outcome yet.
    pub(crate) fn waiting(&self) -> Result<u32, StorageError> {
        self.read(|tx| {
            Ok(tx
                .prepare_cached(
                    "select count(*) from outbox where state = 'sending'
                       and clinic_id = (select clinic_id from session)",
                )?
                .query_row([], |sql| sql.get(0))?)
        })
    }

    /// A command that surely never left: nothing was asked for. One that was sent again goes back
    /// to what is set aside.
    pub(crate) fn withdraw(&self, clinic: ClinicId, no: u64) -> Result<(), StorageError> {
        self.write_durably(|tx| {
            let row = params![clinic.0, no];
            tx.execute(
                "update outbox set state = 'withdrawn', kind = 'noop', args = '{}',
                   base_version = null, base_epoch = null
                 where clinic_id = ?1 and no = ?2 and state = 'sending' and problem is null",
                row,
            )?;
            tx.execute(
                "update outbox set state = 'quarantined'
                 where clinic_id = ?1 and no = ?2 and state = 'sending' and problem is not null",
                row,
            )?;
            Ok(())
        })
    }

    /// The server has decided; a `noop` that only kept the numbers dense is done with that.
    pub(crate) fn decide(
        &self,
        clinic: ClinicId,
        epoch: Epoch,
        outcomes: &[Outcome],
    ) -> Result<(), StorageError> {
        self.write_durably(|tx| {
            for outcome in outcomes {
                let row = params![clinic.0, outcome.no];
                tx.execute(
                    "delete from outbox where clinic_id = ?1 and no = ?2 and state = 'withdrawn'",
                    row,
                )?;
                tx.execute(
                    "update outbox set state = 'set_aside'
                     where clinic_id = ?1 and no = ?2 and state = 'quarantined'",
                    row,
                )?;
                tx.execute(
                    "update outbox set state = 'decided', outcome = ?3, epoch = ?4, seq = ?5
                     where clinic_id = ?1 and no = ?2 and state = 'sending'",
                    params![
                        clinic.0,
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
    pub(crate) fn finish(&self, clinic: ClinicId, no: u64) -> Result<(), StorageError> {
        self.write(|tx| forget(tx, clinic, no))
    }

    /// Nobody waits for this outcome any more: it becomes a notice.
    pub(crate) fn finish_by_notice(
        &self,
        row: &OutboxRow,
        outcome: &Outcome,
    ) -> Result<StoredNotice, StorageError> {
        let now = self.clock().now();
        self.write_durably(|tx| {
            let notice = late_notice(row, outcome, now);
            insert_notice(tx, &notice)?;
            forget(tx, row.clinic_id, row.envelope.no)?;
            Ok(notice)
        })
    }

    /// The server failed on this command, sent alone; how often so far.
    pub(crate) fn failed_alone(&self, clinic: ClinicId, no: u64) -> Result<u32, StorageError> {
        self.write(|tx| {
            let failures = tx.query_row(
                "update outbox set failures = failures + 1
                 where clinic_id = ?1 and no = ?2 returning failures",
                params![clinic.0, no],
                |sql| sql.get(0),
            )?;
            Ok(failures)
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

fn forget(tx: &Transaction<'_>, clinic: ClinicId, no: u64) -> Result<(), StorageError> {
    tx.execute(
        "delete from outbox where clinic_id = ?1 and no = ?2",
        params![clinic.0, no],
    )?;
    Ok(())
}

fn late_notice(row: &OutboxRow, outcome: &Outcome, now: Timestamp) -> StoredNotice {
    let kind = match outcome.outcome {
        OutcomeKind::Applied => NoticeKind::Confirmed,
        OutcomeKind::Rejected => NoticeKind::Refused,
    };
    let conflict = outcome.conflict.as_ref();
    let by = conflict.and_then(|conflict| conflict.by.as_ref());
    StoredNotice {
        by_name: by.map(|by| by.name.clone()),
        ..notice_of(row, kind, now)
    }
}

pub(super) fn notice_of(row: &OutboxRow, kind: NoticeKind, now: Timestamp) -> StoredNotice {
    StoredNotice {
        notice_id: Uuid::nil(),
        dedupe: format!("outcome:{}", row.envelope.id),
        kind,
        asked: Some(row.envelope.kind.clone()),
        slot: row.slot,
        by_name: None,
        at: now,
        seen: false,
    }
}

fn rows(tx: &Transaction<'_>, states: &str) -> Result<Vec<OutboxRow>, StorageError> {
    let mut statement = tx.prepare_cached(&format!(
        "select {COLUMNS} from outbox
         where clinic_id = (select clinic_id from session) and state in ({states}) order by no"
    ))?;
    let mut found = statement.query([])?;
    let mut rows = Vec::new();
    while let Some(sql) = found.next()? {
        rows.push(row(sql)?);
    }
    Ok(rows)
}

fn row(sql: &SqlRow<'_>) -> Result<OutboxRow, StorageError> {
    let state = state_of(&sql.get::<_, String>(6)?)?;
    let outcome: Option<String> = sql.get(7)?;
    let epoch: Option<Uuid> = sql.get(8)?;
    let outcome = outcome
        .map(|text| serde_json::from_str(&text))
        .transpose()?;
    let slot = match sql.get::<_, Option<Uuid>>(9)? {
        Some(id) => Some(OutboxSlot {
            practitioner_id: id.into(),
            during: Interval::new(instant(sql, 10)?, instant(sql, 11)?),
        }),
        None => None,
    };
    Ok(OutboxRow {
        clinic_id: ClinicId(sql.get(13)?),
        envelope: envelope(sql, state)?,
        state,
        failures: sql.get(12)?,
        slot,
        decided: epoch.map(Epoch).zip(outcome),
    })
}

/// What travels under the row's number.
fn envelope(sql: &SqlRow<'_>, state: OutboxState) -> Result<Envelope, StorageError> {
    let asked = Envelope {
        no: sql.get(0)?,
        id: CommandId(sql.get(1)?),
        user_id: Some(UserId(sql.get(2)?)),
        kind: sql.get(3)?,
        args: serde_json::from_str(&sql.get::<_, String>(4)?)?,
        depends_on: None,
        base_version: sql.get(5)?,
        base_epoch: sql.get::<_, Option<Uuid>>(14)?.map(Epoch),
    };
    Ok(match state {
        OutboxState::Quarantined => Envelope {
            kind: "noop".to_owned(),
            args: Value::Object(serde_json::Map::new()),
            base_version: None,
            base_epoch: None,
            ..asked
        },
        OutboxState::Sending | OutboxState::Withdrawn | OutboxState::Decided => asked,
    })
}

fn state_of(code: &str) -> Result<OutboxState, StorageError> {
    match code {
        "sending" => Ok(OutboxState::Sending),
        "withdrawn" => Ok(OutboxState::Withdrawn),
        "decided" => Ok(OutboxState::Decided),
        "quarantined" => Ok(OutboxState::Quarantined),
        other => Err(StorageError::Meaningless(format!(
            "a command that is '{other}'"
        ))),
    }
}
