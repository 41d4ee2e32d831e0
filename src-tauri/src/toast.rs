//! Desktop notifications, on threads of their own: a daemon may answer late or never. What they say
//! also stands in the window's list, so a desktop without notifications loses nothing.

use std::{
    collections::HashMap,
    path::Path,
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
};

use frontdesk_desk::{
    RaisedNotice,
    view::{Navigate, NavigateTo},
};
use notify_rust::{Notification, NotificationHandle, NotificationResponse};

const APP: &str = "Frontdesk";
/// What a click on the notification itself means; some desktops show it as a button, too.
const SHOW: &str = "default";
const FIND_ANOTHER: &str = "find_another";

/// More notifications than anybody looks at; beyond that they are shown without actions.
const MAX_WAITING: usize = 32;

/// Raises notifications, one after the other.
pub(crate) struct Toasts {
    queue: mpsc::Sender<RaisedNotice>,
}

impl Toasts {
    /// Starts the thread; `on_click` hears where the user wants to go.
    pub(crate) fn start(
        folder: &Path,
        on_click: impl Fn(Option<Navigate>) + Send + Sync + 'static,
    ) -> Self {
        let (queue, raised) = mpsc::channel::<RaisedNotice>();
        let board = Arc::new(Board {
            icon: icon_in(folder),
            on_click: Box::new(on_click),
            shown: Mutex::default(),
        });
        let showing = thread::Builder::new().name("toasts".into()).spawn(move || {
            for notice in raised {
                show(&board, notice);
            }
        });
        if let Err(error) = showing {
            tracing::error!(%error, "no thread for notifications: the window's list must do");
        }
        Self { queue }
    }

    /// Shows a notice soon; never waits for the desktop.
    pub(crate) fn raise(&self, notice: RaisedNotice) {
        if self.queue.send(notice).is_err() {
            tracing::warn!("the notification thread has ended");
        }
    }
}

/// What is on the desktop now.
struct Board {
    icon: Option<String>,
    on_click: Box<dyn Fn(Option<Navigate>) + Send + Sync>,
    shown: Mutex<Shown>,
}

#[derive(Default)]
struct Shown {
    /// The desktop's number of the notification that a newer one of the same tag replaces.
    by_tag: HashMap<String, u32>,
    waiting: usize,
}

impl Board {
    fn shown(&self) -> std::sync::MutexGuard<'_, Shown> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn show(board: &Arc<Board>, notice: RaisedNotice) {
    let before = board.shown().by_tag.get(&notice.tag).copied();
    let mut toast = notification(&notice, before);
    if let Some(icon) = &board.icon {
        toast.icon(icon);
    }
    match toast.show() {
        Ok(handle) => wait(board, notice, handle),
        Err(error) => tracing::warn!(%error, "the desktop did not show a notification"),
    }
}

fn notification(notice: &RaisedNotice, replaces: Option<u32>) -> Notification {
    let mut toast = Notification::new();
    toast.appname(APP).summary(&notice.title).body(&notice.body);
    toast.action(SHOW, "Show");
    if notice.navigate.is_some() {
        toast.action(FIND_ANOTHER, "Find another");
    }
    for_platform(&mut toast, replaces);
    toast
}

#[cfg(target_os = "linux")]
fn for_platform(toast: &mut Notification, replaces: Option<u32>) {
    toast
        .urgency(notify_rust::Urgency::Normal)
        .hint(notify_rust::Hint::DesktopEntry(APP.into()));
    if let Some(id) = replaces {
        toast.id(id);
    }
}

/// The installer registers the identifier as AppUserModelID with the start-menu shortcut; without
/// it Windows drops every toast.
#[cfg(windows)]
fn for_platform(toast: &mut Notification, _replaces: Option<u32>) {
    toast.app_id("app.frontdesk.desk");
}

#[cfg(target_os = "macos")]
fn for_platform(_toast: &mut Notification, _replaces: Option<u32>) {}

/// The icon as a file: a name is only known to the desktop once the app was installed.
fn icon_in(folder: &Path) -> Option<String> {
    const ICON: &[u8] = include_bytes!("../../icons/128x128.png");
    let path = folder.join("icon.png");
    if let Err(error) = std::fs::write(&path, ICON) {
        tracing::debug!(%error, "notifications go without an icon");
        return None;
    }
    path.to_str().map(str::to_owned)
}

