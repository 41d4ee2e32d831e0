//! The program, run as an operator runs it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

pub(crate) fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_frontdesk-server"));
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("FRONTDESK_")) {
        command.env_remove(name);
    }
    command
}

pub(crate) fn run(arguments: &[&str]) -> Output {
    program().args(arguments).output().unwrap()
}

pub(crate) fn with_stdin(arguments: &[&str], input: &str) -> Output {
    let mut child = program().args(arguments).spawn().unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    child.wait_with_output().unwrap()
}

/// One sentence on stderr that says what to do, nothing on stdout, and the code.
pub(crate) fn assert_refused(output: &Output, code: i32, says: &str) {
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{error}");
    assert!(output.stdout.is_empty());
    assert_eq!(error.trim_end().lines().count(), 1, "{error}");
    assert!(
        error.contains(says) && error.trim_end().ends_with('.'),
        "{error}"
    );
}

pub(crate) struct Serving {
    pub(crate) child: Child,
    stdout: BufReader<std::process::ChildStdout>,
    pub(crate) url: String,
}

/// On a free port of this machine.
pub(crate) fn serve(data: &Path, more: &[&str]) -> Serving {
    let serving = serve_openly(data, &[&["--listen", "127.0.0.1:0"], more].concat());
    let scheme = if more.contains(&"--tls-cert") {
        "https"
    } else {
        "http"
    };
    let url = &serving.url;
    assert!(url.starts_with(&format!("{scheme}://127.0.0.1:")), "{url}");
    serving
}

/// Where the arguments say.
pub(crate) fn serve_openly(data: &Path, arguments: &[&str]) -> Serving {
    let mut child = program()
        .args(["serve", "--data"])
        .arg(data)
        .args(arguments)
        .spawn()
        .unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    stdout.read_line(&mut line).unwrap();
    let url = line
        .strip_prefix("listening on ")
        .unwrap()
        .trim()
        .to_owned();
    Serving { child, stdout, url }
}

impl Serving {
    /// Ctrl-C, and what else was printed.
    #[cfg(unix)]
    pub(crate) fn stop(mut self) -> (Option<i32>, String, String) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status().unwrap();
        assert!(sent.success());
        let status = self.child.wait().unwrap();
        let (mut out, mut err) = (String::new(), String::new());
        self.stdout.read_to_string(&mut out).unwrap();
        let mut stderr = self.child.stderr.take().unwrap();
        stderr.read_to_string(&mut err).unwrap();
        (status.code(), out, err)
    }
}
