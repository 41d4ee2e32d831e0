//! Programs of this build, run beside the measurement and ended with it.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Stdio;

use anyhow::{Context as _, Result};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

/// A program that said where it listens.
pub(crate) struct Serving {
    child: Child,
    pub(crate) address: SocketAddr,
}

/// One session here does the work of many desks.
const NO_LIMITS: [&str; 4] = [
    "FRONTDESK_SESSION_RATE",
    "FRONTDESK_MAX_IN_FLIGHT",
    "FRONTDESK_MAX_WRITES",
    "FRONTDESK_MAX_STREAMS",
];

impl Serving {
    /// Starts it and waits for its line `listening on http://ADDR`.
    pub(crate) async fn start(name: &str, args: &[&str]) -> Result<Self> {
        let mut command = Command::new(beside(name)?);
        let mut child = command
            .args(args)
            .envs(NO_LIMITS.map(|name| (name, "0")))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("starting {name}"))?;
        let output = child.stdout.take().context("no output")?;
        let mut lines = BufReader::new(output).lines();
        let line = lines.next_line().await?;
        let line = line.with_context(|| format!("{name} ended before it listened"))?;
        let address = line.strip_prefix("listening on http://");
        let address = address.with_context(|| format!("{name} said: {line}"))?;
        Ok(Self {
            child,
            address: address.parse()?,
        })
    }

    /// Its process id.
    pub(crate) fn id(&self) -> Result<u32> {
        self.child.id().context("the program has ended")
    }
}

/// Runs a program to its good end.
pub(crate) async fn run(name: &str, args: &[&str]) -> Result<()> {
    let mut command = Command::new(beside(name)?);
    command.args(args).stdin(Stdio::null());
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let status = command.status().await?;
    anyhow::ensure!(
        status.success(),
        "{name} {} failed ({status})",
        args.join(" ")
    );
    Ok(())
}

fn beside(name: &str) -> Result<PathBuf> {
    let this = std::env::current_exe().context("finding this program")?;
    Ok(this.with_file_name(format!("{name}{}", std::env::consts::EXE_SUFFIX)))
}
