//! What is too much is refused before anything breaks, with a time to come back.

use std::future::{Future as _, poll_fn};
use std::pin::pin;
use std::task::Poll;

use axum::body::{Body, Bytes};
use axum::http::{Request, StatusCode};
use chrono::TimeDelta;
use frontdesk_server::{Limits, demo};
use serde_json::json;
use tower::ServiceExt as _;
use uuid::Uuid;

use crate::world::{Answer, Desk, World, envelope};

fn assert_refused(answer: &Answer, status: StatusCode, code: &str) {
    assert_eq!(answer.status, status, "{}", answer.body);
    assert_eq!(answer.body["code"], code);
    let seconds = answer.headers["retry-after"].to_str().unwrap();
    assert!(seconds.parse::<u64>().unwrap() >= 1, "{seconds}");
}

#[tokio::test]
async fn each_path_has_its_own_largest_body() {
    let world = World::start().await;
    let desk = world.desk("reception1").await;
    let hold = format!("/v1/holds/{}", desk.device);
    for (method, path, limit) in [
        ("POST", "/v1/session", 16 << 10),
        ("POST", "/v1/commands", 1 << 20),
        ("PUT", hold.as_str(), 4 << 10),
    ] {
        let fits = desk.ask_with(method, path, vec![b' '; limit]).await;
        assert_eq!(fits.status, StatusCode::BAD_REQUEST, "{path}");
        let large = desk.ask_with(method, path, vec![b' '; limit + 1]).await;
        assert_refused(&large, StatusCode::PAYLOAD_TOO_LARGE, "too_large");
        let kibibytes = format!("{} KiB", limit >> 10);
        assert!(large.body["detail"].as_str().unwrap().contains(&kibibytes));
    }
}

#[tokio::test]
async fn a_path_that_is_too_long_is_refused() {
    let world = World::start().await;
    let desk = world.desk("reception1").await;
    let answer = desk.get(&format!("/v1/feed?{}", "x".repeat(9_000))).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(answer.body["detail"].as_str().unwrap().contains("8 KiB"));
}

#[tokio::test]
async fn a_session_that_asks_too_often_is_told_when_to_come_back() {
    let limits = Limits {
        session_rate: Some(2),
        ..Limits::none()
    };
    let world = World::with(limits).await;
    let (hasty, calm) = (
        world.desk("reception1").await,
        world.desk("reception2").await,
    );
    for _ in 0..10 {
        assert_eq!(hasty.get("/v1/feed").await.status, StatusCode::OK);
    }
    let refused = hasty.get("/v1/feed").await;
    assert_refused(&refused, StatusCode::TOO_MANY_REQUESTS, "too_many_requests");
    assert_eq!(calm.get("/v1/feed").await.status, StatusCode::OK);
    world.pass(TimeDelta::seconds(1));
    assert_eq!(hasty.get("/v1/feed").await.status, StatusCode::OK);
    assert_eq!(hasty.get("/v1/feed").await.status, StatusCode::OK);
    assert_eq!(
        hasty.get("/v1/feed").await.status,
        StatusCode::TOO_MANY_REQUESTS
    );
}

#[tokio::test]
async fn a_writer_too_many_is_sent_away_at_once_and_readers_are_not() {
    let limits = Limits {
        writes: Some(1),
        ..Limits::none()
    };
    let world = World::with(limits).await;
    let desk = world.desk("reception1").await;
    {
        let mut slow = pin!(desk.router.clone().oneshot(endless_body(&desk)));
        let waits = poll_fn(|context| Poll::Ready(slow.as_mut().poll(context).is_pending()));
        assert!(waits.await, "its body is still to come");

        let refused = desk.send(&[envelope(1, "noop", &json!({}))]).await;
        assert_refused(&refused, StatusCode::SERVICE_UNAVAILABLE, "unavailable");
        assert_eq!(desk.get("/v1/feed").await.status, StatusCode::OK);
        assert_eq!(desk.get("/healthz").await.status, StatusCode::NO_CONTENT);
    }
    // Whoever hung up left the place free.
    let answer = desk.send(&[envelope(1, "noop", &json!({}))]).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
}

