//! The command table as Tauri commands: each is one call of the desk's method of that name.

use std::sync::atomic::{AtomicBool, Ordering};

use frontdesk_desk::{Desk, DeskError, Written, for_each_command, view::*};
use tauri::{Runtime, State, ipc::Invoke};

use crate::clock::ProcessStart;

macro_rules! handlers {
    ($($(#[$doc:meta])* $kind:ident $name:ident($request:ty) -> $response:ty, $verb:ident [$($topic:ident),* $(,)?];)*) => {
        $(handler! { $(#[$doc])* $kind $name($request) -> $response })*

        /// Every command that a window can name; which of them it may run is the capability's affair.
        pub(crate) fn all<R: Runtime>() -> impl Fn(Invoke<R>) -> bool + Send + Sync + 'static {
            tauri::generate_handler![$($name,)* board_painted]
        }

        /// Names of the table's commands.
        #[cfg(test)]
        pub(crate) const TABLE: &[&str] = &[$(stringify!($name)),*];
    };
}

macro_rules! handler {
    ($(#[$doc:meta])* read $name:ident($request:ty) -> $response:ty) => {
        $(#[$doc])*
        #[tauri::command]
        async fn $name(desk: State<'_, Desk>, request: $request) -> Result<$response, ErrorView> {
            desk.$name(request).await.map_err(|error| told(stringify!($name), &error))
        }
    };
    ($(#[$doc:meta])* write $name:ident($request:ty) -> $response:ty) => {
        $(#[$doc])*
        #[tauri::command]
        async fn $name(desk: State<'_, Desk>, request: $request) -> Result<Written<$response>, ErrorView> {
            desk.$name(request).await.map_err(|error| told(stringify!($name), &error))
        }
    };
}

for_each_command!(handlers);

/// Logs a failure by its code, since its text may name a patient, and makes it fit for the window.
fn told(command: &str, error: &DeskError) -> ErrorView {
    let view = error.view();
    tracing::info!(command, code = ?view.code, request_id = view.request_id, "command failed");
    view
}

/// Where start-up time is told, once.
pub(crate) struct FirstPaint {
    process_start: ProcessStart,
    told: AtomicBool,
}

impl FirstPaint {
    /// Nothing is painted yet.
    pub(crate) fn awaited(process_start: ProcessStart) -> Self {
        Self {
            process_start,
            told: AtomicBool::new(false),
        }
    }

    /// Milliseconds since the process was started; none after the first time.
    fn tell(&self) -> Option<u128> {
        let first = !self.told.swap(true, Ordering::Relaxed);
        first.then(|| self.process_start.elapsed().as_millis())
    }
}

/// The window shows its first board; `milliseconds` have passed since its page began to load.
#[tauri::command]
#[expect(
    clippy::needless_pass_by_value,
    reason = "Tauri hands state over by value"
)]
fn board_painted(paint: State<'_, FirstPaint>, milliseconds: u32) {
    if let Some(since_start) = paint.tell() {
        println!("board painted after {since_start} ms");
        tracing::info!(since_start, page = milliseconds, "board painted");
    }
}
