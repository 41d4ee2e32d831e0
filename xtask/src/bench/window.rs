//! The rows that need a window: the board in a webview, and the app from its start to a painted day.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};

use super::{Bench, ipc};
use crate::child::{Running, await_line};
use crate::display::Display;
use crate::{run, sh, shell, system, ui};

pub(super) const ROWS: [&str; 4] = ["board-mount", "board-change", "ipc-day", "desk-start"];

/// Budgets of design §9, in milliseconds.
const MOUNT: f64 = 120.0;
const CHANGE: f64 = 16.0;
const START: f64 = 1_500.0;

/// A slow machine fills the demo clinic and paints within this.
const PATIENCE: Duration = Duration::from_secs(90);

/// Lines for the table.
pub(super) fn measure(bench: &Bench) -> Result<Vec<String>> {
    if !cfg!(target_os = "linux") {
        let why = "an own display is known on Linux only";
        return Ok(ROWS.map(|row| format!("skip\t{row}\t{why}")).to_vec());
    }
    system::for_the_tests()?;
    ui::install()?;
    let mut lines = Vec::new();
    let mut part = |rows: &[&str], measure: &dyn Fn() -> Result<Vec<String>>| {
        if rows.iter().any(|row| bench.wants(row)) {
            let skipped = |error| vec![format!("skip\t{}\t{error:#}", rows.join(", "))];
            lines.extend(measure().unwrap_or_else(skipped));
        }
    };
    part(&ROWS[..2], &|| board(bench));
    part(&ROWS[2..3], &|| Ok(vec![ipc::measure(bench, ROWS[2])?]));
    part(&ROWS[3..], &|| Ok(vec![start(bench)?]));
    Ok(lines)
}

/// 50 columns × 32 slots × 800 visits, in the webview of this system, else in Chromium.
fn board(bench: &Bench) -> Result<Vec<String>> {
    let display = Display::start("1600x900")?;
    let mut command = sh::npm(&["run", "--silent", "bench"]);
    display.lend(command.stdout(Stdio::piped()));
    sh::say(&command);
    let mut running = Running::start(&mut command)?;
    let lines: Vec<String> = running.lines()?.into_iter().collect();
    anyhow::ensure!(running.wait()?, "the board could not be measured");
    let rows = [(ROWS[0], "mount", MOUNT), (ROWS[1], "change", CHANGE)];
    let wanted = rows.into_iter().filter(|(row, ..)| bench.wants(row));
    let told = wanted.map(|(row, what, most)| {
        let (browser, millis, alone) = measured(&lines, what)
            .with_context(|| format!("the board's {what} was not told: {lines:?}"))?;
        let what = format!("the board of 50 columns and 800 visits: {what}, in {browser}");
        let beside = Some((alone, "the browser alone, with the same elements"));
        Ok(line(row, &what, millis, beside, most))
    });
    told.collect()
}

/// A line `mount⇥browser⇥milliseconds⇥milliseconds of the browser alone`.
fn measured<'a>(lines: &'a [String], what: &str) -> Option<(&'a str, f64, f64)> {
    lines.iter().find_map(|line| {
        let mut parts = line.strip_prefix(what)?.strip_prefix('\t')?.split('\t');
        let browser = parts.next()?;
        Some((
            browser,
            parts.next()?.parse().ok()?,
            parts.next()?.parse().ok()?,
        ))
    })
}

/// The optimised app on a folder that it has filled before, from its start to a painted day.
fn start(bench: &Bench) -> Result<String> {
    let window = shell::build(true)?;
    let display = Display::start("1280x800")?;
    let data = run::fresh_folder()?;
    painted(&window, &display, &data)?;
    let rounds = if bench.quick { 1 } else { 5 };
    let mut times = Vec::new();
    for _ in 0..rounds {
        times.push(painted(&window, &display, &data)?);
    }
    std::fs::remove_dir_all(&data).context("removing the measured clinic")?;
    times.sort_by(f64::total_cmp);
    let median = times.get(times.len() / 2).copied().unwrap_or(f64::NAN);
    let what = "desk start to a painted day, embedded clinic, release build";
    Ok(line(ROWS[3], what, median, None, START))
}

/// Milliseconds that the app says it took.
fn painted(window: &Path, display: &Display, data: &Path) -> Result<f64> {
    let mut command = Command::new(window);
    run::demo(&mut command);
    display.lend(command.arg("--data").arg(data).stdout(Stdio::piped()));
    sh::say(&command);
    let mut running = Running::start(&mut command)?;
    let says = "board painted after ";
    let line = await_line(&running.lines()?, PATIENCE, "the painted board", |line| {
        line.starts_with(says)
    })?;
    let number = line.trim_start_matches(says).trim_end_matches(" ms");
    number
        .parse()
        .with_context(|| format!("the app said: {line}"))
}

pub(super) fn line(
    row: &str,
    what: &str,
    millis: f64,
    raw: Option<(f64, &str)>,
    most: f64,
) -> String {
    let verdict = if millis <= most { "ok" } else { "over" };
    let (raw, ratio, beside) = match raw {
        Some((raw, beside)) => (
            format!("{raw:.1} ms"),
            format!("{:.2}", millis / raw),
            beside,
        ),
        None => ("–".to_owned(), "–".to_owned(), ""),
    };
    format!("row\t{row}\t{what}\t{millis:.1} ms\t{raw}\t{ratio}\t≤ {most} ms\t{verdict}\t{beside}")
}
