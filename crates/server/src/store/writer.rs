//! Who writes, in each lane: a thread that takes what waits, or a request that comes while nothing
//! does; a clinic always has the same lane. Commands that wait are committed together, so one fsync
//! serves them all; nobody is answered before the commit, and if it fails nobody gets an outcome.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread::JoinHandle;

use frontdesk_domain::ClinicId;
use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::sync::{mpsc, oneshot};

use super::cache::Caches;
use super::execute::{Batch, Executed};
use super::hold::{Held, HoldAsk};
use super::lane::Lane;
use super::pen::{Pen, survived};
use super::sql::Db;
use super::{StoreError, request};
use crate::clock::Clock;
use crate::fanout::Fanout;
use crate::metrics::Metrics;

/// Requests that may wait in a lane; more are told to come back.
const QUEUE: usize = 512;

/// Visits that the commands of one commit are about, but for the last of them; more would make the
/// first wait too long.
const GROUP: usize = 128;

type Answer<T> = oneshot::Sender<Result<T, StoreError>>;
type Task = Box<dyn FnOnce(&mut Lane) + Send>;

enum Job {
    Ask(Ask),
    Transact(Task),
}

/// What is decided under a clinic's feed lock.
pub(super) enum Ask {
    Execute(Batch, Answer<Executed>),
    Hold(Box<HoldAsk>, Answer<Held>),
    /// Taking the lock sweeps.
    Sweep(ClinicId, Answer<()>),
}

impl Ask {
    pub(super) fn clinic(&self) -> ClinicId {
        match self {
            Self::Execute(batch, _) => batch.clinic,
            Self::Hold(asked, _) => asked.clinic,
            Self::Sweep(clinic, _) => *clinic,
        }
    }

    pub(super) fn commands(&self) -> usize {
        match self {
            Self::Execute(batch, _) => batch.commands.len(),
            Self::Hold(..) | Self::Sweep(..) => 1,
        }
    }

    fn visits(&self) -> usize {
        match self {
            Self::Execute(batch, _) => batch.commands.iter().map(request::visits).sum(),
            Self::Hold(..) | Self::Sweep(..) => 1,
        }
    }
}

pub(crate) struct Writer {
    lanes: Vec<Mutex<Running>>,
    metrics: Metrics,
}

/// None in it when the lane is closed.
type SharedPen = Arc<Mutex<Option<Pen>>>;

struct Running {
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
    pen: SharedPen,
    /// Nobody beside this lane writes, so a commit waits for the disk only.
    alone: bool,
}

impl Running {
    /// The pen of a lane that is alone, when nobody waits for it.
    fn idle(&self) -> Option<SharedPen> {
        let jobs = self.jobs.as_ref().filter(|_| self.alone)?;
        (jobs.capacity() == jobs.max_capacity()).then(|| self.pen.clone())
    }
}

impl Writer {
    pub(crate) fn start(
        lanes: Vec<Lane>,
        clock: &Clock,
        fanout: &Fanout,
        metrics: &Metrics,
    ) -> std::io::Result<Self> {
        let start = |lane: Lane| {
            let (jobs, waiting) = mpsc::channel(QUEUE);
            let alone = lane.is_alone();
            let pen = Pen {
                lane,
                clock: clock.clone(),
                fanout: fanout.clone(),
                metrics: metrics.clone(),
                caches: Caches::default(),
            };
            let pen = Arc::new(Mutex::new(Some(pen)));
            let (shared, metrics) = (pen.clone(), metrics.clone());
            let thread = std::thread::Builder::new()
                .name("frontdesk-writer".to_owned())
                .spawn(move || work(&shared, waiting, &metrics))?;
            Ok(Mutex::new(Running {
                jobs: Some(jobs),
                thread: Some(thread),
                pen,
                alone,
            }))
        };
        let lanes = lanes.into_iter().map(start).collect::<Result<_, _>>();
        let metrics = metrics.clone();
        lanes.map(|lanes| Self { lanes, metrics })
    }

    pub(crate) async fn execute(&self, batch: Batch) -> Result<Executed, StoreError> {
        self.ask(|answer| Ask::Execute(batch, answer)).await
    }

    pub(crate) async fn hold(&self, asked: HoldAsk) -> Result<Held, StoreError> {
        self.ask(|answer| Ask::Hold(Box::new(asked), answer)).await
    }

    pub(crate) async fn sweep(&self, clinic: ClinicId) -> Result<(), StoreError> {
        self.ask(|answer| Ask::Sweep(clinic, answer)).await
    }

