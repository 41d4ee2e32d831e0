//! The command line. Every setting has an environment variable, but what gives something up
//! (`--replace`, `--skip-bad`) has to be typed; every failure is one sentence on stderr and an exit code.

mod data;
mod demo;
mod device;
mod operate;
mod serve;
mod user;

use std::io::BufRead as _;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use frontdesk_server::demo::DemoError;
use frontdesk_server::operate::OperateError;
use frontdesk_server::{ServeError, StartError, TlsError, UsersError};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::ParseError;

const EXAMPLES: &str = "\
Examples:
  frontdesk-server serve --data ./clinic --demo
  frontdesk-server serve --data /var/lib/frontdesk --listen 0.0.0.0:7443 \
      --tls-cert clinic.pem --tls-key clinic-key.pem
  frontdesk-server demo --data ./reference --practitioners 50 --appointments 200000
  echo 'a long password' | frontdesk-server init --data ./clinic 'Praxis am Markt' \
      --time-zone Europe/Berlin --manager maria
  echo 'a long password' | frontdesk-server user add --data ./clinic anna --role receptionist
  frontdesk-server backup --data ./clinic clinic.backup
  frontdesk-server restore --database postgres://frontdesk@%2Frun%2Fpostgresql/clinic clinic.backup
  frontdesk-server openapi > openapi.json

Exit codes:
  0 done   1 other failure, or `verify` found something   2 wrong arguments
  3 data folder or database cannot be used
  4 data or backup of a newer version   5 data used by another server   6 address cannot be used
  7 schema could not be updated   8 this machine or build cannot run a server
  9 certificate or key cannot be used, or the database's is not trusted";

/// The clinic's server.
#[derive(Parser)]
#[command(name = "frontdesk-server", version, after_help = EXAMPLES)]
pub(crate) struct Args {
    /// What is logged to stderr, e.g. `info` or `frontdesk_server=debug`.
    #[arg(long, global = true, env = "FRONTDESK_LOG", default_value = "warn", value_parser = filter)]
    log: String,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Begin a real clinic with its first manager; the password comes from FRONTDESK_PASSWORD or
    /// the first line of stdin. Practitioners, services and hours come by `import`.
    Init(operate::InitArgs),
    /// Serve a clinic until SIGTERM or Ctrl-C; prints `listening on URL` when ready.
    Serve(serve::Args),
    /// Fill an empty data folder with the seeded reference clinic.
    Demo(demo::Args),
    /// Who may sign in.
    #[command(subcommand)]
    User(user::Command),
    /// On which desks.
    #[command(subcommand)]
    Device(device::Command),
    /// Bring the schema of older data up to date, and say from which to which. A server does so too
    /// when it starts.
    Migrate(data::Data),
    /// Keep everything in one file, beside a running server: patients, visits, history, users. Only
    /// its owner can read the file.
    Backup(operate::FileArgs),
    /// Take a backup back, into SQLite or PostgreSQL, while no server uses the data. Desks take
    /// everything anew and keep what they have not sent; everybody signs in again.
    Restore(operate::RestoreArgs),
    /// Write a clinic's rows as desks are given them (NDJSON of /v1/snapshot), beside a running
    /// server; without users, passwords and history.
    Export(operate::ExportArgs),
    /// Set a clinic up from such a file. A line that cannot be taken over is told by its number with
    /// the reason, and then nothing is.
    Import(operate::ImportArgs),
    /// Look at every promise of the data, beside a running server: overlaps, mixing, capacity, seats,
    /// orphans, gaps in numbers, broken audit links. Prints each and ends with 1 if there is one.
    Verify(data::Data),
    /// Print the description of the HTTP API (OpenAPI).
    Openapi,
}

/// Runs the command.
pub(crate) fn run(args: Args) -> ExitCode {
    log_to_stderr(&args.log);
    let done = match args.command {
        Command::Serve(args) => serve::run(args),
        Command::Demo(args) => demo::run(&args),
        Command::User(command) => user::run(command),
        Command::Device(command) => device::run(command),
        Command::Init(args) => operate::init(args),
        Command::Migrate(data) => operate::migrate(&data),
        Command::Backup(args) => operate::backup(&args),
        Command::Restore(args) => operate::restore(&args),
        Command::Export(args) => operate::export(&args),
        Command::Import(args) => operate::import(&args),
        Command::Verify(data) => operate::verify(&data),
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

/// What is logged, as it was typed.
fn filter(typed: &str) -> Result<String, ParseError> {
    EnvFilter::try_new(typed).map(|_| typed.to_owned())
}

fn log_to_stderr(filter: &str) {
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(filter))
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
    Operate(#[from] OperateError),
    #[error("{0} promises do not hold: keep the data as it is, and compare it with a backup.")]
    Findings(usize),
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
            Self::Operate(OperateError::OtherLayout { .. }) => 4,
            Self::Operate(OperateError::Served) => 5,
            Self::Serve(_)
            | Self::Demo(_)
            | Self::Users(_)
            | Self::Operate(_)
            | Self::Findings(_)
            | Self::Io(_)
            | Self::Json(_) => 1,
        }
    }
}

fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    Ok(builder.enable_all().build()?)
}

/// From the environment or stdin, never an argument: others could see it in the list of processes.
fn read_password() -> Result<String, Failure> {
    if let Ok(password) = std::env::var("FRONTDESK_PASSWORD") {
        return Ok(password);
    }
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    let password = line.trim_end_matches(['\r', '\n']);
    if password.is_empty() {
        return Err(Failure::NoPassword);
    }
    Ok(password.to_owned())
}
