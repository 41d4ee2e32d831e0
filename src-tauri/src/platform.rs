//! What differs between systems before a window can open.

use crate::failure::Failure;

/// Reads a variable and, where that is safely possible, removes it.
pub(crate) fn take_variable(name: &str) -> Option<String> {
    let value = std::env::var(name).ok();
    #[cfg(target_os = "linux")]
    gtk::glib::unsetenv(name);
    value
}

/// Makes the web view work; to be called while there is one thread only.
#[cfg(target_os = "linux")]
pub(crate) fn prepare() -> Result<(), Failure> {
    // Some drivers show a blank window with it, and it costs 65 MB; whoever sets it knows why.
    // GLib sets it for C libraries, which is where WebKit reads it.
    let _ = gtk::glib::setenv("WEBKIT_DISABLE_DMABUF_RENDERER", "1", false);
    gtk::init().map_err(|_| Failure::NoDisplay)
}

/// Makes the web view work.
#[cfg(not(target_os = "linux"))]
pub(crate) fn prepare() -> Result<(), Failure> {
    Ok(())
}

/// Returns once this process is asked to end.
#[cfg(unix)]
pub(crate) async fn asked_to_end() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut terminate, mut hang_up) = (
        signal(SignalKind::terminate())?,
        signal(SignalKind::hangup())?,
    );
    tokio::select! {
        result = tokio::signal::ctrl_c() => result,
        _ = terminate.recv() => Ok(()),
        _ = hang_up.recv() => Ok(()),
    }
}

/// Returns once this process is asked to end.
#[cfg(not(unix))]
pub(crate) async fn asked_to_end() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}
