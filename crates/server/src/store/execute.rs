//! The write transaction of design §5.1, one command after the other: the device's number, the feed
//! row, the facts, the decision, and then either effect and outcome together or the outcome alone.

use std::collections::{BTreeSet, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use frontdesk_domain::decide::Decided;
use frontdesk_domain::{
    ClinicId, Command, DeviceId, Epoch, Kind, Needs, Reason, Refusal, Timestamp, UserId,
};
use frontdesk_protocol::{Envelope, Outcome};
use uuid::Uuid;

use super::ahead::Ahead;
use super::audit::{Act, Head};
use super::cache::Caches;
use super::change::device_ack;
use super::column::{Json, json};
use super::effects::{self, Effects};
use super::session::{self, Session, TokenHash};
use super::sheet::SET_LAST_NO;
use super::sql::{Db, Query, Statement, params};
use super::{StoreError, ahead, load, rows, write};

/// What one request asks for.
pub(crate) struct Batch {
    pub(crate) clinic: ClinicId,
    pub(crate) device: DeviceId,
    /// The session's user, who asks unless an envelope names another.
    pub(crate) user: UserId,
    /// The session that it came by, which must not have ended meanwhile; none when a test asks.
    pub(crate) session: Option<TokenHash>,
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
    /// The session ended before it was this batch's turn.
    SignedOut,
    /// The server could not; the same number may be sent again.
    Failed,
    /// The server fails on this command each time: the desk counts, and sets it aside.
    Broken,
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

/// How the commands of a transaction depend on each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pace {
    /// What they need is read together, what they do travels together, and what fails in one of them
    /// is the end of the transaction.
    Together,
    /// Each reads and writes by itself; what fails is undone without the rest.
    OneByOne,
}

/// Everything after it can be undone without the rest of the transaction.
const MARK: Statement = ("savepoint step", Vec::new());
const KEEP: Statement = ("release savepoint step", Vec::new());
const UNDO: &str = "rollback to savepoint step";

/// Runs inside a writer's transaction.
pub(crate) struct Engine<'a> {
    pub(crate) db: &'a dyn Db,
    pub(crate) caches: &'a mut Caches,
    pub(crate) effects: &'a mut Effects,
    pub(crate) want_rows: &'a dyn Fn(ClinicId) -> bool,
    pub(crate) now: Timestamp,
    pub(crate) pace: Pace,
}

/// Who comes to write in a clinic.
#[derive(Default)]
pub(crate) struct Entrants<'a> {
    pub(crate) batches: Vec<&'a Batch>,
    /// The sessions that they, and those who hold, come by.
    pub(crate) tokens: HashSet<TokenHash>,
}

/// What is asked with the locks.
#[derive(Clone, Copy)]
enum Entry {
    Head,
    LastNos,
    Session,
    /// A row of this kind; none where it is a visit that stands in the way.
    Fact(Option<Kind>),
    Mark,
}

