//! A clinic on a Monday morning, and desks that are signed in to it.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use axum::response::Response;
use chrono::{NaiveDate, TimeDelta};
use frontdesk_domain::Timestamp;
use frontdesk_server::demo::{self, DemoPlan};
use frontdesk_server::{Clock, Database, Limits, Server, ServerConfig};
use serde_json::{Value, json};
use tower::ServiceExt as _;
use uuid::Uuid;

/// Mondays are calm: nobody has a visit yet, everybody works 9–17 in Berlin.
pub(crate) const MONDAY: &str = "2026-03-02";

pub(crate) struct World {
    pub(crate) server: Server,
    pub(crate) dir: tempfile::TempDir,
    database: Database,
    now: Arc<Mutex<Timestamp>>,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl World {
    /// 32 practitioners, 64 patients, no visits; it is Monday, 08:00 in Berlin.
    pub(crate) async fn start() -> Self {
        Self::with(Limits::default()).await
    }

    /// The same with these limits.
    pub(crate) async fn with(limits: Limits) -> Self {
        Self::on(Database::Sqlite, limits).await
    }

    /// The same in this database.
    pub(crate) async fn on(database: Database, limits: Limits) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let now = Arc::new(Mutex::new("2026-03-02T07:00:00Z".parse().unwrap()));
        let server = open(&dir, &database, &now, limits);
        let plan = DemoPlan {
            practitioners: 32,
            appointments: 0,
            seed: 7,
            today: NaiveDate::from_ymd_opt(2026, 3, 2).unwrap(),
        };
        demo::fill(&server, &plan).await.unwrap();
        Self {
            server,
            dir,
            database,
            now,
        }
    }

    /// The same folder, served by a new process.
    pub(crate) fn restart(self) -> Self {
        self.server.close();
        Self {
            server: open(&self.dir, &self.database, &self.now, Limits::default()),
            ..self
        }
    }

    /// One more server for the same database and folder, as a command of an operator opens it.
    pub(crate) fn beside(&self) -> Server {
        open(&self.dir, &self.database, &self.now, Limits::default())
    }

    pub(crate) fn pass(&self, time: TimeDelta) {
        *self.now.lock().unwrap() += time;
    }

    pub(crate) async fn desk(&self, user: &str) -> Desk {
        self.desk_of(user, Uuid::from_u128(rand::random())).await
    }

    pub(crate) async fn desk_of(&self, user: &str, device: Uuid) -> Desk {
        let answer = self.sign_in(user, demo::PASSWORD, device).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        Desk {
            router: self.server.router(),
            token: text(&answer.body["token"]),
            user: text(&answer.body["user"]["id"]),
            device,
            next_no: answer.body["device"]["expected_no"].as_u64().unwrap(),
        }
    }

    pub(crate) async fn sign_in(&self, user: &str, password: &str, device: Uuid) -> Answer {
        let body = json!({ "user": user, "password": password,
                           "device": { "id": device, "name": "a desk" } });
        let request = Request::post("/v1/session").body(Body::from(body.to_string()));
        send(self.server.router(), request.unwrap()).await
    }
}

fn open(
    dir: &tempfile::TempDir,
    database: &Database,
    now: &Arc<Mutex<Timestamp>>,
    limits: Limits,
) -> Server {
    let read = now.clone();
    Server::open(ServerConfig {
        clock: Clock::reading(move || *read.lock().unwrap()),
        database: database.clone(),
        limits,
        ..ServerConfig::in_folder(dir.path())
    })
    .unwrap()
}

pub(crate) async fn send(router: Router, request: Request<Body>) -> Answer {
    let response = router.oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    Answer {
        status: parts.status,
        headers: parts.headers,
        body: serde_json::from_slice(&bytes)
            .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&bytes).into_owned())),
    }
}

/// A signed-in desk.
#[derive(Clone)]
pub(crate) struct Desk {
    pub(crate) router: Router,
    pub(crate) token: String,
    pub(crate) user: String,
    pub(crate) device: Uuid,
    pub(crate) next_no: u64,
}

