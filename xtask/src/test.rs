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
    /// Builds the window that the journeys open, then runs them.
    pub(crate) fn run(self) -> Result<()> {
        system::for_the_tests()?;
        shell::build(false)?;
        let mut command = sh::cargo(&JOURNEYS);
        command.arg("--").args(&self.rest);
        sh::run(&mut command)
    }
}

/// Photographs the journeys: they run one after the other and write into `docs/pictures`.
pub(crate) fn pictures() -> Result<()> {
    system::for_the_tests()?;
    shell::build(false)?;
    let folder = tree::root().join("docs/pictures");
    std::fs::create_dir_all(&folder).context("making docs/pictures")?;
    let mut command = sh::cargo(&JOURNEYS);
    command.args(["--", "--test-threads=1"]);
    sh::run(command.env("FRONTDESK_PICTURES", folder))
}

struct Part {
    name: &'static str,
    /// What it may take.
    minutes: u64,
    ran: Ran,
    took: Duration,
}

/// What a runner counted, and the names of what failed where it says them one a line.
#[derive(Default)]
struct Ran {
    tally: Tally,
    failed: Vec<String>,
}

/// How much of everything.
#[derive(clap::Args)]
pub(crate) struct Test {
    /// A million random commands, a thousand races, many more crashes: an hour or two.
    #[arg(long)]
    long: bool,
}

/// Read by the tests themselves; see docs/CONTRIBUTING.md.
const LONG: &str = "FRONTDESK_LONG";

impl Test {
    /// Set-up, then each ring; the last line is the sum of what the runners counted.
    pub(crate) fn run(self) -> Result<()> {
        let watch = Stopwatch::start();
        system::for_the_tests()?;
        system::for_the_engines()?;
        ui::build()?;
        let rust = |args: &[&str]| {
            let mut command = sh::cargo(args);
            if self.long {
                command.env(LONG, "1");
            }
            rust(&mut command)
        };
        let mut parts = vec![
            part("Rust build", 25, build),
            part("rules and stories", 8, || rust(&stories())),
            part("engines and crashes", 6, || rust(&heavy_stories(self.long))),
            part("several servers", 2, || rust(&timed_stories(self.long))),
            part("steps of a write", 2, || rust(&FAILPOINTS)),
            part("errors of a commit", 2, || rust(&FAILING)),
            part("interface", 3, || node(&mut sh::npm(&["test"]))),
            part("accessibility", 3, || {
                node(&mut sh::npm(&["run", "test:axe"]))
            }),
            part("shell", 4, || rust(&SHELL)),
        ];
        if HAS_OWN_DISPLAY {
            parts.push(part("real window", 8, || {
                shell::build(false)?;
                rust(&JOURNEYS)
            }));
        }
        summary(&parts, self.long, watch.elapsed())
    }
}

/// The journeys bring a display, a bus and a notification service of their own.
const HAS_OWN_DISPLAY: bool = cfg!(target_os = "linux");

/// Stories that race, kill, flood or wear down an engine for minutes.
const HEAVY: [&str; 6] = [
    "crash_story",
    "kill_story",
    "machine_story",
    "overload::",
    "power_story",
    "race_story",
];

/// Stories that say how long something may take: they run one after the other, with nothing beside them.
const TIMED: [&str; 1] = ["instances_story"];

/// Everything that needs no window, but for the heavy stories.
fn stories() -> Vec<&'static str> {
    let mut args = vec!["test", "--no-fail-fast", "--"];
    args.extend(HEAVY.iter().chain(&TIMED).flat_map(|name| ["--skip", name]));
    args
}

/// The heavy ones; half a million commands an engine only end in time where the build is optimised.
fn heavy_stories(long: bool) -> Vec<&'static str> {
    let mut args = of_the_product(long);
    args.extend(["-p", "frontdesk-server", "--test", "http", "--"]);
    args.extend(HEAVY);
    args
}

fn timed_stories(long: bool) -> Vec<&'static str> {
    let mut args = of_the_product(long);
    args.extend(["--", "--test-threads=1"]);
    args.extend(TIMED);
    args
}

fn of_the_product(long: bool) -> Vec<&'static str> {
    let mut args = vec!["test", "--no-fail-fast"];
    if long {
        args.extend(["--profile", "long"]);
    }
    args.extend(["-p", "frontdesk-tests", "--test", "it"]);
    args
}

