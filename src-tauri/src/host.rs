//! The clinic that this desk hosts itself when it is not connected to another one.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::Context;
use frontdesk_server::{Server, ServerConfig, demo};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

/// Streams get a `bye` and five seconds (design §5.3); a window that was closed waits no longer.
const PATIENCE: Duration = Duration::from_secs(6);

/// Every demo clinic looks alike, so that two people can talk about it.
const DEMO_SEED: u64 = 1;

/// A running server, on this machine's loopback only.
pub(crate) struct Host {
    /// Where the desk reaches it.
    pub(crate) address: String,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<()>,
}

impl Host {
    /// Starts the clinic in `folder`, filled with made-up patients if it is a new demo.
    pub(crate) async fn start(folder: &Path, is_demo: bool) -> anyhow::Result<Self> {
        let server = open(folder, is_demo).await?;
        let listener = TcpListener::bind(("127.0.0.1", 0))
            .await
            .context("no port is free")?;
        let address = format!("http://{}", listener.local_addr()?);
        let (stop, stopped) = oneshot::channel();
        let serving = tokio::spawn(async move {
            let shutdown = async move { drop(stopped.await) };
            if let Err(error) = server.serve(listener, shutdown).await {
                tracing::error!(%error, "the clinic on this desk has stopped");
            }
        });
        Ok(Self {
            address,
            stop,
            serving,
        })
    }

    /// Lets requests end, then closes the clinic's data.
    pub(crate) async fn stop(self) {
        let _ = self.stop.send(());
        if tokio::time::timeout(PATIENCE, self.serving).await.is_err() {
            tracing::warn!("the clinic on this desk did not stop in time");
        }
    }
}

/// Opens the clinic's file; a demo is made once, a real clinic is never made up.
async fn open(folder: &Path, is_demo: bool) -> anyhow::Result<Server> {
    let config = ServerConfig::in_folder(folder);
    let server = tokio::task::spawn_blocking(move || Server::open(config)).await??;
    match (demo::has_clinic(&server).await?, is_demo) {
        (true, _) => Ok(server),
        (false, true) => demo::showcase(&server, DEMO_SEED)
            .await
            .map(|_| server)
            .map_err(Into::into),
        (false, false) => {
            server.close();
            Err(NoClinic(folder.to_owned()).into())
        }
    }
}

/// Neither a server to connect to nor a clinic of its own.
#[derive(Debug, thiserror::Error)]
#[error(
    "there is no clinic in {} yet: connect to your clinic with --connect URL, or look at a made-up one with --demo",
    .0.display()
)]
pub(crate) struct NoClinic(PathBuf);
