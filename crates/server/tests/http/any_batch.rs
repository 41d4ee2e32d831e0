//! Batches that are nearly right: whatever is wrong with them is an outcome or a problem, never a
//! failure, and a server that got all of them still serves.

use axum::http::StatusCode;
use frontdesk_domain::Command;
use frontdesk_server::Limits;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::openapi::{description, sample};
use crate::world::{Answer, Desk, World, envelope};

/// Drawn with the same seeds each time; some hundreds are a second.
const BATCHES: u64 = 800;

#[tokio::test]
async fn a_batch_that_was_tampered_with_gets_outcomes_or_a_problem() {
    let world = World::with(Limits::none()).await;
    let mut desk = world.desk("reception1").await;
    let wishes = wishes(&desk).await;
    let (mut decided, mut refused) = (0, 0);
    for seed in 0..BATCHES {
        let mut random = StdRng::seed_from_u64(seed);
        let batch = tampered(&desk, &wishes, &mut random);
        let answer = desk.post("/v1/commands", batch.to_string()).await;
        assert!(!answer.status.is_server_error(), "{batch}: {}", answer.body);
        if answer.status == StatusCode::OK {
            decided += 1;
            desk.next_no = answer.body["expected_no"].as_u64().unwrap();
            assert_outcomes(&batch, &answer);
        } else {
            refused += 1;
            assert_problem(&batch, &answer);
        }
    }
    assert!(decided > 99 && refused > 99, "{decided} and {refused}");
    let after = desk.decide("noop", json!({})).await;
    assert_eq!(after["outcome"], "applied");
}

/// Of every kind one that is right, and one that can be so here.
async fn wishes(desk: &Desk) -> Vec<(&'static str, Value)> {
    let api = description();
    let choices = api["components"]["schemas"]["Envelope"]["oneOf"].as_array();
    let described = choices.unwrap().iter().zip(Command::KINDS);
    let described = described.map(|(choice, kind)| {
        assert_eq!(choice["properties"]["kind"]["const"], kind);
        (kind, sample(&api, &choice["properties"]["args"]))
    });
    let booking = desk.directory().await;
    let bookings = (0..8).map(|at| booking.booking(at, at, "2026-03-02T09:00:00Z"));
    let bookings = bookings.map(|args| ("book_appointment", args));
    described.chain(bookings).collect()
}

fn tampered(desk: &Desk, wishes: &[(&str, Value)], random: &mut StdRng) -> Value {
    let commands: Vec<_> = (desk.next_no..)
        .take(random.random_range(1..4))
        .map(|no| {
            let (kind, args) = &wishes[random.random_range(0..wishes.len())];
            let mut command = envelope(no, kind, args);
            command["id"] = json!(Uuid::from_u128(random.random()));
            command["base_version"] = json!(1);
            command
        })
        .collect();
    let since = json!({ "epoch": Uuid::nil(), "seq": 1 });
    let mut batch = json!({ "device": desk.device, "since": since, "commands": commands });
    for _ in 0..random.random_range(0..3) {
        let inside = random.random_range(0..3) > 0;
        match batch.pointer_mut("/commands/0/args") {
            Some(args) if inside => tamper(args, random),
            Some(_) | None => tamper(&mut batch, random),
        }
    }
    batch
}

/// Walks to some place and drops, replaces or adds what is there.
fn tamper(value: &mut Value, random: &mut StdRng) {
    let goes_on = random.random_range(0..5) > 0;
    match value {
        Value::Array(items) if goes_on && !items.is_empty() => {
            let at = random.random_range(0..items.len());
            tamper(&mut items[at], random);
        }
        Value::Object(members) if !members.is_empty() => {
            let at = random.random_range(0..members.len());
            let name = members.keys().nth(at).unwrap().clone();
            match random.random_range(0..6) {
                0 => drop(members.remove(&name)),
                1 => drop(members.insert(odd(random).to_string(), odd(random))),
                _ => tamper(&mut members[&name], random),
            }
        }
        Value::Array(_)
        | Value::Object(_)
        | Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_) => *value = odd(random),
    }
}

fn odd(random: &mut StdRng) -> Value {
    let odd = [
        json!(null),
        json!(true),
        json!(-1),
        json!(0),
        json!(i64::MAX),
        json!(i64::MAX as u64 + 1),
        json!(u64::MAX),
        json!(1e308),
        json!(1.5),
        json!(""),
        json!("\0"),
        json!("'; drop table patient; --"),
        json!("\u{202e}\u{fffd}😀"),
        json!("x".repeat(5_000)),
        json!("+262143-12-31T23:59:59.999999999Z"),
        json!("2026-03-29T02:30:00Z"),
        json!("0000-01-01T00:00:00Z"),
        json!("9999-12-31"),
        json!(Uuid::nil()),
        json!(Uuid::max()),
        json!([]),
        json!([[[[{}]]]]),
        json!({ "kind": {} }),
    ];
    odd[random.random_range(0..odd.len())].clone()
}

/// One for each command that was decided, in their order, and a refusal has its reason.
fn assert_outcomes(batch: &Value, answer: &Answer) {
    let outcomes = answer.body["outcomes"].as_array().unwrap();
    let commands = batch["commands"].as_array().unwrap();
    assert!(outcomes.len() <= commands.len(), "{batch}");
    for (outcome, command) in outcomes.iter().zip(commands) {
        assert_eq!(outcome["no"], command["no"], "{batch}");
        let reason = outcome["reason"].as_str();
        assert_eq!(outcome["outcome"] == "rejected", reason.is_some());
        if reason == Some("invalid") {
            assert!(outcome["field"].is_string(), "{outcome} of {command}");
        }
    }
}

fn assert_problem(batch: &Value, answer: &Answer) {
    let kind = &answer.headers["content-type"];
    assert_eq!(kind, "application/problem+json", "{batch}");
    let (code, detail) = (&answer.body["code"], &answer.body["detail"]);
    let detail = detail.as_str().unwrap();
    let codes = [
        "bad_request",
        "invalid_envelope",
        "device_mismatch",
        "command_gap",
        "command_reused",
    ];
    assert!(codes.contains(&code.as_str().unwrap()), "{batch}: {code}");
    if code == "invalid_envelope" {
        let located = detail.contains("see line 1 column ");
        assert!(located || detail.contains("numbered from 1"), "{detail}");
    }
}
