//! Desktop notifications, on threads of their own: a daemon may answer late or never. What they say
//! also stands in the window's list, so a desktop without notifications loses nothing.

mod notification;

use std::{
    collections::HashMap,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc},
    thread,
};

use frontdesk_desk::{
    RaisedNotice,
    view::{Navigate, NavigateTo},
};
use notify_rust::{NotificationHandle, NotificationResponse};

use self::notification::FIND_ANOTHER;

/// More notifications than anybody looks at; beyond that their clicks are not waited for.
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
            icon: notification::icon_in(folder),
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

/// Tells the user who started the app by its icon, and sees no terminal, why nothing opens.
pub(crate) fn start_failed(sentence: &str) {
    if let Err(error) = notification::plain("Frontdesk cannot start", sentence).show() {
        tracing::debug!(%error, "the desktop did not show why the start failed");
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
    by_tag: HashMap<String, Latest>,
    turns: u64,
    waiting: usize,
}

/// The newest notification of a tag, which a newer one replaces in its place.
#[derive(Clone, Copy)]
struct Latest {
    number: u32,
    turn: u64,
}

impl Board {
    fn shown(&self) -> MutexGuard<'_, Shown> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shown {
    /// Takes note of a notification; none if the clicks of too many are waited for already.
    fn begin(&mut self, tag: &str, number: u32) -> Option<u64> {
        self.turns += 1;
        let turn = self.turns;
        self.by_tag.insert(tag.to_owned(), Latest { number, turn });
        if self.waiting >= MAX_WAITING {
            return None;
        }
        self.waiting += 1;
        Some(turn)
    }

    /// True if it was still the newest of its tag: the click on it was not meant for another.
    fn end(&mut self, tag: &str, turn: u64) -> bool {
        self.waiting -= 1;
        let newest = self
            .by_tag
            .get(tag)
            .is_some_and(|latest| latest.turn == turn);
        if newest {
            self.by_tag.remove(tag);
        }
        newest
    }
}

fn show(board: &Arc<Board>, notice: RaisedNotice) {
    let replaces = board
        .shown()
        .by_tag
        .get(&notice.tag)
        .map(|latest| latest.number);
    match notification::of(&notice, board.icon.as_deref(), replaces).show() {
        Ok(handle) => wait(board, notice, handle),
        Err(error) => tracing::warn!(%error, "the desktop did not show a notification"),
    }
}

/// Waits for a click, which may never come, on a thread of its own.
fn wait(board: &Arc<Board>, notice: RaisedNotice, handle: NotificationHandle) {
    let RaisedNotice { tag, navigate, .. } = notice;
    let Some(turn) = board.shown().begin(&tag, notification::number(&handle)) else {
        return;
    };
    let (of_thread, tag_of_thread) = (Arc::clone(board), tag.clone());
    let waiting = thread::Builder::new().name("toast".into()).spawn(move || {
        let (board, tag) = (of_thread, tag_of_thread);
        let mut response = None;
        let waited =
            handle.wait_for_response(|it: &NotificationResponse| response = Some(it.clone()));
        if let Err(error) = waited {
            tracing::warn!(%error, "a notification's click cannot be heard");
        }
        let newest = board.shown().end(&tag, turn);
        if let Some(to) = response.and_then(|it| destination(&it, navigate))
            && newest
        {
            (board.on_click)(to);
        }
    });
    if let Err(error) = waiting {
        board.shown().end(&tag, turn);
        tracing::warn!(%error, "no thread for a notification's click");
    }
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

#[cfg(test)]
mod tests {
    use notify_rust::CloseReason;

    use super::*;

    fn leads_to(response: &NotificationResponse) -> Option<NavigateTo> {
        let slot = serde_json::json!({
            "to": "show",
            "date": "2026-11-24",
            "practitioner_id": "01930000-0000-7000-8000-000000000001",
            "starts_at": "2026-11-24T08:30:00Z",
            "wall_start": "09:30",
        });
        let slot = serde_json::from_value(slot).unwrap();
        destination(response, Some(slot)).map(|to| to.unwrap().to)
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
    fn a_click_on_a_replaced_notification_is_told_once() {
        let mut shown = Shown::default();
        let first = shown.begin("slot", 7).unwrap();
        let second = shown.begin("slot", 7).unwrap();
        let told = [shown.end("slot", first), shown.end("slot", second)];
        assert_eq!(told, [false, true]);
        assert!(shown.by_tag.is_empty());
    }

    #[test]
    fn notifications_that_nobody_answers_do_not_pile_up_threads() {
        let mut shown = Shown::default();
        let waited_for = (0..100)
            .filter_map(|number| shown.begin("slot", number))
            .count();
        assert_eq!(waited_for, MAX_WAITING);
    }
}
