//! `cargo xtask bench`: every row of the performance budget, measured now, as one table.

mod ipc;
mod table;
mod window;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::child::Running;
use crate::{sh, system, tree};
use table::Table;

/// What to measure.
#[derive(clap::Args)]
pub(crate) struct Bench {
    /// Only rows whose name begins so, e.g. `book-64` or `slots`.
    #[arg(long, value_name = "ROW")]
    only: Option<String>,
    /// Fewer rounds: to see that it works, not to be quoted.
    #[arg(long)]
    quick: bool,
    /// Put the table into this Markdown file as well, in the place of the one that is there.
    #[arg(long, value_name = "FILE.md")]
    write: Option<PathBuf>,
}

const BUILD: [&str; 9] = [
    "build",
    "--release",
    "--bins",
    "-p",
    "frontdesk-server",
    "-p",
    "frontdesk-tests",
    "--features",
    "frontdesk-tests/bench",
];

impl Bench {
    /// Builds what is measured optimised, measures, and prints the table.
    pub(crate) fn run(self) -> Result<()> {
        let mut table = Table::default();
        if self.wants_one_of(&window::ROWS) {
            match window::measure(&self) {
                Ok(lines) => table.add_all(lines),
                Err(error) => table.add(&format!("skip\tthe window\t{error:#}")),
            }
        }
        let only_window = self.only.is_some() && self.wants_one_of(&window::ROWS);
        if !only_window {
            system::for_the_engines()?;
            sh::run(&mut sh::cargo(&BUILD))?;
            self.measure_programs(&mut table)?;
        }
        if table.is_empty() {
            bail!("no row begins with `{}`", self.only.unwrap_or_default());
        }
        print!("{table}");
        if let Some(file) = &self.write {
            self.write_into(file, &table)?;
        }
        Ok(())
    }

    /// In the place of the table that is there; what else the document says stays.
    fn write_into(&self, file: &Path, table: &Table) -> Result<()> {
        let text = match std::fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error).context("reading the document"),
        };
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let (os, machine) = (std::env::consts::OS, std::env::consts::ARCH);
        let rounds = if self.quick { "the quick mode" } else { "full" };
        let from = format!("Measured on {cores} cores ({os}, {machine}), {rounds}.");
        std::fs::write(file, table.inside(&text, &from)).context("writing the table")
    }

    pub(super) fn wants(&self, name: &str) -> bool {
        self.only
            .as_ref()
            .is_none_or(|only| name.starts_with(only.as_str()))
    }

    fn wants_one_of(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.wants(name))
    }

    fn measure_programs(&self, table: &mut Table) -> Result<()> {
        let mut command = Command::new(tree::program("frontdesk-bench", true)?);
        if let Some(only) = &self.only {
            command.args(["--only", only]);
        }
        if self.quick {
            command.arg("--quick");
        }
        sh::say(&command);
        let mut running = Running::start(command.stdout(Stdio::piped()))?;
        for line in running.lines()? {
            table.add(&line);
        }
        if !running.wait()? {
            table.add("skip\tthe rest\tthe measurements ended early, see above");
        }
        Ok(())
    }
}
