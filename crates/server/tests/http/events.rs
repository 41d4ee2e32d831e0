//! The stream: head first, then what is committed, and an end when it has to end.

use std::time::Duration;

use axum::body::BodyDataStream;
use futures_util::StreamExt as _;
use serde_json::Value;

use crate::world::{Desk, World};

/// Reads one event after the other.
struct Events {
    body: BodyDataStream,
    buffer: String,
}

impl Events {
    async fn of(desk: &Desk) -> Self {
        let response = desk.open("/v1/events").await;
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self {
            body: response.into_body().into_data_stream(),
            buffer: String::new(),
        }
    }

    /// The next event's name, id and data; `None` at the end of the stream.
    async fn next(&mut self) -> Option<(String, String, Value)> {
        while !self.buffer.contains("\n\n") {
            let chunk = tokio::time::timeout(Duration::from_secs(20), self.body.next());
            let chunk = chunk.await.expect("the stream is silent")?.unwrap();
            self.buffer.push_str(std::str::from_utf8(&chunk).unwrap());
        }
        let (event, rest) = self.buffer.split_once("\n\n").unwrap();
        let field = |name: &str| {
            let line = event.lines().find_map(|line| line.strip_prefix(name));
            line.unwrap_or_default().trim().to_owned()
        };
        let read = (
            field("event:"),
            field("id:"),
            serde_json::from_str(&field("data:")).unwrap(),
        );
        self.buffer = rest.to_owned();
        Some(read)
    }
}

#[tokio::test]
async fn a_stream_begins_with_head_and_tells_a_commit_with_its_rows() {
    let world = World::start().await;
    let mut desk = world.desk("reception1").await;
    let other = world.desk("reception2").await;
    let directory = desk.directory().await;
    let mut events = Events::of(&other).await;
    let (name, id, head) = events.next().await.unwrap();
    let epoch = head["epoch"].as_str().unwrap().to_owned();
    assert_eq!((name.as_str(), id), ("head", format!("{epoch}:1")));
    assert_eq!(head["server_time"], "2026-03-02T07:00:00Z");

    let book = directory.booking(0, 0, "2026-03-02T09:00:00Z");
    desk.decide("book_appointment", book.clone()).await;

    let (name, id, page) = events.next().await.unwrap();
    assert_eq!((name.as_str(), id), ("changes", format!("{epoch}:2")));
    let pulled = other
        .get(&format!("/v1/changes?epoch={epoch}&since=1"))
        .await
        .body;
    assert_eq!(page, pulled);
    assert_eq!(page["upserts"][0]["id"], book["appointment_id"]);
}

#[tokio::test]
async fn a_stream_that_missed_a_commit_is_told_only_where_the_feed_stands() {
    let world = World::start().await;
    let mut desk = world.desk("reception1").await;
    let directory = desk.directory().await;
    let mut events = Events::of(&desk).await;
    events.next().await.unwrap();
    // Nobody reads the stream meanwhile: it keeps the last commit only.
    for practitioner in 0..3 {
        let book = directory.booking(practitioner, practitioner, "2026-03-02T09:00:00Z");
        desk.decide("book_appointment", book).await;
    }
    let (name, _, head) = events.next().await.unwrap();
    assert_eq!(name, "head");
    assert_eq!(head["seq"], 4);
}

/// Invariant I33.
#[tokio::test]
async fn a_stream_ends_when_its_session_is_signed_out() {
    let world = World::start().await;
    let desk = world.desk("reception1").await;
    let mut other = world.desk("reception2").await;
    let directory = other.directory().await;
    let (mut ending, mut staying) = (Events::of(&desk).await, Events::of(&other).await);
    ending.next().await.unwrap();
    staying.next().await.unwrap();

    desk.sign_out().await;

    assert_eq!(ending.next().await.unwrap().0, "revoked");
    assert!(ending.next().await.is_none());
    let book = directory.booking(0, 0, "2026-03-02T09:00:00Z");
    other.decide("book_appointment", book).await;
    assert_eq!(staying.next().await.unwrap().0, "changes");
}

/// Invariant I33: the row was there before anybody read on, and still is not told.
#[tokio::test]
async fn a_row_that_came_after_the_end_of_a_session_is_not_told_on_its_stream() {
    let world = World::start().await;
    let desk = world.desk("reception1").await;
    let mut other = world.desk("reception2").await;
    let directory = other.directory().await;
    let mut ending = Events::of(&desk).await;
    ending.next().await.unwrap();

    desk.sign_out().await;
    let book = directory.booking(0, 0, "2026-03-02T09:00:00Z");
    other.decide("book_appointment", book).await;

    assert_eq!(ending.next().await.unwrap().0, "revoked");
    assert!(ending.next().await.is_none());
}

#[tokio::test]
async fn streams_are_told_bye_and_the_server_ends() {
    let world = World::start().await;
    let desk = world.desk("reception1").await;
    let mut events = Events::of(&desk).await;
    events.next().await.unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();

    let served = world.server.clone().serve(listener, async {}).await;

    assert!(served.is_ok());
    let (name, _, bye) = events.next().await.unwrap();
    assert_eq!(name, "bye");
    assert!(bye["retry_after_ms"].as_u64().unwrap() >= 500);
    assert!(events.next().await.is_none());
    let late = desk.get("/v1/feed").await;
    assert_eq!(late.status, 503);
    assert_eq!(late.headers["retry-after"], "1");
}
