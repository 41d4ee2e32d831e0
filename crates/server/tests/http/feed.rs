//! The feed and the snapshot: complete, in order, and honest about what cannot be told.

use std::time::Duration;

use axum::http::StatusCode;
use frontdesk_server::{Database, Limits};
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::world::{Desk, World};

async fn book_at(desk: &mut Desk, patient: usize, practitioner: usize, starts_at: &str) {
    let directory = desk.directory().await;
    let book = directory.booking(patient, practitioner, starts_at);
    let outcome = desk.decide("book_appointment", book).await;
    assert_eq!(outcome["outcome"], "applied", "{outcome}");
}

async fn changes(desk: &Desk, query: &str) -> Value {
    let epoch = desk.feed().await["epoch"].as_str().unwrap().to_owned();
    let answer = desk
        .get(&format!("/v1/changes?epoch={epoch}&{query}"))
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    answer.body
}

#[tokio::test]
async fn pages_are_cut_only_between_transactions_and_miss_nothing() {
    let world = World::start().await;
    let mut desk = world.desk("reception1").await;
    for practitioner in 0..5 {
        book_at(
            &mut desk,
            practitioner,
            practitioner,
            "2026-03-02T09:00:00Z",
        )
        .await;
    }

    let (mut since, mut seen) = (1, Vec::new());
    loop {
        let page = changes(&desk, &format!("since={since}&limit=2")).await;
        assert_eq!(page["from"], since);
        assert_eq!(page["head"], 6);
        let upserts = page["upserts"].as_array().unwrap().clone();
        seen.extend(upserts.iter().map(|upsert| upsert["seq"].as_u64().unwrap()));
        since = page["to"].as_u64().unwrap();
        if page["more"] == false {
            break;
        }
    }
    assert_eq!(seen, [2, 3, 4, 5, 6]);
    assert_eq!(since, 6);
}

/// Invariant I7.
#[tokio::test]
async fn a_cursor_that_cannot_be_continued_is_gone_and_never_an_empty_page() {
    let world = World::start().await;
    let desk = world.desk("reception1").await;
    let epoch = desk.feed().await["epoch"].as_str().unwrap().to_owned();
    let other = Uuid::nil();
    for (query, reason) in [
        (format!("epoch={other}&since=1"), "epoch"),
        (format!("epoch={epoch}&since=0"), "floor"),
        (format!("epoch={epoch}&since=2"), "ahead"),
        (format!("epoch={epoch}&since=1&schema=99"), "schema"),
    ] {
        let answer = desk.get(&format!("/v1/changes?{query}")).await;
        assert_eq!(answer.status, StatusCode::GONE);
        assert_eq!(answer.body["code"], "gone");
        assert_eq!(answer.body["reason"], reason);
    }
}

#[tokio::test]
async fn a_waiting_pull_is_answered_by_the_next_commit() {
    let world = World::start().await;
    let mut desk = world.desk("reception1").await;
    let waiting = {
        let desk = desk.clone();
        tokio::spawn(async move { changes(&desk, "since=1&wait=50").await })
    };
    book_at(&mut desk, 0, 0, "2026-03-02T09:00:00Z").await;
    let page = tokio::time::timeout(Duration::from_secs(20), waiting).await;
    assert_eq!(page.unwrap().unwrap()["to"], 2);
}

#[tokio::test]
async fn a_waiting_pull_of_a_session_that_ends_brings_nothing_i33() {
    let world = World::start().await;
    let mut other = world.desk("reception2").await;
    let desk = world.desk("reception1").await;
    let epoch = desk.feed().await["epoch"].as_str().unwrap().to_owned();
    let path = format!("/v1/changes?epoch={epoch}&since=1&wait=50");
    let (leaving, waiting) = (desk.clone(), async { desk.get(&path).await });
    let then = async {
        leaving.sign_out().await;
        book_at(&mut other, 0, 0, "2026-03-02T09:00:00Z").await;
    };
    let both = async { tokio::join!(biased; waiting, then).0 };
    let answer = tokio::time::timeout(Duration::from_secs(20), both).await;
    assert_eq!(answer.unwrap().status, 401);
}

