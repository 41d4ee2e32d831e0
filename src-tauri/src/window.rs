//! The one window: what it may show, and how it comes to the front.

use std::path::Path;

use frontdesk_desk::Desk;
use tauri::{
    AppHandle, Manager, Runtime, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder,
    webview::{NewWindowResponse, PageLoadEvent},
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
        .on_page_load(|window, page| {
            if page.event() == PageLoadEvent::Started {
                forget_dialogs(window.app_handle());
            }
        })
        .build()
}

/// Opens a window that only says why the app cannot start: there is nothing behind it, and no
/// capability names it.
pub(crate) fn open_failed<R: Runtime>(
    app: &AppHandle<R>,
    why: &str,
) -> tauri::Result<WebviewWindow<R>> {
    let page = WebviewUrl::App("failed.html".into());
    WebviewWindowBuilder::new(app, "failed", page)
        .title("Frontdesk cannot start")
        .inner_size(560.0, 320.0)
        .initialization_script(say(why))
        .on_navigation(is_bundled_page)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .build()
}

/// Puts a sentence into the page, as text and never as markup.
fn say(why: &str) -> String {
    let text = serde_json::Value::from(why);
    format!(
        "addEventListener('DOMContentLoaded', () => {{ document.getElementById('why').textContent = {text}; }});"
    )
}

/// A page that begins anew has no dialog open, whatever the one before it had: their slots are free.
fn forget_dialogs<R: Runtime>(app: &AppHandle<R>) {
    let desk = app.state::<Desk>().inner().clone();
    tauri::async_runtime::spawn(async move {
        if let Err(error) = desk.close_all_bookings().await {
            tracing::warn!(%error, "the dialogs of the page before were not closed");
        }
    });
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
    fn a_sentence_of_a_failed_start_is_no_script() {
        let script = say("the folder '\"; alert(1); //' cannot be used");
        assert!(script.contains(r#"'\"; alert(1); //' cannot"#), "{script}");
    }

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
