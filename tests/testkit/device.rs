//! A device without a desk: raw HTTP, for what a well-behaved desk would never send.

use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{Days, NaiveDate};
use frontdesk_domain::{
    Appointment, ClinicZone, Command, CommandId, DeviceId, PatientId, Row, ServiceId, Slot,
};
use frontdesk_protocol::{
    Availability, Code, CommandBatch, Envelope, Feed, Outcome, OutcomePage, Problem, SessionDevice,
    SessionOpened, SignIn, SnapshotRow, SnapshotTrailer, path,
};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::{Line, PASSWORD, new_id};

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
    pub(crate) async fn sign_in(line: Line, user: &str) -> Self {
        let answer = Self::try_sign_in(&line, user, PASSWORD).await;
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

    pub(crate) async fn try_sign_in(line: &Line, user: &str, password: &str) -> Answer {
        let device = SessionDevice {
            id: new_id(),
            name: "raw".to_owned(),
        };
        let body = SignIn {
            user: user.to_owned(),
            password: password.to_owned(),
            device,
        };
        let url = format!("{}{}", line.url(), path::SESSION);
        answer(client().post(url).json(&body)).await
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

    /// The next number of this device.
    pub fn number(&self) -> Number {
        self.next.fetch_add(1, Ordering::SeqCst)
    }

    /// Sends one command under the next number; what was decided.
    ///
    /// # Panics
    /// When the envelope is refused.
    pub async fn ask(&self, command: &Command) -> Outcome {
        let envelope = envelope(self.number(), command);
        self.send(&[envelope]).await.outcomes.remove(0)
    }

    /// Sends a batch as it is.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn send(&self, commands: &[Envelope]) -> OutcomePage {
        self.try_send(commands).await.read()
    }

    /// Sends a batch as it is; whatever comes back.
    pub async fn try_send(&self, commands: &[Envelope]) -> Answer {
        let batch = CommandBatch {
            device: self.id(),
            since: None,
            commands: commands.to_vec(),
        };
        self.post(path::COMMANDS, serde_json::to_vec(&batch).unwrap())
            .await
    }

    /// Where the feed stands.
    pub async fn feed(&self) -> Feed {
        self.get(path::FEED).await.read()
    }

    /// Free slots as an integrator sees them; `query` as in `service=…&from=…&to=…`.
    pub async fn availability(&self, query: &str) -> Availability {
        let answer = self.get(&format!("{}?{query}", path::AVAILABILITY)).await;
        assert_eq!(answer.cache_control, "no-store");
        answer.read()
    }

    /// Today, on the clinic's wall.
    ///
    /// # Panics
    /// When the clinic's zone is unknown.
    pub async fn today(&self) -> NaiveDate {
        let zone = ClinicZone::named(&self.session.clinic.time_zone).unwrap();
        zone.date(self.feed().await.server_time)
    }

    /// Free slots of [`Self::service`] in the next two weeks, from tomorrow on.
    pub async fn free_slots(&self) -> Vec<Slot> {
        self.free_slots_within(14).await
    }

    /// Free slots of [`Self::service`] in the next days, from tomorrow on.
    ///
    /// # Panics
    /// When there are none.
    pub async fn free_slots_within(&self, days: u64) -> Vec<Slot> {
        let from = self.today().await + Days::new(1);
        let to = from + Days::new(days - 1);
        let query = format!("service={}&from={from}&to={to}", self.service().await);
        let slots = self.availability(&query).await.slots;
        assert!(!slots.is_empty(), "the clinic has free time");
        slots
    }

    /// Every row of the clinic.
    ///
    /// # Panics
    /// When the snapshot is not what its trailer says.
    pub async fn rows(&self) -> Vec<Row> {
        let answer = self.get(path::SNAPSHOT).await;
        let lines: Vec<&str> = answer.body.lines().collect();
        let [_header, rows @ .., trailer] = lines.as_slice() else {
            panic!("no snapshot: {} {}", answer.status, answer.body)
        };
        let trailer: SnapshotTrailer = serde_json::from_str(trailer).unwrap();
        assert_eq!(trailer.rows, rows.len() as u64);
        let row = |line: &&str| serde_json::from_str::<SnapshotRow>(line).unwrap().row;
        rows.iter().map(row).collect()
    }

    /// The shortest service.
    ///
    /// # Panics
    /// When there is none.
    pub async fn service(&self) -> ServiceId {
        let rows = self.rows().await;
        let services = rows.iter().filter_map(|row| {
            let Row::Service(service) = row else {
                return None;
            };
            Some((service.duration_minutes, &service.name, service.service_id))
        });
        services.min().expect("a service").2
    }

    /// Every patient.
    pub async fn patients(&self) -> Vec<PatientId> {
        let rows = self.rows().await;
        let patients = rows.iter().filter_map(|row| {
            let Row::Patient(patient) = row else {
                return None;
            };
            Some(patient.patient_id)
        });
        patients.collect()
    }

    /// Every visit.
    pub async fn appointments(&self) -> Vec<Appointment> {
        let rows = self.rows().await;
        let visits = rows.into_iter().filter_map(|row| {
            let Row::Appointment(visit) = row else {
                return None;
            };
            Some(visit)
        });
        visits.collect()
    }
}

/// A command as it travels.
#[must_use]
pub fn envelope(no: Number, command: &Command) -> Envelope {
    let Value::Object(mut tagged) = json!(command) else {
        unreachable!("a command is an object")
    };
    let kind = tagged.remove("kind").unwrap();
    Envelope {
        no,
        id: new_id::<CommandId>(),
        user_id: None,
        kind: kind.as_str().unwrap().to_owned(),
        args: tagged.remove("args").unwrap(),
        depends_on: None,
        base_version: None,
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