impl Engine<'_> {
    /// Locks the devices and then the feed of a clinic, once, before anything is read of it.
    /// Holds that have expired are swept.
    pub(crate) fn enter(&mut self, clinic: ClinicId, who: &Entrants<'_>) -> Result<(), StoreError> {
        let devices: BTreeSet<DeviceId> = who.batches.iter().map(|batch| batch.device).collect();
        let devices: Vec<DeviceId> = devices.into_iter().collect();
        let needs = self.needed_ahead(clinic, &who.batches);
        let (entries, statements) = self.entries(clinic, &devices, &who.tokens, &needs);
        let known = &mut self.caches.known;
        let (mut facts, mut rivals) = (Vec::new(), BTreeSet::new());
        self.db
            .lock_and_ask(clinic, &devices, &statements, &mut |n, row| {
                match entries.get(n).copied() {
                    Some(Entry::Head) => drop(known.heads.insert(clinic, Head::read(row)?)),
                    Some(Entry::LastNos) => {
                        let device = DeviceId(row.get("device_id")?);
                        known.last_nos.insert((clinic, device), row.get("last_no")?);
                    }
                    Some(Entry::Session) => {
                        let session = session::read(row)?;
                        known.sessions.insert(session.token_hash, Some(session));
                    }
                    Some(Entry::Fact(Some(kind))) => facts.push(rows::read(kind, row)?),
                    Some(Entry::Fact(None)) => drop(rivals.insert(row.get("appointment_id")?)),
                    Some(Entry::Mark) | None => {}
                }
                Ok(())
            })?;
        // Those that were not found have ended.
        for token in &who.tokens {
            known.sessions.entry(*token).or_insert(None);
        }
        if let Some(cached) = self.caches.before(clinic) {
            load::load_ahead(self.db, clinic, (facts, rivals), &mut cached.facts)?;
            cached.ahead = Ahead::lent_for(needs);
        }
        // Forgets all of it where the directories are not those that it was asked with.
        self.sweep(clinic)
    }

    /// What can be asked for with the locks, going by the directories as they were.
    fn needed_ahead(&mut self, clinic: ClinicId, batches: &[&Batch]) -> Vec<Needs> {
        match (self.pace, self.caches.before(clinic)) {
            (Pace::Together, Some(cached)) if self.db.is_far() => {
                ahead::needs_of(batches, &cached.facts)
            }
            (Pace::Together | Pace::OneByOne, _) => Vec::new(),
        }
    }

    /// What is not known of a clinic yet, and how to find it.
    fn entries(
        &mut self,
        clinic: ClinicId,
        devices: &[DeviceId],
        tokens: &HashSet<TokenHash>,
        needs: &[Needs],
    ) -> (Vec<Entry>, Vec<Query>) {
        let known = &self.caches.known;
        let mut asked = Vec::new();
        if !known.heads.contains_key(&clinic) {
            asked.push((Entry::Head, Head::query(clinic)));
        }
        let unknown = devices
            .iter()
            .filter(|device| !known.last_nos.contains_key(&(clinic, **device)));
        let unknown: Vec<Uuid> = unknown.map(|device| device.0).collect();
        let numbers = last_nos(clinic, &unknown).into_iter();
        asked.extend(numbers.map(|statement| (Entry::LastNos, statement)));
        let tokens = tokens.iter().copied();
        let unknown = tokens.filter(|token| !known.sessions.contains_key(token));
        let unknown: Vec<TokenHash> = unknown.collect();
        let sessions = unknown.chunks(rows::AT_ONCE);
        asked.extend(sessions.map(|some| (Entry::Session, session::query(some, self.now))));
        if let Some(cached) = self.caches.before(clinic) {
            let all = needs.iter().map(|needs| (needs, &needs.places[..]));
            let facts = load::sought(clinic, all, &cached.facts).into_iter();
            asked.extend(facts.map(|(kind, query)| (Entry::Fact(kind), query)));
        }
        if self.pace == Pace::OneByOne {
            let (mark, with) = MARK;
            asked.push((Entry::Mark, (mark.into(), with)));
        }
        asked.into_iter().unzip()
    }

    /// # Errors
    /// Only when the whole transaction is lost.
    pub(crate) fn run(&mut self, batch: &Batch) -> Result<Executed, StoreError> {
        let mut outcomes = Vec::with_capacity(batch.commands.len());
        let mut stopped = self.turned_away(batch);
        let key = (batch.clinic, batch.device);
        let mut last_no = match self.caches.known.last_nos.get(&key) {
            Some(no) => *no,
            None => device_ack(self.db, batch.clinic, batch.device)?,
        };
        let wanted = if stopped.is_some() {
            &[]
        } else {
            &batch.commands[..]
        };
        for envelope in wanted {
            match self.run_one(batch, envelope, last_no) {
                Ok(outcome) => {
                    last_no = last_no.max(outcome.no);
                    outcomes.push(outcome);
                }
                Err(Halt::Stop(stop)) => {
                    stopped = Some(stop);
                    break;
                }
                Err(Halt::Store(error)) if self.pace == Pace::Together => return Err(error),
                Err(Halt::Store(error)) => {
                    self.undo_after(&error)?;
                    tracing::error!(%error, kind = known_kind(&envelope.kind), "a command failed");
                    let lasts = !error.may_pass();
                    stopped = Some(if lasts { Stop::Broken } else { Stop::Failed });
                    break;
                }
            }
        }
        self.caches.known.last_nos.insert(key, last_no);
        Ok(Executed {
            epoch: self.head(batch.clinic)?.epoch,
            expected_no: last_no + 1,
            outcomes,
            stopped,
        })
    }

    /// Why nothing of this batch is decided.
    fn turned_away(&mut self, batch: &Batch) -> Option<Stop> {
        let Some(session) = self.living(batch.session?) else {
            return Some(Stop::SignedOut);
        };
        let (clinic, actor) = (session.clinic, session.actor.clone());
        let users = &mut self.caches.known.users;
        users.insert((clinic, actor.user_id), Some(actor));
        None
    }

    /// The session that a request came by, with the rights of now, if it still lives: a body may take
    /// its time. Who ends one needs the feed's lock too, so what was found behind it stays true.
    pub(super) fn living(&self, token: TokenHash) -> Option<&Session> {
        let session = self.caches.known.sessions.get(&token)?.as_ref();
        session.filter(|session| session.expires_at > self.now)
    }

    fn run_one(
        &mut self,
        batch: &Batch,
        envelope: &Envelope,
        last_no: u64,
    ) -> Result<Outcome, Halt> {
        let request_hash = super::request::hash(envelope);
        if envelope.no <= last_no {
            return stored(self.db, batch, envelope, request_hash);
        }
        if envelope.no != last_no + 1 {
            return Err(Halt::Stop(Stop::Gap));
        }
        let step = Step {
            batch,
            envelope,
            request_hash,
        };
        let decided = catch_unwind(AssertUnwindSafe(|| self.decide(batch, envelope)))
            .map_err(|_| StoreError::Corrupt("a decision panicked".to_owned()))??;
        failpoint!("decided");
        let outcome = self.conclude(&step, decided)?;
        let (clinic, device) = (batch.clinic, batch.device);
        self.effects.decided(clinic, device, envelope.no);
        self.effects.counted(&envelope.kind, &outcome);
        Ok(outcome)
    }

    /// Effect and outcome together, or the outcome alone.
    fn conclude(
        &mut self,
        step: &Step<'_>,
        decided: Result<(UserId, Decided), Refusal>,
    ) -> Result<Outcome, StoreError> {
        let clinic = step.batch.clinic;
        let seq = self.head(clinic)?.seq;
        let (actor, decided) = match decided {
            Ok((_, decided)) if decided.is_empty() => return self.tell(step, seq, None),
            Ok(decided) => decided,
            Err(refusal) => return self.tell(step, seq, Some(&refusal)),
        };
        let act = Act {
            at: self.now,
            actor: actor.0,
            device: step.batch.device.0,
            action: &step.envelope.kind,
            id: step.envelope.id.0,
            seq: seq + 1,
            payload_hash: [0; 32],
        };
        let outcome = step.outcome(act.seq, None);
        match self.apply(clinic, decided, act, step.record(&outcome, self.now)?) {
            Ok(()) => Ok(outcome),
            Err(error) if self.pace == Pace::Together => Err(error),
            Err(error) => {
                let refusal = refusal_of_constraint(error)?;
                self.undo()?;
                self.tell(step, seq, Some(&refusal))
            }
        }
    }

    /// An outcome without an effect.
    fn tell(
        &mut self,
        step: &Step<'_>,
        seq: u64,
        refusal: Option<&Refusal>,
    ) -> Result<Outcome, StoreError> {
        let outcome = step.outcome(seq, refusal);
        self.write_down(step.record(&outcome, self.now)?)?;
        failpoint!("refusal-noted");
        Ok(outcome)
    }

    /// Writes what was decided, and `besides`, at the act's seq.
    pub(super) fn apply(
        &mut self,
        clinic: ClinicId,
        decided: Decided,
        act: Act<'_>,
        besides: Vec<Statement>,
    ) -> Result<(), StoreError> {
        let before = self.head(clinic)?.clone();
        let mut head = before.clone();
        let cached = self.caches.at(self.db, clinic, &before)?;
        cached.ahead.note(&decided, &cached.facts);
        let (mut statements, written) =
            write::write(clinic, decided, act, &cached.facts, &mut head)?;
        statements.extend(besides);
        self.write_down(statements)?;
        failpoint!("effect-noted");
        self.caches.note(clinic, &written, head.seq);
        let net = (self.want_rows)(clinic).then(|| effects::net(&act, written));
        self.effects.applied(clinic, &before, net);
        self.caches.known.heads.insert(clinic, head);
        Ok(())
    }

    /// All that a command writes. Where nobody asks for the next savepoint, nobody waits for it either.
    fn write_down(&self, mut statements: Vec<Statement>) -> Result<(), StoreError> {
        match self.pace {
            Pace::Together => {
                let statements = statements.into_iter();
                self.db
                    .put_off(statements.map(|(sql, with)| (sql.into(), with)).collect())
            }
            Pace::OneByOne => {
                statements.extend([KEEP, MARK]);
                self.db.execute_all(statements)?;
                failpoint!("kept");
                Ok(())
            }
        }
    }

    /// Back to where the last command ended; what is remembered may be of what is undone.
    fn undo(&mut self) -> Result<(), StoreError> {
        self.caches.forget_facts();
        self.db.execute(UNDO, &[]).map(|_| ())
    }

    /// The same after an error: where the transaction is lost with it, the error says more.
    pub(super) fn undo_after(&mut self, error: &StoreError) -> Result<(), StoreError> {
        self.undo().map_err(|lost| {
            if error.is_full() {
                StoreError::Full
            } else {
                lost
            }
        })
    }

    pub(super) fn head(&self, clinic: ClinicId) -> Result<&Head, StoreError> {
        let head = self.caches.known.heads.get(&clinic);
        head.ok_or_else(|| StoreError::Corrupt("a feed was not locked".to_owned()))
    }
}

