//! The threads that write, one for each lane; a clinic always has the same one. Commands that wait
//! are committed together, a savepoint each, so one fsync serves them all; nobody is answered before
//! the commit, and if it fails nobody gets an outcome.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};
use std::thread::JoinHandle;

use frontdesk_domain::{Actor, ClinicId, DeviceId, Hold, Refusal};
use tokio::sync::{mpsc, oneshot};

use super::StoreError;
use super::cache::Caches;
use super::effects::Effects;
use super::execute::{Batch, Engine, Executed};
use super::hold::HoldWish;
use super::lane::Lane;
use super::sql::Db;
use crate::clock::{self, Clock};
use crate::fanout::Fanout;
use crate::metrics::Metrics;

/// Requests that may wait in a lane; more are told to come back.
const QUEUE: usize = 512;

/// Commands in one commit; more would make the first of them wait too long.
const GROUP: usize = 128;

/// A hold as it is now, none when it is gone; or why not.
pub(crate) type Held = Result<Option<Hold>, Refusal>;

type Answer<T> = oneshot::Sender<Result<T, StoreError>>;
type Task = Box<dyn FnOnce(&mut Lane) + Send>;

enum Job {
    Ask(Ask),
    Transact(Task),
}

/// What is decided under a clinic's feed lock.
enum Ask {
    Execute(Batch, Answer<Executed>),
    Hold(ClinicId, Box<(Actor, HoldWish)>, Answer<Held>),
    /// Taking the lock sweeps.
    Sweep(ClinicId, Answer<()>),
}

impl Ask {
    fn clinic(&self) -> ClinicId {
        match self {
            Self::Execute(batch, _) => batch.clinic,
            Self::Hold(clinic, ..) | Self::Sweep(clinic, _) => *clinic,
        }
    }

    fn commands(&self) -> usize {
        match self {
            Self::Execute(batch, _) => batch.commands.len(),
            Self::Hold(..) | Self::Sweep(..) => 1,
        }
    }
}

pub(crate) struct Writer {
    lanes: Vec<Mutex<Running>>,
    metrics: Metrics,
}

struct Running {
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(crate) fn start(
        lanes: Vec<Lane>,
        clock: &Clock,
        fanout: &Fanout,
        metrics: &Metrics,
    ) -> std::io::Result<Self> {
        let start = |lane| {
            let (jobs, waiting) = mpsc::channel(QUEUE);
            let thread = Thread {
                lane,
                clock: clock.clone(),
                fanout: fanout.clone(),
                metrics: metrics.clone(),
                caches: Caches::default(),
            };
            let thread = std::thread::Builder::new()
                .name("frontdesk-writer".to_owned())
                .spawn(move || thread.work(waiting))?;
            Ok(Mutex::new(Running {
                jobs: Some(jobs),
                thread: Some(thread),
            }))
        };
        let lanes = lanes.into_iter().map(start).collect::<Result<_, _>>();
        let metrics = metrics.clone();
        lanes.map(|lanes| Self { lanes, metrics })
    }

    pub(crate) async fn execute(&self, batch: Batch) -> Result<Executed, StoreError> {
        self.ask(|answer| Ask::Execute(batch, answer)).await
    }

    pub(crate) async fn hold(
        &self,
        clinic: ClinicId,
        by: Actor,
        wish: HoldWish,
    ) -> Result<Held, StoreError> {
        self.ask(|answer| Ask::Hold(clinic, Box::new((by, wish)), answer))
            .await
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
        self.send(self.lanes.last(), Job::Transact(task))?;
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
        let lane = self.lane_of(ask.clinic());
        self.send(lane, Job::Ask(ask))?;
        outcome.await.map_err(|_| StoreError::Closed)?
    }

    /// The last lane is for what is not a command, where there are several.
    fn lane_of(&self, clinic: ClinicId) -> Option<&Mutex<Running>> {
        let writers = self.lanes.len().saturating_sub(1).max(1);
        let index = clinic.0.as_u128() % writers as u128;
        self.lanes.get(usize::try_from(index).unwrap_or(0))
    }

