//! The shell: one window over a [`frontdesk_desk::Desk`], and nothing that a desk without a window
//! could do as well. No rules, no SQL, no HTTP.

// Without this a console window opens beside the app on Windows.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

#[cfg(test)]
mod access;
mod app;
mod args;
mod clock;
mod events;
mod failure;
mod handlers;
mod host;
mod platform;
mod start;
mod toast;
mod window;

use std::{
    io::{IsTerminal, stderr},
    process::ExitCode,
};

use clap::Parser;

fn main() -> ExitCode {
    let process_start = clock::ProcessStart::read();
    let secrets = args::Secrets::take_from_environment();
    let args = args::Args::parse();
    log_to_stderr();
    match app::run(&args, secrets, process_start) {
        Ok(code) => code,
        Err(failure) => failure::report(&failure),
    }
}

/// Diagnostics, without patients: `FRONTDESK_LOG=debug` shows more.
fn log_to_stderr() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("FRONTDESK_LOG")
        .unwrap_or_else(|_| "warn,frontdesk_app=info,frontdesk_desk=info".into());
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(stderr().is_terminal())
        .with_writer(stderr)
        .init();
}
