//! How a notice looks on each desktop.

use std::path::Path;

use frontdesk_desk::RaisedNotice;
use notify_rust::{Notification, NotificationHandle};

const APP: &str = "Frontdesk";

/// What a click on the notification itself means; some desktops show it as a button, too.
const SHOW: &str = "default";

/// Key of the button that asks for other free slots.
pub(super) const FIND_ANOTHER: &str = "find_another";

/// A notice with its buttons; replaces the notification of that number.
pub(super) fn of(notice: &RaisedNotice, icon: Option<&str>, replaces: Option<u32>) -> Notification {
    let mut toast = plain(&notice.title, &notice.body);
    toast.action(SHOW, "Show");
    if notice.slot_lost {
        toast.action(FIND_ANOTHER, "Find another");
    }
    place(&mut toast, icon, replaces);
    toast
}

/// A sentence without buttons.
pub(super) fn plain(title: &str, body: &str) -> Notification {
    let mut toast = Notification::new();
    toast.appname(APP).summary(title).body(&as_text(body));
    for_platform(&mut toast);
    toast
}

/// The icon as a file: a name is only known to the desktop once the app was installed.
pub(super) fn icon_in(folder: &Path) -> Option<String> {
    const ICON: &[u8] = include_bytes!("../../../icons/128x128.png");
    let path = folder.join("icon.png");
    if let Err(error) = std::fs::write(&path, ICON) {
        tracing::debug!(%error, "notifications go without an icon");
        return None;
    }
    path.to_str().map(str::to_owned)
}

#[cfg(target_os = "linux")]
fn for_platform(toast: &mut Notification) {
    toast
        .urgency(notify_rust::Urgency::Normal)
        .hint(notify_rust::Hint::DesktopEntry(APP.into()));
}

/// The installer registers the identifier as AppUserModelID with the start-menu shortcut; without
/// it Windows drops every toast.
#[cfg(windows)]
fn for_platform(toast: &mut Notification) {
    toast.app_id("app.frontdesk.desk");
}

#[cfg(target_os = "macos")]
fn for_platform(_toast: &mut Notification) {}

#[cfg(target_os = "linux")]
fn place(toast: &mut Notification, icon: Option<&str>, replaces: Option<u32>) {
    if let Some(icon) = icon {
        toast.icon(icon);
    }
    if let Some(number) = replaces {
        toast.id(number);
    }
}

/// The others know the app's icon from its installation, and number notifications themselves.
#[cfg(not(target_os = "linux"))]
fn place(_toast: &mut Notification, _icon: Option<&str>, _replaces: Option<u32>) {}

/// The desktop's number of a notification.
#[cfg(target_os = "linux")]
pub(super) fn number(handle: &NotificationHandle) -> u32 {
    handle.id()
}

/// The desktop's number of a notification; not known here.
#[cfg(not(target_os = "linux"))]
pub(super) fn number(_handle: &NotificationHandle) -> u32 {
    0
}

/// Many Linux desktops read the body as markup, where a practice named "A & B" would vanish.
#[cfg(target_os = "linux")]
fn as_text(body: &str) -> String {
    let reads_markup = notify_rust::get_capabilities()
        .is_ok_and(|known| known.iter().any(|capability| capability == "body-markup"));
    if reads_markup {
        escaped(body)
    } else {
        body.to_owned()
    }
}

#[cfg(not(target_os = "linux"))]
fn as_text(body: &str) -> String {
    body.to_owned()
}

#[cfg(any(target_os = "linux", test))]
fn escaped(body: &str) -> String {
    body.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_name_is_never_read_as_markup() {
        assert_eq!(
            super::escaped("<b>A</b> & B"),
            "&lt;b&gt;A&lt;/b&gt; &amp; B"
        );
    }
}
