//! A slot kept while a dialog is open, seen by others before they clash.

use axum::http::StatusCode;
use chrono::TimeDelta;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::world::{Answer, Desk, Directory, MONDAY, World};

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

async fn free_on_monday(desk: &Desk, directory: &Directory) -> usize {
    let (service, who) = (directory.service, directory.practitioners[0]);
    let answer = desk
        .get(&format!(
            "/v1/availability?service={service}&practitioner={who}&from={MONDAY}&to={MONDAY}"
        ))
        .await;
    answer.body["slots"].as_array().unwrap().len()
}

#[tokio::test]
async fn a_held_slot_is_free_for_its_own_desk_and_for_everybody_once_it_has_expired() {
    let Two {
        world,
        directory,
        here,
        there,
    } = two().await;
    let (id, who) = (Uuid::from_u128(7), directory.practitioners[0]);
    assert_eq!(put(&here, id, who, NINE, HALF_PAST).await.status, 200);
    assert_eq!(free_on_monday(&here, &directory).await, 16);
    assert_eq!(free_on_monday(&there, &directory).await, 15);
    world.pass(TimeDelta::seconds(179));
    assert_eq!(free_on_monday(&there, &directory).await, 15);
    world.pass(TimeDelta::seconds(1));
    assert_eq!(free_on_monday(&there, &directory).await, 16);
    assert_eq!(there.seq().await, 2, "nobody has swept it");
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
    let taken = put(&here, another, busy, NINE, HALF_PAST).await;
    let nobodys = put(&here, another, Uuid::nil(), NINE, HALF_PAST).await;
    for (answer, status, code) in [
        (
            put(&there, id, who, NINE, HALF_PAST).await,
            403,
            "device_mismatch",
        ),
        (delete(&there, id).await, 403, "device_mismatch"),
        (taken, 409, "slot_taken"),
        (nobodys, 404, "not_found"),
    ] {
        assert_eq!(answer.status.as_u16(), status, "{}", answer.body);
        assert_eq!(answer.body["code"], code);
    }
}

#[tokio::test]
async fn who_keeps_too_much_is_told_to_come_back() {
    let Two {
        directory, here, ..
    } = two().await;
    let who = directory.practitioners[0];
    let mut last = None;
    for n in 0..9_u8 {
        let at = |minutes: &str| format!("2026-03-03T0{n}:{minutes}:00Z");
        let id = Uuid::from_u128(100 + u128::from(n));
        last = Some(put(&here, id, who, &at("00"), &at("30")).await);
    }
    let last = last.unwrap();
    assert_eq!(last.status.as_u16(), 429, "{}", last.body);
    assert_eq!(last.headers["retry-after"], "180");
    assert_eq!(
        delete(&here, Uuid::from_u128(100)).await.status.as_u16(),
        204
    );
    let kept = put(
        &here,
        Uuid::from_u128(108),
        who,
        "2026-03-03T08:00:00Z",
        "2026-03-03T08:30:00Z",
    );
    assert_eq!(kept.await.status.as_u16(), 200);
}

#[tokio::test]
async fn a_hold_that_makes_no_sense_is_refused_with_a_reason() {
    let Two {
        directory, here, ..
    } = two().await;
    let (id, who) = (Uuid::from_u128(8), directory.practitioners[0]);
    for (starts_at, ends_at) in [
        (HALF_PAST, NINE),
        (NINE, "2026-03-04T09:00:00Z"),
        ("3026-03-02T09:00:00Z", "3026-03-02T09:30:00Z"),
        ("2026-03-02T06:00:00Z", "2026-03-02T06:30:00Z"),
        ("soon", HALF_PAST),
    ] {
        let answer = put(&here, id, who, starts_at, ends_at).await;
        assert_eq!(answer.status.as_u16(), 422, "{}", answer.body);
        assert_eq!(answer.body["code"], "invalid_envelope");
    }
    for (path, body) in [
        ("/v1/holds/7".to_owned(), "{}"),
        (format!("/v1/holds/{id}"), "{"),
    ] {
        let answer = here.ask_with("PUT", &path, body).await;
        assert_eq!(answer.status.as_u16(), 400, "{}", answer.body);
        assert_eq!(answer.body["code"], "bad_request");
    }
}
