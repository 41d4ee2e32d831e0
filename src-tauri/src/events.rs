//! What the desk announces, after its commits: to the window, and to the desktop.

use frontdesk_desk::{Changed, Desk, DeskEvent, commands::TABLE, view::Navigate};
use tauri::{AppHandle, Emitter, Runtime};
use tokio::sync::broadcast::error::RecvError;

use crate::{toast::Toasts, window};

/// Forwards the desk's events until the desk is closed.
pub(crate) fn forward<R: Runtime>(app: &AppHandle<R>, desk: &Desk, toasts: Toasts) {
    let mut events = desk.events();
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let mut generation = 0;
        loop {
            match events.recv().await {
                Ok(DeskEvent::Changed(changed)) => {
                    generation = changed.generation;
                    emit(&app, "changed", changed);
                }
                Ok(DeskEvent::Raised(notice)) => toasts.raise(notice),
                Err(RecvError::Lagged(_)) => emit(&app, "changed", everything(generation)),
                Err(RecvError::Closed) => return,
            }
        }
    });
}

/// Announcements were lost: every view may be out of date.
fn everything(generation: u64) -> Changed {
    let topics = TABLE.iter().flat_map(|row| row.topics).copied().collect();
    Changed { topics, generation }
}

/// Brings the window up and tells it where to go.
pub(crate) fn navigate<R: Runtime>(app: &AppHandle<R>, to: Option<Navigate>) {
    window::bring_up(app);
    if let Some(to) = to {
        emit(app, "navigate", to);
    }
}

fn emit<R: Runtime, P: serde::Serialize + Clone>(app: &AppHandle<R>, event: &str, payload: P) {
    if let Err(error) = app.emit(event, payload) {
        tracing::warn!(%error, event, "the window was not told");
    }
}