/// Programs first: the stories start and kill them. A build that fails is one failure.
fn build() -> Result<Ran> {
    sh::run(&mut sh::cargo(&PROGRAMS))?;
    sh::run(&mut sh::cargo(&["test", "--no-run"]))?;
    sh::run(sh::cargo(&FAILPOINTS).arg("--no-run"))?;
    sh::run(sh::cargo(&FAILING[..FAILING.len() - 2]).arg("--no-run"))?;
    Ok(Ran::default())
}

/// The server stopped at every step of its write transaction: a build of its own, no release's.
const FAILPOINTS: [&str; 8] = [
    "test",
    "--no-fail-fast",
    "-p",
    "frontdesk-tests",
    "--features",
    "failpoints",
    "--test",
    "failpoints",
];

/// The same build's unit tests of what becomes of a group whose commit fails.
const FAILING: [&str; 9] = [
    "test",
    "--no-fail-fast",
    "-p",
    "frontdesk-server",
    "--features",
    "failpoints",
    "--lib",
    "--",
    "failing::",
];

const PROGRAMS: [&str; 6] = [
    "build",
    "--bins",
    "-p",
    "frontdesk-server",
    "-p",
    "frontdesk-desk",
];
const SHELL: [&str; 6] = [
    "test",
    "--no-fail-fast",
    "-p",
    "frontdesk-app",
    "--features",
    shell::FEATURES,
];
const JOURNEYS: [&str; 8] = [
    "test",
    "--no-fail-fast",
    "-p",
    "frontdesk-tests",
    "--features",
    "e2e",
    "--test",
    "e2e",
];

fn rust(command: &mut Command) -> Result<Ran> {
    count(command, Tally::of_cargo_line)
}

fn node(command: &mut Command) -> Result<Ran> {
    count(
        command.env("CI", "1").env("NO_COLOR", "1"),
        Tally::of_node_line,
    )
}

/// So many minutes are what it may take on two cores; more is said, and no failure.
fn part(name: &'static str, minutes: u64, run: impl FnOnce() -> Result<Ran>) -> Part {
    eprintln!("── {name}");
    let watch = Stopwatch::start();
    let ran = run().unwrap_or_else(|error| Ran {
        tally: Tally {
            passed: 0,
            failed: 1,
        },
        failed: vec![format!("{error:#}")],
    });
    Part {
        name,
        ran,
        minutes,
        took: watch.elapsed(),
    }
}

fn summary(parts: &[Part], long: bool, took: Duration) -> Result<()> {
    let mut sum = Tally::default();
    println!();
    for part in parts {
        let Part {
            name, ran, took, ..
        } = part;
        println!("{name:<20} {:>5} s   {}", took.as_secs(), ran.tally);
        if !long && took.as_secs() > part.minutes * 60 {
            println!("  slow: more than {} min", part.minutes);
        }
        sum.add(ran.tally);
        for failed in &ran.failed {
            println!("  failed: {failed}");
        }
    }
    println!("{:<20} {:>5} s", "with set-up", took.as_secs());
    if !HAS_OWN_DISPLAY {
        println!("the real window was left out: its journeys are known on Linux only");
    }
    if system::without_postgres() {
        println!("PostgreSQL was left out, as {} says", system::NO_POSTGRES);
    }
    println!("{sum}");
    if sum.failed > 0 {
        bail!("{} of {} tests failed", sum.failed, sum.passed + sum.failed);
    }
    Ok(())
}

/// Shows what a runner prints and adds its counts up. Failing without a counted failure (a test
/// that does not compile) is one failure.
fn count(command: &mut Command, read: fn(&str) -> Option<Tally>) -> Result<Ran> {
    let said = sh::say(command);
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("starting `{said}`"))?;
    let output = child.stdout.take().context("no output")?;
    let mut ran = Ran::default();
    for line in BufReader::new(output).lines() {
        let line = line?;
        println!("{line}");
        let line = plain(&line);
        ran.tally.add(read(&line).unwrap_or_default());
        ran.failed.extend(failed_test(&line));
    }
    let succeeded = child.wait()?.success();
    if ran.tally == Tally::default() {
        bail!("`{said}` counted no test");
    }
    if !succeeded && ran.tally.failed == 0 {
        ran.tally.failed = 1;
        ran.failed.push(format!("`{said}`"));
    }
    Ok(ran)
}

fn failed_test(line: &str) -> Option<String> {
    let name = line.strip_prefix("test ")?.strip_suffix(" ... FAILED")?;
    Some(name.to_owned())
}