fn last_nos(clinic: ClinicId, devices: &[Uuid]) -> Vec<Query> {
    let one = "select device_id, last_no from device where clinic_id = $1 and device_id = $id";
    rows::one_by_one(clinic, one, devices)
}

fn stored(
    db: &dyn Db,
    batch: &Batch,
    envelope: &Envelope,
    request_hash: [u8; 32],
) -> Result<Outcome, Halt> {
    let found = db.first(
        "select request_hash, outcome from command
         where clinic_id = $1 and device_id = $2 and no = $3",
        &params![batch.clinic.0, batch.device.0, envelope.no],
        |row| {
            let hash: [u8; 32] = row.get("request_hash")?;
            Ok((hash, row.get::<Json<Outcome>>("outcome")?))
        },
    )?;
    match found {
        Some((hash, outcome)) if hash == request_hash => Ok(outcome.0),
        Some(_) | None => Err(Halt::Stop(Stop::Reused)),
    }
}

/// One command under its number.
struct Step<'a> {
    batch: &'a Batch,
    envelope: &'a Envelope,
    request_hash: [u8; 32],
}

impl Step<'_> {
    fn outcome(&self, seq: u64, refusal: Option<&Refusal>) -> Outcome {
        let (no, id) = (self.envelope.no, self.envelope.id);
        super::request::outcome(no, id, seq, refusal)
    }

    /// Keeps the outcome for ever, and the device's number with it.
    fn record(&self, outcome: &Outcome, at: Timestamp) -> Result<Vec<Statement>, StoreError> {
        let (clinic, device) = (self.batch.clinic.0, self.batch.device.0);
        let command = params![
            clinic,
            device,
            outcome.no,
            outcome.id.0,
            self.request_hash,
            known_kind(&self.envelope.kind),
            json(outcome)?,
            outcome.seq,
            at,
        ];
        Ok(vec![
            (include_str!("sql/store_outcome.sql"), command.into()),
            (SET_LAST_NO, params![clinic, device, outcome.no].into()),
        ])
    }
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
    let StoreError::Constraint(name) = &error else {
        return Err(error);
    };
    if !["occupancy_no_overlap", "occupancy_no_mixing"].contains(&name.as_str()) {
        return Err(error);
    }
    tracing::error!(%name, "a constraint refused what was decided");
    Ok(Refusal::because(Reason::SlotTaken))
}
