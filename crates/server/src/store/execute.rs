//! The write transaction of design §5.1, one command at a time: the device's number, the feed row,
//! the facts, the decision, and then either effect and outcome together or the outcome alone.

use std::panic::{AssertUnwindSafe, catch_unwind};

use frontdesk_domain::decide::{self, Decided, Wanted};
use frontdesk_domain::{
    Actor, ClinicId, Command, DeviceId, Epoch, Reason, Refusal, Row, Timestamp, UserId,
};
use frontdesk_protocol::{Envelope, Outcome, OutcomeKind, Upsert, parse_command};
use rusqlite::{Connection, OptionalExtension, Savepoint, Transaction, named_params};

use super::audit::Act;
use super::cache::Caches;
use super::change::{ReadFeed, device_ack, feed};
use super::column::{Json, Millis};
use super::{StoreError, alternatives, load, user, write};
use crate::fanout::{Fanout, Pulse};

/// Above this a stream is told only where the feed stands.
const SMALL: usize = 64;

/// What one request asks for.
pub(crate) struct Batch {
    pub(crate) clinic: ClinicId,
    pub(crate) device: DeviceId,
    /// The session's user, who asks unless an envelope names another.
    pub(crate) user: UserId,
    pub(crate) commands: Vec<Envelope>,
}

/// What became of it.
#[derive(Debug)]
pub(crate) struct Executed {
    pub(crate) epoch: Epoch,
    pub(crate) outcomes: Vec<Outcome>,
    pub(crate) expected_no: u64,
    /// Why the batch ended early.
    pub(crate) stopped: Option<Stop>,
}

/// Why a command got no outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    /// Numbers are missing before it.
    Gap,
    /// Its number belongs to another command.
    Reused,
    /// The server could not; the same number may be sent again.
    Failed,
}

enum Halt {
    Stop(Stop),
    Store(StoreError),
}

impl<E: Into<StoreError>> From<E> for Halt {
    fn from(error: E) -> Self {
        Self::Store(error.into())
    }
}

/// What a group of commands did, told after its commit.
#[derive(Default)]
pub(crate) struct Effects {
    /// Without rows when nobody listened while one of the commands was decided.
    clinics: Vec<(ClinicId, Pulse, Option<Vec<Upsert>>)>,
    acks: Vec<(ClinicId, DeviceId, u64)>,
}

impl Effects {
    fn applied(&mut self, clinic: ClinicId, before: &ReadFeed, upserts: Option<Vec<Upsert>>) {
        let seq = before.seq + 1;
        let known = self.clinics.iter_mut().find(|(id, ..)| *id == clinic);
        if let Some((_, pulse, all)) = known {
            pulse.seq = seq;
            *all = all.take().zip(upserts).map(|(old, new)| net(old, new));
        } else {
            let pulse = Pulse {
                epoch: before.epoch,
                from: before.seq,
                seq,
                upserts: None,
            };
            self.clinics.push((clinic, pulse, upserts));
        }
    }

    pub(crate) fn publish(self, fanout: &Fanout) {
        for (clinic, device, no) in self.acks {
            fanout.acknowledge(clinic, device, no);
        }
        for (clinic, mut pulse, upserts) in self.clinics {
            pulse.upserts = upserts.filter(|all| all.len() <= SMALL).map(Into::into);
            fanout.publish(clinic, pulse);
        }
    }
}

/// The later version of a row takes the place of the earlier one.
fn net(mut old: Vec<Upsert>, new: Vec<Upsert>) -> Vec<Upsert> {
    old.retain(|old| !new.iter().any(|new| new.id == old.id));
    old.extend(new);
    old
}

/// Runs inside the writer's transaction.
pub(crate) struct Engine<'a, 'db> {
    pub(crate) transaction: &'a mut Transaction<'db>,
    pub(crate) caches: &'a mut Caches,
    pub(crate) effects: &'a mut Effects,
    pub(crate) want_upserts: &'a dyn Fn(ClinicId) -> bool,
    pub(crate) now: Timestamp,
}

impl Engine<'_, '_> {
    /// # Errors
    /// Only when the whole transaction is lost.
    pub(crate) fn run(&mut self, batch: &Batch) -> Result<Executed, StoreError> {
        let mut outcomes = Vec::with_capacity(batch.commands.len());
        let mut stopped = None;
        for envelope in &batch.commands {
            match self.run_one(batch, envelope) {
                Ok(outcome) => outcomes.push(outcome),
                Err(Halt::Stop(stop)) => {
                    stopped = Some(stop);
                    break;
                }
                Err(Halt::Store(error)) => {
                    self.caches.clear();
                    if self.transaction.is_autocommit() {
                        return Err(error);
                    }
                    tracing::error!(%error, kind = known_kind(&envelope.kind), "a command failed");
                    stopped = Some(Stop::Failed);
                    break;
                }
            }
        }
        Ok(Executed {
            epoch: feed(self.transaction, batch.clinic)?.epoch,
            expected_no: device_ack(self.transaction, batch.clinic, batch.device)? + 1,
            outcomes,
            stopped,
        })
    }

