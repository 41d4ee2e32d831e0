//! One turn of writing: what waits is decided one after the other, and committed together.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use frontdesk_domain::ClinicId;

use super::StoreError;
use super::cache::Caches;
use super::effects::Effects;
use super::execute::{Engine, Entrants, Executed, Pace};
use super::hold::Held;
use super::lane::Lane;
use super::sheet::Sheet;
use super::writer::Ask;
use crate::clock::{self, Clock};
use crate::fanout::Fanout;
use crate::metrics::Metrics;

/// What it takes to write in a lane; there is one of it, so whoever has it is alone.
pub(super) struct Pen {
    pub(super) lane: Lane,
    pub(super) clock: Clock,
    pub(super) fanout: Fanout,
    pub(super) metrics: Metrics,
    pub(super) caches: Caches,
}

impl Pen {
    /// Something else that writes; it may have changed what is remembered.
    pub(super) fn lend(&mut self, task: impl FnOnce(&mut Lane)) {
        task(&mut self.lane);
        self.caches.clear();
    }

    /// Everybody is answered: after the commit, or when there is none.
    pub(super) fn commit_group(&mut self, group: Vec<Ask>) {
        let began = clock::instant();
        match self.decide_somehow(&group) {
            Ok((effects, replies)) => {
                let commands = group.iter().map(Ask::commands).sum();
                self.metrics.committed(commands, began.elapsed());
                failpoint!("committed");
                self.publish(effects);
                failpoint!("published");
                for (ask, reply) in group.into_iter().zip(replies) {
                    answer(ask, reply);
                }
            }
            Err(error) if is_of_several_clinics(&group) => {
                tracing::error!(%error, "a group is decided again, each clinic's part alone");
                for part in by_clinic(group) {
                    self.commit_group(part);
                }
            }
            Err(error) if group.len() > 1 && !error.may_pass() => {
                tracing::error!(%error, "a group is decided again, each request alone");
                for ask in group {
                    self.commit_group(vec![ask]);
                }
            }
            Err(error) => {
                tracing::error!(%error, "nothing of this group was committed");
                for ask in group {
                    answer(ask, Reply::Failed(error.to_everybody()));
                }
            }
        }
    }

    /// Together; and if the work on a command has failed, once more and one by one, so that it is the
    /// only one that fails.
    fn decide_somehow(&mut self, group: &[Ask]) -> Result<(Effects, Vec<Reply>), StoreError> {
        let mut reached = Reached::Nothing;
        let decided = survived(|| self.decide_group(group, Pace::Together, &mut reached));
        let Err(error) = decided else {
            return decided;
        };
        self.caches.clear();
        if is_of_several_clinics(group) || !may_be_of_one_command(&error, reached) {
            return Err(error);
        }
        tracing::warn!(%error, "a group is decided again, one command after the other");
        failpoint!("one-by-one");
        let decided = survived(|| self.decide_group(group, Pace::OneByOne, &mut reached));
        decided.inspect_err(|_| self.caches.clear())
    }

    /// What is committed is answered, whatever becomes of its news: listeners also read the head.
    fn publish(&self, effects: Effects) {
        let published = survived(|| {
            effects.publish(&self.fanout, &self.metrics);
            Ok(())
        });
        if let Err(error) = published {
            tracing::error!(%error, "what was committed was not told");
        }
    }

    fn decide_group(
        &mut self,
        group: &[Ask],
        pace: Pace,
        reached: &mut Reached,
    ) -> Result<(Effects, Vec<Reply>), StoreError> {
        let (caches, fanout, now) = (&mut self.caches, &self.fanout, self.clock.now());
        self.lane.write(|db| {
            *reached = Reached::Database;
            failpoint!("begun");
            caches.drop_if_changed_elsewhere(db)?;
            let mut effects = Effects::default();
            let sheet = Sheet::on(db);
            let mut engine = Engine {
                db: match pace {
                    Pace::Together => &sheet,
                    Pace::OneByOne => db,
                },
                caches,
                effects: &mut effects,
                want_rows: &|clinic| fanout.has_listeners(clinic),
                now,
                pace,
            };
            for (clinic, who) in entered(group) {
                engine.enter(clinic, &who)?;
            }
            *reached = Reached::Locks;
            failpoint!("locked");
            let replies = group.iter().map(|ask| reply(&mut engine, ask));
            let replies = replies.collect::<Result<_, _>>()?;
            failpoint!("settling", StoreError::Database("lost".to_owned()));
            sheet.settle()?;
            failpoint!("before-commit", StoreError::Database("lost".to_owned()));
            Ok((effects, replies))
        })
    }
}

