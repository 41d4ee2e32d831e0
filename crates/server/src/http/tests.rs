//! What only a look behind the doors can bring about.

use std::future::poll_fn;
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use axum::http::{Request, StatusCode};
use chrono::{NaiveDate, TimeDelta};
use frontdesk_domain::Timestamp;
use futures_util::StreamExt as _;
use futures_util::stream::Fuse;
use serde_json::{Value, json};
use tower::ServiceExt as _;
use uuid::Uuid;

use crate::demo::{self, DemoPlan};
use crate::{Clock, Server, ServerConfig};

/// Far above any measured time: only a broken story is that slow.
const PATIENCE: Duration = Duration::from_secs(60);

struct Answer {
    status: StatusCode,
    body: Value,
}

async fn ask(server: &Server, token: &str, method: &str, path: &str, body: &Value) -> Answer {
    let request = Request::builder().method(method).uri(path);
    let request = request.header("authorization", format!("Bearer {token}"));
    let request = request.body(Body::from(body.to_string())).unwrap();
    let response = server.router().oneshot(request).await.unwrap();
    let status = response.status();
    let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await;
    let body = serde_json::from_slice(&bytes.unwrap()).unwrap_or_default();
    Answer { status, body }
}

/// The file may have so many pages; zero lets it have no more than it has.
async fn room(server: &Server, pages: u32) {
    let set = server.shared.store.transact(move |db| {
        let pragma = format!("pragma max_page_count = {pages}");
        db.each(&pragma, &[], &mut |_| Ok(()))
    });
    set.await.unwrap();
}

async fn put_patient(server: &Server, token: &str, device: Uuid, no: u64) -> Answer {
    let args = json!({ "patient_id": Uuid::from_u128(no.into()), "name": "Ada Long",
                       "notes": "x".repeat(2_000) });
    let command = json!({ "no": no, "id": Uuid::from_u128(no.into()), "kind": "put_patient",
                          "args": args });
    let batch = json!({ "device": device, "commands": [command] });
    ask(server, token, "POST", "/v1/commands", &batch).await
}

#[tokio::test]
async fn a_full_disk_is_told_in_one_sentence_and_reading_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::open(ServerConfig {
        clock: Clock::reading(|| "2026-03-02T07:00:00Z".parse().unwrap()),
        ..ServerConfig::in_folder(dir.path())
    })
    .unwrap();
    let plan = DemoPlan {
        practitioners: 2,
        appointments: 0,
        seed: 7,
        today: NaiveDate::from_ymd_opt(2026, 3, 2).unwrap(),
    };
    demo::fill(&server, &plan).await.unwrap();
    let device = Uuid::from_u128(1);
    let sign_in = json!({ "user": "reception1", "password": demo::PASSWORD,
                          "device": { "id": device, "name": "a desk" } });
    let session = ask(&server, "", "POST", "/v1/session", &sign_in).await;
    let token = session.body["token"].as_str().unwrap();

    room(&server, 1).await;
    let mut no = 1;
    let refused = loop {
        let answer = put_patient(&server, token, device, no).await;
        if answer.status != StatusCode::OK {
            break answer;
        }
        no += 1;
        assert!(no < 10_000, "the disk is never full");
    };
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(refused.body["code"], "unavailable");
    let detail = refused.body["detail"].as_str().unwrap();
    assert!(detail.contains("disk is full"), "{detail}");
    let feed = ask(&server, token, "GET", "/v1/feed", &Value::Null).await;
    assert_eq!(feed.status, StatusCode::OK);
    assert_eq!(
        feed.body["seq"], no,
        "the first of all is the clinic itself"
    );

    room(&server, u32::MAX - 1).await;
    let again = put_patient(&server, token, device, no).await;
    assert_eq!(again.status, StatusCode::OK, "{}", again.body);
    assert_eq!(again.body["outcomes"][0]["outcome"], "applied");
}

/// One that has ended may be polled on.
type Listening = Fuse<BodyDataStream>;

/// Polls a stream once; what it says, if it says something.
async fn said(stream: &mut Listening) -> Option<String> {
    let chunk = poll_fn(|context| Poll::Ready(stream.poll_next_unpin(context))).await;
    let Poll::Ready(Some(chunk)) = chunk else {
        return None;
    };
    Some(String::from_utf8(chunk.unwrap().into()).unwrap())
}

/// Lets every stream go on until they have looked at their sessions so many times in all.
async fn until_looked(server: &Server, streams: &mut [Listening], looks: u64) {
    let looked = async {
        while server.shared.metrics.session_looks() < looks {
            for stream in &mut *streams {
                said(stream).await;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, looked).await.unwrap();
}

async fn opens_session(server: &Server, device: u128) -> String {
    let sign_in = json!({ "user": "reception1", "password": demo::PASSWORD,
                          "device": { "id": Uuid::from_u128(device), "name": "a desk" } });
    let session = ask(server, "", "POST", "/v1/session", &sign_in).await;
    session.body["token"].as_str().unwrap().to_owned()
}

async fn listens(server: &Server, token: &str) -> Listening {
    let request = Request::get("/v1/events").header("authorization", format!("Bearer {token}"));
    let request = request.body(Body::empty()).unwrap();
    let response = server.router().oneshot(request).await.unwrap();
    response.into_body().into_data_stream().fuse()
}

/// In the morning everybody signs in at once, and everybody listens.
#[tokio::test]
async fn a_sign_in_concerns_no_stream_but_those_whose_session_it_ends() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::open(ServerConfig {
        heartbeat: 2 * PATIENCE,
        ..ServerConfig::in_folder(dir.path())
    })
    .unwrap();
    demo::showcase(&server, 1).await.unwrap();
    let mut streams = Vec::new();
    for device in 1..=4 {
        let token = opens_session(&server, device).await;
        for _ in 0..10 {
            streams.push(listens(&server, &token).await);
        }
    }
    until_looked(&server, &mut streams, 40).await;

    for device in 11..=18 {
        opens_session(&server, device).await;
    }
    for stream in &mut streams {
        assert_eq!(said(stream).await, None);
    }
    assert_eq!(server.shared.metrics.session_looks(), 40);

    opens_session(&server, 1).await;
    until_looked(&server, &mut streams, 50).await;
    assert_eq!(server.shared.metrics.session_looks(), 50);
}

#[tokio::test]
async fn whoever_asks_whether_a_server_is_ready_is_told_what_was_found_a_moment_ago() {
    let dir = tempfile::tempdir().unwrap();
    let began = "2026-03-02T07:00:00Z".parse::<Timestamp>().unwrap();
    let now = Arc::new(Mutex::new(began));
    let shown = now.clone();
    let server = Server::open(ServerConfig {
        clock: Clock::reading(move || *shown.lock().unwrap()),
        ..ServerConfig::in_folder(dir.path())
    })
    .unwrap();
    let ready = async || {
        ask(&server, "", "GET", "/readyz", &Value::Null)
            .await
            .status
    };
    assert_eq!(ready().await, StatusCode::NO_CONTENT);
    server.shared.store.close();
    *now.lock().unwrap() = began + TimeDelta::milliseconds(999);
    assert_eq!(ready().await, StatusCode::NO_CONTENT);
    *now.lock().unwrap() = began + TimeDelta::seconds(1);
    assert_eq!(ready().await, StatusCode::SERVICE_UNAVAILABLE);
}