#[tokio::test]
async fn a_row_that_changed_twice_is_told_once_with_its_last_change() {
    let world = World::start().await;
    let mut first = world.desk("reception1").await;
    let mut second = world.desk("reception2").await;
    let directory = first.directory().await;
    let book = directory.booking(0, 0, "2026-03-02T09:00:00Z");
    first.decide("book_appointment", book.clone()).await;
    let cancel =
        serde_json::json!({ "appointment_id": book["appointment_id"], "reason": "clinic" });
    second.decide("cancel_appointment", cancel).await;

    for limit in [1, 1_000] {
        let page = changes(&first, &format!("since=1&limit={limit}")).await;
        let upserts = page["upserts"].as_array().unwrap();
        assert_eq!(upserts.len(), 1);
        assert_eq!(upserts[0]["seq"], 3);
        assert_eq!(upserts[0]["actor"], second.user);
        assert_eq!(upserts[0]["row"]["status"], "cancelled");
    }
}

#[tokio::test]
async fn a_snapshot_is_what_its_trailer_says() {
    let world = World::start().await;
    let mut desk = world.desk("reception1").await;
    book_at(&mut desk, 0, 0, "2026-03-03T09:00:00Z").await;
    book_at(&mut desk, 0, 0, "2026-03-02T09:00:00Z").await;

    let text = desk.get("/v1/snapshot").await.body;
    let text = text.as_str().unwrap();
    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();

    let (header, rows, trailer) = (
        &lines[0],
        &lines[1..lines.len() - 1],
        &lines[lines.len() - 1],
    );
    assert_eq!(header["seq"], 3);
    assert_eq!(header["since_date"], "2025-01-26");
    assert_eq!(header["rows"], rows.len());
    assert_eq!(trailer["rows"], rows.len());
    let before = text.trim_end().rfind('\n').unwrap() + 1;
    let digest = hex::encode(Sha256::digest(&text.as_bytes()[..before]));
    assert_eq!(trailer["sha256"], digest);
    assert_eq!(rows[0]["kind"], "clinic");
    let visits: Vec<&str> = rows
        .iter()
        .filter(|row| row["kind"] == "appointment")
        .map(|row| row["row"]["starts_at"].as_str().unwrap())
        .collect();
    assert_eq!(visits, ["2026-03-02T09:00:00Z", "2026-03-03T09:00:00Z"]);
    assert_eq!(rows[rows.len() - 3]["kind"], "patient");
}

