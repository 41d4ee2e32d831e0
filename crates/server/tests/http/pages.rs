//! What is for people and for machines that watch: `/docs` and `/metrics`.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::json;

use crate::world::{Answer, World, envelope, send};

async fn open(world: &World, path: &str) -> Answer {
    let request = Request::get(path).body(Body::empty()).unwrap();
    send(world.server.router(), request).await
}

#[tokio::test]
async fn the_description_is_a_page_that_asks_no_other_host() {
    let world = World::start().await;
    let asked = open(&world, "/docs").await;
    assert_eq!(asked.status, StatusCode::PERMANENT_REDIRECT);
    assert_eq!(asked.headers["location"], "/docs/");
    let page = open(&world, "/docs/").await;
    assert_eq!(page.status, StatusCode::OK);
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'; script-src 'self';"));
    let text = page.body.as_str().unwrap();
    assert!(!text.contains("http://") && !text.contains("https://"));
    let mut files = 0;
    for part in text
        .split(['"', '\''])
        .filter(|part| part.starts_with("./"))
    {
        let file = open(&world, &part.replacen('.', "/docs", 1)).await;
        assert_eq!(file.status, StatusCode::OK, "{part}");
        files += 1;
    }
    assert!(files >= 4, "{text}");
    let start = open(&world, "/docs/swagger-initializer.js").await;
    assert!(start.body.as_str().unwrap().contains("/openapi.json"));
    assert_eq!(start.headers["content-type"], "text/javascript");
    let none = open(&world, "/docs/nothing.js").await;
    assert_eq!(none.body["code"], "not_found");
}

#[tokio::test]
async fn a_manager_reads_what_the_server_counts_and_nobody_else() {
    let world = World::start().await;
    let manager = world.desk("manager").await;
    let mut desk = world.desk("reception1").await;
    let directory = desk.directory().await;
    for patient in 0..2 {
        let book = directory.booking(patient, 0, "2026-03-02T09:00:00Z");
        desk.decide("book_appointment", book).await;
    }
    desk.send(&[envelope(9, "noop", &json!({}))]).await;

    assert_eq!(desk.get("/metrics").await.body["code"], "forbidden");
    assert_eq!(open(&world, "/metrics").await.body["code"], "unauthorized");
    let answer = manager.get("/metrics").await;
    assert_eq!(answer.status, StatusCode::OK);
    let text = answer.body.as_str().unwrap();
    for line in [
        r#"frontdesk_requests_total{route="/v1/commands",method="POST",status="200"} 2"#,
        r#"frontdesk_requests_total{route="/v1/commands",method="POST",status="409"} 1"#,
        r#"frontdesk_requests_total{route="/metrics",method="GET",status="401"} 1"#,
        r#"frontdesk_outcomes_total{kind="book_appointment",outcome="applied",reason=""} 1"#,
        r#"frontdesk_outcomes_total{kind="book_appointment",outcome="rejected",reason="slot_taken"} 1"#,
        "frontdesk_streams 0",
        "frontdesk_writer_waiting 0",
    ] {
        assert!(text.lines().any(|told| told == line), "{line}\n{text}");
    }
    let clinic = desk.feed().await["clinic"].as_str().unwrap().to_owned();
    assert!(!text.contains(&clinic) && !text.contains(&desk.user));
}

#[tokio::test]
async fn an_address_of_its_own_shows_what_is_counted_and_nothing_else() {
    let world = World::start().await;
    for (path, status) in [
        ("/metrics", StatusCode::OK),
        ("/v1/feed", StatusCode::NOT_FOUND),
        ("/openapi.json", StatusCode::NOT_FOUND),
    ] {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let answer = send(world.server.metrics_router(), request).await;
        assert_eq!(answer.status, status, "{path}");
    }
}
