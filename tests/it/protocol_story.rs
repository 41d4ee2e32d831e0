//! What desk and server have agreed on: one JSON of each shape. A desk of last year sends and reads
//! exactly these, so a change here is a break, not a detail: add optional members, never rename.

use std::collections::BTreeSet;
use std::fmt::Debug;

use frontdesk_domain::{Command, Row};
use frontdesk_protocol::event::{Bye, Head};
use frontdesk_protocol::{
    Availability, ChangePage, Code, CommandBatch, Feed, GoneReason, Outcome, OutcomePage, Problem,
    PutHold, Reason, SessionOpened, SignIn, SnapshotHeader, SnapshotRow, SnapshotTrailer,
    parse_command,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

const ID: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

/// It can be read, and what is written back is the same.
fn keeps<T: Serialize + DeserializeOwned>(agreed: &Value) -> T {
    let read: T = serde_json::from_value(agreed.clone()).expect("an agreed shape is readable");
    assert_eq!(serde_json::to_value(&read).unwrap(), *agreed);
    read
}

fn keeps_each<T: Serialize + DeserializeOwned + Debug>(names: &[&str]) {
    for name in names {
        let _: T = keeps(&json!(name));
    }
}

fn slot() -> Value {
    json!({
        "starts_at": "2026-03-02T09:00:00Z", "practitioner_id": ID, "service_id": ID,
        "location_id": ID, "ends_at": "2026-03-02T09:30:00Z", "wall_start": "2026-03-02T10:00",
    })
}

fn outcome() -> Value {
    json!({
        "no": 41, "id": ID, "outcome": "rejected", "seq": 90817, "reason": "slot_taken",
        "field": "starts_at",
        "conflict": {
            "kind": "appointment", "id": ID,
            "during": { "starts_at": "2026-03-02T09:00:00Z", "ends_at": "2026-03-02T09:30:00Z" },
            "by": { "user_id": ID, "name": "Rita" }, "at": "2026-03-01T09:00:00Z",
        },
        "alternatives": [slot()],
    })
}

fn page() -> Value {
    json!({
        "epoch": ID, "from": 2, "to": 4, "head": 9,
        "upserts": [{
            "kind": "patient",
            "row": { "patient_id": ID, "name": "Ada", "phone": "1", "birth_date": "1990-01-31",
                     "notes": "n", "version": 4 },
            "id": ID, "actor": ID, "device": ID, "at": "2026-03-02T09:00:00Z", "seq": 4,
        }],
        "removed": [{ "kind": "exception", "id": ID, "seq": 3 }],
        "device_ack": 41, "more": true,
    })
}

#[test]
fn rows_keep_their_shape() {
    for agreed in [
        json!({ "kind": "clinic", "row": { "clinic_id": ID, "name": "C",
            "time_zone": "Europe/Berlin", "grid_minutes": 30, "version": 1 } }),
        json!({ "kind": "location", "row": { "location_id": ID, "name": "R", "kind": "room",
            "capacity": 1, "active": true, "version": 1 } }),
        json!({ "kind": "practitioner", "row": { "practitioner_id": ID, "name": "P",
            "service_ids": [ID], "active": true, "version": 1 } }),
        json!({ "kind": "service", "row": { "service_id": ID, "name": "S",
            "duration_minutes": 30, "buffer_before_minutes": 5, "buffer_after_minutes": 10,
            "capacity": 1, "needs_approval": false, "overlap_policy": { "up_to": 2 },
            "active": true, "version": 1 } }),
        json!({ "kind": "schedule", "row": { "schedule_id": ID, "practitioner_id": ID,
            "valid_from": "2026-01-05", "valid_until": "2026-12-31", "cycle_weeks": 2,
            "blocks": [{ "week": 1, "weekday": 7, "from": "09:00", "until": "24:00",
                         "location_id": ID, "service_ids": [ID] }],
            "version": 1 } }),
        json!({ "kind": "exception", "row": { "exception_id": ID, "practitioner_id": ID,
            "kind": "extra_hours", "from": "2026-03-02T09:00", "until": "2026-03-02T12:00",
            "reason": "r", "version": 1 } }),
        json!({ "kind": "appointment", "row": { "appointment_id": ID, "practitioner_id": ID,
            "patient_id": ID, "service_id": ID, "location_id": ID,
            "starts_at": "2026-03-02T09:00:00Z", "ends_at": "2026-03-02T09:30:00Z",
            "status": "checked-in", "wall_start": "2026-03-02T10:00", "notes": "n",
            "buffer_before_minutes": 5, "buffer_after_minutes": 10,
            "cancel_reason": "patient", "cancel_note": "c",
            "taken_by": ID, "taken_by_name": "Rita", "taken_at": "2026-03-01T09:00:00Z",
            "version": 1 } }),
        json!({ "kind": "appointment", "row": { "appointment_id": ID, "practitioner_id": ID,
            "patient_id": ID, "service_id": ID, "starts_at": "2026-03-02T09:00:00Z",
            "ends_at": "2026-03-02T09:30:00Z", "status": "noshow",
            "wall_start": "2026-03-02T10:00", "buffer_before_minutes": 0,
            "buffer_after_minutes": 0, "status_path": ["pending", "booked"], "series_id": ID,
            "override": { "reason": "twins", "rules": ["slot_taken"] },
            "taken_by": ID, "taken_by_name": "Rita", "taken_at": "2026-03-01T09:00:00Z",
            "version": 1 } }),
        json!({ "kind": "hold", "row": { "hold_id": ID, "practitioner_id": ID,
            "starts_at": "2026-03-02T09:00:00Z", "ends_at": "2026-03-02T09:30:00Z",
            "user_id": ID, "user_name": "Rita", "device_id": ID,
            "expires_at": "2026-03-02T08:03:00Z", "version": 1 } }),
    ] {
        let _: Row = keeps(&agreed);
    }
}

#[test]
fn commands_keep_their_shape() {
    let batch: CommandBatch = keeps(&json!({
        "device": ID,
        "since": { "epoch": ID, "seq": 7 },
        "commands": [{
            "no": 41, "id": ID, "user_id": ID, "kind": "noop", "args": {},
            "depends_on": 40, "base_version": 6, "base_epoch": ID,
        }],
    }));
    assert_eq!(batch.commands[0].no, 41);
    let mut kinds = BTreeSet::new();
    for (kind, args) in first_commands().into_iter().chain(later_commands()) {
        kinds.insert(kind);
        let command = parse_command(kind, &args).expect("an agreed command is readable");
        let written = serde_json::to_value(&command).unwrap();
        assert_eq!(written, json!({ "kind": kind, "args": args }));
    }
    let known: BTreeSet<_> = Command::KINDS.into_iter().collect();
    assert_eq!(kinds, known, "a new command needs its JSON below");
}

/// Those of the first desks, as they send them.
fn first_commands() -> [(&'static str, Value); 5] {
    [
        (
            "book_appointment",
            json!({ "appointment_id": ID, "patient_id": ID,
            "practitioner_id": ID, "service_id": ID, "location_id": ID,
            "starts_at": "2026-03-02T09:00:00Z", "ends_at": "2026-03-02T09:30:00Z",
            "notes": "n" }),
        ),
        (
            "reschedule_appointment",
            json!({ "appointment_id": ID,
            "starts_at": "2026-03-02T09:00:00Z", "ends_at": "2026-03-02T09:30:00Z",
            "practitioner_id": ID, "location_id": ID }),
        ),
        (
            "cancel_appointment",
            json!({ "appointment_id": ID, "reason": "clinic", "note": "n" }),
        ),
        (
            "put_patient",
            json!({ "patient_id": ID, "name": "Ada", "phone": "1",
            "birth_date": "1990-01-31", "notes": "n" }),
        ),
        ("noop", json!({})),
    ]
}

/// With all members that came since.
fn later_commands() -> Vec<(&'static str, Value)> {
    let allowed = json!({ "reason": "twins", "rules": ["slot_taken", "outside_schedule"] });
    let mut commands = vec![
        (
            "book_appointment",
            json!({ "appointment_id": ID, "patient_id": ID, "practitioner_id": ID,
            "service_id": ID, "starts_at": "2026-03-02T09:00:00Z", "override": allowed }),
        ),
        (
            "reschedule_appointment",
            json!({ "appointment_id": ID, "starts_at": "2026-03-02T09:00:00Z",
            "override": allowed, "scope": "following" }),
        ),
        (
            "update_appointment",
            json!({ "appointment_id": ID, "notes": "n", "patient_id": ID, "service_id": ID,
            "scope": "all" }),
        ),
        (
            "cancel_appointment",
            json!({ "appointment_id": ID, "reason": "revoked", "scope": "following" }),
        ),
        (
            "book_series",
            json!({ "series_id": ID, "patient_id": ID, "service_id": ID, "notes": "n",
            "override": allowed, "visits": [
                { "appointment_id": ID, "practitioner_id": ID, "location_id": ID,
                  "starts_at": "2026-03-02T09:00:00Z", "ends_at": "2026-03-02T09:30:00Z" },
                { "appointment_id": ID, "practitioner_id": ID, "wall_start": "2026-03-09T10:00" },
            ] }),
        ),
    ];
    let steps = [
        "approve_appointment",
        "reject_appointment",
        "arrive_appointment",
        "check_in_appointment",
        "complete_appointment",
        "mark_appointment_no_show",
        "undo_status",
    ];
    commands.extend(steps.map(|kind| (kind, json!({ "appointment_id": ID, "reason": "r" }))));
    commands
}

#[test]
fn outcomes_and_changes_keep_their_shape() {
    let _: Outcome = keeps(&outcome());
    let _: Outcome = keeps(&json!({ "no": 1, "id": ID, "outcome": "applied", "seq": 2 }));
    let _: Outcome = keeps(&json!({
        "no": 1, "id": ID, "outcome": "rejected", "seq": 2, "reason": "illegal_status",
        "steps": ["approve_appointment", "reject_appointment", "arrive_appointment",
            "check_in_appointment", "complete_appointment", "mark_appointment_no_show",
            "cancel_appointment", "undo_status"],
        "changed": ["starts_at", "notes"],
        "fates": [
            { "appointment_id": ID, "wall_start": "2026-03-02T10:00",
              "starts_at": "2026-03-02T09:00:00Z" },
            { "appointment_id": ID, "wall_start": "2026-03-29T02:30", "reason": "dst_gap",
              "alternatives": [slot()] },
        ],
    }));
    let _: ChangePage = keeps(&page());
    let _: OutcomePage = keeps(&json!({
        "epoch": ID, "outcomes": [outcome()], "expected_no": 42, "changes": page(),
    }));
}

#[test]
fn sessions_and_the_feed_keep_their_shape() {
    let _: SignIn = keeps(&json!({
        "user": "reception1", "password": "p", "device": { "id": ID, "name": "desk" },
    }));
    let _: SessionOpened = keeps(&json!({
        "token": "t", "expires_at": "2026-03-09T09:00:00Z",
        "user": { "id": ID, "name": "Rita", "role": "practitioner", "practitioner_id": ID },
        "clinic": { "id": ID, "name": "C", "time_zone": "Europe/Berlin" },
        "device": { "id": ID, "expected_no": 42 },
    }));
    let _: Feed = keeps(&json!({
        "clinic": ID, "epoch": ID, "seq": 9, "floor": 1, "schema": 1,
        "server_time": "2026-03-02T09:00:00Z",
    }));
}

#[test]
fn snapshots_events_and_availability_keep_their_shape() {
    let _: SnapshotHeader = keeps(&json!({
        "id": ID, "epoch": ID, "seq": 9, "schema": 1, "since_date": "2025-01-26", "rows": 2,
    }));
    let _: SnapshotRow = keeps(&json!({
        "kind": "patient", "row": { "patient_id": ID, "name": "Ada", "version": 4 }, "id": ID,
    }));
    let _: SnapshotTrailer = keeps(&json!({ "rows": 2, "sha256": "00ff" }));
    let _: Head = keeps(&json!({ "epoch": ID, "seq": 9, "server_time": "2026-03-02T09:00:00Z" }));
    let _: Bye = keeps(&json!({ "retry_after_ms": 900 }));
    let _: Availability = keeps(&json!({ "as_of": { "epoch": ID, "seq": 9 }, "slots": [slot()] }));
}

#[test]
fn problems_keep_their_shape_and_codes_their_names() {
    let _: Problem = keeps(&json!({
        "type": "about:blank", "title": "T", "status": 409, "code": "command_gap",
        "detail": "D.", "request_id": "r", "expected_no": 3, "reason": "epoch",
    }));
    let _: PutHold = keeps(&json!({
        "practitioner_id": ID, "starts_at": "2026-03-02T09:00:00Z",
        "ends_at": "2026-03-02T09:30:00Z",
    }));
    let _: PutHold = keeps(&json!({
        "practitioner_id": ID, "starts_at": "2026-03-02T09:00:00Z",
        "ends_at": "2026-03-02T09:30:00Z", "service_id": ID,
    }));
    keeps_each::<Code>(&[
        "bad_request",
        "unauthorized",
        "wrong_password",
        "forbidden",
        "device_mismatch",
        "not_found",
        "method_not_allowed",
        "command_gap",
        "command_reused",
        "slot_taken",
        "gone",
        "too_large",
        "invalid_envelope",
        "too_many_requests",
        "internal",
        "unavailable",
    ]);
    keeps_each::<GoneReason>(&["epoch", "floor", "ahead", "schema"]);
    keeps_each::<Reason>(&[
        "slot_taken",
        "capacity_full",
        "patient_busy",
        "location_busy",
        "outside_schedule",
        "in_past",
        "dst_gap",
        "dst_fold",
        "off_grid",
        "illegal_status",
        "stale_version",
        "dependency",
        "unknown_id",
        "invalid",
        "forbidden",
    ]);
}
