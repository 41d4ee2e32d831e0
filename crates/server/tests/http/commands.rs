//! One effect at most, and one answer for ever.

use axum::http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::world::{World, envelope};

#[tokio::test]
async fn a_booking_is_applied_once_however_often_it_is_sent() {
    let world = World::start().await;
    let mut desk = world.desk("reception1").await;
    let directory = desk.directory().await;
    let book = directory.booking(0, 0, "2026-03-02T09:00:00Z");

    let first = desk.ask(vec![("book_appointment", book.clone())]).await;
    let again = desk.send(&[envelope(1, "book_appointment", &book)]).await;

    assert_eq!(first.body["outcomes"][0]["outcome"], "applied");
    assert_eq!(first.body["outcomes"], again.body["outcomes"]);
    assert_eq!(again.body["expected_no"], 2);
    assert_eq!(desk.seq().await, 2);
}

#[tokio::test]
async fn an_outcome_survives_a_restart() {
    let world = World::start().await;
    let mut desk = world.desk("reception1").await;
    let directory = desk.directory().await;
    let book = directory.booking(0, 0, "2026-03-02T09:00:00Z");
    let taken = directory.booking(1, 0, "2026-03-02T09:00:00Z");
    let asked = [
        envelope(1, "book_appointment", &book),
        envelope(2, "book_appointment", &taken),
    ];
    let before = desk.send(&asked).await.body;

    let world = world.restart();
    desk = world.desk_of("reception1", desk.device).await;
    let after = desk.send(&asked).await.body;

    assert_eq!(desk.next_no, 3);
    assert_eq!(before["outcomes"][1]["reason"], "slot_taken");
    assert_eq!(before["outcomes"], after["outcomes"]);
    assert_eq!(before["epoch"], after["epoch"]);
}

#[tokio::test]
async fn a_number_with_another_content_is_refused() {
    let world = World::start().await;
    let mut desk = world.desk("reception1").await;
    let directory = desk.directory().await;
    desk.decide(
        "book_appointment",
        directory.booking(0, 0, "2026-03-02T09:00:00Z"),
    )
    .await;

    let other = directory.booking(0, 1, "2026-03-02T10:00:00Z");
    let answer = desk.send(&[envelope(1, "book_appointment", &other)]).await;

    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert_eq!(answer.body["code"], "command_reused");
    assert_eq!(desk.seq().await, 2);
}

#[tokio::test]
async fn a_missing_number_is_named() {
    let world = World::start().await;
    let desk = world.desk("reception1").await;

    let answer = desk.send(&[envelope(3, "noop", &json!({}))]).await;

    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert_eq!(answer.body["code"], "command_gap");
    assert_eq!(answer.body["expected_no"], 1);
}

#[tokio::test]
async fn refused_and_unchanging_commands_use_no_seq_and_applied_ones_are_dense() {
    let world = World::start().await;
    let mut desk = world.desk("reception1").await;
    let directory = desk.directory().await;
    let nine = directory.booking(0, 0, "2026-03-02T09:00:00Z");
    let cancel = json!({ "appointment_id": nine["appointment_id"], "reason": "patient" });

    let answer = desk
        .ask(vec![
            ("book_appointment", nine),
            (
                "book_appointment",
                directory.booking(1, 0, "2026-03-02T09:00:00Z"),
            ),
            ("noop", json!({})),
            (
                "book_appointment",
                directory.booking(1, 0, "2026-03-02T09:30:00Z"),
            ),
            ("cancel_appointment", cancel.clone()),
            ("cancel_appointment", cancel),
            (
                "book_appointment",
                directory.booking(2, 0, "2026-03-02T09:00:00Z"),
            ),
        ])
        .await;

    let outcomes = answer.body["outcomes"].as_array().unwrap().clone();
    let told: Vec<(&str, u64)> = outcomes
        .iter()
        .map(|o| (o["outcome"].as_str().unwrap(), o["seq"].as_u64().unwrap()))
        .collect();
    assert_eq!(
        told,
        [
            ("applied", 2),
            ("rejected", 2),
            ("applied", 2),
            ("applied", 3),
            ("applied", 4),
            ("applied", 4),
            ("applied", 5),
        ]
    );
    let changes = desk.get(&pull(&answer.body, 1)).await.body;
    assert_eq!(changes["to"], 5);
    assert_eq!(changes["upserts"].as_array().unwrap().len(), 3);
    assert_eq!(changes["device_ack"], 7);
}

