//! Sends what the outbox holds, in number order, until everything is decided and told. The retry
//! timer is armed whenever an undecided row exists (I15).

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use frontdesk_domain::Epoch;
use frontdesk_protocol::{Code, CommandBatch, Cursor, MAX_BATCH, Outcome, OutcomePage, Problem};
use tokio::sync::{Notify, oneshot};

use super::ApiError;
use super::driver::Core;
use super::machine::Event;
use crate::Topic;
use crate::cache::{Cache, OutboxRow, OutboxState};
use crate::error::{DeskError, StorageError};
use crate::read::set_aside::why;
use crate::view::ConnectionState;

/// What became of a command.
pub(crate) enum Answer {
    /// Decided, and the cache shows it as of this generation.
    Decided(Box<Outcome>, u64),
    /// It never left: nothing was asked for.
    NotSent(DeskError),
}

/// The senders' shared state.
#[derive(Default)]
pub(crate) struct Outbox {
    wake: Notify,
    desk: Mutex<Waiting>,
}

#[derive(Default)]
struct Waiting {
    answers: HashMap<u64, oneshot::Sender<Answer>>,
    /// Numbers that surely have not left this process.
    fresh: HashSet<u64>,
    /// A batch failed as a whole: its commands go one by one until one is decided, so that the one
    /// that is to blame is known.
    one_by_one: bool,
}

const FIRST_RETRY: Duration = Duration::from_millis(500);
const LAST_RETRY: Duration = Duration::from_secs(30);
/// So often the server may fail on the same command while it answers everything else.
const MOST_FAILURES: u32 = 5;
/// How long an outcome waits for the cursor before the feed is asked again.
const CATCH_UP: Duration = Duration::from_millis(500);

impl Outbox {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Stores a command and returns its number and where its answer will arrive; none when `store`
    /// finds nothing to send.
    pub(crate) async fn submit(
        self: &Arc<Self>,
        core: &Core,
        store: impl FnOnce(&Cache) -> Result<Option<u64>, StorageError> + Send + 'static,
    ) -> Result<Option<(u64, oneshot::Receiver<Answer>)>, StorageError> {
        let (outbox, cache) = (Arc::clone(self), Arc::clone(&core.cache));
        let submitted = core.blocking(move || {
            // Held while storing: the sender must not find the row before its waiter is known.
            let mut waiting = outbox.waiting();
            let Some(no) = store(&cache)? else {
                return Ok(None);
            };
            let (answer, wait) = oneshot::channel();
            waiting.answers.insert(no, answer);
            waiting.fresh.insert(no);
            Ok(Some((no, wait)))
        });
        let submitted = submitted.await?;
        self.wake.notify_one();
        Ok(submitted)
    }

    /// The person who asked waits no longer; true unless the answer is already on its way. They are
    /// told that the desk keeps asking, so from now on the row is never given back.
    pub(crate) fn leave(&self, no: u64) -> bool {
        let mut waiting = self.waiting();
        let left = waiting.answers.remove(&no).is_some();
        if left {
            waiting.fresh.remove(&no);
        }
        left
    }

    /// Somebody has signed in, or the server is back.
    pub(crate) fn hurry(&self) {
        self.wake.notify_one();
    }

    /// Sends for ever.
    pub(crate) async fn run(self: Arc<Self>, core: Arc<Core>) {
        let mut status = core.status.subscribe();
        let mut failures = 0_u32;
        loop {
            let next = match self.round(&core).await {
                Ok(next) => next,
                Err(error) => {
                    tracing::error!(%error, "the outbox cannot be read or written");
                    Next::Retry(None)
                }
            };
            let wait = match next {
                Next::Idle => None,
                Next::Again => {
                    failures = 0;
                    continue;
                }
                Next::CatchUp => Some(CATCH_UP),
                Next::Retry(after) => {
                    failures = failures.saturating_add(1);
                    Some(after.unwrap_or_else(|| backoff(failures)))
                }
            };
            tokio::select! {
                () = self.wake.notified() => {}
                // A cursor that moved or a server that came back.
                Ok(()) = status.changed() => {}
                () = sleep(wait) => {}
            }
        }
    }

