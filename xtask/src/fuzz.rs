//! `cargo xtask fuzz`: a tool that reads the description of the API asks a running server for
//! everything it allows, and for much that it does not. Any 5xx and any answer that is not as described
//! is a failure.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::Receiver;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::child::{Running, await_line};
use crate::{sh, system, tree};

/// How long to ask.
#[derive(clap::Args)]
pub(crate) struct Fuzz {
    /// Examples of each operation and role.
    #[arg(long, value_name = "COUNT", default_value_t = 50)]
    examples: u32,
    /// Only this operation, e.g. `/v1/commands`.
    #[arg(long, value_name = "PATH")]
    only: Option<String>,
}

/// From the Python package index, into a folder of its own under cargo's target folder.
const TOOL: &str = "schemathesis==4.32.5";
/// One user of every role of the demo clinic; the manager may do the most and begins.
const USERS: [&str; 3] = ["manager", "reception1", "therapist"];
const PASSWORD: &str = "frontdesk-demo";
const POSTGRES: &str = "PostgreSQL";
const ENGINES: [&str; 2] = ["SQLite", POSTGRES];
const BUILD: [&str; 6] = [
    "build",
    "--bins",
    "-p",
    "frontdesk-server",
    "-p",
    "frontdesk-postgres",
];
const PATIENCE: Duration = Duration::from_secs(60);
/// What the tool checks; the others judge taste, or what a stateful API cannot promise.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
                      response_headers_conformance,response_schema_conformance";

impl Fuzz {
    /// Installs the tool, starts demo clinics on both databases, and asks as every role.
    pub(crate) fn run(self) -> Result<()> {
        let tool = installed()?;
        system::for_the_engines()?;
        sh::run(&mut sh::cargo(&BUILD))?;
        let mut failed = Vec::new();
        for engine in ENGINES {
            let Some(engine) = Engine::start(engine)? else {
                println!("not asked on {engine}, as this machine has said");
                continue;
            };
            for user in USERS {
                if let Err(error) = self.ask_as(user, &engine, &tool) {
                    eprintln!("xtask: {error:#}");
                    failed.push(format!("{user} on {}", engine.name));
                }
            }
            println!("asked on {} as {}", engine.name, USERS.join(", "));
        }
        if !failed.is_empty() {
            bail!(
                "answers that are not as described, asked as: {}",
                failed.join("; ")
            );
        }
        println!("every answer is as described");
        Ok(())
    }

    /// In a clinic of its own.
    fn ask_as(&self, user: &str, engine: &Engine, tool: &Path) -> Result<()> {
        let data = fresh_folder(user)?;
        let (server, url) = serve(&data, engine)?;
        let token = token(&url, user)?;
        let asked = sh::run(&mut self.ask(tool, &url, &token));
        drop(server);
        std::fs::remove_dir_all(&data).context("removing the fuzzed clinic")?;
        asked
    }

    fn ask(&self, tool: &Path, url: &str, token: &str) -> Command {
        let mut command = Command::new(tool);
        let folder = tree::root();
        // What it remembers of earlier runs stays beside it.
        command.current_dir(tool.parent().unwrap_or(&folder));
        command.args(["run", &format!("{url}/openapi.json")]);
        command.args([
            "--checks",
            CHECKS,
            "--max-examples",
            &self.examples.to_string(),
        ]);
        command.args(["--generation-deterministic", "--request-timeout", "20"]);
        // A stream has no end, and a signed-out session can ask nothing more.
        command.args(["--exclude-path", "/v1/events"]);
        command.args(["--exclude-name", "DELETE /v1/session"]);
        if let Some(path) = &self.only {
            command.args(["--include-path", path]);
        }
        // The clinic and its sessions are gone when the tool ends.
        command.args(["--header", &format!("Authorization: Bearer {token}")]);
        command
    }
}

/// What clinics are kept in.
struct Engine {
    name: &'static str,
    /// Empty databases, one for each clinic, as long as the program runs that has them.
    databases: Option<(Running, Receiver<String>)>,
}