#[tokio::test]
async fn what_the_server_cannot_read_is_an_outcome_and_not_an_error() {
    let world = World::start().await;
    let mut desk = world.desk("reception1").await;
    let directory = desk.directory().await;
    let mut no_patient = directory.booking(0, 0, "2026-03-02T09:00:00Z");
    no_patient.as_object_mut().unwrap().remove("patient_id");
    let mut extra = directory.booking(0, 0, "2026-03-02T09:00:00Z");
    extra["colour"] = json!("red");
    let mut absurd = directory.booking(0, 0, "+123456-03-02T09:00:00Z");
    absurd["ends_at"] = json!("2026-03-02T10:00:00Z");

    for (kind, args, field) in [
        ("paint_wall", json!({}), "kind"),
        ("book_appointment", json!(7), "args"),
        ("book_appointment", no_patient, "patient_id"),
        ("book_appointment", extra, "colour"),
        ("book_appointment", absurd, "starts_at"),
    ] {
        let outcome = desk.decide(kind, args).await;
        assert_eq!(outcome["outcome"], "rejected", "{field}");
        assert_eq!(outcome["reason"], "invalid", "{field}");
        assert_eq!(outcome["field"], field);
    }
    assert_eq!(desk.seq().await, 1);
    assert_eq!(desk.next_no, 6);
}

