//! The reference clinic in the encrypted cache of a desk: filling it, reading it, catching up; and
//! the memory of the server that holds it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::{Context as _, Result};
use chrono::{Datelike as _, NaiveDate};
use frontdesk_desk::view::NoArguments;
use frontdesk_desk::{Cache, Desk, DeskConfig, KeySource};
use frontdesk_domain::{ClinicZone, Interval, Kind, PractitionerId};
use frontdesk_protocol::{ChangePage, path};
use tempfile::TempDir;

use crate::Bench;
use crate::clinic::{Clinic, Device, Engine, rows};
use crate::clock::{Stopwatch, median};
use crate::raw::Raw;
use crate::row::{Budget, Row, Unit};
use crate::{days, memory, push, slots};

const NAMES: [&str; 8] = [
    "practitioner-day",
    "clinic-day",
    "slots-cold",
    "slots-cold-server",
    "slots-warm",
    "cold-sync",
    "missed-1000",
    "memory",
];
const VISITS: u32 = 200_000;
const ZONE: &str = "Europe/Berlin";

/// The clinic, one desk's copy of it, and SQLite alone on the same rows.
pub(crate) struct Reference {
    pub(crate) clinic: Clinic,
    pub(crate) device: Device,
    pub(crate) desk: Desk,
    pub(crate) raw: Arc<Mutex<Raw>>,
    pub(crate) rows: Vec<frontdesk_domain::Row>,
    folder: TempDir,
}

pub(crate) async fn measure(bench: &Bench) -> Result<()> {
    if !NAMES.iter().any(|name| bench.wants(name)) {
        return Ok(());
    }
    let clinic = Clinic::of(VISITS, &Engine::Sqlite).await?;
    let mut reference = cold_sync(bench, clinic).await?;
    days::measure(bench, &reference).await?;
    slots::measure(bench, &reference).await?;
    if bench.wants("missed-1000") {
        missed(bench, &mut reference).await?;
    }
    if bench.wants("memory") {
        memory::measure(bench, &mut reference).await?;
    }
    reference.desk.close().await;
    Ok(())
}

/// From signing in on an empty folder to a live view, beside parsing and filling alone.
async fn cold_sync(bench: &Bench, clinic: Clinic) -> Result<Reference> {
    let mut device = clinic.device().await?;
    let snapshot = device.snapshot().await?;
    let model = model()?;
    let (mut ours, mut theirs, mut last) = (Vec::new(), Vec::new(), None);
    for _ in 0..bench.rounds(3, 1) {
        let folder = tempfile::tempdir()?;
        let mut raw = Raw::like(
            &model.path().join("desk.sqlite"),
            &folder.path().join("raw"),
        )?;
        let watch = Stopwatch::start();
        raw.fill(&snapshot)?;
        theirs.push(watch.millis());
        let desk = Desk::open(push::config(&clinic, &folder)).await?;
        let watch = Stopwatch::start();
        push::sign_in(&desk).await?;
        ours.push(watch.millis());
        if let Some((desk, _, _)) = last.replace((desk, raw, folder)) {
            let desk: Desk = desk;
            desk.close().await;
        }
    }
    let (desk, raw, folder) = last.context("at least one round")?;
    let rows = rows(&snapshot)?;
    if bench.wants("cold-sync") {
        Row {
            name: "cold-sync",
            what: format!("cold sync of {} rows, signing in to live", rows.len()),
            unit: Unit::Millis,
            measured: median(ours),
            raw: Some((
                median(theirs),
                "parsing the same lines, filling the same tables",
            )),
            budget: Budget::Times(3.0),
        }
        .tell();
    }
    Ok(Reference {
        clinic,
        device,
        desk,
        raw: Arc::new(Mutex::new(raw)),
        rows,
        folder,
    })
}

/// The tables of a cache, to be copied: an empty one that is not encrypted.
fn model() -> Result<TempDir> {
    let folder = tempfile::tempdir()?;
    let config = DeskConfig {
        server: "http://127.0.0.1:9".to_owned(),
        data_dir: folder.path().to_owned(),
        key: KeySource::Unencrypted,
        profile: "default".to_owned(),
        device_name: "bench".to_owned(),
        demo: false,
        server_ca: None,
    };
    drop(Cache::open(
        &config,
        frontdesk_desk::clock::DeskClock::of_the_machine(),
    )?);
    Ok(folder)
}

impl Reference {
    /// The practitioners, sorted.
    pub(crate) fn practitioners(&self) -> Vec<PractitionerId> {
        let people = self
            .rows
            .iter()
            .filter(|row| row.kind() == Kind::Practitioner);
        let mut ids: Vec<_> = people.map(|row| PractitionerId(row.id())).collect();
        ids.sort_unstable();
        ids
    }