/// What can be booked.
pub(crate) struct Directory {
    pub(crate) service: Uuid,
    pub(crate) practitioners: Vec<Uuid>,
    pub(crate) patients: Vec<Uuid>,
}

impl Desk {
    pub(crate) async fn open(&self, path: &str) -> Response {
        let request = Request::get(path).header("authorization", self.bearer());
        let request = request.body(Body::empty()).unwrap();
        self.router.clone().oneshot(request).await.unwrap()
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        let request = Request::get(path).header("authorization", self.bearer());
        send(self.router.clone(), request.body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn post(&self, path: &str, body: impl Into<Body>) -> Answer {
        self.ask_with("POST", path, body).await
    }

    /// The answer before its body is read.
    pub(crate) async fn open_with(
        &self,
        method: &str,
        path: &str,
        body: impl Into<Body>,
    ) -> Response {
        let request = self.request(method, path, body);
        self.router.clone().oneshot(request).await.unwrap()
    }

    /// As it is sent.
    pub(crate) fn request(&self, method: &str, path: &str, body: impl Into<Body>) -> Request<Body> {
        let request = Request::builder().method(method).uri(path);
        let request = request.header("authorization", self.bearer());
        request.body(body.into()).unwrap()
    }

    pub(crate) async fn ask_with(&self, method: &str, path: &str, body: impl Into<Body>) -> Answer {
        let request = Request::builder().method(method).uri(path);
        let request = request.header("authorization", self.bearer());
        send(self.router.clone(), request.body(body.into()).unwrap()).await
    }

    pub(crate) async fn sign_out(&self) -> Answer {
        let request = Request::delete("/v1/session").header("authorization", self.bearer());
        send(self.router.clone(), request.body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn feed(&self) -> Value {
        self.get("/v1/feed").await.body
    }

    pub(crate) async fn seq(&self) -> u64 {
        self.feed().await["seq"].as_u64().unwrap()
    }

    pub(crate) async fn snapshot(&self) -> Vec<Value> {
        let text = self.get("/v1/snapshot").await.body;
        let lines = text.as_str().unwrap().lines();
        lines
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    pub(crate) async fn directory(&self) -> Directory {
        let lines = self.snapshot().await;
        let of = |kind: &str| -> Vec<Uuid> {
            let rows = lines.iter().filter(|line| line["kind"] == kind);
            rows.map(|line| line["id"].as_str().unwrap().parse().unwrap())
                .collect()
        };
        Directory {
            service: of("service")[0],
            practitioners: of("practitioner"),
            patients: of("patient"),
        }
    }

    /// Sends commands under the next numbers.
    pub(crate) async fn ask(&mut self, commands: Vec<(&str, Value)>) -> Answer {
        let first = self.next_no;
        self.next_no += commands.len() as u64;
        let commands = (first..).zip(commands);
        let commands: Vec<_> = commands
            .map(|(no, (kind, args))| envelope(no, kind, &args))
            .collect();
        self.send(&commands).await
    }

    pub(crate) async fn send(&self, commands: &[Value]) -> Answer {
        let body = json!({ "device": self.device, "commands": commands });
        self.post("/v1/commands", body.to_string()).await
    }

    /// Sends one command and returns its outcome.
    pub(crate) async fn decide(&mut self, kind: &str, args: Value) -> Value {
        let answer = self.ask(vec![(kind, args)]).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        answer.body["outcomes"][0].clone()
    }

    fn bearer(&self) -> String {
        format!("Bearer {}", self.token)
    }
}

pub(crate) fn envelope(no: u64, kind: &str, args: &Value) -> Value {
    json!({ "no": no, "id": Uuid::from_u128(no.into()), "kind": kind, "args": args })
}

impl Directory {
    /// A visit of one patient with one practitioner, named by their places in the directory.
    pub(crate) fn booking(&self, patient: usize, practitioner: usize, starts_at: &str) -> Value {
        json!({
            "appointment_id": Uuid::from_u128(rand::random()),
            "patient_id": self.patients[patient],
            "practitioner_id": self.practitioners[practitioner],
            "service_id": self.service,
            "starts_at": starts_at,
        })
    }
}