    fn send(&self, lane: Option<&Mutex<Running>>, job: Job) -> Result<(), StoreError> {
        let lane = lane.map(lock).ok_or(StoreError::Closed)?;
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

fn lock(lane: &Mutex<Running>) -> std::sync::MutexGuard<'_, Running> {
    lane.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a thread owns.
struct Thread {
    lane: Lane,
    clock: Clock,
    fanout: Fanout,
    metrics: Metrics,
    caches: Caches,
}

impl Thread {
    fn work(mut self, mut jobs: mpsc::Receiver<Job>) {
        let mut waiting = VecDeque::new();
        loop {
            while waiting.len() < GROUP
                && let Ok(job) = jobs.try_recv()
            {
                waiting.push_back(job);
            }
            match waiting.pop_front() {
                Some(Job::Ask(first)) => {
                    let group = self.group(first, &mut waiting);
                    group.iter().for_each(|_| self.metrics.writer_takes());
                    self.commit_group(group);
                }
                Some(Job::Transact(task)) => {
                    self.metrics.writer_takes();
                    task(&mut self.lane);
                    self.caches.clear();
                }
                None => match jobs.blocking_recv() {
                    Some(job) => waiting.push_back(job),
                    None => return,
                },
            }
        }
    }

    /// What waits and may be committed with the first, in its order, up to a job of another sort.
    fn group(&self, first: Ask, waiting: &mut VecDeque<Job>) -> Vec<Ask> {
        let clinic = first.clinic();
        let mut commands = first.commands();
        let mut group = vec![first];
        let mut others = VecDeque::new();
        while commands < GROUP {
            match waiting.pop_front() {
                Some(Job::Ask(ask)) if self.lane.mixes_clinics() || ask.clinic() == clinic => {
                    commands += ask.commands();
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

    fn commit_group(&mut self, group: Vec<Ask>) {
        let began = clock::instant();
        match survived(|| self.decide_group(&group)) {
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
            Err(error) => {
                tracing::error!(%error, "nothing of this group was committed");
                self.caches.clear();
                for ask in group {
                    answer(ask, Reply::Failed(error.to_everybody()));
                }
            }
        }
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

    fn decide_group(&mut self, group: &[Ask]) -> Result<(Effects, Vec<Reply>), StoreError> {
        let (caches, fanout, now) = (&mut self.caches, &self.fanout, self.clock.now());
        self.lane.write(|db| {
            failpoint!("begun");
            caches.drop_if_changed_elsewhere(db)?;
            let mut effects = Effects::default();
            let mut engine = Engine {
                db,
                caches,
                effects: &mut effects,
                want_rows: &|clinic| fanout.has_listeners(clinic),
                now,
                heads: HashMap::new(),
                last_nos: HashMap::new(),
                users: HashMap::new(),
            };
            for (clinic, devices) in locks(group) {
                let devices: Vec<_> = devices.into_iter().collect();
                engine.enter(clinic, &devices)?;
            }
            failpoint!("locked");
            let replies: Result<_, _> = group.iter().map(|ask| reply(&mut engine, ask)).collect();
            failpoint!("before-commit");
            replies.map(|replies| (effects, replies))
        })
    }
}

/// A panic ends the work that it happened in, rolled back as its transaction is dropped, and never
/// the thread: the lane goes on. Whoever worked forgets what it remembered.
fn survived<T>(work: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
    let lost = |_| Err(StoreError::Corrupt("the work on it panicked".to_owned()));
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(lost)
}

/// What a group locks: of every clinic its devices in ascending order, then its feed.
fn locks(group: &[Ask]) -> BTreeMap<ClinicId, BTreeSet<DeviceId>> {
    let mut locks: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for ask in group {
        let devices = locks.entry(ask.clinic()).or_default();
        if let Ask::Execute(batch, _) = ask {
            devices.insert(batch.device);
        }
    }
    locks
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
        Ask::Hold(clinic, asked, _) => match engine.hold(*clinic, &asked.0, &asked.1) {
            Ok(held) => Ok(Reply::Held(held)),
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
