//! One real window with a driver of its own, and what a hand does to it.

use std::net::TcpListener;
use std::process::Command;
use std::time::Duration;

use fantoccini::elements::Element;
use fantoccini::{Client, ClientBuilder, Locator};
use frontdesk_tests::{PASSWORD, PATIENCE, Program, soon};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use crate::picture;
use crate::stage::{Group, Stage};

/// A window that shows the board of a signed-in user.
pub(crate) struct Window {
    client: Client,
    _driver: Group,
}

/// How often the page is looked at while something is awaited.
const GLANCE: Duration = Duration::from_millis(25);

/// Keys as WebDriver names them.
pub(crate) const BACKSPACE: &str = "\u{e003}";
pub(crate) const ENTER: &str = "\u{e007}";
pub(crate) const ESCAPE: &str = "\u{e00c}";
pub(crate) const SHIFT_TAB: &str = "\u{e008}\u{e004}";
pub(crate) const DOWN: &str = "\u{e015}";

impl Window {
    pub(crate) async fn open(stage: &Stage, user: &'static str) -> Self {
        let app = Program::of("frontdesk-app");
        assert!(
            app.exists(),
            "{} is missing: `cargo xtask e2e` builds it",
            app.display()
        );
        let port = free_port();
        let folder = stage.folder().join(user);
        std::fs::create_dir_all(&folder).unwrap();
        let mut driver = Command::new("WebKitWebDriver");
        driver.args([&format!("--port={port}"), "--host=127.0.0.1"]);
        stage.lend(&mut driver);
        driver
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("FRONTDESK_CONNECT", stage.clinic.url())
            .env("FRONTDESK_PROFILE", user)
            .env("FRONTDESK_DATA", &folder)
            .env("FRONTDESK_UNENCRYPTED", "true")
            .env("FRONTDESK_SIGN_IN", user)
            .env("FRONTDESK_PASSWORD", PASSWORD)
            .current_dir(&folder);
        let driver = Group::start_logged(&mut driver, &folder.join("driver.log"));
        let client = soon("a session with the window", session(port, &app)).await;
        let window = Self {
            client,
            _driver: driver,
        };
        window.see("#board [data-cell]").await;
        window
    }

    /// Waits for an element.
    pub(crate) async fn see(&self, css: &str) -> Element {
        let wait = self.client.wait().at_most(PATIENCE).every(GLANCE);
        match wait.for_element(Locator::Css(css)).await {
            Ok(element) => element,
            Err(error) => panic!("waiting for {css}: {error}\n{}", self.shown().await),
        }
    }

    /// Waits until no element fits.
    pub(crate) async fn see_no(&self, css: &str) {
        self.until(
            &format!("no {css}"),
            "return !document.querySelector(arguments[0])",
            json!(css),
        )
        .await;
    }

    /// Waits until this text is somewhere on the page.
    pub(crate) async fn read(&self, text: &str) {
        let script = "return document.body.innerText.includes(arguments[0])";
        self.until(&format!("the text '{text}'"), script, json!(text))
            .await;
    }

    /// Waits until this text is in that element.
    pub(crate) async fn read_in(&self, css: &str, text: &str) {
        let script = "const { css, text } = arguments[0];
            return document.querySelector(css)?.innerText.includes(text)";
        let argument = json!({ "css": css, "text": text });
        self.until(&format!("the text '{text}' in {css}"), script, argument)
            .await;
    }

    /// Waits until a script returns true.
    pub(crate) async fn until(&self, what: &str, script: &str, argument: Value) {
        let mut glances = tokio::time::interval(GLANCE);
        let seen = tokio::time::timeout(PATIENCE, async {
            while self.script(script, argument.clone()).await != json!(true) {
                glances.tick().await;
            }
        });
        if seen.await.is_err() {
            panic!("waited for {what}\n{}", self.shown().await);
        }
    }

    /// What a script returns.
    pub(crate) async fn script(&self, script: &str, argument: Value) -> Value {
        self.client.execute(script, vec![argument]).await.unwrap()
    }

    /// Everything that can be read now.
    pub(crate) async fn shown(&self) -> String {
        let text = self
            .script("return document.body.innerText", Value::Null)
            .await;
        text.as_str().unwrap_or_default().to_owned()
    }

    /// A click, by mouse.
    pub(crate) async fn click(&self, css: &str) {
        self.see(css).await.click().await.unwrap();
    }

    /// Keys for whatever has the focus.
    pub(crate) async fn press(&self, keys: &str) {
        self.client
            .active_element()
            .await
            .unwrap()
            .send_keys(keys)
            .await
            .unwrap();
    }

    /// Puts the keyboard focus there, as Tab and arrows would.
    pub(crate) async fn focus(&self, css: &str) {
        self.see(css).await;
        self.script("document.querySelector(arguments[0]).focus()", json!(css))
            .await;
        self.has_focus(css).await;
    }

    /// Waits until the keyboard focus is there.
    pub(crate) async fn has_focus(&self, css: &str) {
        let script = "return document.activeElement === document.querySelector(arguments[0])";
        self.until(&format!("the focus on {css}"), script, json!(css))
            .await;
    }

    /// Keys for an element that gets the focus first.
    pub(crate) async fn press_on(&self, css: &str, keys: &str) {
        self.focus(css).await;
        self.press(keys).await;
    }

    /// Text into a field.
    pub(crate) async fn type_into(&self, css: &str, text: &str) {
        self.see(css).await.send_keys(text).await.unwrap();
    }

    /// What a field holds.
    pub(crate) async fn value(&self, css: &str) -> String {
        let value = self.see(css).await.prop("value").await.unwrap();
        value.unwrap_or_default()
    }

    /// A computed style.
    pub(crate) async fn style(&self, css: &str, property: &str) -> String {
        self.see(css).await.css_value(property).await.unwrap()
    }

    /// Loads the page again, as after a fault of its engine.
    pub(crate) async fn load_anew(&self) {
        self.client.refresh().await.unwrap();
    }

    /// A picture of the page once nothing slides in any more, if pictures are wanted.
    pub(crate) async fn photograph(&self, name: &str) {
        let Some(file) = picture::file(name) else {
            return;
        };
        let still = "return document.getAnimations().every((each) =>
            each.playState !== 'running' || each.effect.getComputedTiming().endTime === Infinity)";
        self.until("nothing to move", still, Value::Null).await;
        std::fs::write(file, self.client.screenshot().await.unwrap()).unwrap();
    }

    /// Closes the session, then the window.
    pub(crate) async fn close(self) {
        soon("the window to close", self.client.close())
            .await
            .unwrap();
    }
}

async fn session(port: u16, app: &std::path::Path) -> Client {
    let options = json!({ "binary": app, "args": [] });
    let Value::Object(capabilities) = json!({ "webkitgtk:browserOptions": options }) else {
        unreachable!("an object")
    };
    let mut builder = ClientBuilder::new(HttpConnector::new());
    builder.capabilities(capabilities);
    let url = format!("http://127.0.0.1:{port}");
    // The driver listens a moment after it started, and says nothing when it does.
    let mut glances = tokio::time::interval(GLANCE);
    loop {
        glances.tick().await;
        if tokio::net::TcpStream::connect(("127.0.0.1", port))
            .await
            .is_ok()
        {
            return builder.connect(&url).await.unwrap();
        }
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}
