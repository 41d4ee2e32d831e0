//! Every row of the performance budget (docs/DESIGN.md §9), each beside its raw limit in the same
//! run. `cargo xtask bench` builds this, runs it and prints its lines as one table.

mod bookings;
mod broker;
mod clinic;
mod clock;
mod days;
mod http;
mod memory;
mod program;
mod push;
mod race;
mod raw;
mod reference;
mod rival;
mod row;
mod search;
mod slots;
mod stream;

use std::time::Duration;

use anyhow::Result;
use clap::{Parser, Subcommand};

#[derive(Parser)]
struct Args {
    /// Only rows whose name begins so.
    #[arg(long, value_name = "ROW")]
    only: Option<String>,
    /// Fewer rounds: to see that it works, not to be quoted.
    #[arg(long)]
    quick: bool,
    #[command(subcommand)]
    part: Option<Part>,
}

#[derive(Subcommand)]
enum Part {
    /// What the server is measured beside; a process of its own, like the server.
    #[command(subcommand)]
    Rival(Rival),
}

#[derive(Subcommand)]
enum Rival {
    Bookings { folder: std::path::PathBuf },
    BookingsOnPostgres { url: String },
    Broker,
}

/// What to measure, and how long.
pub(crate) struct Bench {
    only: Option<String>,
    quick: bool,
}

impl Bench {
    pub(crate) fn wants(&self, name: &str) -> bool {
        self.only
            .as_ref()
            .is_none_or(|only| name.starts_with(only.as_str()))
    }

    fn wants_one_of(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.wants(name))
    }

    pub(crate) fn rounds(&self, full: usize, quick: usize) -> usize {
        if self.quick { quick } else { full }
    }

    /// How long writers write.
    pub(crate) fn span(&self) -> Duration {
        Duration::from_millis(if self.quick { 500 } else { 3_000 })
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    let args = Args::parse();
    match args.part {
        Some(Part::Rival(Rival::Bookings { folder })) => {
            return rival::serve_bookings(&folder).await;
        }
        Some(Part::Rival(Rival::BookingsOnPostgres { url })) => {
            return rival::postgres::serve_bookings(&url).await;
        }
        Some(Part::Rival(Rival::Broker)) => return broker::serve().await,
        None => {}
    }
    let bench = Bench {
        only: args.only,
        quick: args.quick,
    };
    told("the reference clinic", reference::measure(&bench).await);
    if bench.wants_one_of(&["book-1", "book-8", "book-64", "book-64-raw"]) {
        told("book", bookings::measure(&bench).await);
    }
    told("pg-book", bookings::measure_on_postgres(&bench).await);
    if bench.wants_one_of(&["race", "race-time"]) {
        told("race", race::measure(&bench).await);
    }
    if bench.wants_one_of(&["push-1", "push-50", "push-500"]) {
        told("push", push::measure(&bench).await);
    }
    if bench.wants("patients") {
        told("patients", search::measure(&bench).await);
    }
    Ok(())
}

/// What could not be measured says why, and keeps nothing else from being measured.
fn told(rows: &str, measured: Result<()>) {
    if let Err(error) = measured {
        let why = format!("{error:#}").replace(['\n', '\t'], " ");
        println!("skip\t{rows}\t{why}");
    }
}