impl Engine {
    /// None where this machine does without it.
    fn start(name: &'static str) -> Result<Option<Self>> {
        let databases = match name {
            POSTGRES if system::without_postgres() => return Ok(None),
            POSTGRES => Some(databases()?),
            _ => None,
        };
        Ok(Some(Self { name, databases }))
    }

    /// The address of the next database; none where a clinic is kept in its folder.
    fn database(&self) -> Result<Option<String>> {
        let Some((_, databases)) = &self.databases else {
            return Ok(None);
        };
        await_line(databases, PATIENCE, "a database", |_| true).map(Some)
    }
}

fn databases() -> Result<(Running, Receiver<String>)> {
    let mut command = Command::new(tree::program("frontdesk-postgres", false)?);
    command.arg(USERS.len().to_string());
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut running = Running::start(&mut command)?;
    let lines = running.lines()?;
    Ok((running, lines))
}

/// The tool, installed once.
fn installed() -> Result<PathBuf> {
    let folder = tree::target()?.join("xtask/fuzz");
    let programs = folder.join(if cfg!(windows) { "Scripts" } else { "bin" });
    let stamp = folder.join("tool");
    let tool = programs.join(format!("schemathesis{}", std::env::consts::EXE_SUFFIX));
    if std::fs::read_to_string(&stamp).is_ok_and(|text| text == TOOL) && tool.is_file() {
        return Ok(tool);
    }
    let python = ["python3", "python", "py"];
    let python = python.iter().find(|name| sh::which(&exe(name)).is_some());
    let Some(python) = python else {
        bail!("Python is missing: please install Python 3.10 or newer with its `venv` module");
    };
    sh::run(Command::new(python).args(["-m", "venv"]).arg(&folder))
        .context("making a Python environment (Debian: `apt-get install python3-venv`)")?;
    let pip = programs.join(exe("python"));
    sh::run(Command::new(pip).args(["-m", "pip", "install", "--quiet", TOOL]))?;
    std::fs::write(&stamp, TOOL).context("writing a stamp")?;
    Ok(tool)
}

fn exe(name: &str) -> String {
    format!("{name}{}", std::env::consts::EXE_SUFFIX)
}

fn fresh_folder(user: &str) -> Result<PathBuf> {
    let folder = tree::target()?.join(format!("xtask/fuzz-{user}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).context("making a folder for the fuzzed clinic")?;
    Ok(folder)
}

/// A demo clinic without limits, so that what is found is not a limit.
fn serve(data: &Path, engine: &Engine) -> Result<(Running, String)> {
    let mut command = Command::new(tree::program("frontdesk-server", false)?);
    command.args(["serve", "--demo", "--listen", "127.0.0.1:0"]);
    command.args(["--session-rate", "0", "--data"]).arg(data);
    if let Some(url) = engine.database()? {
        command.args(["--database", &url]);
    }
    let mut running = Running::start(command.stdout(Stdio::piped()))?;
    let says = "listening on ";
    let line = await_line(
        &running.lines()?,
        PATIENCE,
        "the server's address",
        |line| line.starts_with(says),
    )?;
    Ok((running, line.trim_start_matches(says).to_owned()))
}

/// Signs in; what the server gives to whoever asks with it.
fn token(url: &str, user: &str) -> Result<String> {
    let address = url.trim_start_matches("http://");
    let body = format!(
        r#"{{"user":"{user}","password":"{PASSWORD}","device":{{"id":"0190f3a0-0000-7000-8000-000000000001","name":"fuzz"}}}}"#
    );
    let answer = post(address, "/v1/session", &body).context("signing in")?;
    let token = answer.split_once(r#""token":""#);
    let token = token.and_then(|(_, rest)| rest.split_once('"'));
    let (token, _) = token.with_context(|| format!("no token for {user}"))?;
    Ok(token.to_owned())
}

/// The smallest client that will do: the chores have no dependencies that take minutes to build.
fn post(address: &str, path: &str, body: &str) -> Result<String> {
    use std::io::{Read as _, Write as _};
    let mut stream = std::net::TcpStream::connect(address)?;
    write!(
        stream,
        "POST {path} HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\n\
         connection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}
