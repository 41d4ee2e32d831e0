//! The shipped programs as processes: for exit codes, output, and being killed.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStderr, ChildStdout};

use crate::soon;

/// A program of this workspace, built from what is in the checkout now.
///
/// # Panics
/// When it does not build.
#[must_use]
pub fn program(name: &str) -> PathBuf {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    let folder = BUILT.get_or_init(|| {
        build(&["--bins", "-p", "frontdesk-server", "-p", "frontdesk-desk"]);
        profile_folder()
    });
    folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

/// Builds it as this test was built, into the same folder.
pub(crate) fn build(what: &[&str]) {
    let folder = profile_folder();
    let profile = match folder.file_name().unwrap().to_str().unwrap() {
        "debug" => "dev",
        other => other,
    };
    let mut cargo = Command::new(option_env!("CARGO").unwrap_or("cargo"));
    cargo.args(["build", "--quiet", "--profile", profile, "--target-dir"]);
    cargo.arg(folder.parent().unwrap()).args(what);
    cargo.current_dir(env!("CARGO_MANIFEST_DIR"));
    for (name, _) in std::env::vars_os().filter(|(name, _)| is_of_this_test(name)) {
        cargo.env_remove(name);
    }
    let built = cargo.status().unwrap().success();
    assert!(built, "{what:?} does not build");
}

/// What cargo tells a test of its own package: `ring` is built anew, and all that stands on it, when
/// that changes.
fn is_of_this_test(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
}

/// Where programs and libraries lie that were built as this test was.
pub(crate) fn profile_folder() -> PathBuf {
    let this = std::env::current_exe().unwrap();
    this.ancestors().nth(2).unwrap().to_owned()
}

/// What a program that has ended left behind.
#[derive(Debug)]
pub struct Ran {
    /// Its exit code; none when it was killed.
    pub code: Option<i32>,
    /// What it printed.
    pub out: String,
    /// What it complained about.
    pub err: String,
}

/// A running program; killed when dropped.
#[derive(Debug)]
pub struct Program {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    /// Of one that complains so little that nobody has to read all of it.
    complaints: Option<Lines<BufReader<ChildStderr>>>,
}

impl Program {
    /// Where a program lies that was built before.
    ///
    /// # Panics
    /// Never.
    #[must_use]
    pub fn of(name: &str) -> PathBuf {
        profile_folder().join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
    }

    /// Runs it to its end, with this on its standard input.
    ///
    /// # Panics
    /// When it cannot be started or does not end.
    pub async fn ran(name: &str, args: &[&str], env: &[(&str, &str)], input: &str) -> Ran {
        let mut command = command(name, args, env);
        command.stdin(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        // A program that needs no input may have closed its end already.
        let _ = stdin.write_all(input.as_bytes()).await;
        drop(stdin);
        let what = format!("{name} {}", args.join(" "));
        let out = soon(&what, child.wait_with_output()).await.unwrap();
        Ran {
            code: out.status.code(),
            out: String::from_utf8(out.stdout).unwrap(),
            err: String::from_utf8(out.stderr).unwrap(),
        }
    }

    /// Starts it and goes on.
    ///
    /// # Panics
    /// When it cannot be started.
    #[must_use]
    pub fn start(name: &str, args: &[&str], env: &[(&str, &str)]) -> Self {
        Self::spawn(command(name, args, env), Stdio::null())
    }

    /// The same, and what it complains about can be waited for.
    ///
    /// # Panics
    /// When it cannot be started.
    #[must_use]
    pub fn start_heard(name: &str, args: &[&str], env: &[(&str, &str)]) -> Self {
        Self::spawn(command(name, args, env), Stdio::piped())
    }

    /// Starts this test once more, in a process of its own that finds `env` set.
    ///
    /// # Panics
    /// When it cannot be started.
    #[must_use]
    pub fn again(test: &str, env: &[(&str, &str)]) -> Self {
        let mut command = tokio::process::Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", test, "--nocapture"]);
        command.envs(env.iter().copied());
        command.stdout(Stdio::piped()).kill_on_drop(true);
        Self::spawn(command, Stdio::null())
    }

    fn spawn(mut command: tokio::process::Command, complaints: Stdio) -> Self {
        command.stdin(Stdio::null()).stderr(complaints);
        let mut child = command.spawn().unwrap();
        let stdout = child.stdout.take().unwrap();
        Self {
            complaints: child.stderr.take().map(|pipe| BufReader::new(pipe).lines()),
            child,
            lines: BufReader::new(stdout).lines(),
        }
    }

    /// Waits for its end; true when it was stopped dead and did not end itself.
    ///
    /// # Panics
    /// When it goes on.
    pub async fn crashed(&mut self) -> bool {
        let status = soon("the end of the program", self.child.wait()).await;
        status.unwrap().code().is_none()
    }

    /// Starts it, waits for the first complaint that begins so, and ends it; that line.
    ///
    /// # Panics
    /// When it does not come.
    pub async fn start_and_read_complaints(name: &str, args: &[&str], start: &str) -> String {
        let mut command = command(name, args, &[]);
        let mut child = command
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        loop {
            let line = soon("a complaint", lines.next_line()).await.unwrap();
            let line = line.expect("the program ended");
            if line.starts_with(start) {
                return line;
            }
        }
    }

    /// Waits for a complaint that begins so.
    ///
    /// # Panics
    /// When it ends without, stays silent, or is not heard.
    pub async fn complaint_with(&mut self, start: &str) {
        let lines = self.complaints.as_mut().expect("it is heard");
        let said = async {
            while let Some(line) = lines.next_line().await.unwrap() {
                if line.starts_with(start) {
                    return;
                }
            }
            panic!("the program ended");
        };
        soon("a complaint", said).await;
    }

    /// Its next line.
    ///
    /// # Panics
    /// When it ends or stays silent.
    pub async fn line(&mut self) -> String {
        let line = soon("a line of output", self.lines.next_line()).await;
        line.unwrap().expect("the program ended")
    }

    /// Lines until one begins with `start`; that one.
    ///
    /// # Panics
    /// When it ends or stays silent.
    pub async fn line_with(&mut self, start: &str) -> String {
        loop {
            let line = self.line().await;
            if line.starts_with(start) {
                return line;
            }
        }
    }

    /// `kill -9`: no chance to tidy up.
    pub async fn kill(&mut self) {
        // It may have ended by itself at that very moment.
        let _ = self.child.kill().await;
    }

    /// SIGTERM, as a system that shuts down sends it; its exit code.
    ///
    /// # Panics
    /// When it does not end.
    pub async fn terminate(&mut self) -> Option<i32> {
        let id = self.child.id().expect("it has ended already").to_string();
        let kill = Command::new("kill").args(["-TERM", &id]).status().unwrap();
        assert!(kill.success());
        soon("the end of the program", self.child.wait())
            .await
            .unwrap()
            .code()
    }
}

fn command(name: &str, args: &[&str], env: &[(&str, &str)]) -> tokio::process::Command {
    let mut command = tokio::process::Command::new(program(name));
    command.args(args).envs(env.iter().copied());
    command.stdout(Stdio::piped()).kill_on_drop(true);
    command
}
