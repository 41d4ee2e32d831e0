//! A notification daemon that remembers what was shown and can press an action.

use std::collections::HashMap;

use frontdesk_tests::soon;
use tokio::sync::mpsc;
use zbus::{Connection, OwnedVariant, connection, interface};

/// On the stage's bus, under the desktop's well-known name.
pub(crate) struct Daemon {
    connection: Connection,
    shown: mpsc::UnboundedReceiver<Shown>,
}

/// One notification.
#[derive(Debug, Clone)]
pub(crate) struct Shown {
    pub(crate) id: u32,
    pub(crate) title: String,
    pub(crate) body: String,
    /// Key and label, in turn.
    pub(crate) actions: Vec<String>,
}

impl Shown {
    /// Everything that a bystander could read.
    pub(crate) fn text(&self) -> String {
        format!("{} {} {}", self.title, self.body, self.actions.join(" "))
    }

    /// The key of the action with this label.
    #[track_caller]
    pub(crate) fn action(&self, label: &str) -> String {
        let found = self
            .actions
            .chunks(2)
            .find(|pair| pair.get(1).is_some_and(|it| it == label));
        found.unwrap_or_else(|| panic!("{label} in {:?}", self.actions))[0].clone()
    }
}

const NAME: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";

impl Daemon {
    pub(crate) async fn on(bus: &str) -> Self {
        let (send, shown) = mpsc::unbounded_channel();
        let connection = connection::Builder::address(bus)
            .name(NAME)
            .serve_at(PATH, Notifications { send, last: 0 })
            .build()
            .await
            .unwrap();
        Self { connection, shown }
    }

    /// The next notification.
    pub(crate) async fn next(&mut self) -> Shown {
        soon("a notification", self.shown.recv()).await.unwrap()
    }

    /// True when nothing more was shown so far.
    pub(crate) fn is_quiet(&mut self) -> bool {
        self.shown.try_recv().is_err()
    }

    /// A click on an action of a notification.
    pub(crate) async fn press(&self, shown: &Shown, label: &str) {
        let pressed = (shown.id, shown.action(label));
        let nobody = None::<&str>;
        self.connection
            .emit_signal(nobody, PATH, NAME, "ActionInvoked", &pressed)
            .await
            .unwrap();
    }
}

struct Notifications {
    send: mpsc::UnboundedSender<Shown>,
    last: u32,
}

#[interface(name = "org.freedesktop.Notifications")]
impl Notifications {
    fn get_capabilities(&self) -> Vec<String> {
        ["actions", "body", "persistence"]
            .map(str::to_owned)
            .to_vec()
    }

    fn get_server_information(&self) -> (String, String, String, String) {
        let text = |text: &str| text.to_owned();
        (text("journey"), text("frontdesk"), text("1"), text("1.2"))
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "the freedesktop specification says so"
    )]
    fn notify(
        &mut self,
        _app_name: String,
        replaces_id: u32,
        _app_icon: String,
        summary: String,
        body: String,
        actions: Vec<String>,
        _hints: HashMap<String, OwnedVariant>,
        _expire_timeout: i32,
    ) -> u32 {
        self.last += 1;
        let id = if replaces_id == 0 {
            self.last
        } else {
            replaces_id
        };
        let _ = self.send.send(Shown {
            id,
            title: summary,
            body,
            actions,
        });
        id
    }

    fn close_notification(&self, _id: u32) {}
}