/// Waits for a click, which may never come, on a thread of its own.
fn wait(board: &Arc<Board>, notice: RaisedNotice, handle: NotificationHandle) {
    let id = number(&handle);
    if !remember(board, &notice.tag, id) {
        return;
    }
    let board_of_thread = Arc::clone(board);
    let waiting = thread::Builder::new().name("toast".into()).spawn(move || {
        let board = board_of_thread;
        let mut response = None;
        let waited =
            handle.wait_for_response(|it: &NotificationResponse| response = Some(it.clone()));
        board.shown().waiting -= 1;
        if let Err(error) = waited {
            tracing::warn!(%error, "a notification's click cannot be heard");
        }
        if let Some(to) = response.and_then(|it| destination(&it, notice.navigate)) {
            (board.on_click)(to);
        }
    });
    if let Err(error) = waiting {
        board.shown().waiting -= 1;
        tracing::warn!(%error, "no thread for a notification's click");
    }
}

/// Takes note of what is shown; false if too many are waited for already.
fn remember(board: &Board, tag: &str, id: u32) -> bool {
    let mut shown = board.shown();
    shown.by_tag.insert(tag.to_owned(), id);
    if shown.waiting >= MAX_WAITING {
        return false;
    }
    shown.waiting += 1;
    true
}

#[cfg(target_os = "linux")]
fn number(handle: &NotificationHandle) -> u32 {
    handle.id()
}

#[cfg(not(target_os = "linux"))]
fn number(_handle: &NotificationHandle) -> u32 {
    0
}

/// Where a click leads: nowhere if the notification was only closed.
fn destination(response: &NotificationResponse, to: Option<Navigate>) -> Option<Option<Navigate>> {
    let wish = match response {
        NotificationResponse::Default => NavigateTo::Show,
        NotificationResponse::Action(key) if key == FIND_ANOTHER => NavigateTo::FindAnother,
        NotificationResponse::Action(_) => NavigateTo::Show,
        NotificationResponse::Reply(_) | NotificationResponse::Closed(_) => return None,
    };
    Some(to.map(|to| Navigate { to: wish, ..to }))
}

/// Tells the user who started the app by its icon, and sees no terminal, why nothing opens.
pub(crate) fn start_failed(sentence: &str) {
    let mut toast = Notification::new();
    toast
        .appname(APP)
        .summary("Frontdesk cannot start")
        .body(sentence);
    for_platform(&mut toast, None);
    if let Err(error) = toast.show() {
        tracing::debug!(%error, "the desktop did not show why the start failed");
    }
}

#[cfg(test)]
mod tests {
    use notify_rust::CloseReason;

    use super::*;

    fn slot() -> Navigate {
        serde_json::from_value(serde_json::json!({
            "to": "show",
            "date": "2026-11-24",
            "practitioner_id": "01930000-0000-7000-8000-000000000001",
            "starts_at": "2026-11-24T08:30:00Z",
            "wall_start": "09:30",
        }))
        .unwrap()
    }

    fn leads_to(response: &NotificationResponse) -> Option<NavigateTo> {
        destination(response, Some(slot())).map(|to| to.unwrap().to)
    }

    #[test]
    fn a_click_leads_to_the_slot_and_find_another_to_free_ones() {
        let find_another = NotificationResponse::Action(FIND_ANOTHER.into());
        assert_eq!(
            leads_to(&NotificationResponse::Default),
            Some(NavigateTo::Show)
        );
        assert_eq!(leads_to(&find_another), Some(NavigateTo::FindAnother));
    }

    #[test]
    fn a_closed_notification_moves_nothing() {
        for reason in [
            CloseReason::Expired,
            CloseReason::Dismissed,
            CloseReason::CloseAction,
        ] {
            assert_eq!(leads_to(&NotificationResponse::Closed(reason)), None);
        }
    }

    #[test]
    fn notifications_that_nobody_answers_do_not_pile_up_threads() {
        let board = Board {
            icon: None,
            on_click: Box::new(|_| ()),
            shown: Mutex::default(),
        };
        let waited_for = (0..100).filter(|id| remember(&board, "tag", *id)).count();
        assert_eq!(waited_for, MAX_WAITING);
    }
}
