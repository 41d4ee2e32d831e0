//! A program that ends when its owner does, however that happens.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use anyhow::{Context, Result, bail};

/// Killed when dropped.
pub(crate) struct Running(Child);

impl Running {
    /// Starts it.
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        let name = command.get_program().to_string_lossy().into_owned();
        let child = command
            .spawn()
            .with_context(|| format!("starting {name}"))?;
        Ok(Self(child))
    }

    /// Its output, line by line, if it was piped.
    pub(crate) fn lines(&mut self) -> Result<Receiver<String>> {
        Ok(lines_of(self.0.stdout.take().context("no output")?))
    }

    /// True when it ended well.
    pub(crate) fn wait(mut self) -> Result<bool> {
        Ok(self.0.wait()?.success())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The first line for which `wanted` says yes, within `patience` for each line.
pub(crate) fn await_line(
    lines: &Receiver<String>,
    patience: Duration,
    what: &str,
    wanted: impl Fn(&str) -> bool,
) -> Result<String> {
    loop {
        match lines.recv_timeout(patience) {
            Ok(line) if wanted(&line) => return Ok(line),
            Ok(_) => {}
            Err(_) => bail!("{what} did not come"),
        }
    }
}

fn lines_of(output: impl Read + Send + 'static) -> Receiver<String> {
    let (send, receive) = channel();
    std::thread::spawn(move || {
        // Read to the end even if nobody listens: a full pipe would stop the program.
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            let _ = send.send(line);
        }
    });
    receive
}
