//! `cargo xtask test`: every ring, one summary. A part that cannot run counts as a failure.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::clock::Stopwatch;
use crate::tally::{Tally, plain};
use crate::{sh, shell, system, tree, ui};

/// The real window only.
#[derive(clap::Args)]
pub(crate) struct E2e {
    /// For the test runner: bits of names, or its options after `--`.
    #[arg(
        trailing_var_arg = true,
        allow_hyphen_values = true,
        value_name = "ARGS"
    )]
    rest: Vec<String>,
}

impl E2e {
    /// Builds what the journeys start, then runs them.
    pub(crate) fn run(self) -> Result<()> {
        system::for_the_tests()?;
        build_window_and_server()?;
        let mut command = journeys();
        command.arg("--").args(&self.rest);
        sh::run(&mut command)
    }
}

/// Photographs the journeys: they run one after the other and write into `docs/pictures`.
pub(crate) fn pictures() -> Result<()> {
    system::for_the_tests()?;
    build_window_and_server()?;
    let folder = tree::root().join("docs/pictures");
    std::fs::create_dir_all(&folder).context("making docs/pictures")?;
    let mut command = journeys();
    command.args(["--", "--test-threads=1"]);
    sh::run(command.env("FRONTDESK_PICTURES", folder))
}

struct Part {
    name: &'static str,
    tally: Tally,
    took: Duration,
}

/// Set-up, then each ring; the last line is the sum of what the runners counted.
pub(crate) fn all() -> Result<()> {
    let watch = Stopwatch::start();
    system::for_the_tests()?;
    ui::build()?;
    let mut parts = vec![
        part(
            "rules and stories",
            rust(&mut sh::cargo(&["test", "--no-fail-fast"])),
        ),
        part("interface", || node(&mut sh::npm(&["test"]))),
        part("accessibility", || node(&mut sh::npm(&["run", "test:axe"]))),
        part("shell", rust(&mut shell_tests())),
    ];
    parts.push(part("real window", || {
        build_window_and_server()?;
        count(&mut journeys(), Tally::of_cargo_line)
    }));
    summary(&parts, watch.elapsed())
}

fn rust(command: &mut Command) -> impl FnOnce() -> Result<Tally> {
    move || count(command, Tally::of_cargo_line)
}

fn node(command: &mut Command) -> Result<Tally> {
    count(command.env("CI", "1"), Tally::of_node_line)
}

fn part(name: &'static str, run: impl FnOnce() -> Result<Tally>) -> Part {
    eprintln!("── {name}");
    let watch = Stopwatch::start();
    let tally = run().unwrap_or_else(|error| {
        eprintln!("xtask: {error:#}");
        Tally {
            passed: 0,
            failed: 1,
        }
    });
    Part {
        name,
        tally,
        took: watch.elapsed(),
    }
}

fn summary(parts: &[Part], took: Duration) -> Result<()> {
    let mut sum = Tally::default();
    println!();
    for part in parts {
        println!(
            "{:<18} {:>4} s   {}",
            part.name,
            part.took.as_secs(),
            part.tally
        );
        sum.add(part.tally);
    }
    println!("{:<18} {:>4} s", "in all, with set-up", took.as_secs());
    println!("{sum}");
    if sum.failed > 0 {
        bail!("{} of {} tests failed", sum.failed, sum.passed + sum.failed);
    }
    Ok(())
}

fn shell_tests() -> Command {
    let features = ["--features", shell::FEATURES];
    let mut command = sh::cargo(&["test", "--no-fail-fast", "-p", "frontdesk-app"]);
    command.args(features);
    command
}

fn journeys() -> Command {
    let mut command = sh::cargo(&["test", "--no-fail-fast", "-p", "frontdesk-tests"]);
    command.args(["--features", "e2e", "--test", "e2e"]);
    command
}

fn build_window_and_server() -> Result<()> {
    shell::build(false)?;
    sh::run(&mut sh::cargo(&["build", "-p", "frontdesk-server"]))
}

/// Shows what a runner prints and adds its counts up. Failing without a counted failure (a test
/// that does not compile) is one failure.
fn count(command: &mut Command, read: fn(&str) -> Option<Tally>) -> Result<Tally> {
    let said = sh::say(command);
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("starting `{said}`"))?;
    let output = child.stdout.take().context("no output")?;
    let mut sum = Tally::default();
    for line in BufReader::new(output).lines() {
        let line = line?;
        println!("{line}");
        sum.add(read(&plain(&line)).unwrap_or_default());
    }
    let succeeded = child.wait()?.success();
    if sum == Tally::default() {
        bail!("`{said}` counted no test");
    }
    if !succeeded && sum.failed == 0 {
        sum.failed = 1;
    }
    Ok(sum)
}
