//! What surrounds the windows: a display, a session bus, a clinic.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use frontdesk_tests::{Clinic, TestDesk};
use tempfile::TempDir;

use crate::window::Window;

/// Ends with everything that runs on it.
pub(crate) struct Stage {
    pub(crate) clinic: Clinic,
    display: String,
    bus: String,
    _servers: [Group; 2],
    folder: TempDir,
}

impl Stage {
    /// A display, a bus, and the small clinic of the demo.
    pub(crate) async fn set() -> Self {
        let mut xvfb = Command::new("Xvfb");
        // The server picks a free number itself: journeys run side by side.
        xvfb.args([
            "-displayfd",
            "1",
            "-nolisten",
            "tcp",
            "-screen",
            "0",
            "1280x800x24",
        ]);
        let (xvfb, number) = first_line(&mut xvfb);
        let mut bus = Command::new("dbus-daemon");
        bus.args(["--session", "--nofork", "--print-address=1"]);
        let (bus, address) = first_line(&mut bus);
        Self {
            clinic: Clinic::demo().await,
            display: format!(":{number}"),
            bus: address,
            _servers: [xvfb, bus],
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// A window with a signed-in user, showing the board.
    pub(crate) async fn window(&self, user: &'static str) -> Window {
        Window::open(self, user).await
    }

    /// A colleague at a desk without a window.
    pub(crate) async fn colleague(&self, user: &str) -> TestDesk {
        self.clinic.desk(user).await
    }

    pub(crate) fn bus(&self) -> &str {
        &self.bus
    }

    pub(crate) fn display(&self) -> &str {
        &self.display
    }

    pub(crate) fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Lets a program use this stage, and nothing of the session that runs the tests.
    pub(crate) fn lend(&self, command: &mut Command) {
        command
            .env("DISPLAY", &self.display)
            .env("DBUS_SESSION_BUS_ADDRESS", &self.bus)
            .env("GDK_BACKEND", "x11")
            .env("NO_AT_BRIDGE", "1")
            .env("LANG", "C.UTF-8")
            .env("HOME", self.folder.path())
            .env("XDG_RUNTIME_DIR", self.folder.path())
            .env_remove("WAYLAND_DISPLAY");
    }
}

/// A program in a process group of its own, which ends with all its children when this is dropped:
/// an orphan would hold the test's output open for ever.
pub(crate) struct Group(Child);

impl Group {
    pub(crate) fn start(command: &mut Command) -> Self {
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        let name = command.get_program().to_string_lossy().into_owned();
        let child = command.spawn();
        Self(child.unwrap_or_else(|error| panic!("starting {name}: {error}")))
    }

    /// The same, with what it says in a file.
    pub(crate) fn start_logged(command: &mut Command, log: &std::path::Path) -> Self {
        let log = File::create(log).unwrap();
        command
            .stdin(Stdio::null())
            .stderr(log.try_clone().unwrap());
        Self::start(command.stdout(log))
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // The shell's own `kill`, because a bare system has no program of that name; it knows no `--`.
        let group = format!("-{}", self.0.id());
        let _ = Command::new("sh")
            .args(["-c", "kill -KILL \"$0\"", &group])
            .status();
        let _ = self.0.wait();
    }
}

fn first_line(command: &mut Command) -> (Group, String) {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut group = Group::start(command);
    let mut line = String::new();
    let mut lines = BufReader::new(group.0.stdout.take().unwrap());
    lines.read_line(&mut line).unwrap();
    (group, line.trim().to_owned())
}