    /// One round: tell what can be told, send what must be sent.
    async fn round(&self, core: &Arc<Core>) -> Result<Next, StorageError> {
        let behind = self.tell_decided(core).await?;
        let cache = Arc::clone(&core.cache);
        let mut rows = core.blocking(move || cache.unsent()).await?;
        rows.truncate(without_a_hole(&rows).min(self.batch_size(&rows)));
        if rows.is_empty() || !core.api.has_token() {
            return Ok(if behind { Next::CatchUp } else { Next::Idle });
        }
        self.send(core, &rows).await
    }

    fn batch_size(&self, rows: &[OutboxRow]) -> usize {
        let failed_before = rows.first().is_some_and(|row| row.failures > 0);
        if failed_before || self.waiting().one_by_one {
            1
        } else {
            MAX_BATCH
        }
    }

    async fn send(&self, core: &Arc<Core>, rows: &[OutboxRow]) -> Result<Next, StorageError> {
        let cache = Arc::clone(&core.cache);
        let (device, since) = core
            .blocking(move || Ok((cache.device_id()?, cache.state()?.cursor)))
            .await?;
        let session = core.api.session();
        let commands = rows.iter().map(|row| row.envelope.clone()).collect();
        let answer = core
            .api
            .commands(&CommandBatch {
                device,
                since,
                commands,
            })
            .await;
        match answer {
            Ok(page) => self.answered(core, page).await,
            Err(ApiError::NotSent | ApiError::Untrusted(_)) => {
                self.give_back(core, rows, || DeskError::Offline).await
            }
            Err(ApiError::SignedOut) => {
                self.give_back(core, rows, || DeskError::SignedOut).await?;
                core.session_ended(session).await;
                Ok(Next::Idle)
            }
            Err(ApiError::Problem {
                problem,
                retry_after,
            }) => {
                self.problem(core, session, rows, &problem, retry_after)
                    .await
            }
            Err(ApiError::NoAnswer | ApiError::Nonsense(_) | ApiError::Gone) => {
                self.maybe_sent(rows);
                Ok(Next::Retry(None))
            }
        }
    }

