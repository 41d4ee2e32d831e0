//! The desk: one handle with a method per row of the command table. Success of a write is told only
//! after the cache shows it and `changed` was announced.

mod dialog;
mod minute;
mod patients;
mod placed;
mod reads;
mod set_aside;
mod sign_in;
mod submit;
mod visits;
mod watching;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::broadcast;
use tokio::task::JoinHandle;

use crate::cache::{Cache, Snapshot};
use crate::clock::DeskClock;
use crate::sync::machine::Event;
use crate::sync::{Api, Core, Outbox, check_address, start};
use crate::view::{Navigate, StartFailure};
use crate::{AppliedChange, Changed, DeskConfig, DeskError};

pub use reads::CaughtUp;

/// What a desk tells whoever shows it.
#[derive(Debug, Clone)]
pub enum DeskEvent {
    /// Views made of these topics are stale.
    Changed(Changed),
    /// The desktop should say this.
    Raised(RaisedNotice),
}

/// What a desktop notification needs. Never holds a patient's name (I30).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RaisedNotice {
    /// First line.
    pub title: String,
    /// Second line.
    pub body: String,
    /// Where a click leads.
    pub navigate: Option<Navigate>,
    /// True when the slot is lost to somebody else, so that another one may be wanted.
    pub slot_lost: bool,
    /// A later notice with the same tag replaces this one.
    pub tag: String,
}

/// How long a desk that ends waits for its holds to be gone; the server lets them go by itself later.
const PATIENCE_AT_THE_END: Duration = Duration::from_secs(1);

/// One desk; cheap to clone, all clones are the same desk.
#[derive(Clone)]
pub struct Desk(Arc<Inner>);

struct Inner {
    config: DeskConfig,
    core: Arc<Core>,
    outbox: Arc<Outbox>,
    tasks: Mutex<Vec<JoinHandle<()>>>,
    /// Why the sign-in at the start failed, for the window.
    start: Mutex<Option<StartFailure>>,
    /// Dialogs open and close one after the other, in the order in which that begins: one that closes is
    /// not overtaken by its own opening.
    dialogs: tokio::sync::Mutex<()>,
}

impl Desk {
    /// Opens the desk's data and, if somebody is still signed in, starts to catch up. Must run
    /// inside tokio.
    ///
    /// # Errors
    /// The address would send patients' data in clear text, the folder is in use or cannot be
    /// written, or the key is missing or wrong.
    pub async fn open(config: DeskConfig) -> Result<Self, DeskError> {
        Self::open_with(config, DeskClock::of_the_machine()).await
    }

    /// The same with a clock of the caller's choice.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub async fn open_with(config: DeskConfig, clock: DeskClock) -> Result<Self, DeskError> {
        let api = Api::new(check_address(&config.server)?, config.server_ca.as_deref())?;
        let (of_cache, cache_clock) = (config.clone(), clock.clone());
        let cache = tokio::task::spawn_blocking(move || Cache::open(&of_cache, cache_clock));
        let cache = Arc::new(cache.await.map_err(crate::StorageError::from)??);
        let session = cache.session()?;
        let (core, reports) = Core::new(cache, api, clock)?;
        let outbox = Arc::new(Outbox::default());
        let tasks = vec![
            start(&core, reports),
            tokio::spawn(Arc::clone(&outbox).run(Arc::clone(&core))),
            tokio::spawn(minute::tick(Arc::clone(&core))),
        ];
        let inner = Inner {
            config,
            core,
            outbox,
            tasks: Mutex::new(tasks),
            start: Mutex::default(),
            dialogs: tokio::sync::Mutex::default(),
        };
        let desk = Self(Arc::new(inner));
        if let Some(token) = session.and_then(|session| session.token) {
            desk.0.core.api.set_token(Some(token));
            let cursor = desk.0.core.status.borrow().cursor;
            desk.0.core.tell(Event::SignedIn(cursor));
        }
        Ok(desk)
    }

    /// What views and desktop are to be told. A listener that falls behind refetches everything.
    #[must_use]
    pub fn events(&self) -> broadcast::Receiver<DeskEvent> {
        self.0.core.announcer.events()
    }

    /// Every change that the replica takes in, in order.
    #[must_use]
    pub fn changes(&self) -> broadcast::Receiver<AppliedChange> {
        self.0.core.announcer.changes()
    }

    /// True when the data lies encrypted on the disk.
    #[must_use]
    pub fn encrypted(&self) -> bool {
        self.0.core.cache.encrypted()
    }

    /// Lets go what open dialogs hold, ends all tasks and gives the folder free: when this returns,
    /// another desk can open it. What is under way in the outbox goes on at the next start.
    pub async fn close(&self) {
        self.0.core.let_go_of_holds(PATIENCE_AT_THE_END).await;
        let tasks = std::mem::take(&mut *self.0.lock_tasks());
        for task in tasks {
            task.abort();
            // An aborted task ends with an error that says so.
            let _ = task.await;
        }
        self.0.core.api.set_token(None);
        let cache = Arc::clone(&self.0.core.cache);
        let closed = tokio::task::spawn_blocking(move || cache.close()).await;
        if let Err(error) = closed {
            tracing::error!(%error, "the data folder could not be let go");
        }
    }

    /// Puts rows into the cache without a server: for benches and examples.
    ///
    /// # Errors
    /// When the file cannot be written.
    #[doc(hidden)]
    pub async fn fill(&self, snapshot: Snapshot) -> Result<(), DeskError> {
        Ok(self.0.core.replace(snapshot, None).await?)
    }

    fn core(&self) -> &Arc<Core> {
        &self.0.core
    }
}

impl Inner {
    fn lock_tasks(&self) -> std::sync::MutexGuard<'_, Vec<JoinHandle<()>>> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lock_start(&self) -> std::sync::MutexGuard<'_, Option<StartFailure>> {
        self.start.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        for task in self.lock_tasks().drain(..) {
            task.abort();
        }
    }
}
