//! Sends what the outbox holds, in number order, until everything is decided and told. The retry
//! timer is armed whenever an undecided row exists (I15).

mod rest;
mod tell;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use frontdesk_domain::ClinicId;
use frontdesk_protocol::{Code, CommandBatch, Cursor, MAX_BATCH, Outcome, OutcomePage, Problem};
use tokio::sync::{Notify, oneshot};
use tokio::time::Instant;

use rest::{Rest, moved, standing};

use super::ApiError;
use super::driver::{Core, sleep};
use super::machine::{Event, Moment};
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
    /// When a failure was last counted against a command.
    counted_at: Option<Moment>,
    /// The number that the server missed last.
    gap: Option<u64>,
}

/// So often the server may fail on the same command while it answers everything else.
const MOST_FAILURES: u32 = 5;
/// Failures closer than this are one: a moment of trouble is not the command's fault.
const FAILURES_APART: Duration = Duration::from_millis(500);
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
        let mut seen = standing(&status.borrow());
        let (mut failures, mut rest) = (0_u32, None::<Rest>);
        loop {
            rest = rest.filter(|rest| rest.until > Instant::now());
            let next = match self.round(&core, rest.is_none()).await {
                Ok(next) => next,
                Err(error) => {
                    tracing::error!(%error, "the outbox cannot be read or written");
                    Next::Retry(None)
                }
            };
            let catch_up = match next {
                Next::Again => {
                    failures = 0;
                    continue;
                }
                Next::Idle => None,
                Next::CatchUp => Some(CATCH_UP),
                Next::Retry(after) => {
                    rest = Some(Rest::after(after, failures));
                    failures = failures.saturating_add(1);
                    None
                }
            };
            let resting = rest.map(|rest| rest.until.saturating_duration_since(Instant::now()));
            let wait = [catch_up, resting].into_iter().flatten().min();
            tokio::select! {
                () = self.wake.notified() => rest = rest.filter(|rest| rest.firm),
                now = moved(&mut status, seen) => {
                    // A server that came back is asked at once; a cursor that moved tells outcomes.
                    if now.0 != seen.0 {
                        rest = rest.filter(|rest| rest.firm);
                    }
                    seen = now;
                }
                () = sleep(wait) => {}
            }
        }
    }

    /// One round: tell what can be told, send what must be sent.
    async fn round(&self, core: &Arc<Core>, may_send: bool) -> Result<Next, StorageError> {
        let behind = self.tell_decided(core).await?;
        let told = if behind { Next::CatchUp } else { Next::Idle };
        if !may_send {
            return Ok(told);
        }
        // Before the rows are read: what was asked in one session never travels in another.
        let session = core.api.session();
        let cache = Arc::clone(&core.cache);
        let mut rows = core.blocking(move || cache.unsent()).await?;
        rows.truncate(without_a_hole(&rows).min(self.batch_size(&rows)));
        if rows.is_empty() || !core.api.has_token() {
            return Ok(told);
        }
        self.send(core, session, &rows).await
    }

    fn batch_size(&self, rows: &[OutboxRow]) -> usize {
        let failed_before = rows.first().is_some_and(|row| row.failures > 0);
        if failed_before || self.waiting().one_by_one {
            1
        } else {
            MAX_BATCH
        }
    }

    async fn send(
        &self,
        core: &Arc<Core>,
        session: u64,
        rows: &[OutboxRow],
    ) -> Result<Next, StorageError> {
        let cache = Arc::clone(&core.cache);
        let (device, since) = core
            .blocking(move || Ok((cache.device_id()?, cache.state()?.cursor)))
            .await?;
        let Some(token) = core.api.token_of(session) else {
            return Ok(Next::Again);
        };
        let commands = rows.iter().map(|row| row.envelope.clone()).collect();
        let batch = CommandBatch {
            device,
            since,
            commands,
        };
        match core.api.commands(&token, &batch).await {
            Ok(page) if since.is_some_and(|seen| seen.epoch != page.epoch) => {
                Ok(self.of_another_epoch(core, rows, &page))
            }
            Ok(page) => self.answered(core, rows, page).await,
            Err(ApiError::NotSent) => self.give_back(core, rows, || DeskError::Offline).await,
            Err(ApiError::Untrusted { why, advice }) => {
                let untrusted = || DeskError::Untrusted {
                    why: why.clone(),
                    advice,
                };
                self.give_back(core, rows, untrusted).await
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

    /// The server was set back to an older day, and this desk still shows the days before that: what
    /// was decided can be shown only when everything is read anew. Then the same numbers get the same
    /// outcomes.
    fn of_another_epoch(&self, core: &Core, rows: &[OutboxRow], page: &OutcomePage) -> Next {
        self.maybe_sent(rows);
        let seqs = page.outcomes.iter().map(|outcome| outcome.seq);
        core.tell(Event::Hint(Cursor {
            epoch: page.epoch,
            seq: seqs.max().unwrap_or(0),
        }));
        core.tell(Event::Hurry);
        Next::Retry(None)
    }

    async fn answered(
        &self,
        core: &Arc<Core>,
        rows: &[OutboxRow],
        page: OutcomePage,
    ) -> Result<Next, StorageError> {
        let Some(clinic) = clinic_of(rows) else {
            return Ok(Next::Idle);
        };
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
        core.blocking(move || cache.decide(clinic, epoch, &outcomes))
            .await?;
        core.tell(Event::Hurry);
        Ok(if decided > 0 {
            let mut waiting = self.waiting();
            waiting.one_by_one = false;
            waiting.gap = None;
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
            Code::CommandGap => self.gap(core, rows, problem.expected_no.unwrap_or(1)).await,
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

    /// Numbers are missing at the server.
    async fn gap(
        &self,
        core: &Arc<Core>,
        rows: &[OutboxRow],
        expected: u64,
    ) -> Result<Next, StorageError> {
        let again = self.waiting().gap.replace(expected) == Some(expected);
        if let Some(clinic) = clinic_of(rows) {
            let cache = Arc::clone(&core.cache);
            core.blocking(move || cache.close_gap(clinic, expected))
                .await?;
        }
        // The same gap a second time was not closed by that: no reason to hurry.
        Ok(if again {
            Next::Retry(None)
        } else {
            Next::Again
        })
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
        if !self.counts(core.clock.elapsed()) {
            return Ok(Next::Retry(retry_after));
        }
        let (cache, clinic, no) = (Arc::clone(&core.cache), row.clinic_id, row.envelope.no);
        let failures = core
            .blocking(move || cache.failed_alone(clinic, no))
            .await?;
        let others_pass = core.status.borrow().state == ConnectionState::Live;
        // What has become a `noop` already has nothing in it that could be to blame.
        let to_blame = row.state == OutboxState::Sending && row.envelope.kind != "noop";
        if failures < MOST_FAILURES || !others_pass || !to_blame {
            return Ok(Next::Retry(retry_after));
        }
        self.set_aside(core, row, problem).await?;
        Ok(Next::Again)
    }

    /// True when the failure before was long enough ago.
    fn counts(&self, now: Moment) -> bool {
        let mut waiting = self.waiting();
        let counts = waiting
            .counted_at
            .is_none_or(|before| now >= before + FAILURES_APART);
        if counts {
            waiting.counted_at = Some(now);
        }
        counts
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
            let (cache, clinic) = (Arc::clone(&core.cache), row.clinic_id);
            core.blocking(move || cache.withdraw(clinic, no)).await?;
            core.announcer.soon([Topic::Outbox]);
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

/// The rows of a batch were asked at one clinic.
fn clinic_of(rows: &[OutboxRow]) -> Option<ClinicId> {
    rows.first().map(|row| row.clinic_id)
}

#[cfg(test)]
mod tests;
