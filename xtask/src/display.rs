//! A display and a session bus of our own, for a machine that has neither.

use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};

use crate::child::{Running, await_line};
use crate::sh;

const PATIENCE: Duration = Duration::from_secs(20);

/// An X server and a bus; both end when this is dropped.
pub(crate) struct Display {
    display: String,
    bus: String,
    _servers: [Running; 2],
}

impl Display {
    /// Starts both.
    pub(crate) fn start(size: &str) -> Result<Self> {
        let screen = format!("{size}x24");
        let mut xvfb = Command::new("Xvfb");
        // The server picks a free number itself: two runs never fight for one.
        xvfb.args([
            "-displayfd",
            "1",
            "-nolisten",
            "tcp",
            "-screen",
            "0",
            &screen,
        ]);
        let (xvfb, number) = first_line(&mut xvfb)?;
        let mut bus = Command::new("dbus-daemon");
        bus.args(["--session", "--nofork", "--print-address=1"]);
        let (bus, address) = first_line(&mut bus)?;
        Ok(Self {
            display: format!(":{number}"),
            bus: address,
            _servers: [xvfb, bus],
        })
    }

    /// Lets a program use them, and nothing of the user's own session.
    pub(crate) fn lend(&self, command: &mut Command) {
        command
            .env("DISPLAY", &self.display)
            .env("DBUS_SESSION_BUS_ADDRESS", &self.bus)
            .env("GDK_BACKEND", "x11")
            .env("NO_AT_BRIDGE", "1")
            .env_remove("WAYLAND_DISPLAY");
    }

    /// A picture of everything on the display.
    pub(crate) fn photograph(&self, file: &std::path::Path) -> Result<()> {
        let mut import = Command::new("import");
        import.args(["-display", &self.display, "-window", "root"]);
        sh::run(import.arg(file)).context("taking the picture")
    }
}

fn first_line(command: &mut Command) -> Result<(Running, String)> {
    let name = command.get_program().to_string_lossy().into_owned();
    command.stdout(Stdio::piped()).stderr(Stdio::null());
    let mut running = Running::start(command)?;
    let lines = running.lines()?;
    let line = await_line(&lines, PATIENCE, &format!("an answer of {name}"), |_| true)?;
    Ok((running, line))
}
