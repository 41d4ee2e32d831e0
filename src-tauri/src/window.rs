//! The one window: what it may show, and how it comes to the front.

use std::path::Path;

use tauri::{
    AppHandle, Manager, Runtime, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder,
    webview::NewWindowResponse,
};

/// Label of the window, as the capability names it.
pub(crate) const LABEL: &str = "main";

/// Opens the window. It shows the bundled page and goes nowhere else.
pub(crate) fn open<R: Runtime>(
    app: &AppHandle<R>,
    profile: &str,
    data_folder: &Path,
) -> tauri::Result<WebviewWindow<R>> {
    WebviewWindowBuilder::new(app, LABEL, WebviewUrl::default())
        .title(title(profile))
        .inner_size(1280.0, 800.0)
        .min_inner_size(960.0, 600.0)
        .data_directory(data_folder.join("window"))
        .initialization_script(include_str!("freeze_prototype.js"))
        .devtools(cfg!(debug_assertions))
        .on_navigation(is_bundled_page)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .build()
}

/// Brings the window up, wherever it was.
pub(crate) fn bring_up<R: Runtime>(app: &AppHandle<R>) {
    let Some(window) = app.get_webview_window(LABEL) else {
        return;
    };
    for step in [window.unminimize(), window.show(), window.set_focus()] {
        if let Err(error) = step {
            tracing::warn!(%error, "the window does not come up");
        }
    }
}

fn title(profile: &str) -> String {
    match profile {
        "default" => "Frontdesk".to_owned(),
        other => format!("Frontdesk ({other})"),
    }
}

/// Windows serves the page as `http(s)://tauri.localhost`, the others as `tauri://localhost`.
fn is_bundled_page(url: &Url) -> bool {
    match url.scheme() {
        "tauri" => url.host_str() == Some("localhost"),
        "http" | "https" => cfg!(windows) && url.host_str() == Some("tauri.localhost"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_goes_nowhere_but_to_its_own_page() {
        let goes = |url: &str| is_bundled_page(&url.parse().unwrap());
        assert!(goes("tauri://localhost/index.html"));
        let foreign = [
            "https://example.com/",
            "http://localhost:1420/",
            "tauri://example.com/",
            "file:///etc/passwd",
            "data:text/html,hello",
            "about:blank",
            "javascript:alert(1)",
        ];
        for url in foreign {
            assert!(!goes(url), "{url}");
        }
    }
}
