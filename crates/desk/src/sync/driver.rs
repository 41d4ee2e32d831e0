//! The edge of the machine: performs its actions with sockets, timers and the cache, and reports
//! back what happened.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use frontdesk_domain::Timestamp;
use frontdesk_protocol::Cursor;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;

use super::apply::Recent;
use super::holder::{self, Job};
use super::machine::{Action, Event, Failure, Machine};
use super::{Announcer, Api, ApiError, snapshot, stream};
use crate::Topic;
use crate::cache::Cache;
use crate::clock::DeskClock;
use crate::error::StorageError;
use crate::view::{ConnectionState, LoadProgress};

/// What all tasks of a desk share.
pub(crate) struct Core {
    pub(crate) cache: Arc<Cache>,
    pub(crate) api: Api,
    pub(crate) clock: DeskClock,
    pub(crate) announcer: Announcer,
    pub(crate) status: watch::Sender<Status>,
    pub(crate) recent: Recent,
    pub(super) applying: Mutex<()>,
    events: mpsc::UnboundedSender<Report>,
}

/// How the desk stands with its server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Status {
    pub(crate) state: ConnectionState,
    pub(crate) cursor: Option<Cursor>,
    pub(crate) as_of: Option<Timestamp>,
    pub(crate) loading: Option<LoadProgress>,
}

/// An event, with the stream it comes from: what an older stream still says is not heard.
struct Report {
    event: Event,
    stream: Option<u64>,
    /// Told when what the event does to holds has reached the server.
    holds_done: Option<oneshot::Sender<()>>,
}

/// As many changes in one page; a page is one request.
const PAGE: u32 = 2_000;
/// A page that does not continue is asked for again, but not for ever.
const GAPS: u32 = 5;

impl Core {
    pub(crate) fn new(
        cache: Arc<Cache>,
        api: Api,
        clock: DeskClock,
    ) -> Result<(Arc<Self>, Reports), StorageError> {
        let known = cache.state()?;
        clock.assume_ahead(known.server_ahead);
        let (events, reports) = mpsc::unbounded_channel();
        let status = Status {
            state: ConnectionState::SignedOut,
            cursor: known.cursor,
            as_of: known.at_head_at,
            loading: None,
        };
        let core = Self {
            cache,
            api,
            clock,
            announcer: Announcer::new(),
            status: watch::Sender::new(status),
            recent: Recent::default(),
            applying: Mutex::default(),
            events,
        };
        Ok((Arc::new(core), Reports(reports)))
    }

    /// Tells the machine.
    pub(crate) fn tell(&self, event: Event) {
        // Nobody listens any more only while the desk is closing.
        let _ = self.events.send(Report {
            event,
            stream: None,
            holds_done: None,
        });
    }

    pub(super) fn tell_of_stream(&self, stream: u64, event: Event) {
        let _ = self.events.send(Report {
            event,
            stream: Some(stream),
            holds_done: None,
        });
    }

    /// Lets go what open dialogs hold; returns when the server knows, or after this time.
    pub(crate) async fn let_go_of_holds(&self, patience: Duration) {
        let (done, reached) = oneshot::channel();
        // Nobody listening means that nothing is held.
        let _ = self.events.send(Report {
            event: Event::HoldsDropped,
            stream: None,
            holds_done: Some(done),
        });
        // What the server does not hear of, it lets go by itself.
        let _ = tokio::time::timeout(patience, reached).await;
    }

    /// Runs something that blocks; it is finished even if nobody waits for it any more.
    pub(crate) async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, StorageError> + Send + 'static,
    ) -> Result<T, StorageError> {
        tokio::task::spawn_blocking(work)
            .await
            .map_err(StorageError::from)?
    }

    /// This session has ended without the user's doing: the cache stays, nobody can read it. What a
    /// task of an earlier session hears does not end a later one.
    pub(crate) async fn session_ended(self: &Arc<Self>, session: u64) {
        if !self.api.end(session) {
            return;
        }
        let cache = Arc::clone(&self.cache);
        if let Err(error) = self.blocking(move || cache.sign_out()).await {
            tracing::error!(%error, "the ended session could not be forgotten");
        }
        self.tell(Event::SignedOut);
        // Who may read has changed, and with it every view.
        self.announcer.now(Topic::ALL);
    }

    pub(crate) fn set_loading(&self, loading: Option<LoadProgress>) {
        self.status.send_modify(|status| status.loading = loading);
        self.announcer.soon([Topic::Connection]);
    }
}

/// The machine's end of the channel.
pub(crate) struct Reports(mpsc::UnboundedReceiver<Report>);

#[cfg(test)]
impl Reports {
    /// What was told next, if anything was.
    pub(crate) fn next(&mut self) -> Option<Event> {
        self.0.try_recv().ok().map(|report| report.event)
    }
}

/// Runs the machine until the core is gone.
pub(crate) fn start(core: &Arc<Core>, reports: Reports) -> JoinHandle<()> {
    let (holds, jobs) = mpsc::unbounded_channel();
    let driver = Driver {
        core: Arc::clone(core),
        holder: tokio::spawn(holder::run(core.api.clone(), jobs)),
        holds,
        machine: Machine::new(rand::random()),
        stream: None,
        streams: 0,
        work: None,
        kept_as_of: None,
    };
    tokio::spawn(driver.run(reports.0))
}

