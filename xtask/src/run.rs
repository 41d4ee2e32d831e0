//! `cargo xtask run`: from a fresh machine to the open window.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::child::{Running, await_line};
use crate::display::Display;
use crate::{sh, shell, system, tree};

/// How to open the window.
#[derive(clap::Args)]
pub(crate) struct Run {
    /// A running server, e.g. http://127.0.0.1:7070; without it a demo clinic is embedded.
    #[arg(long, value_name = "URL")]
    connect: Option<String>,
    /// A data folder of its own, so that several desks run on one machine.
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// With `--connect`: keep this desk's data unencrypted (shown in the window at all times), for a
    /// machine without a system keyring.
    #[arg(long)]
    unencrypted: bool,
    /// Take a picture of the board on an own display, and end.
    #[arg(long, value_name = "FILE.png")]
    screenshot: Option<PathBuf>,
    /// Build optimised.
    #[arg(long)]
    release: bool,
    /// Anything else for the window, after `--`.
    #[arg(last = true, value_name = "ARGS")]
    rest: Vec<String>,
}

pub(crate) const DEMO_USER: &str = "reception1";
pub(crate) const DEMO_PASSWORD: &str = "frontdesk-demo";
/// A slow machine fills the demo clinic and paints within this.
const PATIENCE: Duration = Duration::from_secs(90);

impl Run {
    /// Opens the window, or takes the picture.
    pub(crate) fn run(self) -> Result<()> {
        if self.screenshot.is_some() {
            system::for_a_picture()?;
        } else {
            needs_a_display()?;
            system::for_the_window()?;
        }
        let window = shell::build(self.release)?;
        match &self.screenshot {
            Some(file) => self.photograph(&window, file),
            None => self.open(&window),
        }
    }

    fn open(&self, window: &Path) -> Result<()> {
        if self.connect.is_none() {
            eprintln!(
                "opening the demo clinic, signed in as {DEMO_USER}; its data is made up and lies \
                 unencrypted in your data folder"
            );
        }
        let mut command = self.command(window);
        sh::say(&command);
        if !Running::start(&mut command)?.wait()? {
            bail!("the window ended with an error");
        }
        Ok(())
    }

    fn photograph(&self, window: &Path, file: &Path) -> Result<()> {
        let file = std::path::absolute(file)?;
        let display = Display::start("1280x800")?;
        let data = fresh_folder()?;
        let mut command = self.command(window);
        display.lend(command.arg("--data").arg(&data).stdout(Stdio::piped()));
        sh::say(&command);
        let mut running = Running::start(&mut command)?;
        let painted = "board painted after";
        let line = await_line(&running.lines()?, PATIENCE, "the painted board", |line| {
            line.starts_with(painted)
        })?;
        eprintln!("{line}");
        display.photograph(&file)?;
        drop(running);
        fs::remove_dir_all(&data).context("removing the picture's clinic")?;
        println!("wrote {}", file.display());
        Ok(())
    }

    fn command(&self, window: &Path) -> Command {
        let mut command = Command::new(window);
        if let Some(url) = &self.connect {
            command.args(["--connect", url]);
            if self.unencrypted {
                command.arg("--unencrypted");
            }
        } else {
            demo(&mut command);
        }
        if let Some(profile) = &self.profile {
            command.args(["--profile", profile]);
        }
        command.args(&self.rest);
        command
    }
}

/// On an embedded demo clinic, signed in.
pub(crate) fn demo(command: &mut Command) {
    command
        .args(["--demo", "--unencrypted", "--sign-in", DEMO_USER])
        .env("FRONTDESK_PASSWORD", DEMO_PASSWORD);
}

fn needs_a_display() -> Result<()> {
    let here = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    if cfg!(target_os = "linux") && !here("DISPLAY") && !here("WAYLAND_DISPLAY") {
        bail!(
            "there is no display here; `cargo xtask run --screenshot FILE.png` takes a picture of \
             the board instead"
        );
    }
    Ok(())
}

/// A picture shows a fresh clinic and leaves the user's own data alone.
pub(crate) fn fresh_folder() -> Result<PathBuf> {
    let folder = tree::target()?.join(format!("xtask/picture-{}", std::process::id()));
    fs::create_dir_all(&folder).context("making a folder for the picture's clinic")?;
    Ok(folder)
}