/// Invariant I14.
#[tokio::test]
async fn a_rejection_blocks_only_what_depends_on_it() {
    let world = World::start().await;
    let mut desk = world.desk("reception1").await;
    let directory = desk.directory().await;
    desk.decide(
        "book_appointment",
        directory.booking(0, 0, "2026-03-02T09:00:00Z"),
    )
    .await;
    let refused = directory.booking(1, 0, "2026-03-02T09:00:00Z");
    let mut dependant = envelope(
        3,
        "cancel_appointment",
        &json!({ "appointment_id": refused["appointment_id"], "reason": "patient" }),
    );
    dependant["depends_on"] = json!(2);
    let free = envelope(
        4,
        "book_appointment",
        &directory.booking(1, 1, "2026-03-02T09:00:00Z"),
    );

    let answer = desk
        .send(&[envelope(2, "book_appointment", &refused), dependant, free])
        .await;

    let reasons: Vec<&Value> = answer.body["outcomes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|outcome| &outcome["reason"])
        .collect();
    assert_eq!(
        reasons,
        [&json!("slot_taken"), &json!("dependency"), &Value::Null]
    );
}

#[tokio::test]
async fn a_command_is_of_the_user_who_asked_if_they_have_used_this_desk() {
    let world = World::start().await;
    let first = world.desk("reception2").await;
    let mut desk = world.desk_of("reception1", first.device).await;
    let stranger = world.desk("manager").await;
    let directory = desk.directory().await;
    let by = |no: u64, user: &str, practitioner: usize| {
        let book = directory.booking(practitioner, practitioner, "2026-03-02T09:00:00Z");
        let mut envelope = envelope(no, "book_appointment", &book);
        envelope["user_id"] = json!(user);
        envelope
    };

    let answer = desk
        .send(&[by(1, &first.user, 0), by(2, &stranger.user, 1)])
        .await;
    desk.next_no = 3;

    assert_eq!(answer.body["outcomes"][0]["outcome"], "applied");
    assert_eq!(answer.body["outcomes"][1]["reason"], "forbidden");
    assert_eq!(answer.body["outcomes"][1]["field"], "user_id");
    let changes = desk.get(&pull(&answer.body, 1)).await.body;
    assert_eq!(changes["upserts"][0]["actor"], first.user);
    assert_eq!(
        changes["upserts"][0]["row"]["taken_by_name"],
        "Ravi Reception"
    );
}

#[tokio::test]
async fn the_answer_carries_what_changed_since_the_desks_cursor() {
    let world = World::start().await;
    let desk = world.desk("reception1").await;
    let directory = desk.directory().await;
    let epoch = desk.feed().await["epoch"].clone();
    let book = directory.booking(0, 0, "2026-03-02T09:00:00Z");
    let body = json!({
        "device": desk.device,
        "since": { "epoch": epoch, "seq": 1 },
        "commands": [envelope(1, "book_appointment", &book)],
    });

    let answer = desk.post("/v1/commands", body.to_string()).await.body;

    assert_eq!(answer["changes"]["from"], 1);
    assert_eq!(answer["changes"]["to"], 2);
    let upsert = &answer["changes"]["upserts"][0];
    assert_eq!(upsert["kind"], "appointment");
    assert_eq!(upsert["id"], book["appointment_id"]);
    assert_eq!(upsert["row"]["wall_start"], "2026-03-02T10:00");
    assert_eq!(upsert["row"]["version"], 2);
}

#[tokio::test]
async fn moving_a_visit_frees_its_old_slot_and_takes_the_new_one() {
    let world = World::start().await;
    let mut desk = world.desk("reception1").await;
    let directory = desk.directory().await;
    let book = directory.booking(0, 0, "2026-03-02T09:00:00Z");
    desk.decide("book_appointment", book.clone()).await;

    let moved = json!({
        "appointment_id": book["appointment_id"],
        "starts_at": "2026-03-02T11:00:00Z",
        "practitioner_id": directory.practitioners[1],
    });
    assert_eq!(
        desk.decide("reschedule_appointment", moved).await["outcome"],
        "applied"
    );

    let old = directory.booking(1, 0, "2026-03-02T09:00:00Z");
    assert_eq!(
        desk.decide("book_appointment", old).await["outcome"],
        "applied"
    );
    let new = directory.booking(2, 1, "2026-03-02T11:00:00Z");
    let refused = desk.decide("book_appointment", new).await;
    assert_eq!(refused["reason"], "slot_taken");
    assert_eq!(refused["conflict"]["id"], book["appointment_id"]);
}

#[tokio::test]
async fn a_new_patient_can_be_booked_in_the_same_batch() {
    let world = World::start().await;
    let mut desk = world.desk("reception1").await;
    let directory = desk.directory().await;
    let patient = Uuid::from_u128(rand::random());
    let mut book = directory.booking(0, 0, "2026-03-02T09:00:00Z");
    book["patient_id"] = json!(patient);

    let answer = desk
        .ask(vec![
            (
                "put_patient",
                json!({ "patient_id": patient, "name": "Ada Example" }),
            ),
            ("book_appointment", book),
        ])
        .await;

    assert_eq!(
        answer.body["outcomes"][1]["outcome"], "applied",
        "{}",
        answer.body
    );
}

/// Invariant I35.
#[tokio::test]
async fn sign_ins_and_applied_commands_make_one_audit_chain() {
    let world = World::start().await;
    let before = world.server.verify_audit().await.unwrap();
    let mut desk = world.desk("reception1").await;
    let directory = desk.directory().await;
    let book = directory.booking(0, 0, "2026-03-02T09:00:00Z");
    desk.decide("book_appointment", book.clone()).await;
    desk.decide(
        "book_appointment",
        directory.booking(1, 0, "2026-03-02T09:00:00Z"),
    )
    .await;
    desk.sign_out().await;
    assert_eq!(world.server.verify_audit().await.unwrap(), before + 3);
}

fn pull(page: &Value, since: u64) -> String {
    let epoch = page["epoch"].as_str().unwrap();
    format!("/v1/changes?epoch={epoch}&since={since}")
}
