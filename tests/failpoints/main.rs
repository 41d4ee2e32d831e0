//! The server is stopped dead at each step of its write transaction (design §5.1; I9–I11, I16): what
//! it had answered is so, and what it had not is decided once.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a story that cannot go on is a failed story"
)]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use frontdesk_server::{Server, ServerConfig, demo};
use frontdesk_tests::{Clinic, Diary, Program};
use futures_util::future::join_all;
use tokio::net::TcpListener;

/// Every place where the server can be stopped, in the order of the transaction.
const POINTS: [&str; 8] = [
    "begun",
    "locked",
    "decided",
    "effect-written",
    "refusal-written",
    "before-commit",
    "committed",
    "published",
];

const TEST: &str = "a_server_that_stops_at_any_step_of_a_write_loses_nothing_and_doubles_nothing";
const FOLDER: &str = "FRONTDESK_TEST_FOLDER";
const STOP_AT: &str = "FRONTDESK_TEST_STOP_AT";
const STOP_AFTER: &str = "FRONTDESK_TEST_STOP_AFTER";

/// The server is this test once more, in a process of its own.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stops_at_any_step_of_a_write_loses_nothing_and_doubles_nothing() {
    if let Some(folder) = std::env::var_os(FOLDER) {
        serve(Path::new(&folder)).await;
        return;
    }
    let mut clinic = Clinic::started_by(|folder| again(folder, "nowhere", 1)).await;
    let devices = clinic.devices(4).await;
    // Few, so that some are refused.
    let mut slots = devices[0].free_slots().await;
    slots.truncate(40);
    let patients = devices[0].patients().await;
    let mut diaries = Vec::new();
    for (at, device) in (0_u64..).zip(&devices) {
        let patient = patients[usize::try_from(at).unwrap()];
        diaries.push(Diary::of(device, &slots, patient, at));
    }
    for point in POINTS {
        for after in [1, 2, 5, 11] {
            clinic.kill().await;
            clinic
                .restart_by(|folder| again(folder, point, after))
                .await;
            // Nobody stops working before the server does.
            join_all(diaries.iter_mut().map(|desk| desk.work(|| true))).await;
            assert!(clinic.crashed().await, "stopped at {point}");
            clinic
                .restart_by(|folder| again(folder, "nowhere", 1))
                .await;
            join_all(diaries.iter_mut().map(Diary::ask_again)).await;
            join_all(diaries.iter_mut().map(Diary::compare_some)).await;
            clinic.holds_true();
        }
    }
    let rows = devices[0].appointments().await;
    let rows: BTreeMap<_, _> = rows
        .iter()
        .map(|row| (row.appointment_id, row.status))
        .collect();
    diaries.iter().for_each(|desk| desk.is_so(&rows));
}

fn again(folder: &Path, point: &str, after: usize) -> Program {
    let (folder, after) = (folder.to_str().unwrap(), after.to_string());
    let env = [(FOLDER, folder), (STOP_AT, point), (STOP_AFTER, &after)];
    Program::again(TEST, &env)
}

/// Serves the demo clinic in that folder until it is stopped at the point that was named.
async fn serve(folder: &Path) {
    let server = Server::open(ServerConfig::in_folder(folder)).unwrap();
    if !demo::has_clinic(&server).await.unwrap() {
        demo::showcase(&server, 1).await.unwrap();
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (point, after) = (var(STOP_AT), var(STOP_AFTER).parse::<usize>().unwrap());
    let hits = AtomicUsize::new(0);
    let stop = move || {
        if hits.fetch_add(1, Ordering::SeqCst) + 1 == after {
            std::process::abort();
        }
    };
    fail::cfg_callback(point, stop).unwrap();
    println!("\nlistening on http://{}", listener.local_addr().unwrap());
    server
        .serve(listener, std::future::pending())
        .await
        .unwrap();
}

fn var(name: &str) -> String {
    std::env::var(name).unwrap()
}