#[tokio::test]
async fn a_stream_too_many_is_refused_and_an_ended_one_makes_room() {
    let limits = Limits {
        streams: Some(1),
        ..Limits::none()
    };
    let world = World::with(limits).await;
    let desk = world.desk("reception1").await;
    let stream = desk.open("/v1/events").await;
    assert_eq!(stream.status(), StatusCode::OK);
    let epoch = desk.feed().await["epoch"].as_str().unwrap().to_owned();
    let pull = format!("/v1/changes?epoch={epoch}&since=1&wait=9");
    for path in ["/v1/events", pull.as_str()] {
        let refused = desk.get(path).await;
        assert_refused(&refused, StatusCode::SERVICE_UNAVAILABLE, "unavailable");
    }
    drop(stream);
    assert_eq!(desk.open("/v1/events").await.status(), StatusCode::OK);
}

/// Whoever sends the head of a sign-in, and then nothing, holds a place that they lose to others.
#[tokio::test]
async fn sign_ins_that_never_arrive_keep_nobody_out() {
    let world = World::start().await;
    let desk = world.desk("reception1").await;
    let mut strangers: Vec<_> = (0..1_100)
        .map(|_| Box::pin(desk.router.clone().oneshot(half_sent_sign_in())))
        .collect();
    for stranger in &mut strangers {
        let waits = poll_fn(|context| Poll::Ready(stranger.as_mut().poll(context).is_pending()));
        assert!(waits.await, "the body is still to come");
    }

    assert_eq!(desk.get("/v1/feed").await.status, StatusCode::OK);
    world.desk("reception2").await;

    let mut sent_away = 0;
    for stranger in &mut strangers {
        // Each poll costs of what a task may do at once.
        tokio::task::yield_now().await;
        let polled = poll_fn(|context| Poll::Ready(stranger.as_mut().poll(context))).await;
        if let Poll::Ready(answer) = polled {
            assert_eq!(answer.unwrap().status(), StatusCode::SERVICE_UNAVAILABLE);
            sent_away += 1;
        }
    }
    let stay = Limits::default().sign_ins.unwrap() - 1;
    assert_eq!(sent_away, 1_100 - stay, "and one for the second desk");
}

/// As many as may wait for their password to be checked.
#[tokio::test]
async fn a_sign_in_too_many_is_told_to_come_back() {
    let limits = Limits {
        sign_ins: Some(0),
        ..Limits::none()
    };
    let world = World::with(limits).await;
    let refused = world
        .sign_in("reception1", demo::PASSWORD, Uuid::nil())
        .await;
    assert_refused(&refused, StatusCode::SERVICE_UNAVAILABLE, "unavailable");
}

#[tokio::test]
async fn whatever_asks_the_database_finds_a_place_first() {
    let limits = Limits {
        in_flight: Some(0),
        ..Limits::none()
    };
    let world = World::with(limits).await;
    for path in ["/v1/events", "/v1/feed", "/metrics", "/readyz"] {
        let request = Request::get(path).header("authorization", "Bearer made-up");
        let request = request.body(Body::empty()).unwrap();
        let refused = crate::world::send(world.server.router(), request).await;
        assert_refused(&refused, StatusCode::SERVICE_UNAVAILABLE, "unavailable");
    }
}

/// The clock is the test's: nobody waits for it.
#[tokio::test]
async fn a_body_that_never_arrives_is_given_up() {
    let world = World::start().await;
    let desk = world.desk("reception1").await;
    tokio::time::pause();
    let answer = crate::world::send(desk.router.clone(), endless_body(&desk)).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let detail = answer.body["detail"].as_str().unwrap();
    assert!(detail.contains("20 seconds"), "{detail}");
}

fn endless_body(desk: &Desk) -> Request<Body> {
    Request::post("/v1/commands")
        .header("authorization", format!("Bearer {}", desk.token))
        .body(endless())
        .unwrap()
}

fn half_sent_sign_in() -> Request<Body> {
    Request::post("/v1/session").body(endless()).unwrap()
}

fn endless() -> Body {
    let body = futures_util::stream::pending::<Result<Bytes, std::io::Error>>();
    Body::from_stream(body)
}