    pub(crate) async fn transact<T: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn Db) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (answer, done) = oneshot::channel();
        let task: Task = Box::new(move |lane| {
            let _ = answer.send(survived(|| lane.write(work)));
        });
        let lane = self.lanes.last().ok_or(StoreError::Closed)?;
        self.send(lane, Job::Transact(task))?;
        done.await.map_err(|_| StoreError::Closed)?
    }

    /// Lets the threads finish what waits, and waits for them.
    pub(crate) fn close(&self) {
        let lanes = self.lanes.iter().map(lock);
        let threads: Vec<_> = lanes
            .filter_map(|mut lane| {
                lane.jobs.take();
                lane.thread.take()
            })
            .collect();
        for thread in threads {
            if thread.join().is_err() {
                tracing::error!("a writer ended with a panic");
            }
        }
    }

    async fn ask<T>(&self, ask: impl FnOnce(Answer<T>) -> Ask) -> Result<T, StoreError> {
        let (answer, outcome) = oneshot::channel();
        let ask = ask(answer);
        let lane = self.lane_of(ask.clinic()).ok_or(StoreError::Closed)?;
        let idle = lock(lane).idle().filter(|_| may_block());
        match idle {
            Some(pen) => self.write_or_wait(lane, &pen, ask)?,
            None => self.send(lane, Job::Ask(ask))?,
        }
        outcome.await.map_err(|_| StoreError::Closed)?
    }

    /// Whoever comes while nobody writes does it at once: to wake the lane's thread, and to be woken
    /// by it, takes longer than everything but the fsync.
    fn write_or_wait(
        &self,
        lane: &Mutex<Running>,
        pen: &Mutex<Option<Pen>>,
        ask: Ask,
    ) -> Result<(), StoreError> {
        let mut pen = match pen.try_lock() {
            Ok(pen) => pen,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return self.send(lane, Job::Ask(ask)),
        };
        let pen = pen.as_mut().ok_or(StoreError::Closed)?;
        tokio::task::block_in_place(|| pen.commit_group(vec![ask]));
        Ok(())
    }

    /// The last lane is for what is not a command, where there are several.
    fn lane_of(&self, clinic: ClinicId) -> Option<&Mutex<Running>> {
        let writers = self.lanes.len().saturating_sub(1).max(1);
        let index = clinic.0.as_u128() % writers as u128;
        self.lanes.get(usize::try_from(index).unwrap_or(0))
    }

    fn send(&self, lane: &Mutex<Running>, job: Job) -> Result<(), StoreError> {
        let lane = lock(lane);
        let jobs = lane.jobs.as_ref().ok_or(StoreError::Closed)?;
        // Counted before it can be taken up.
        self.metrics.writer_waits();
        jobs.try_send(job)
            .inspect_err(|_| self.metrics.writer_takes())
            .map_err(|error| match error {
                mpsc::error::TrySendError::Full(_) => StoreError::Busy,
                mpsc::error::TrySendError::Closed(_) => StoreError::Closed,
            })
    }
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A thread of many may do without answering anybody for as long as a commit takes.
fn may_block() -> bool {
    let here = Handle::try_current();
    here.is_ok_and(|here| here.runtime_flavor() == RuntimeFlavor::MultiThread)
}

/// The lane's thread: writes as long as something waits, and closes the lane at the end.
fn work(shared: &Mutex<Option<Pen>>, mut jobs: mpsc::Receiver<Job>, metrics: &Metrics) {
    while let Some(job) = jobs.blocking_recv() {
        if let Some(pen) = lock(shared).as_mut() {
            write_all(pen, job, &mut jobs, metrics);
        }
    }
    drop(lock(shared).take());
}

fn write_all(pen: &mut Pen, first: Job, jobs: &mut mpsc::Receiver<Job>, metrics: &Metrics) {
    let mut waiting = VecDeque::from([first]);
    loop {
        while waiting.len() < GROUP
            && let Ok(job) = jobs.try_recv()
        {
            waiting.push_back(job);
        }
        match waiting.pop_front() {
            Some(Job::Ask(first)) => {
                let group = group(&pen.lane, first, &mut waiting);
                group.iter().for_each(|_| metrics.writer_takes());
                pen.commit_group(group);
            }
            Some(Job::Transact(task)) => {
                metrics.writer_takes();
                pen.lend(task);
            }
            None => return,
        }
    }
}

/// What waits and may be committed with the first, in its order, up to a job of another sort.
fn group(lane: &Lane, first: Ask, waiting: &mut VecDeque<Job>) -> Vec<Ask> {
    let clinic = first.clinic();
    let mut visits = first.visits();
    let mut group = vec![first];
    let mut others = VecDeque::new();
    while visits < GROUP {
        match waiting.pop_front() {
            Some(Job::Ask(ask)) if lane.is_alone() || ask.clinic() == clinic => {
                visits += ask.visits();
                group.push(ask);
            }
            Some(job @ Job::Ask(_)) => others.push_back(job),
            Some(job @ Job::Transact(_)) => {
                others.push_back(job);
                break;
            }
            None => break,
        }
    }
    others.append(waiting);
    *waiting = others;
    group
}
