//! Why the app cannot start: one sentence, what to do, and an exit code.

use std::{io::Write, path::PathBuf, process::ExitCode};

use frontdesk_desk::DeskError;

use crate::host::NoClinic;

/// A start that failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// Neither X11 nor Wayland.
    #[error(
        "there is no display to open the window on: start it in a desktop session, or use the `frontdesk` command"
    )]
    NoDisplay,
    /// The platform names no place for application data.
    #[error("this account has no folder for application data: name one with --data DIR")]
    NoDataFolder,
    /// The folder cannot be made.
    #[error("the data folder {path} cannot be written: {cause}", path = .path.display())]
    DataFolder {
        /// Which folder.
        path: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// The clinic on this desk does not start.
    #[error("{0:#}")]
    Host(#[source] anyhow::Error),
    /// The desk does not open.
    #[error("{0}")]
    Desk(#[from] DeskError),
    /// The window does not open.
    #[error("the window cannot be opened: {0}")]
    Window(#[from] tauri::Error),
}

impl Failure {
    fn exit_code(&self) -> u8 {
        match self {
            Self::NoDataFolder => 2,
            Self::Host(cause) if cause.is::<NoClinic>() => 2,
            Self::Desk(DeskError::Key(_) | DeskError::Address(_) | DeskError::Insecure(_)) => 2,
            Self::NoDisplay => 3,
            Self::DataFolder { .. } | Self::Host(_) | Self::Desk(_) | Self::Window(_) => 1,
        }
    }
}

/// Says it where it can be seen without a window: on stderr, and on the desktop for whoever started
/// it by an icon.
pub(crate) fn report(failure: &Failure) -> ExitCode {
    if !matches!(failure, Failure::NoDisplay) {
        crate::toast::start_failed(&failure.to_string());
    }
    say(failure)
}

/// Says it on stderr only, because a window says it too.
pub(crate) fn say(failure: &Failure) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "frontdesk-app: {failure}");
    ExitCode::from(failure.exit_code())
}