    async fn answered(&self, core: &Arc<Core>, page: OutcomePage) -> Result<Next, StorageError> {
        let OutcomePage {
            epoch,
            outcomes,
            changes,
            ..
        } = page;
        if let Some(changes) = changes {
            match core.apply(changes).await {
                // The pull will bring what does not fit.
                Ok(()) | Err(StorageError::Gap { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        let decided = outcomes.len();
        let cache = Arc::clone(&core.cache);
        core.blocking(move || cache.decide(epoch, &outcomes))
            .await?;
        core.tell(Event::Hurry);
        Ok(if decided > 0 {
            self.waiting().one_by_one = false;
            Next::Again
        } else {
            Next::Retry(None)
        })
    }

    /// The whole batch was answered by a problem: nothing of it was decided now.
    async fn problem(
        &self,
        core: &Arc<Core>,
        session: u64,
        rows: &[OutboxRow],
        problem: &Problem,
        retry_after: Option<Duration>,
    ) -> Result<Next, StorageError> {
        tracing::warn!(code = ?problem.code, "commands were not taken");
        let cache = Arc::clone(&core.cache);
        match problem.code {
            Code::CommandGap => {
                let expected = problem.expected_no.unwrap_or(1);
                core.blocking(move || cache.close_gap(expected)).await?;
                Ok(Next::Again)
            }
            Code::CommandReused => {
                core.blocking(move || cache.become_another_device()).await?;
                self.everybody_leaves();
                core.session_ended(session).await;
                Ok(Next::Idle)
            }
            Code::Unauthorized | Code::DeviceMismatch | Code::Forbidden | Code::WrongPassword => {
                self.give_back(core, rows, || DeskError::SignedOut).await?;
                core.session_ended(session).await;
                Ok(Next::Idle)
            }
            Code::BadRequest | Code::InvalidEnvelope | Code::TooLarge => {
                if rows.len() > 1 {
                    self.waiting().one_by_one = true;
                    return Ok(Next::Again);
                }
                let detail = problem.detail.clone();
                let refused = || DeskError::Outdated(detail.clone());
                self.give_back(core, rows, refused).await?;
                self.failed(core, rows, problem, retry_after).await
            }
            Code::NotFound | Code::MethodNotAllowed | Code::SlotTaken | Code::Gone => {
                let detail = problem.detail.clone();
                let refused = || DeskError::Outdated(detail.clone());
                self.give_back(core, rows, refused).await
            }
            Code::Internal => {
                self.maybe_sent(rows);
                self.failed(core, rows, problem, retry_after).await
            }
            Code::TooManyRequests | Code::Unavailable => {
                self.maybe_sent(rows);
                Ok(Next::Retry(retry_after))
            }
        }
    }

    /// The server failed. A command on which it fails again and again, while it answers this desk
    /// in everything else, must not keep those behind it waiting for ever.
    async fn failed(
        &self,
        core: &Arc<Core>,
        rows: &[OutboxRow],
        problem: &Problem,
        retry_after: Option<Duration>,
    ) -> Result<Next, StorageError> {
        let [row] = rows else {
            self.waiting().one_by_one = true;
            return Ok(Next::Retry(retry_after));
        };
        let (cache, no) = (Arc::clone(&core.cache), row.envelope.no);
        let failures = core.blocking(move || cache.failed_alone(no)).await?;
        let others_pass = core.status.borrow().state == ConnectionState::Live;
        // What has become a `noop` already has nothing in it that could be to blame.
        let to_blame = row.state == OutboxState::Sending && row.envelope.kind != "noop";
        if failures < MOST_FAILURES || !others_pass || !to_blame {
            return Ok(Next::Retry(retry_after));
        }
        self.set_aside(core, row, problem).await?;
        Ok(Next::Again)
    }

    async fn set_aside(
        &self,
        core: &Arc<Core>,
        row: &OutboxRow,
        problem: &Problem,
    ) -> Result<(), StorageError> {
        tracing::error!(no = row.envelope.no, code = ?problem.code, "a command is set aside");
        let (cache, kept, said) = (Arc::clone(&core.cache), row.clone(), problem.clone());
        let notice = core
            .blocking(move || cache.quarantine(&kept, &said))
            .await?;
        let asker = self.waiting().answers.remove(&row.envelope.no);
        if let Some(asker) = asker {
            // Whoever has gone finds the notice.
            let _ = asker.send(Answer::NotSent(why(problem.clone())));
        }
        core.announcer
            .now([Topic::Notice, Topic::Connection, Topic::Outbox]);
        core.raise(&[notice]);
        Ok(())
    }

    /// Nothing of this batch was acted upon: rows that never left before are withdrawn and their
    /// askers told. Rows that may have arrived earlier stay.
    async fn give_back(
        &self,
        core: &Arc<Core>,
        rows: &[OutboxRow],
        why: impl Fn() -> DeskError,
    ) -> Result<Next, StorageError> {
        for row in rows.iter().filter(|row| row.state == OutboxState::Sending) {
            let no = row.envelope.no;
            // Taken together: whoever leaves in between would be told that it was saved.
            let asker = {
                let mut waiting = self.waiting();
                if !waiting.fresh.remove(&no) {
                    continue;
                }
                waiting.answers.remove(&no)
            };
            let cache = Arc::clone(&core.cache);
            core.blocking(move || cache.withdraw(no)).await?;
            if let Some(asker) = asker {
                // The asker may have gone; the row is withdrawn all the same.
                let _ = asker.send(Answer::NotSent(why()));
            }
        }
        Ok(Next::Retry(None))
    }

    fn maybe_sent(&self, rows: &[OutboxRow]) {
        let mut waiting = self.waiting();
        for row in rows {
            waiting.fresh.remove(&row.envelope.no);
        }
    }

    /// The numbers have changed: every outcome will come as a notice.
    pub(crate) fn everybody_leaves(&self) {
        let mut waiting = self.waiting();
        waiting.fresh.clear();
        waiting.answers.clear();
    }

    /// Tells each outcome whose seq the cursor has reached (I19); true when some are still ahead.
    async fn tell_decided(&self, core: &Arc<Core>) -> Result<bool, StorageError> {
        let cache = Arc::clone(&core.cache);
        let rows = core.blocking(move || cache.decided()).await?;
        let cursor = core.status.borrow().cursor;
        let mut behind = false;
        for row in rows {
            let Some((epoch, outcome)) = row.decided.clone() else {
                continue;
            };
            if !reached(cursor, epoch, outcome.seq) {
                core.tell(Event::Hint(Cursor {
                    epoch,
                    seq: outcome.seq,
                }));
                behind = true;
                continue;
            }
            self.tell(core, &row, outcome).await?;
        }
        Ok(behind)
    }

    async fn tell(
        &self,
        core: &Arc<Core>,
        row: &OutboxRow,
        outcome: Outcome,
    ) -> Result<(), StorageError> {
        let no = row.envelope.no;
        let asker = {
            let mut waiting = self.waiting();
            waiting.fresh.remove(&no);
            waiting.answers.remove(&no)
        };
        let cache = Arc::clone(&core.cache);
        let Some(asker) = asker else {
            return self.tell_by_notice(core, row, outcome).await;
        };
        let generation = core.announcer.now([]);
        let unheard = asker
            .send(Answer::Decided(Box::new(outcome), generation))
            .err();
        match unheard {
            None => core.blocking(move || cache.finish(no)).await,
            Some(Answer::Decided(outcome, _)) => self.tell_by_notice(core, row, *outcome).await,
            Some(Answer::NotSent(_)) => Ok(()),
        }
    }

    async fn tell_by_notice(
        &self,
        core: &Arc<Core>,
        row: &OutboxRow,
        outcome: Outcome,
    ) -> Result<(), StorageError> {
        let (cache, row) = (Arc::clone(&core.cache), row.clone());
        let notice = core
            .blocking(move || cache.finish_by_notice(&row, &outcome))
            .await?;
        core.announcer.now([Topic::Notice, Topic::Connection]);
        core.raise(&[notice]);
        Ok(())
    }
}

enum Next {
    /// Nothing to do until something happens.
    Idle,
    /// Something was done: look again at once.
    Again,
    /// Outcomes wait for the cursor.
    CatchUp,
    /// Try again later.
    Retry(Option<Duration>),
}

/// How many rows at the beginning have numbers without a hole: more would not be one batch. A hole
/// is there after a sign-in at a server that knows later numbers of this device.
fn without_a_hole(rows: &[OutboxRow]) -> usize {
    let hole = rows
        .windows(2)
        .position(|pair| pair[0].envelope.no + 1 != pair[1].envelope.no);
    hole.map_or(rows.len(), |before| before + 1)
}

/// The cursor shows everything that was decided with this outcome. A snapshot of another epoch is
/// newer than the outcome.
fn reached(cursor: Option<Cursor>, epoch: Epoch, seq: u64) -> bool {
    cursor.is_some_and(|cursor| cursor.epoch != epoch || cursor.seq >= seq)
}

/// Full jitter.
fn backoff(failures: u32) -> Duration {
    let limit = FIRST_RETRY
        .saturating_mul(1 << failures.saturating_sub(1).min(6))
        .min(LAST_RETRY);
    limit
        .mul_f64(rand::random::<f64>())
        .max(Duration::from_millis(50))
}

async fn sleep(wait: Option<Duration>) {
    match wait {
        Some(wait) => tokio::time::sleep(wait).await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests;
