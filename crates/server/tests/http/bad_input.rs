//! Each wrong request gets a code and one clear sentence, and leaves nothing behind.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::world::{Answer, MONDAY, World, envelope, send};

fn assert_problem(answer: &Answer, status: StatusCode, code: &str) {
    assert_eq!(answer.status, status, "{}", answer.body);
    assert_eq!(answer.headers["content-type"], "application/problem+json");
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert_eq!(answer.body["code"], code, "{}", answer.body);
    assert_eq!(answer.body["status"], status.as_u16());
    assert_eq!(
        answer.body["request_id"],
        answer.headers["x-request-id"].to_str().unwrap()
    );
    let detail = answer.body["detail"].as_str().unwrap();
    assert!(detail.len() > 20 && detail.ends_with('.'), "{detail}");
}

#[tokio::test]
async fn what_cannot_be_read_is_a_problem() {
    let world = World::start().await;
    let desk = world.desk("reception1").await;
    let too_many: Vec<Value> = (1..=101)
        .map(|no| envelope(no, "noop", &json!({})))
        .collect();
    let unsorted = [
        envelope(2, "noop", &json!({})),
        envelope(1, "noop", &json!({})),
    ];
    let zero = [envelope(0, "noop", &json!({}))];
    let bad = StatusCode::BAD_REQUEST;
    let shape = StatusCode::UNPROCESSABLE_ENTITY;

    let malformed = desk.post("/v1/commands", "{\"device\":").await;
    assert_problem(&malformed, bad, "bad_request");
    let large = desk.post("/v1/commands", vec![b' '; 2 << 20]).await;
    assert_problem(&large, StatusCode::PAYLOAD_TOO_LARGE, "too_large");
    let empty = desk.post("/v1/commands", "").await;
    assert_problem(&empty, bad, "bad_request");
    let other_shape = desk.post("/v1/commands", "[]").await;
    assert_problem(&other_shape, shape, "invalid_envelope");
    for commands in [too_many, unsorted.to_vec(), zero.to_vec()] {
        assert_problem(&desk.send(&commands).await, shape, "invalid_envelope");
    }
    let no_query = desk.get("/v1/changes").await;
    assert_problem(&no_query, bad, "bad_request");
    let no_path = desk.get("/v1/nothing").await;
    assert_problem(&no_path, StatusCode::NOT_FOUND, "not_found");
    let method = desk.post("/v1/feed", "").await;
    assert_problem(
        &method,
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
    );
    assert!(method.headers.contains_key("allow"));
    assert_eq!(desk.seq().await, 1);
    assert_eq!(desk.send(&[]).await.body["expected_no"], 1);
}

#[tokio::test]
async fn without_a_session_every_path_below_v1_says_so() {
    let world = World::start().await;
    for path in ["feed", "snapshot", "changes", "events", "availability"] {
        for authorization in ["", "Bearer", "Bearer nonsense", "Basic YTpi", "Bearer ☃"] {
            let request = Request::get(format!("/v1/{path}"))
                .header("authorization", authorization.as_bytes())
                .body(Body::empty());
            let answer = send(world.server.router(), request.unwrap()).await;
            assert_problem(&answer, StatusCode::UNAUTHORIZED, "unauthorized");
        }
    }
}

#[tokio::test]
async fn a_question_about_too_many_days_or_unknown_things_is_a_problem() {
    let world = World::start().await;
    let desk = world.desk("reception1").await;
    let directory = desk.directory().await;
    let ask = async |service: Uuid, from: &str, to: &str, rest: &str| {
        let query = format!("service={service}&from={from}&to={to}{rest}");
        desk.get(&format!("/v1/availability?{query}")).await
    };
    let service = directory.service;
    let bad = StatusCode::BAD_REQUEST;
    let far = ask(service, "9999-01-01", "9999-01-02", "").await;
    assert_problem(&far, bad, "bad_request");
    let long = ask(service, MONDAY, "2026-06-02", "").await;
    assert_problem(&long, bad, "bad_request");
    let backwards = ask(service, MONDAY, "2026-03-01", "").await;
    assert_problem(&backwards, bad, "bad_request");
    let no_date = ask(service, "2026-02-30", MONDAY, "").await;
    assert_problem(&no_date, bad, "bad_request");
    let unknown = ask(Uuid::nil(), MONDAY, MONDAY, "").await;
    assert_problem(&unknown, StatusCode::NOT_FOUND, "not_found");
    let nobody = ask(
        service,
        MONDAY,
        MONDAY,
        &format!("&practitioner={}", Uuid::nil()),
    )
    .await;
    assert_problem(&nobody, StatusCode::NOT_FOUND, "not_found");
    assert_eq!(
        ask(service, MONDAY, "2026-06-01", "").await.status,
        StatusCode::OK
    );
}

/// The list of bad wishes: each is an outcome with a reason, and nothing is written.
#[tokio::test]
async fn a_bad_wish_is_refused_with_its_reason() {
    let world = World::start().await;
    let mut desk = world.desk("reception1").await;
    let directory = desk.directory().await;
    let at = |starts_at: &str| directory.booking(0, 0, starts_at);
    let with = |name: &str, value: Value| {
        let mut book = at("2026-03-02T09:00:00Z");
        book[name] = value;
        book
    };
    for (book, reason) in [
        (at("2026-03-02T06:00:00Z"), "in_past"),
        (at("2026-03-02T20:00:00Z"), "outside_schedule"),
        (at("2026-03-07T09:00:00Z"), "outside_schedule"),
        (at("2026-03-02T09:07:00Z"), "off_grid"),
        (with("patient_id", json!(Uuid::nil())), "unknown_id"),
        (with("practitioner_id", json!(Uuid::nil())), "unknown_id"),
        (with("service_id", json!(Uuid::nil())), "unknown_id"),
        (with("location_id", json!(Uuid::nil())), "unknown_id"),
        (with("ends_at", json!("2026-03-09T09:00:00Z")), "invalid"),
        (with("ends_at", json!("2026-03-02T08:00:00Z")), "invalid"),
        (with("notes", json!("x".repeat(2_001))), "invalid"),
        (with("starts_at", json!("0000-01-01T00:00:00Z")), "invalid"),
        (with("starts_at", json!("soon")), "invalid"),
    ] {
        let outcome = desk.decide("book_appointment", book).await;
        assert_eq!(outcome["outcome"], "rejected");
        assert_eq!(outcome["reason"], reason, "{outcome}");
    }
    assert_eq!(desk.seq().await, 1);
    let visits = desk.snapshot().await;
    assert!(visits.iter().all(|line| line["kind"] != "appointment"));
}

#[tokio::test]
async fn a_visit_of_nobody_cannot_be_moved_or_cancelled() {
    let world = World::start().await;
    let mut desk = world.desk("reception1").await;
    let cancel = json!({ "appointment_id": Uuid::nil(), "reason": "patient" });
    let moved = json!({ "appointment_id": Uuid::nil(), "starts_at": "2026-03-02T09:00:00Z" });
    for (kind, args) in [
        ("cancel_appointment", cancel),
        ("reschedule_appointment", moved),
    ] {
        let outcome = desk.decide(kind, args).await;
        assert_eq!(outcome["reason"], "unknown_id");
        assert_eq!(outcome["field"], "appointment_id");
    }
}