    /// One savepoint: what fails in it leaves no trace.
    fn run_one(&mut self, batch: &Batch, envelope: &Envelope) -> Result<Outcome, Halt> {
        let mut savepoint = self.transaction.savepoint()?;
        let last_no = device_ack(&savepoint, batch.clinic, batch.device)?;
        let request_hash = super::request::hash(envelope);
        if envelope.no <= last_no {
            return stored(&savepoint, batch, envelope, &request_hash);
        }
        if envelope.no != last_no + 1 {
            return Err(Halt::Stop(Stop::Gap));
        }
        let before = feed(&savepoint, batch.clinic)?;
        let mut step = Step {
            batch,
            envelope,
            caches: self.caches,
            now: self.now,
            before: &before,
        };
        let verdict = catch_unwind(AssertUnwindSafe(|| step.effect(&mut savepoint)))
            .map_err(|_| StoreError::Corrupt("a decision panicked".to_owned()))??;
        let outcome = step.outcome(&verdict);
        step.store(&savepoint, &outcome, &request_hash)?;
        savepoint.commit()?;
        if let Verdict::Changed { actor, rows } = verdict {
            self.caches.note(batch.clinic, &rows);
            let wanted = (self.want_upserts)(batch.clinic);
            let upserts = wanted.then(|| upserts(batch, actor, self.now, rows));
            self.effects.applied(batch.clinic, &before, upserts);
        }
        let ack = (batch.clinic, batch.device, envelope.no);
        self.effects.acks.push(ack);
        Ok(outcome)
    }
}

fn upserts(batch: &Batch, actor: UserId, at: Timestamp, rows: Vec<Row>) -> Vec<Upsert> {
    let upsert = |row: Row| Upsert {
        id: row.id(),
        actor,
        device: batch.device,
        at,
        seq: row.version(),
        row,
    };
    rows.into_iter().map(upsert).collect()
}

fn stored(
    db: &Connection,
    batch: &Batch,
    envelope: &Envelope,
    request_hash: &[u8; 32],
) -> Result<Outcome, Halt> {
    let found: Option<(Vec<u8>, Json<Outcome>)> = db
        .prepare_cached(
            "select request_hash, outcome from command
             where clinic_id = ?1 and device_id = ?2 and no = ?3",
        )?
        .query_row((batch.clinic.0, batch.device.0, envelope.no), |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    match found {
        Some((hash, outcome)) if hash == request_hash => Ok(outcome.0),
        Some(_) | None => Err(Halt::Stop(Stop::Reused)),
    }
}

enum Verdict {
    Changed { actor: UserId, rows: Vec<Row> },
    Unchanged,
    Refused(Refusal),
}

/// One command under its number.
struct Step<'a> {
    batch: &'a Batch,
    envelope: &'a Envelope,
    caches: &'a mut Caches,
    now: Timestamp,
    before: &'a ReadFeed,
}

