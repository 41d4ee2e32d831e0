//! A running server: what its requests share, and how it starts and ends.

use std::fs::{File, TryLockError};
use std::future::Future;
use std::path::Path;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::accept;
use crate::config::{Database, ServerConfig};
use crate::error::{AuditError, ServeError, StartError};
use crate::fanout::{self, Fanout, postgres::Link, presence};
use crate::http::health::Readiness;
use crate::http::{self, limits::Rooms, sessions::Sessions, snapshot::Snapshots};
use crate::limits::Quota;
use crate::metrics::Metrics;
use crate::password::Gate;
use crate::private;
use crate::store::sql::Db;
use crate::store::{self, Store, StoreError, audit, session};
use crate::throttle::Throttle;
use crate::tls::Tls;

/// After this long without an end, what is still open is closed.
const GRACE: Duration = Duration::from_secs(5);

/// How often a server looks after itself.
const EVERY: Duration = Duration::from_secs(1);

/// An open server; cheap to clone.
#[derive(Clone)]
pub struct Server {
    pub(crate) shared: Arc<Shared>,
}

/// An address that is served.
#[derive(Debug)]
pub struct Door {
    listener: TcpListener,
    tls: Option<Tls>,
    leads_to: LeadsTo,
}

#[derive(Debug, Clone, Copy)]
enum LeadsTo {
    Api,
    Metrics,
}

impl Door {
    /// The API, unencrypted.
    #[must_use]
    pub fn open(listener: TcpListener) -> Self {
        Self {
            listener,
            tls: None,
            leads_to: LeadsTo::Api,
        }
    }

    /// The API behind a certificate.
    #[must_use]
    pub fn encrypted(listener: TcpListener, tls: Tls) -> Self {
        Self {
            tls: Some(tls),
            ..Self::open(listener)
        }
    }

    /// `/metrics` alone, for whoever can reach it.
    #[must_use]
    pub fn metrics(listener: TcpListener) -> Self {
        Self {
            leads_to: LeadsTo::Metrics,
            ..Self::open(listener)
        }
    }
}

/// What requests share.
pub(crate) struct Shared {
    pub(crate) config: ServerConfig,
    pub(crate) store: Store,
    pub(crate) fanout: Fanout,
    pub(crate) gate: Gate,
    pub(crate) throttle: Throttle,
    pub(crate) room: Rooms,
    pub(crate) quota: Quota<session::TokenHash>,
    pub(crate) metrics: Metrics,
    /// To the other instances, where there can be some.
    pub(crate) link: Option<Link>,
    pub(crate) snapshots: Snapshots,
    pub(crate) sessions: Sessions,
    pub(crate) readiness: Readiness,
    /// True from the moment the server wants to end.
    pub(crate) closing: watch::Sender<bool>,
    lock: Mutex<Option<File>>,
}

impl Server {
    /// Opens, or makes, the clinic file in the data folder, and keeps other servers out of it.
    ///
    /// # Errors
    /// See [`StartError`]; nothing is changed then.
    pub fn open(config: ServerConfig) -> Result<Self, StartError> {
        let dir = config.data_dir.clone();
        private::folder(&dir).map_err(|error| StartError::of_file(&dir, &error))?;
        let lock = match config.database {
            Database::Sqlite => Some(lock(&dir)?),
            Database::Postgres(_) => None,
        };
        let snapshots = Snapshots::below(dir.join("snapshots"));
        let (fanout, link) = match &config.database {
            Database::Sqlite => (Fanout::local(), None),
            Database::Postgres(url) => (Fanout::of_several(), Some(link(&config, url)?)),
        };
        let file = dir.join(store::FILE);
        let gate = Gate::new().map_err(|error| StartError::NoRandomness(error.to_string()))?;
        let metrics = Metrics::default();
        let store = Store::open(&config.database, &file, &config.clock, &fanout, &metrics)?;
        let shared = Shared {
            store,
            fanout,
            gate,
            throttle: Throttle::default(),
            room: Rooms::of(&config.limits),
            quota: Quota::per_second(config.limits.session_rate),
            metrics,
            link,
            snapshots,
            sessions: Sessions::default(),
            readiness: Readiness::default(),
            closing: watch::Sender::new(false),
            lock: Mutex::new(lock),
            config,
        };
        Ok(Self {
            shared: Arc::new(shared),
        })
    }

    /// The HTTP API, for a test that needs no socket.
    pub fn router(&self) -> Router {
        http::router(self.shared.clone())
    }

    /// What the server counts, on an address of its own: nobody has to sign in there.
    pub fn metrics_router(&self) -> Router {
        http::metrics::alone(self.shared.clone())
    }

    /// Serves until `shutdown` is done; streams are told `bye`, and after five seconds the rest is
    /// closed. Then the file is closed too.
    ///
    /// # Errors
    /// [`ServeError`] when the certificate cannot be served.
    pub async fn serve(
        self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), ServeError> {
        self.serve_on(vec![Door::open(listener)], shutdown).await
    }

