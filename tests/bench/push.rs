//! From a commit on one desk to the cache of another, with 1, 50 and 500 desks connected.
//!
//! One of them is a whole desk; the others are streams that read what a desk reads, because the
//! desks of a clinic have a processor each and here all would share the server's.

use anyhow::{Context as _, Result};
use frontdesk_desk::view::SignInRequest;
use frontdesk_desk::{AppliedChange, Desk, DeskConfig, KeySource};
use frontdesk_protocol::path;
use tempfile::TempDir;
use tokio::sync::broadcast;

use crate::Bench;
use crate::bookings::Todo;
use crate::clinic::{Clinic, Device, Engine};
use crate::clock::{Stopwatch, median};
use crate::http::Http;
use crate::program::Serving;
use crate::row::{Budget, Row, Unit};
use crate::stream::Streams;

const ROWS: [(usize, &str, Budget); 3] = [
    (1, "push-1", Budget::Plus(1.0)),
    (50, "push-50", Budget::Times(3.0)),
    (500, "push-500", Budget::Times(2.0)),
];
/// As many bytes as one booking takes on a stream.
const EVENT_BYTES: usize = 1_000;

pub(crate) async fn measure(bench: &Bench) -> Result<()> {
    let clinic = Clinic::of(0, &Engine::Sqlite).await?;
    let todo = Todo::of(&clinic).await?;
    let broker = Serving::start("frontdesk-bench", &["rival", "broker"]).await?;
    let mut writer = clinic.device().await?;
    let alone = commit_alone(&mut writer, &todo, bench.rounds(200, 30)).await?;
    for (desks, name, budget) in ROWS {
        if !bench.wants(name) {
            continue;
        }
        let rounds = bench.rounds(100, 20);
        let bare = bare(&broker, desks, rounds).await?;
        let whole = of_desks(&clinic, &mut writer, &todo, desks, rounds).await?;
        // What the fan-out adds to the commit; one desk is measured whole.
        let (measured, raw, beside) = if desks == 1 {
            (
                whole,
                alone + bare,
                "a booking's answer alone + a bare broker",
            )
        } else {
            (whole - alone, bare, "a bare broker's fan-out")
        };
        Row {
            name,
            what: format!("push: booked on one desk → in the cache of the last of {desks}"),
            unit: Unit::Millis,
            measured,
            raw: Some((raw, beside)),
            budget,
        }
        .tell();
    }
    Ok(())
}

/// How long a booking takes when nobody listens.
async fn commit_alone(writer: &mut Device, todo: &Todo, rounds: usize) -> Result<f64> {
    let mut times = Vec::with_capacity(rounds);
    for _ in 0..rounds {
        let (slot, patient) = todo.one().context("a free slot")?;
        let watch = Stopwatch::start();
        writer.book(&slot, patient).await?;
        times.push(watch.millis());
    }
    Ok(median(times))
}

async fn of_desks(
    clinic: &Clinic,
    writer: &mut Device,
    todo: &Todo,
    desks: usize,
    rounds: usize,
) -> Result<f64> {
    let mut tokens = Vec::new();
    for _ in 0..desks.div_ceil(50) {
        tokens.push(Some(clinic.device().await?.session.token));
    }
    let address = clinic.address();
    let mut streams =
        Streams::open(address, path::EVENTS, &tokens, desks - 1, seq_of_event).await?;
    let (desk, _folder) = desk(clinic).await?;
    let mut changes = desk.changes();
    let mut times = Vec::with_capacity(rounds);
    let mut seq = writer.feed().await?.seq;
    for _ in 0..rounds {
        let (slot, patient) = todo.one().context("a free slot")?;
        let watch = Stopwatch::start();
        anyhow::ensure!(
            writer.book(&slot, patient).await?,
            "a free slot was refused"
        );
        seq += 1;
        taken_in(&mut changes, seq).await?;
        streams.all_heard(seq).await?;
        times.push(watch.millis());
    }
    desk.close().await;
    Ok(median(times))
}

async fn taken_in(changes: &mut broadcast::Receiver<AppliedChange>, seq: u64) -> Result<()> {
    while changes.recv().await?.seq < seq {}
    Ok(())
}

/// A whole desk, live, with its cache in a folder of its own.
pub(crate) async fn desk(clinic: &Clinic) -> Result<(Desk, TempDir)> {
    let folder = tempfile::tempdir()?;
    let desk = Desk::open(config(clinic, &folder)).await?;
    sign_in(&desk).await?;
    Ok((desk, folder))
}

pub(crate) fn config(clinic: &Clinic, folder: &TempDir) -> DeskConfig {
    DeskConfig {
        server: format!("http://{}", clinic.address()),
        data_dir: folder.path().to_owned(),
        key: KeySource::passphrase("a passphrase for measuring"),
        profile: "default".to_owned(),
        device_name: "bench".to_owned(),
        demo: false,
        server_ca: None,
    }
}

/// Signs in and waits until the cache is at the head of the feed.
pub(crate) async fn sign_in(desk: &Desk) -> Result<()> {
    let request = SignInRequest {
        user: "reception2".to_owned(),
        password: frontdesk_tests::PASSWORD.to_owned(),
    };
    desk.sign_in(request).await?;
    let caught_up = desk.catch_up(std::time::Duration::from_secs(120)).await;
    let live = caught_up.state == frontdesk_desk::view::ConnectionState::Live;
    anyhow::ensure!(live, "the desk is {:?}", caught_up.state);
    Ok(())
}

/// `id: {epoch}:{seq}`.
fn seq_of_event(event: &str) -> Option<u64> {
    let id = event.lines().find_map(|line| line.strip_prefix("id: "))?;
    id.rsplit(':').next()?.trim().parse().ok()
}

async fn bare(broker: &Serving, listeners: usize, rounds: usize) -> Result<f64> {
    let address = broker.address;
    let mut streams =
        Streams::open(address, "/events", &[None], listeners, number_of_event).await?;
    let mut http = Http::to(address).await?;
    let mut times = Vec::with_capacity(rounds);
    for round in 0..rounds {
        let number = round as u64;
        let text = format!("{number} {}", "x".repeat(EVENT_BYTES));
        let watch = Stopwatch::start();
        http.ask("POST", "/publish", text.into_bytes()).await?;
        streams.all_heard(number).await?;
        times.push(watch.millis());
    }
    Ok(median(times))
}

fn number_of_event(event: &str) -> Option<u64> {
    let data = event.strip_prefix("data: ")?;
    data.split_whitespace().next()?.parse().ok()
}
