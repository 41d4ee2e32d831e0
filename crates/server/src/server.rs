//! A running server: what its requests share, and how it starts and ends.

use std::fs::{File, TryLockError};
use std::future::Future;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::config::ServerConfig;
use crate::error::{AuditError, ServeError, StartError};
use crate::fanout::Fanout;
use crate::http::{self, snapshot::Snapshots};
use crate::password::Gate;
use crate::store::{self, Store, StoreError, audit, session};
use crate::throttle::Throttle;

/// After this long without an end, what is still open is closed.
const GRACE: Duration = Duration::from_secs(5);

/// How soon a session that another process ended is noticed.
const WATCH: Duration = Duration::from_secs(1);

/// An open server; cheap to clone.
#[derive(Clone)]
pub struct Server {
    pub(crate) shared: Arc<Shared>,
}

/// What requests share.
pub(crate) struct Shared {
    pub(crate) config: ServerConfig,
    pub(crate) store: Store,
    pub(crate) fanout: Fanout,
    pub(crate) gate: Gate,
    pub(crate) throttle: Throttle,
    pub(crate) snapshots: Snapshots,
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
        let unusable = |error: std::io::Error| {
            StartError::Unusable(config.data_dir.clone(), error.to_string())
        };
        std::fs::create_dir_all(&dir).map_err(unusable)?;
        let lock = lock(&dir)?;
        let snapshots = Snapshots::in_folder(dir.join("snapshots")).map_err(unusable)?;
        let fanout = Fanout::default();
        let file = dir.join("clinic.sqlite");
        let gate = Gate::new().map_err(|error| StartError::NoRandomness(error.to_string()))?;
        let store = Store::open(&file, &config.clock, &fanout)?;
        let shared = Shared {
            store,
            fanout,
            gate,
            throttle: Throttle::default(),
            snapshots,
            closing: watch::Sender::new(false),
            lock: Mutex::new(Some(lock)),
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

    /// Serves until `shutdown` is done; streams are told `bye`, and after five seconds the rest is
    /// closed. Then the file is closed too.
    ///
    /// # Errors
    /// [`ServeError`] when the listener fails.
    pub async fn serve(
        self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), ServeError> {
        let closing = self.shared.closing.clone();
        let watcher = tokio::spawn(watch_sessions(self.shared.clone()));
        let listener = listener.tap_io(|stream| {
            // Small answers must not wait for the next packet.
            let _ = stream.set_nodelay(true);
        });
        let app = self
            .router()
            .into_make_service_with_connect_info::<SocketAddr>();
        let told = closing.clone();
        let served = axum::serve(listener, app).with_graceful_shutdown(async move {
            shutdown.await;
            told.send_replace(true);
        });
        let mut ends = closing.subscribe();
        let late = async move {
            let _ = ends.wait_for(|closing| *closing).await;
            tokio::time::sleep(GRACE).await;
        };
        let result = tokio::select! {
            result = served.into_future() => result.map_err(ServeError::from),
            () = late => Ok(()),
        };
        watcher.abort();
        closing.send_replace(true);
        if let Err(error) = tokio::task::spawn_blocking(move || self.close()).await {
            tracing::warn!(%error, "the store was not closed in an orderly way");
        }
        result
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
        acts.await.map_err(|error| match error {
            StoreError::AuditBroken(act) => AuditError::Broken(act),
            other @ (StoreError::Sqlite(_)
            | StoreError::Busy
            | StoreError::Closed
            | StoreError::Corrupt(_)
            | StoreError::Io(_)
            | StoreError::User(_)) => AuditError::Unreadable(other.to_string()),
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
        lock.take();
    }
}

fn lock(dir: &Path) -> Result<File, StartError> {
    let path = dir.join("server.lock");
    let unusable = |error: std::io::Error| StartError::Unusable(path.clone(), error.to_string());
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

/// Sessions can be ended by another process (`user passwd`): streams are woken to look.
async fn watch_sessions(shared: Arc<Shared>) {
    let mut tick = tokio::time::interval(WATCH);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut seen = None;
    loop {
        tick.tick().await;
        shared.snapshots.sweep();
        match shared.store.read(|db| session::last_ended(db)).await {
            Ok(ended) if seen.replace(ended) != Some(ended) => shared.fanout.session_ended(),
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "cannot look for ended sessions"),
        }
    }
}
