//! The command line. Every flag has an environment variable; every failure is one sentence on
//! stderr and an exit code.

mod demo;
mod serve;
mod user;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use frontdesk_server::demo::DemoError;
use frontdesk_server::{ServeError, StartError, TlsError, UsersError};

const EXAMPLES: &str = "\
Examples:
  frontdesk-server serve --data ./clinic --demo
  frontdesk-server serve --data /var/lib/frontdesk --listen 0.0.0.0:7443 \
      --tls-cert clinic.pem --tls-key clinic-key.pem
  frontdesk-server demo --data ./reference --practitioners 50 --appointments 200000
  echo 'a long password' | frontdesk-server user add --data ./clinic anna --role receptionist
  frontdesk-server openapi > openapi.json

Exit codes:
  0 done   1 other failure   2 wrong arguments   3 data folder cannot be used
  4 data of a newer version   5 folder used by another server   6 address cannot be used
  7 schema could not be updated   8 this machine or build cannot run a server
  9 certificate or key cannot be used";

/// The clinic's server.
#[derive(Parser)]
#[command(name = "frontdesk-server", version, after_help = EXAMPLES)]
pub(crate) struct Args {
    /// What is logged to stderr, e.g. `info` or `frontdesk_server=debug`.
    #[arg(long, global = true, env = "FRONTDESK_LOG", default_value = "warn")]
    log: String,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve a clinic until SIGTERM or Ctrl-C; prints `listening on URL` when ready.
    Serve(serve::Args),
    /// Fill an empty data folder with the seeded reference clinic.
    Demo(demo::Args),
    /// Who may sign in.
    #[command(subcommand)]
    User(user::Command),
    /// Print the description of the HTTP API (OpenAPI).
    Openapi,
}

/// Where a clinic lives.
#[derive(clap::Args)]
struct Data {
    /// The data folder; made when it does not exist.
    #[arg(long, value_name = "DIR", env = "FRONTDESK_DATA")]
    data: PathBuf,
}

/// Runs the command.
pub(crate) fn run(args: Args) -> ExitCode {
    log_to_stderr(&args.log);
    let done = match args.command {
        Command::Serve(args) => serve::run(args),
        Command::Demo(args) => demo::run(&args),
        Command::User(command) => user::run(command),
        Command::Openapi => print_openapi(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::from(failure.exit_code())
        }
    }
}

fn print_openapi() -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(&frontdesk_server::openapi())?;
    println!("{text}");
    Ok(())
}

fn log_to_stderr(filter: &str) {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::new(filter))
        .with_writer(std::io::stderr)
        .init();
}

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("{0}")]
    Start(#[from] StartError),
    #[error("{0}")]
    Serve(#[from] ServeError),
    #[error("{0}")]
    Demo(#[from] DemoError),
    #[error("{0}")]
    Tls(#[from] TlsError),
    #[error("{0}")]
    Users(#[from] UsersError),
    #[error(
        "Cannot listen on {0} ({1}): choose another address with --listen, or stop what uses it."
    )]
    Listen(String, std::io::Error),
    #[error("No password was given: type one into stdin, or set FRONTDESK_PASSWORD.")]
    NoPassword,
    #[error("Input or output failed: {0}.")]
    Io(#[from] std::io::Error),
    #[error("The description could not be written: {0}.")]
    Json(#[from] serde_json::Error),
}

impl Failure {
    fn exit_code(&self) -> u8 {
        match self {
            Self::Start(error) => error.exit_code(),
            Self::Listen(..) => 6,
            Self::NoPassword => 2,
            Self::Tls(_) => 9,
            Self::Serve(_) | Self::Demo(_) | Self::Users(_) | Self::Io(_) | Self::Json(_) => 1,
        }
    }
}

fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    Ok(builder.enable_all().build()?)
}