    /// The clinic's next weekdays.
    pub(crate) async fn days(&self, count: usize) -> Result<Vec<(NaiveDate, Interval)>> {
        let today = self.desk.clock(NoArguments {}).await?.date;
        let zone = zone()?;
        let weekdays = today
            .iter_days()
            .skip(1)
            .filter(|date| date.weekday().number_from_monday() <= 5);
        let days = weekdays.take(count).map(|date| (date, zone.day(date)));
        Ok(days.collect())
    }

    /// A raw read. Like a desk's it is made off the async threads: neither may hold up what is going
    /// on beside it.
    pub(crate) async fn off_thread(
        &self,
        read: impl FnOnce(&Raw) -> Result<usize> + Send + 'static,
    ) -> Result<usize> {
        let raw = Arc::clone(&self.raw);
        let read = move || read(&raw.lock().unwrap_or_else(PoisonError::into_inner));
        tokio::task::spawn_blocking(read).await?
    }

    pub(crate) fn lock_raw(&self) -> MutexGuard<'_, Raw> {
        self.raw.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(crate) fn zone() -> Result<ClinicZone> {
    Ok(ClinicZone::named(ZONE)?)
}

/// Rounds that are not counted.
const WARM_UP: usize = 5;

/// Median milliseconds of one call. It is told which round it is.
pub(crate) async fn times(
    rounds: usize,
    mut work: impl AsyncFnMut(usize) -> Result<usize>,
) -> Result<f64> {
    let nothing = async |_| Ok(0);
    Ok(both_times(rounds, &mut work, nothing).await?.0)
}

/// The same of two calls, by turns: what else the machine does slows both.
pub(crate) async fn both_times(
    rounds: usize,
    mut ours: impl AsyncFnMut(usize) -> Result<usize>,
    mut raw: impl AsyncFnMut(usize) -> Result<usize>,
) -> Result<(f64, f64)> {
    let mut times = (Vec::new(), Vec::new());
    for round in 0..rounds + WARM_UP {
        let watch = Stopwatch::start();
        std::hint::black_box(raw(round).await?);
        let of_raw = watch.millis();
        let watch = Stopwatch::start();
        std::hint::black_box(ours(round).await?);
        if round >= WARM_UP {
            times.0.push(watch.millis());
            times.1.push(of_raw);
        }
    }
    Ok((median(times.0), median(times.1)))
}

/// A desk that was closed while others booked: from opening it to a live view.
async fn missed(bench: &Bench, reference: &mut Reference) -> Result<()> {
    let patients = reference.device.patients().await?;
    let (mut ours, mut theirs, mut opened) = (Vec::new(), Vec::new(), Vec::new());
    let mut free = reference.device.free_slots(&reference.rows, 5).await?;
    let mut changes = 0;
    for _ in 0..bench.rounds(3, 1) {
        reference.desk.close().await;
        let since = reference.device.feed().await?;
        let slots: Vec<_> = free.drain(..free.len().min(1_000)).collect();
        changes = reference.device.book_all(&slots, &patients).await?;
        let config = push::config(&reference.clinic, &reference.folder);
        let closed = std::mem::replace(&mut reference.desk, nobody(&reference.clinic).await?);
        drop(closed);
        let watch = Stopwatch::start();
        let desk = Desk::open(config).await?;
        opened.push(watch.millis());
        let caught_up = desk.catch_up(std::time::Duration::from_secs(60)).await;
        ours.push(watch.millis());
        let head = reference.device.feed().await?.seq;
        anyhow::ensure!(
            caught_up.cursor.is_some_and(|cursor| cursor.seq == head),
            "the desk did not catch up: {:?}",
            caught_up.state
        );
        reference.desk = desk;
        let pages = pages(&mut reference.device, since).await?;
        let watch = Stopwatch::start();
        reference.lock_raw().apply(&pages)?;
        theirs.push(watch.millis());
    }
    Row {
        name: "missed-1000",
        what: format!("{changes} missed changes: the stream's opening to a live view"),
        unit: Unit::Millis,
        measured: median(ours) - median(opened),
        raw: Some((median(theirs), "parsing and applying the same pages")),
        budget: Budget::Times(2.0),
    }
    .tell();
    Ok(())
}

/// A desk that holds no folder of the measurement.
async fn nobody(clinic: &Clinic) -> Result<Desk> {
    let folder = tempfile::tempdir()?;
    let config = DeskConfig {
        key: KeySource::Unencrypted,
        ..push::config(clinic, &folder)
    };
    Ok(Desk::open(config).await?)
}

async fn pages(device: &mut Device, since: frontdesk_protocol::Feed) -> Result<Vec<Vec<u8>>> {
    let (mut from, mut pages) = (since.seq, Vec::new());
    loop {
        let query = format!(
            "{}?epoch={}&since={from}&limit=1000",
            path::CHANGES,
            since.epoch
        );
        let text = device.http.get(&query).await?.to_vec();
        let page: ChangePage = serde_json::from_slice(&text)?;
        from = page.to;
        pages.push(text);
        if !page.more {
            return Ok(pages);
        }
    }
}