#[tokio::test]
async fn a_download_can_be_resumed_at_any_row() {
    let world = World::start().await;
    let desk = world.desk("reception1").await;
    let whole = desk.get("/v1/snapshot").await.body;
    let lines: Vec<&str> = whole.as_str().unwrap().lines().collect();
    let header: Value = serde_json::from_str(lines[0]).unwrap();
    let id = header["id"].as_str().unwrap();
    let rows = lines.len() - 2;

    for from_row in [0, 1, 100, rows - 1, rows] {
        let rest = desk
            .get(&format!("/v1/snapshot?id={id}&from_row={from_row}"))
            .await
            .body;
        // The trailer alone is read as JSON.
        let rest = rest
            .as_str()
            .map_or_else(|| rest.to_string(), str::to_owned);
        assert_eq!(
            rest.lines().count(),
            lines.len() - 1 - from_row,
            "from {from_row}"
        );
        assert!(lines.last().unwrap().contains("sha256") && rest.contains("sha256"));
        if from_row < rows {
            assert_eq!(rest.lines().next().unwrap(), lines[from_row + 1]);
        }
    }
    let gone = desk.get(&format!("/v1/snapshot?id={}", Uuid::nil())).await;
    assert_eq!(gone.status, StatusCode::GONE);
    let far = desk
        .get(&format!("/v1/snapshot?id={id}&from_row=9999999"))
        .await;
    assert_eq!(far.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn free_slots_are_told_with_the_seq_they_are_true_at() {
    let world = World::start().await;
    let mut desk = world.desk("reception1").await;
    let directory = desk.directory().await;
    let (service, practitioner) = (directory.service, directory.practitioners[0]);
    let ask = format!(
        "/v1/availability?service={service}&practitioner={practitioner}&from=2026-03-02&to=2026-03-02"
    );
    let before = desk.get(&ask).await;
    book_at(&mut desk, 0, 0, "2026-03-02T09:00:00Z").await;
    let after = desk.get(&ask).await;

    assert_eq!(before.headers["cache-control"], "no-store");
    assert_eq!(before.body["slots"].as_array().unwrap().len(), 16);
    assert_eq!(before.body["as_of"]["seq"], 1);
    assert_eq!(after.body["as_of"]["seq"], 2);
    let starts: Vec<&Value> = after.body["slots"]
        .as_array()
        .unwrap()
        .iter()
        .map(|slot| &slot["starts_at"])
        .collect();
    assert_eq!(starts.len(), 15);
    assert!(!starts.contains(&&Value::from("2026-03-02T09:00:00Z")));
}

/// The files of snapshots that are kept.
fn snapshot_files(world: &World) -> usize {
    let above = std::fs::read_dir(world.dir.path().join("snapshots")).unwrap();
    let folders = above.map(|entry| entry.unwrap().path());
    let folders = folders.filter(|path| path.is_dir());
    folders
        .map(|path| std::fs::read_dir(path).unwrap().count())
        .sum()
}

#[tokio::test]
async fn desks_that_want_a_snapshot_at_once_wait_for_one_that_is_being_written() {
    let world = World::start().await;
    let desk = world.desk("reception1").await;
    let asked = (0..16).map(|_| desk.get("/v1/snapshot"));
    let told = futures_util::future::join_all(asked).await;
    assert!(told.iter().all(|answer| answer.status == StatusCode::OK));
    assert!((1..=2).contains(&snapshot_files(&world)));
}

#[tokio::test]
async fn of_a_clinics_snapshots_the_one_that_was_not_used_for_longest_goes_first() {
    let world = World::start().await;
    let mut desk = world.desk("reception1").await;
    let mut ids = Vec::new();
    for n in 0..10 {
        let header = desk.snapshot().await.swap_remove(0);
        ids.push(header["id"].as_str().unwrap().to_owned());
        let again = desk.get(&format!("/v1/snapshot?id={}", ids[0])).await;
        assert_eq!(again.status, StatusCode::OK, "it is in use");
        book_at(&mut desk, n, n, "2026-03-02T09:00:00Z").await;
    }
    assert_eq!(snapshot_files(&world), 8);
    let gone = desk.get(&format!("/v1/snapshot?id={}", ids[1])).await;
    assert_eq!(gone.status, StatusCode::GONE);
}

#[tokio::test]
async fn a_desk_that_hangs_up_leaves_no_snapshot_that_nobody_knows_of() {
    let world = World::start().await;
    let desk = world.desk("reception1").await;
    let above = world.dir.path().join("snapshots");
    let first = || {
        let entries = std::fs::read_dir(&above).ok()?.flatten();
        let mut folders = entries
            .map(|entry| entry.path())
            .filter(|path| path.is_dir());
        std::fs::read_dir(folders.next()?).ok()?.next()
    };
    let begun = async {
        while first().is_none() {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        biased;
        () = begun => {}
        _ = desk.open("/v1/snapshot") => {}
    }
    let file = first().unwrap().unwrap().path();
    let id = file.file_stem().unwrap().to_str().unwrap();
    let known = async {
        while desk.get(&format!("/v1/snapshot?id={id}")).await.status != 200 {
            tokio::task::yield_now().await;
        }
    };
    let known = tokio::time::timeout(Duration::from_secs(20), known).await;
    assert!(known.is_ok());
}

#[tokio::test]
async fn a_command_beside_a_server_leaves_its_snapshots_alone_on_postgres() {
    if !frontdesk_postgres::wanted() {
        return;
    }
    let url = frontdesk_postgres::Cluster::shared().database();
    let world = World::on(Database::Postgres(url), Limits::default()).await;
    let desk = world.desk("reception1").await;
    let first = desk.get("/v1/snapshot").await;
    let text = first.body.as_str().unwrap();
    let header: Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    let resumed = format!("/v1/snapshot?id={}", header["id"].as_str().unwrap());
    let beside = world.beside();
    assert_eq!(desk.get(&resumed).await.status, StatusCode::OK);
    beside.close();
    assert_eq!(desk.get(&resumed).await.status, StatusCode::OK);
    let entries = || std::fs::read_dir(world.dir.path().join("snapshots")).unwrap();
    assert_eq!(entries().count(), 2, "a folder and its lock");
    world.server.close();
    assert_eq!(entries().count(), 0);
}
