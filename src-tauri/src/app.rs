//! Puts the app together and runs it until its window is closed.

use std::{path::Path, process::ExitCode};

use tauri::{App, AppHandle, Context, Manager, RunEvent, Runtime, Wry, async_runtime::block_on};
use tauri_plugin_window_state::StateFlags;

use crate::{
    args::{Args, Secrets},
    clock::ProcessStart,
    events,
    failure::{self, Failure},
    handlers::{self, FirstPaint},
    platform,
    start::Running,
    toast::Toasts,
    window,
};

/// Runs the app; returns when it was closed.
pub(crate) fn run(
    args: &Args,
    secrets: Secrets,
    process_start: ProcessStart,
) -> Result<ExitCode, Failure> {
    let folder = args.data_folder().ok_or(Failure::NoDataFolder)?;
    platform::prepare()?;
    let app = build(args, process_start, &folder)?;
    let opened = block_on(Running::open(args, &secrets, &folder));
    drop(secrets);
    let running = match opened {
        Ok(running) => running,
        Err(failure) => return Ok(show_failure(app, &failure)),
    };
    connect(&app, running, &folder);
    let profile = args.profile().to_owned();
    let code = app.run_return(move |app, event| on_event(app, &event, &profile, &folder));
    Ok(ExitCode::from(u8::try_from(code).unwrap_or(1)))
}

/// Shows why nothing opens, until the user closes that window.
fn show_failure(app: App<Wry>, failure: &Failure) -> ExitCode {
    let (code, sentence) = (failure::say(failure), failure.to_string());
    app.run_return(move |app, event| {
        if matches!(event, RunEvent::Ready)
            && let Err(error) = window::open_failed(app, &sentence)
        {
            failure::report(&error.into());
            app.exit(1);
        }
    });
    code
}

/// Builds the app. If this profile is open already, that window comes up and this process ends here,
/// before it has touched any data.
fn build(args: &Args, process_start: ProcessStart, folder: &Path) -> tauri::Result<App<Wry>> {
    let mut context = context();
    if args.profile() != "default" {
        context.config_mut().identifier += &format!(".{}", args.profile());
    }
    let window_state = tauri_plugin_window_state::Builder::new()
        .with_state_flags(StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED)
        .with_filename(folder.join("window.json").to_string_lossy())
        .build();
    tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::init(|app, _, _| {
            window::bring_up(app);
        }))
        .plugin(window_state)
        .manage(FirstPaint::awaited(process_start))
        .invoke_handler(handlers::all())
        .build(context)
}

/// The bundled page, the configuration and the access rules, built in.
pub(crate) fn context<R: Runtime>() -> Context<R> {
    tauri::generate_context!()
}

fn connect(app: &App<Wry>, running: Running, folder: &Path) {
    let handle = app.handle().clone();
    let toasts = Toasts::start(folder, move |to| events::navigate(&handle, to));
    events::forward(app.handle(), &running.desk, toasts);
    close_on_signal(app.handle().clone());
    app.manage(running.desk.clone());
    app.manage(running);
}

fn on_event(app: &AppHandle, event: &RunEvent, profile: &str, folder: &Path) {
    if matches!(event, RunEvent::Ready)
        && let Err(error) = window::open(app, profile, folder)
    {
        failure::report(&error.into());
        app.exit(1);
    }
    if matches!(event, RunEvent::Exit) {
        block_on(app.state::<Running>().close());
    }
}

/// Ctrl-C and the end of the desktop session close the app as the user would.
fn close_on_signal(app: AppHandle) {
    tauri::async_runtime::spawn(async move {
        if let Err(error) = platform::asked_to_end().await {
            tracing::warn!(%error, "signals are not heard");
            return;
        }
        app.exit(0);
    });
}