struct Driver {
    core: Arc<Core>,
    holder: JoinHandle<()>,
    holds: mpsc::UnboundedSender<Job>,
    machine: Machine,
    stream: Option<JoinHandle<()>>,
    streams: u64,
    work: Option<JoinHandle<()>>,
    kept_as_of: Option<Timestamp>,
}

impl Driver {
    async fn run(mut self, mut reports: mpsc::UnboundedReceiver<Report>) {
        loop {
            let alarm = self.machine.alarm();
            let wait = alarm.map(|at| at.saturating_sub(self.core.clock.elapsed()));
            let (event, holds_done) = tokio::select! {
                report = reports.recv() => match report {
                    Some(report) if report.stream.is_none_or(|id| id == self.streams) => {
                        (report.event, report.holds_done)
                    }
                    Some(_) => continue,
                    None => return,
                },
                () = sleep(wait) => (Event::Alarm, None),
            };
            if self.core.clock.has_slept() {
                self.step(Event::Woke).await;
            }
            self.step(event).await;
            if let Some(done) = holds_done {
                self.hold(Job::Flush(done));
            }
        }
    }

    async fn step(&mut self, event: Event) {
        for action in self.machine.step(self.core.clock.elapsed(), event) {
            self.perform(action).await;
        }
    }

    async fn perform(&mut self, action: Action) {
        match action {
            Action::OpenStream => {
                self.close_stream();
                let task = stream::listen(Arc::clone(&self.core), self.streams);
                self.stream = Some(tokio::spawn(task));
            }
            Action::CloseStream => self.close_stream(),
            Action::Pull => self.work = Some(tokio::spawn(pull(Arc::clone(&self.core)))),
            Action::Fill => {
                self.work = Some(tokio::spawn(snapshot::fill(Arc::clone(&self.core))));
            }
            Action::Stop => {
                if let Some(work) = self.work.take() {
                    work.abort();
                }
                self.core.set_loading(None);
            }
            Action::Show(state) => {
                self.core.status.send_modify(|status| status.state = state);
                self.core.announcer.now([Topic::Connection]);
                self.keep_as_of().await;
            }
            Action::AtHead => self.at_head().await,
            Action::PutHold(wish) => self.hold(Job::Put(wish)),
            Action::DropHold(hold_id) => self.hold(Job::Drop(hold_id)),
        }
    }

    fn hold(&self, job: Job) {
        // The holder ends only with this driver.
        let _ = self.holds.send(job);
    }

    fn close_stream(&mut self) {
        if let Some(task) = self.stream.take() {
            task.abort();
        }
        self.streams += 1;
    }

    async fn at_head(&mut self) {
        let now = self.core.clock.now();
        self.core.cache.in_contact(now);
        self.core
            .status
            .send_modify(|status| status.as_of = Some(now));
        self.core.announcer.soon([Topic::Connection]);
        let stale = self
            .kept_as_of
            .is_none_or(|kept| (now - kept).num_seconds() >= 60);
        if stale {
            self.keep_as_of().await;
        }
    }

    /// Writes the last contact down, for the next start without a server.
    async fn keep_as_of(&mut self) {
        let Some(as_of) = self.core.status.borrow().as_of else {
            return;
        };
        if self.kept_as_of == Some(as_of) {
            return;
        }
        self.kept_as_of = Some(as_of);
        let (cache, ahead) = (Arc::clone(&self.core.cache), self.core.clock.ahead());
        if let Err(error) = self
            .core
            .blocking(move || cache.mark_at_head(as_of, ahead))
            .await
        {
            tracing::warn!(%error, "the time of the last contact could not be kept");
        }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.holder.abort();
        for task in self.stream.take().into_iter().chain(self.work.take()) {
            task.abort();
        }
    }
}

/// For ever when there is nothing to wait for.
pub(super) async fn sleep(wait: Option<Duration>) {
    match wait {
        Some(wait) => tokio::time::sleep(wait).await,
        None => std::future::pending().await,
    }
}

/// Pulls until nothing is left.
async fn pull(core: Arc<Core>) {
    match pull_all(&core).await {
        Ok(event) => core.tell(event),
        Err(error) => {
            tracing::error!(%error, "changes could not be applied");
            core.tell(Event::PullFailed(Failure::Server));
        }
    }
}

async fn pull_all(core: &Arc<Core>) -> Result<Event, StorageError> {
    let mut gaps = 0;
    let session = core.api.session();
    loop {
        let cache = Arc::clone(&core.cache);
        let Some(since) = core.blocking(move || cache.pull_from()).await? else {
            return Ok(Event::Gone);
        };
        let page = match core.api.changes(since, PAGE).await {
            Ok(page) => page,
            Err(error) => return Ok(failed(core, session, &error).await),
        };
        let more = page.more;
        match core.apply(page).await {
            Ok(()) if more => {}
            Ok(()) => return Ok(Event::Pulled),
            Err(StorageError::Gap { .. }) if gaps < GAPS => gaps += 1,
            Err(StorageError::Gap { .. }) => return Ok(Event::Gone),
            Err(error) => return Err(error),
        }
    }
}

async fn failed(core: &Arc<Core>, session: u64, error: &ApiError) -> Event {
    tracing::debug!(%error, "pull");
    match error.failure() {
        Some(failure) => Event::PullFailed(failure),
        None if matches!(error, ApiError::Gone) => Event::Gone,
        None => {
            core.session_ended(session).await;
            Event::PullFailed(Failure::Server)
        }
    }
}
