//! A slot kept while a dialog is open, seen by others before they clash.

use axum::http::StatusCode;
use chrono::TimeDelta;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::world::{Answer, Desk, Directory, World};

const NINE: &str = "2026-03-02T09:00:00Z";
const HALF_PAST: &str = "2026-03-02T09:30:00Z";

async fn put(desk: &Desk, id: Uuid, practitioner: Uuid, starts_at: &str, ends_at: &str) -> Answer {
    let body =
        json!({ "practitioner_id": practitioner, "starts_at": starts_at, "ends_at": ends_at });
    let path = format!("/v1/holds/{id}");
    desk.ask_with("PUT", &path, body.to_string()).await
}

async fn delete(desk: &Desk, id: Uuid) -> Answer {
    desk.ask_with("DELETE", &format!("/v1/holds/{id}"), "")
        .await
}

struct Two {
    world: World,
    directory: Directory,
    here: Desk,
    there: Desk,
}

async fn two() -> Two {
    let world = World::start().await;
    let (here, there) = (
        world.desk("reception1").await,
        world.desk("reception2").await,
    );
    let directory = here.directory().await;
    Two {
        world,
        directory,
        here,
        there,
    }
}

#[tokio::test]
async fn a_held_slot_is_told_to_others_and_refused_to_them_with_who_holds_it() {
    let Two {
        directory,
        here,
        mut there,
        ..
    } = two().await;
    let (id, who) = (Uuid::from_u128(7), directory.practitioners[0]);

    let kept = put(&here, id, who, NINE, HALF_PAST).await;
    assert_eq!(kept.status, StatusCode::OK, "{}", kept.body);
    assert_eq!(kept.body["hold_id"], json!(id));
    assert_eq!(kept.body["device_id"], json!(here.device));
    assert_eq!(kept.body["expires_at"], "2026-03-02T07:03:00Z");

    let epoch = there.feed().await["epoch"].as_str().unwrap().to_owned();
    let pull = format!("/v1/changes?epoch={epoch}&since=1");
    let told = there.get(&pull).await.body;
    assert_eq!(told["upserts"][0]["row"], kept.body);

    let refused = put(&there, Uuid::from_u128(8), who, NINE, HALF_PAST).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert_eq!(refused.body["code"], "slot_taken");
    assert_eq!(refused.body["conflict"]["kind"], "hold");
    assert_eq!(refused.body["conflict"]["by"]["user_id"], json!(here.user));
    let outcome = there
        .decide("book_appointment", directory.booking(0, 0, NINE))
        .await;
    assert_eq!(outcome["reason"], "slot_taken");
    assert_eq!(outcome["conflict"]["kind"], "hold");

    assert_eq!(delete(&here, id).await.status, StatusCode::NO_CONTENT);
    let told = there.get(&pull).await.body;
    assert_eq!(told["upserts"], json!([]));
    assert_eq!(told["removed"][0]["id"], json!(id));
    let outcome = there
        .decide("book_appointment", directory.booking(0, 0, NINE))
        .await;
    assert_eq!(outcome["outcome"], "applied", "{outcome}");
}

#[tokio::test]
async fn the_same_id_renews_and_moves_a_hold_and_letting_go_twice_is_no_error() {
    let Two {
        world,
        directory,
        here,
        ..
    } = two().await;
    let (id, who) = (Uuid::from_u128(7), directory.practitioners[0]);
    put(&here, id, who, NINE, HALF_PAST).await;
    world.pass(TimeDelta::minutes(2));
    let moved = put(&here, id, who, HALF_PAST, "2026-03-02T10:00:00Z").await;
    assert_eq!(moved.body["starts_at"], HALF_PAST);
    assert_eq!(moved.body["expires_at"], "2026-03-02T07:05:00Z");
    let holds = here.snapshot().await;
    let holds: Vec<&Value> = holds.iter().filter(|line| line["kind"] == "hold").collect();
    assert_eq!(holds.len(), 1);
    for _ in 0..2 {
        assert_eq!(delete(&here, id).await.status, StatusCode::NO_CONTENT);
    }
}

#[tokio::test]
async fn an_expired_hold_keeps_nothing_and_is_swept_by_the_next_write() {
    let Two {
        world,
        directory,
        here,
        mut there,
    } = two().await;
    let who = directory.practitioners[0];
    put(&here, Uuid::from_u128(7), who, NINE, HALF_PAST).await;
    world.pass(TimeDelta::minutes(4));
    let outcome = there
        .decide("book_appointment", directory.booking(0, 0, NINE))
        .await;
    assert_eq!(outcome["outcome"], "applied", "{outcome}");
    let lines = there.snapshot().await;
    assert!(lines.iter().all(|line| line["kind"] != "hold"));
}

#[tokio::test]
async fn a_hold_is_of_its_desk_and_of_something_that_is_there() {
    let Two {
        directory,
        here,
        mut there,
        ..
    } = two().await;
    let (id, who) = (Uuid::from_u128(7), directory.practitioners[0]);
    put(&here, id, who, NINE, HALF_PAST).await;
    there
        .decide("book_appointment", directory.booking(0, 1, NINE))
        .await;
    let (another, busy) = (Uuid::from_u128(8), directory.practitioners[1]);
    for (answer, status, code) in [
        (
            put(&there, id, who, NINE, HALF_PAST).await,
            403,
            "device_mismatch",
        ),
        (delete(&there, id).await, 403, "device_mismatch"),
        (
            put(&here, another, busy, NINE, HALF_PAST).await,
            409,
            "slot_taken",
        ),
        (
            put(&here, another, Uuid::nil(), NINE, HALF_PAST).await,
            404,
            "not_found",
        ),
        (
            put(&here, another, who, HALF_PAST, NINE).await,
            422,
            "invalid_envelope",
        ),
        (
            put(&here, another, who, NINE, "2026-03-04T09:00:00Z").await,
            422,
            "invalid_envelope",
        ),
        (
            put(
                &here,
                another,
                who,
                "3026-03-02T09:00:00Z",
                "3026-03-02T09:30:00Z",
            )
            .await,
            422,
            "invalid_envelope",
        ),
        (
            put(
                &here,
                another,
                who,
                "2026-03-02T06:00:00Z",
                "2026-03-02T06:30:00Z",
            )
            .await,
            422,
            "invalid_envelope",
        ),
        (
            put(&here, another, who, "soon", HALF_PAST).await,
            422,
            "invalid_envelope",
        ),
        (
            here.ask_with("PUT", "/v1/holds/7", "{}").await,
            400,
            "bad_request",
        ),
        (
            here.ask_with("PUT", &format!("/v1/holds/{id}"), "{").await,
            400,
            "bad_request",
        ),
    ] {
        assert_eq!(answer.status.as_u16(), status, "{}", answer.body);
        assert_eq!(answer.body["code"], code);
    }
}
