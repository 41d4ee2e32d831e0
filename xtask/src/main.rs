//! The one door to every chore: run, test, check, bench, fuzz, bundle, e2e, pictures, bindings.
//!
//! It needs Rust and Node on the machine and sets up the rest itself. It keeps no state but stamps
//! beside what they stand for, and holds no rule of the program.

mod bench;
mod bindings;
mod bundle;
mod check;
mod child;
mod clock;
mod display;
mod fuzz;
mod run;
mod sh;
mod shell;
mod system;
mod tally;
mod test;
mod tree;
mod ui;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The one door to every chore.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", after_help = EXAMPLES)]
struct Xtask {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Open the window: on an embedded demo clinic, or on a running server.
    Run(run::Run),
    /// Run everything that can be tested on this machine.
    Test(test::Test),
    /// Measure every row of the performance budget, each beside its raw limit.
    Bench(bench::Bench),
    /// Ask a running server what its description allows, and what it does not.
    Fuzz(fuzz::Fuzz),
    /// Format, lints, types, house rules, bindings: what review would say first.
    Check,
    /// Format every Rust and TypeScript file.
    Fmt,
    /// Write the TypeScript of the command table into ui/src/bindings.
    Bindings(bindings::Bindings),
    /// Pack what users install into target/release/bundle.
    Bundle(bundle::Bundle),
    /// The real window only: two desks under an own display.
    E2e(test::E2e),
    /// Photograph the journeys into docs/pictures.
    Pictures,
}

const EXAMPLES: &str = "Examples:
  cargo xtask run                                the window, on an embedded demo clinic
  cargo xtask run --screenshot board.png         a picture instead, where there is no display
  cargo xtask run --connect http://127.0.0.1:7070 --profile two
  cargo xtask test                               ends with `N passed, N failed`
  cargo xtask test --long                        a million commands, a thousand races, more crashes
  cargo xtask bench --only book                  only rows whose name begins with `book`
  cargo xtask e2e booked                         only journeys whose name has `booked`";

fn main() -> ExitCode {
    let done = match Xtask::parse().chore {
        Chore::Run(run) => run.run(),
        Chore::Test(test) => test.run(),
        Chore::Bench(bench) => bench.run(),
        Chore::Fuzz(fuzz) => fuzz.run(),
        Chore::Check => check::all(),
        Chore::Fmt => check::format(),
        Chore::Bindings(bindings) => bindings.run(),
        Chore::Bundle(bundle) => bundle.run(),
        Chore::E2e(e2e) => e2e.run(),
        Chore::Pictures => test::pictures(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
