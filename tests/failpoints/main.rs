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

use frontdesk_domain::{HoldId, Slot};
use frontdesk_server::{Database, Server, ServerConfig, demo};
use frontdesk_tests::{Clinic, Device, Diary, Engine, Program};
use futures_util::future::join_all;
use reqwest::StatusCode;
use tokio::net::TcpListener;
use uuid::Uuid;

/// Every place where the server can be stopped, in the order of the transaction.
const POINTS: [&str; 12] = [
    "begun",
    "locked",
    "decided",
    "effect-noted",
    "refusal-noted",
    "held",
    "settling",
    "before-commit",
    "committed",
    "published",
    ONE_BY_ONE,
    KEPT,
];

/// Where a group that has failed is decided again: here every second one fails, at its end.
const ONE_BY_ONE: &str = "one-by-one";
const KEPT: &str = "kept";

const FOLDER: &str = "FRONTDESK_TEST_FOLDER";
const DATABASE: &str = "FRONTDESK_TEST_DATABASE";
const STOP_AT: &str = "FRONTDESK_TEST_STOP_AT";
const STOP_AFTER: &str = "FRONTDESK_TEST_STOP_AFTER";

frontdesk_tests::both_engines! {
    a_server_that_stops_at_any_step_of_a_write_loses_nothing_and_doubles_nothing,
}

/// The server is this test once more, in a process of its own.
async fn a_server_that_stops_at_any_step_of_a_write_loses_nothing_and_doubles_nothing(
    engine: Engine,
) {
    if let Some(folder) = std::env::var_os(FOLDER) {
        serve(Path::new(&folder)).await;
        return;
    }
    let again = |point, after| Again {
        engine,
        point,
        after,
    };
    let calmly = again("nowhere", 1);
    let mut clinic = Clinic::started_by(engine, |folder, url| calmly.start(folder, url)).await;
    let mut devices = clinic.devices(5).await;
    let holder = devices.pop().unwrap();
    // Few, so that some are refused.
    let mut slots = devices[0].free_slots().await;
    let held = slots.pop().unwrap();
    slots.truncate(40);
    let patients = devices[0].patients().await;
    let mut diaries = Vec::new();
    for (at, device) in (0_u64..).zip(&devices) {
        let patient = patients[usize::try_from(at).unwrap()];
        diaries.push(Diary::of(device, &slots, patient, at));
    }
    for point in POINTS {
        for after in times(engine) {
            clinic.kill().await;
            let stops = again(point, *after);
            clinic
                .restart_by(|folder, url| stops.start(folder, url))
                .await;
            // Nobody stops working before the server does.
            let work = join_all(diaries.iter_mut().map(|desk| desk.work(|| true)));
            tokio::join!(work, keep_holding(&holder, &held));
            assert!(clinic.crashed().await, "stopped at {point}");
            clinic
                .restart_by(|folder, url| calmly.start(folder, url))
                .await;
            join_all(diaries.iter_mut().map(Diary::ask_again)).await;
            join_all(diaries.iter_mut().map(Diary::compare_some)).await;
            let renewed = holder.hold_or_lose(HOLD, &held).await;
            assert_eq!(renewed, Some(StatusCode::OK), "stopped at {point}");
            clinic.holds_true();
        }
    }
    let rows = devices[0].appointments().await;
    let rows: BTreeMap<_, _> = rows
        .iter()
        .map(|row| (row.appointment_id, row.status))
        .collect();
    diaries.iter().for_each(|desk| desk.is_so(&rows));
    clinic.verify().await;
}

const HOLD: HoldId = HoldId(Uuid::from_u128(7));

/// The same one, renewed until no answer comes.
async fn keep_holding(holder: &Device, slot: &Slot) {
    while let Some(status) = holder.hold_or_lose(HOLD, slot).await {
        assert_eq!(status, StatusCode::OK);
    }
}

/// After how many of its kind a step is the last one. Starting over PostgreSQL takes longer.
fn times(engine: Engine) -> &'static [usize] {
    match engine {
        Engine::Sqlite => &[1, 2, 5, 11],
        Engine::Postgres => &[1, 5],
    }
}

/// A server of this story: which test it is, and where it stops.
struct Again {
    engine: Engine,
    point: &'static str,
    after: usize,
}

impl Again {
    fn start(&self, folder: &Path, url: Option<&str>) -> Program {
        let engine = match self.engine {
            Engine::Sqlite => "sqlite",
            Engine::Postgres => "postgres",
        };
        let story = "a_server_that_stops_at_any_step_of_a_write_loses_nothing_and_doubles_nothing";
        let (folder, after) = (folder.to_str().unwrap(), self.after.to_string());
        let mut env = vec![
            (FOLDER, folder),
            (STOP_AT, self.point),
            (STOP_AFTER, &after),
        ];
        env.extend(url.map(|url| (DATABASE, url)));
        Program::again(&format!("{engine}::{story}"), &env)
    }
}

/// Serves the demo clinic of that folder or database until it is stopped at the point that was named.
async fn serve(folder: &Path) {
    let database = std::env::var(DATABASE).map_or(Database::Sqlite, Database::Postgres);
    let config = ServerConfig {
        database,
        ..ServerConfig::in_folder(folder)
    };
    let server = Server::open(config).unwrap();
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
    if [ONE_BY_ONE, KEPT].contains(&point.as_str()) {
        let every_second = "1*return->1*off->".repeat(64) + "off";
        fail::cfg("settling", &every_second).unwrap();
    }
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
