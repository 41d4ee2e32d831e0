//! The one thread that writes. Commands that wait are committed together, a savepoint each, so one
//! fsync serves them all; nobody is answered before the commit, and if it fails nobody gets an
//! outcome.

use std::sync::{Mutex, PoisonError};
use std::thread::JoinHandle;

use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::sync::{mpsc, oneshot};

use super::StoreError;
use super::cache::Caches;
use super::execute::{Batch, Effects, Engine, Executed};
use crate::clock::Clock;
use crate::fanout::Fanout;

/// Requests that may wait; more are told to come back.
const QUEUE: usize = 512;

/// Commands in one commit; more would make the first of them wait too long.
const GROUP: usize = 128;

type Answer = oneshot::Sender<Result<Executed, StoreError>>;
type Task = Box<dyn FnOnce(Result<&mut Connection, StoreError>) + Send>;

enum Job {
    Execute(Batch, Answer),
    Transact(Task),
}

pub(crate) struct Writer {
    jobs: Mutex<Option<mpsc::Sender<Job>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    pub(crate) fn start(db: Connection, clock: Clock, fanout: Fanout) -> std::io::Result<Self> {
        let (sender, jobs) = mpsc::channel(QUEUE);
        let writer = Thread {
            db,
            clock,
            fanout,
            caches: Caches::default(),
        };
        let thread = std::thread::Builder::new()
            .name("frontdesk-writer".to_owned())
            .spawn(move || writer.work(jobs))?;
        Ok(Self {
            jobs: Mutex::new(Some(sender)),
            thread: Mutex::new(Some(thread)),
        })
    }

    pub(crate) async fn execute(&self, batch: Batch) -> Result<Executed, StoreError> {
        let (answer, outcome) = oneshot::channel();
        self.send(Job::Execute(batch, answer))?;
        outcome.await.map_err(|_| StoreError::Closed)?
    }

    pub(crate) async fn transact<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (answer, done) = oneshot::channel();
        self.send(Job::Transact(Box::new(move |db| {
            let result = db.and_then(|db| in_transaction(db, work));
            let _ = answer.send(result);
        })))?;
        done.await.map_err(|_| StoreError::Closed)?
    }

    /// Lets the thread finish what waits, and waits for it.
    pub(crate) fn close(&self) {
        let sender = self
            .jobs
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        drop(sender);
        let thread = self
            .thread
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(thread) = thread
            && thread.join().is_err()
        {
            tracing::error!("the writer ended with a panic");
        }
    }

    fn send(&self, job: Job) -> Result<(), StoreError> {
        let jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        let sender = jobs.as_ref().ok_or(StoreError::Closed)?;
        sender.try_send(job).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => StoreError::Busy,
            mpsc::error::TrySendError::Closed(_) => StoreError::Closed,
        })
    }
}

fn in_transaction<T>(
    db: &mut Connection,
    work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let answer = work(&transaction)?;
    transaction.commit()?;
    Ok(answer)
}

/// What the thread owns.
struct Thread {
    db: Connection,
    clock: Clock,
    fanout: Fanout,
    caches: Caches,
}

impl Thread {
    fn work(mut self, mut jobs: mpsc::Receiver<Job>) {
        while let Some(job) = jobs.blocking_recv() {
            let mut next = Some(job);
            while let Some(job) = next.take() {
                match job {
                    Job::Execute(batch, answer) => {
                        next = self.commit_waiting(batch, answer, &mut jobs);
                    }
                    Job::Transact(task) => {
                        task(Ok(&mut self.db));
                        self.caches.clear();
                    }
                }
            }
        }
    }

    /// Gathers what waits, up to a job of another sort, which is handed back.
    fn commit_waiting(
        &mut self,
        batch: Batch,
        answer: Answer,
        jobs: &mut mpsc::Receiver<Job>,
    ) -> Option<Job> {
        let mut commands = batch.commands.len();
        let mut group = vec![(batch, answer)];
        let mut other = None;
        while commands < GROUP {
            match jobs.try_recv() {
                Ok(Job::Execute(batch, answer)) => {
                    commands += batch.commands.len();
                    group.push((batch, answer));
                }
                Ok(job) => {
                    other = Some(job);
                    break;
                }
                Err(_) => break,
            }
        }
        self.commit_group(group);
        other
    }

    fn commit_group(&mut self, group: Vec<(Batch, Answer)>) {
        let mut effects = Effects::default();
        let (batches, answers): (Vec<_>, Vec<_>) = group.into_iter().unzip();
        match self.decide_group(&batches, &mut effects) {
            Ok(executed) => {
                effects.publish(&self.fanout);
                for (answer, executed) in answers.into_iter().zip(executed) {
                    let _ = answer.send(Ok(executed));
                }
            }
            Err(error) => {
                tracing::error!(%error, "nothing of this group was committed");
                self.caches.clear();
                for answer in answers {
                    let _ = answer.send(Err(StoreError::Busy));
                }
            }
        }
    }

    fn decide_group(
        &mut self,
        batches: &[Batch],
        effects: &mut Effects,
    ) -> Result<Vec<Executed>, StoreError> {
        let mut transaction = self
            .db
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        self.caches.drop_if_changed_elsewhere(&transaction)?;
        let mut engine = Engine {
            transaction: &mut transaction,
            caches: &mut self.caches,
            effects,
            want_upserts: &|clinic| self.fanout.has_listeners(clinic),
            now: self.clock.now(),
        };
        let executed: Result<Vec<_>, _> = batches.iter().map(|batch| engine.run(batch)).collect();
        let executed = executed?;
        transaction.commit()?;
        Ok(executed)
    }
}