/// How far a transaction has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reached {
    Nothing,
    Database,
    Locks,
}

/// True where another try without one of the commands could do better. Who did not get the locks in
/// time has waited long enough.
fn may_be_of_one_command(error: &StoreError, reached: Reached) -> bool {
    match error {
        StoreError::Database(_) => reached == Reached::Locks,
        StoreError::Constraint(_) | StoreError::Corrupt(_) => reached != Reached::Nothing,
        StoreError::AuditBroken(_)
        | StoreError::Full
        | StoreError::Busy
        | StoreError::Closed
        | StoreError::Io(_)
        | StoreError::User(_) => false,
    }
}

fn is_of_several_clinics(group: &[Ask]) -> bool {
    group
        .windows(2)
        .any(|pair| pair[0].clinic() != pair[1].clinic())
}

/// What can lose a whole transaction is one clinic's trouble, and not its neighbours'.
fn by_clinic(group: Vec<Ask>) -> impl Iterator<Item = Vec<Ask>> {
    let mut parts: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for ask in group {
        parts.entry(ask.clinic()).or_default().push(ask);
    }
    parts.into_values()
}

/// A panic ends the work that it happened in, rolled back as its transaction is dropped, and never
/// the thread: the lane goes on. Whoever worked forgets what it remembered.
pub(super) fn survived<T>(work: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
    let lost = |_| Err(StoreError::Corrupt("the work on it panicked".to_owned()));
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(lost)
}

/// The clinics that a group writes in, in ascending order, and who comes to each.
fn entered(group: &[Ask]) -> BTreeMap<ClinicId, Entrants<'_>> {
    let mut clinics: BTreeMap<_, Entrants<'_>> = BTreeMap::new();
    for ask in group {
        let who = clinics.entry(ask.clinic()).or_default();
        match ask {
            Ask::Execute(batch, _) => {
                who.batches.push(batch);
                who.tokens.extend(batch.session);
            }
            Ask::Hold(asked, _) => who.tokens.extend(asked.session),
            Ask::Sweep(..) => {}
        }
    }
    clinics
}

enum Reply {
    Executed(Executed),
    Held(Held),
    Swept,
    Failed(StoreError),
}

fn reply(engine: &mut Engine<'_>, ask: &Ask) -> Result<Reply, StoreError> {
    match ask {
        Ask::Execute(batch, _) => engine.run(batch).map(Reply::Executed),
        Ask::Hold(asked, _) => match engine.hold(asked) {
            Ok(held) => Ok(Reply::Held(held)),
            Err(error) if engine.pace == Pace::Together => Err(error),
            Err(error) => {
                engine.undo_after(&error)?;
                Ok(Reply::Failed(error))
            }
        },
        Ask::Sweep(..) => Ok(Reply::Swept),
    }
}

/// Whoever asked may have gone.
fn answer(ask: Ask, reply: Reply) {
    match (ask, reply) {
        (Ask::Execute(_, to), Reply::Executed(executed)) => drop(to.send(Ok(executed))),
        (Ask::Execute(_, to), Reply::Failed(error)) => drop(to.send(Err(error))),
        (Ask::Hold(.., to), Reply::Held(held)) => drop(to.send(Ok(held))),
        (Ask::Hold(.., to), Reply::Failed(error)) => drop(to.send(Err(error))),
        (Ask::Sweep(_, to), Reply::Failed(error)) => drop(to.send(Err(error))),
        (Ask::Sweep(_, to), Reply::Swept) => drop(to.send(Ok(()))),
        (
            Ask::Execute(..) | Ask::Hold(..) | Ask::Sweep(..),
            Reply::Executed(_) | Reply::Held(_) | Reply::Swept,
        ) => {}
    }
}
