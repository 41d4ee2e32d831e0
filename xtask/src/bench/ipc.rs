//! The day through the app's own window: what a read takes from the page's question to its answer.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};

use super::Bench;
use super::window::line;
use crate::child::{Running, await_line};
use crate::display::Display;
use crate::{run, sh, shell, tree};

/// Budget of design §9, in milliseconds.
const MOST: f64 = 5.0;

/// The reference clinic.
const VISITS: &str = "200000";

const PATIENCE: Duration = Duration::from_secs(60);

/// A desk of the reference clinic with an encrypted cache, as users have it, and a page that asks it.
pub(super) fn measure(bench: &Bench, row: &str) -> Result<String> {
    let window = shell::build(true)?;
    sh::run(&mut sh::cargo(&[
        "build",
        "--release",
        "-p",
        "frontdesk-server",
    ]))?;
    let folder = run::fresh_folder()?;
    let (_clinic, url) = clinic(&folder.join("clinic"))?;
    let display = Display::start("1600x900")?;
    let rounds = if bench.quick { "3" } else { "15" };
    let mut command = sh::npm(&["run", "--silent", "bench:ipc", "--", rounds]);
    display.lend(command.stdout(Stdio::piped()));
    command
        .env("FRONTDESK_APP", window)
        .env("FRONTDESK_CONNECT", url)
        .env("FRONTDESK_DATA", folder.join("desk"))
        .env("FRONTDESK_PASSPHRASE", "measured")
        .env("FRONTDESK_SIGN_IN", run::DEMO_USER)
        .env("FRONTDESK_PASSWORD", run::DEMO_PASSWORD);
    sh::say(&command);
    let mut running = Running::start(&mut command)?;
    let lines: Vec<String> = running.lines()?.into_iter().collect();
    anyhow::ensure!(running.wait()?, "the window did not answer");
    std::fs::remove_dir_all(&folder).context("removing the measured clinic")?;
    let told = lines.iter().find_map(|line| told(line));
    let told = told.with_context(|| format!("the window's times were not told: {lines:?}"))?;
    let what = format!(
        "the clinic's day from the encrypted cache into the page, through Tauri: {} visits, {} KB",
        told.visits,
        told.bytes / 1_000
    );
    let beside = Some((
        told.empty,
        "a command that does nothing, through the same window",
    ));
    Ok(line(row, &what, told.millis, beside, MOST))
}

/// A served clinic, and its address.
fn clinic(folder: &Path) -> Result<(Running, String)> {
    let server = tree::program("frontdesk-server", true)?;
    let mut fill = Command::new(&server);
    fill.args(["demo", "--appointments", VISITS, "--data"]);
    sh::run(fill.arg(folder).stdout(Stdio::null()))?;
    let mut serve = Command::new(&server);
    serve.args(["serve", "--listen", "127.0.0.1:0", "--data"]);
    serve
        .arg(folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    sh::say(&serve);
    let mut serving = Running::start(&mut serve)?;
    let says = "listening on ";
    let line = await_line(&serving.lines()?, PATIENCE, "the clinic's server", |line| {
        line.starts_with(says)
    })?;
    Ok((serving, line.trim_start_matches(says).to_owned()))
}

struct Told {
    millis: f64,
    empty: f64,
    visits: u32,
    bytes: u32,
}

/// A line `ipc⇥milliseconds⇥those of an empty command⇥visits⇥bytes`.
fn told(line: &str) -> Option<Told> {
    let mut parts = line.strip_prefix("ipc\t")?.split('\t');
    Some(Told {
        millis: parts.next()?.parse().ok()?,
        empty: parts.next()?.parse().ok()?,
        visits: parts.next()?.parse().ok()?,
        bytes: parts.next()?.parse().ok()?,
    })
}
