//! A device without a desk: raw HTTP, for what a well-behaved desk would never send.

mod ask;
mod read;
mod stream;

use std::sync::atomic::{AtomicU64, Ordering};

use frontdesk_domain::DeviceId;
use frontdesk_protocol::{Code, Problem, SessionDevice, SessionOpened, SignIn, path};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde::de::DeserializeOwned;

pub use ask::envelope;
pub use stream::Stream;

use crate::{Line, PASSWORD};

/// A signed-in device.
#[derive(Debug)]
pub struct Device {
    line: Line,
    http: reqwest::Client,
    /// What the server said when it signed in.
    pub session: SessionOpened,
    next: AtomicU64,
}

/// The number of a command, and what it asks.
pub type Number = u64;

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: StatusCode,
    /// `content-type`, or nothing.
    pub content_type: String,
    /// `cache-control`, or nothing.
    pub cache_control: String,
    /// `retry-after`, or nothing.
    pub retry_after: String,
    /// As sent.
    pub body: String,
}

impl Answer {
    /// The body as what is expected.
    ///
    /// # Panics
    /// When it is something else.
    #[must_use]
    pub fn read<T: DeserializeOwned>(&self) -> T {
        match serde_json::from_str(&self.body) {
            Ok(value) => value,
            Err(error) => panic!("{error}: {} {}", self.status, self.body),
        }
    }

    /// The problem that an error answer carries.
    ///
    /// # Panics
    /// When it is no problem+json with that status and code, or says nothing to a person.
    #[track_caller]
    pub fn expect_problem(&self, status: u16, code: Code) -> Problem {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        assert_eq!(self.content_type, "application/problem+json");
        let problem: Problem = self.read();
        assert_eq!(
            (problem.status, problem.code),
            (status, code),
            "{problem:?}"
        );
        assert!(
            problem.detail.contains(' '),
            "one sentence for a person: {problem:?}"
        );
        problem
    }
}

impl Device {
    pub(crate) async fn sign_in(line: Line, user: &str, id: DeviceId) -> Self {
        let answer = Self::try_sign_in(&line, user, PASSWORD, id).await;
        assert!(
            answer.status.is_success(),
            "{} {}",
            answer.status,
            answer.body
        );
        let session: SessionOpened = answer.read();
        let next = AtomicU64::new(session.device.expected_no);
        Self {
            line,
            http: client(),
            session,
            next,
        }
    }

    pub(crate) async fn try_sign_in(
        line: &Line,
        user: &str,
        password: &str,
        id: DeviceId,
    ) -> Answer {
        let device = SessionDevice {
            id,
            name: "raw".to_owned(),
            secret: None,
        };
        let body = SignIn {
            user: user.to_owned(),
            password: password.to_owned(),
            device,
        };
        let url = format!("{}{}", line.url(), path::SESSION);
        answer(client().post(url).json(&body)).await
    }

    /// The same device at another door of the clinic.
    #[must_use]
    pub fn through(&self, line: Line) -> Self {
        Self {
            line,
            http: client(),
            session: self.session.clone(),
            next: AtomicU64::new(self.next.load(Ordering::SeqCst)),
        }
    }

    /// This device's id.
    #[must_use]
    pub fn id(&self) -> DeviceId {
        self.session.device.id
    }

    /// The cable.
    #[must_use]
    pub fn line(&self) -> &Line {
        &self.line
    }

    /// A request with this device's token, not sent yet.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}{path}", self.line.url());
        self.http
            .request(method, url)
            .bearer_auth(&self.session.token)
    }

    /// The answer to a `GET`.
    pub async fn get(&self, path: &str) -> Answer {
        answer(self.request(Method::GET, path)).await
    }

    /// The answer to a body that may be anything.
    pub async fn post(&self, path: &str, body: impl Into<reqwest::Body>) -> Answer {
        let request = self.request(Method::POST, path).body(body);
        answer(request.header("content-type", "application/json")).await
    }
}

pub(crate) fn client() -> reqwest::Client {
    // A second call finds the first one's provider: that is fine.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().build().unwrap()
}

pub(crate) async fn answer(request: RequestBuilder) -> Answer {
    let response = crate::soon("an answer", request.send()).await.unwrap();
    let header = |name| {
        let value = response.headers().get(name);
        value.map_or("", |value| value.to_str().unwrap()).to_owned()
    };
    Answer {
        status: response.status(),
        content_type: header("content-type"),
        cache_control: header("cache-control"),
        retry_after: header("retry-after"),
        body: response.text().await.unwrap(),
    }
}
