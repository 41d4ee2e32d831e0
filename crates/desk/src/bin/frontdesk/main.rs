//! The desk for the terminal and for scripts: the same desk as behind the window.

mod args;
mod day;
mod failure;
mod names;
mod output;
mod run;
mod series;
mod set_aside;
mod time;
mod visits;
mod watching;

use std::process::ExitCode;

use clap::Parser as _;

use args::Args;
use failure::Failure;

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::new(&args.log))
        .with_writer(std::io::stderr)
        .init();
    match run::run(args).await {
        Ok(code) => code,
        Err(failure) => report(&failure),
    }
}

fn report(failure: &Failure) -> ExitCode {
    if !failure.is_broken_pipe() {
        eprintln!("error[{}]: {failure}", failure.code());
        for line in failure.hints() {
            eprintln!("  {line}");
        }
    }
    ExitCode::from(failure.exit_code())
}