    /// The same on several addresses, with a certificate or without. While a backup is being brought
    /// back into the PostgreSQL database nobody is answered yet.
    ///
    /// # Errors
    /// [`ServeError`] when a certificate cannot be served.
    pub async fn serve_on(
        self,
        doors: Vec<Door>,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), ServeError> {
        let mut shutdown = pin!(shutdown);
        let serves = tokio::select! {
            biased;
            held = self.enter() => Some(held),
            () = &mut shutdown => None,
        };
        match serves {
            Some(_held) => self.answer(doors, shutdown).await?,
            None => drop(self.shared.closing.send_replace(true)),
        }
        if let Err(error) = tokio::task::spawn_blocking(move || self.close()).await {
            tracing::warn!(%error, "the store was not closed in an orderly way");
        }
        Ok(())
    }

    /// Says to the database that it is served, where others could think that it is not.
    async fn enter(&self) -> Option<presence::Held> {
        match &self.shared.link {
            Some(link) => Some(presence::serve(&link.database).await),
            None => None,
        }
    }

    async fn answer(
        &self,
        doors: Vec<Door>,
        shutdown: impl Future<Output = ()>,
    ) -> Result<(), ServeError> {
        let closing = self.shared.closing.clone();
        let mut open = JoinSet::new();
        for door in doors {
            let tls = door.tls.as_ref().map(Tls::acceptor).transpose()?;
            let app = match door.leads_to {
                LeadsTo::Api => self.router(),
                LeadsTo::Metrics => self.metrics_router(),
            };
            open.spawn(accept::serve(door.listener, tls, app, closing.subscribe()));
        }
        let chores = self.start_chores();
        shutdown.await;
        closing.send_replace(true);
        let ended = async { while open.join_next().await.is_some() {} };
        if tokio::time::timeout(GRACE, ended).await.is_err() {
            tracing::info!("connections that did not end in time were closed");
        }
        drop(chores);
        Ok(())
    }

    /// What a server does by itself until it ends.
    fn start_chores(&self) -> JoinSet<()> {
        let mut chores = JoinSet::new();
        chores.spawn(keep_house(self.shared.clone()));
        let shared = self.shared.clone();
        let ended = move |since| {
            let shared = shared.clone();
            async move {
                let now = shared.config.clock.now();
                let ended = move |db: &dyn Db| session::ended(db, now, since);
                shared.store.read(ended).await
            }
        };
        chores.spawn(fanout::look_for_ended_sessions(
            self.shared.fanout.clone(),
            ended,
        ));
        if let Some(link) = &self.shared.link {
            let (link, fanout) = (link.clone(), self.shared.fanout.clone());
            let shared = self.shared.clone();
            let heads = move || {
                let shared = shared.clone();
                async move { shared.store.heads().await }
            };
            chores.spawn(fanout::postgres::run(link, fanout, heads));
        }
        chores
    }

    /// Walks the audit chain of every clinic and returns how many acts it holds.
    ///
    /// # Errors
    /// [`AuditError`] with the first act that was tampered with, or when the file cannot be read.
    pub async fn verify_audit(&self) -> Result<u64, AuditError> {
        let acts = self.shared.store.read(|db| {
            let clinics = store::clinics(db)?;
            let lengths = clinics.into_iter().map(|clinic| audit::verify(db, clinic));
            lengths.sum::<Result<u64, StoreError>>()
        });
        acts.await.map_err(|error| {
            if let StoreError::AuditBroken(act) = error {
                AuditError::Broken(act)
            } else {
                AuditError::Unreadable(error.to_string())
            }
        })
    }

    /// Finishes what waits, closes the file and lets another server have the folder.
    pub fn close(&self) {
        self.shared.store.close();
        self.shared.snapshots.clear();
        let mut lock = self
            .shared
            .lock
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let Some(file) = lock.take() else {
            return;
        };
        // Said aloud: a child of this process that is just being started has the file open, too.
        if let Err(error) = file.unlock() {
            tracing::warn!(%error, "the folder is let go when the file is closed");
        }
    }
}

fn link(config: &ServerConfig, url: &str) -> Result<Link, StartError> {
    Ok(Link {
        database: store::Address::of(url)?,
        drop_notifications: config.drop_notifications,
    })
}

fn lock(dir: &Path) -> Result<File, StartError> {
    let path = dir.join("server.lock");
    let unusable = |error: std::io::Error| StartError::of_file(&path, &error);
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(unusable)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StartError::Locked(dir.to_owned())),
        Err(TryLockError::Error(error)) => Err(unusable(error)),
    }
}

/// Files and holds whose time is over go.
async fn keep_house(shared: Arc<Shared>) {
    let mut tick = fanout::every(EVERY);
    loop {
        tick.tick().await;
        shared.snapshots.sweep();
        let now = shared.config.clock.now();
        match shared.store.sweep(now).await {
            Ok(clinics) => shared.metrics.swept(clinics),
            Err(error) => tracing::warn!(%error, "cannot end holds that have expired"),
        }
    }
}