impl Step<'_> {
    /// Decides and writes in a savepoint of its own; a refusal leaves nothing but its outcome.
    fn effect(&mut self, outer: &mut Savepoint<'_>) -> Result<Verdict, StoreError> {
        let mut savepoint = outer.savepoint()?;
        let decided = self.decide(&savepoint)?;
        let (actor, decided) = match decided {
            Ok(decided) => decided,
            Err(refusal) => return Ok(Verdict::Refused(refusal)),
        };
        if decided.is_empty() {
            return Ok(Verdict::Unchanged);
        }
        let act = Act {
            at: self.now,
            actor: actor.0,
            device: self.batch.device.0,
            action: &self.envelope.kind,
            id: self.envelope.id.0,
            seq: self.before.seq + 1,
            payload_hash: [0; 32],
        };
        match write::write(&savepoint, self.batch.clinic, decided, act) {
            Ok(rows) => {
                savepoint.commit()?;
                Ok(Verdict::Changed { actor, rows })
            }
            Err(error) => {
                savepoint.rollback()?;
                refusal_of_constraint(error).map(Verdict::Refused)
            }
        }
    }

    fn decide(
        &mut self,
        db: &Connection,
    ) -> Result<Result<(UserId, Decided), Refusal>, StoreError> {
        let command = match parse_command(&self.envelope.kind, &self.envelope.args) {
            Ok(command) => command,
            Err(field) => return Ok(Err(Refusal::of_field(Reason::Invalid, &field))),
        };
        if let Some(refusal) = self.missing_dependency(db)? {
            return Ok(Err(refusal));
        }
        if let Some(refusal) = super::request::out_of_range(&command) {
            return Ok(Err(refusal));
        }
        let Some(actor) = self.actor(db)? else {
            return Ok(Err(Refusal::of_field(Reason::Forbidden, "user_id")));
        };
        Ok(self
            .decide_for(db, &command, &actor)?
            .map(|decided| (actor.user_id, decided)))
    }

    fn decide_for(
        &mut self,
        db: &Connection,
        command: &Command,
        actor: &Actor,
    ) -> Result<Result<Decided, Refusal>, StoreError> {
        let clinic = self.batch.clinic;
        let cached = self.caches.of(db, clinic)?;
        let base_version = self.envelope.base_version;
        load::load(db, clinic, command, base_version, &mut cached.facts)?;
        let wanted = Wanted {
            command,
            by: actor,
            base_version,
        };
        match decide::decide(&wanted, &cached.facts, self.now) {
            Ok(decided) => Ok(Ok(decided)),
            Err(mut refusal) => {
                if let Some(wish) = alternatives::wish(command, &cached.facts, &refusal) {
                    refusal.alternatives =
                        cached
                            .alternatives
                            .near(db, clinic, &wish, &cached.facts, self.now)?;
                }
                Ok(Err(refusal))
            }
        }
    }

    /// Who asks: the session's user, or another one who has had a session on this device.
    fn actor(&self, db: &Connection) -> Result<Option<Actor>, StoreError> {
        let asked = self.envelope.user_id.unwrap_or(self.batch.user);
        let (clinic, device) = (self.batch.clinic, self.batch.device);
        if asked != self.batch.user && !user::has_used(db, clinic, device, asked)? {
            return Ok(None);
        }
        user::active(db, clinic, device, asked)
    }

    fn missing_dependency(&self, db: &Connection) -> Result<Option<Refusal>, StoreError> {
        let Some(no) = self.envelope.depends_on else {
            return Ok(None);
        };
        let outcome: Option<Json<Outcome>> = db
            .prepare_cached(
                "select outcome from command
                 where clinic_id = ?1 and device_id = ?2 and no = ?3",
            )?
            .query_row((self.batch.clinic.0, self.batch.device.0, no), |row| {
                row.get(0)
            })
            .optional()?;
        Ok(match outcome.map(|json| json.0.outcome) {
            Some(OutcomeKind::Applied) => None,
            Some(OutcomeKind::Rejected) => Some(Refusal::because(Reason::Dependency)),
            None => Some(Refusal::of_field(Reason::Invalid, "depends_on")),
        })
    }

    fn outcome(&self, verdict: &Verdict) -> Outcome {
        let (seq, refusal) = match verdict {
            Verdict::Changed { .. } => (self.before.seq + 1, None),
            Verdict::Unchanged => (self.before.seq, None),
            Verdict::Refused(refusal) => (self.before.seq, Some(refusal)),
        };
        Outcome {
            no: self.envelope.no,
            id: self.envelope.id,
            outcome: refusal.map_or(OutcomeKind::Applied, |_| OutcomeKind::Rejected),
            seq,
            reason: refusal.map(|refusal| refusal.reason),
            field: refusal.and_then(|refusal| refusal.field.clone()),
            conflict: refusal.and_then(|refusal| refusal.conflict.clone()),
            alternatives: refusal.and_then(|refusal| listed(&refusal.alternatives)),
            steps: refusal.and_then(|refusal| listed(&refusal.steps)),
            changed: refusal.and_then(|refusal| listed(&refusal.changed)),
            fates: refusal.and_then(|refusal| listed(&refusal.fates)),
        }
    }

    fn store(
        &self,
        db: &Connection,
        outcome: &Outcome,
        request_hash: &[u8; 32],
    ) -> Result<(), StoreError> {
        db.prepare_cached(include_str!("sql/store_outcome.sql"))?
            .execute(named_params! {
                ":clinic": self.batch.clinic.0, ":device": self.batch.device.0,
                ":no": outcome.no, ":id": outcome.id.0,
                ":request_hash": request_hash, ":kind": known_kind(&self.envelope.kind),
                ":outcome": Json(outcome), ":decided_seq": outcome.seq,
                ":decided_at": Millis(self.now),
            })?;
        db.prepare_cached(
            "update device set last_no = ?3 where clinic_id = ?1 and device_id = ?2",
        )?
        .execute((self.batch.clinic.0, self.batch.device.0, outcome.no))?;
        Ok(())
    }
}

/// A list that is told only when it says something.
fn listed<T: Clone>(list: &[T]) -> Option<Vec<T>> {
    (!list.is_empty()).then(|| list.to_vec())
}

/// A kind that this server does not know is text from outside: it is not written anywhere.
fn known_kind(kind: &str) -> &str {
    if Command::KINDS.contains(&kind) {
        kind
    } else {
        "unknown"
    }
}

/// The last line spoke although the decision said yes: an answer all the same, and a line in the
/// log, because the two must agree.
fn refusal_of_constraint(error: StoreError) -> Result<Refusal, StoreError> {
    let StoreError::Sqlite(rusqlite::Error::SqliteFailure(_, Some(message))) = &error else {
        return Err(error);
    };
    let named = ["occupancy_no_overlap", "occupancy_no_mixing"];
    if named.iter().any(|name| message.contains(name)) {
        tracing::error!(%message, "a constraint refused what was decided");
        return Ok(Refusal::because(Reason::SlotTaken));
    }
    Err(error)
}
