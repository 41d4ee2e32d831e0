//! The reference clinic in the encrypted cache of a desk: filling it, reading it, catching up; and
//! the memory of the server that holds it.

use anyhow::{Context as _, Result};
use chrono::Days;
use frontdesk_desk::view::{DaySheetQuery, FreeSlotsQuery};
use frontdesk_desk::{Cache, Desk, DeskConfig, KeySource};
use frontdesk_domain::{ClinicZone, Interval, PractitionerId};
use frontdesk_protocol::{ChangePage, path};
use tempfile::TempDir;

use crate::Bench;
use crate::clinic::{Clinic, Device, Engine, rows, service};
use crate::clock::{Stopwatch, median, median_of};
use crate::raw::Raw;
use crate::row::{Budget, Row, Unit};
use crate::{memory, push, slots};

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
    pub(crate) raw: Raw,
    pub(crate) rows: Vec<frontdesk_domain::Row>,
    folder: TempDir,
}

pub(crate) async fn measure(bench: &Bench) -> Result<()> {
    if !NAMES.iter().any(|name| bench.wants(name)) {
        return Ok(());
    }
    let clinic = Clinic::of(VISITS, &Engine::Sqlite).await?;
    let mut reference = cold_sync(bench, clinic).await?;
    days(bench, &reference).await?;
    slots::measure(bench, &mut reference).await?;
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
        raw,
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
        let ids = self.rows.iter().filter_map(|row| match row {
            frontdesk_domain::Row::Practitioner(who) => Some(who.practitioner_id),
            _ => None,
        });
        let mut ids: Vec<_> = ids.collect();
        ids.sort_unstable();
        ids
    }

    /// The clinic's next weekday.
    pub(crate) async fn day(&mut self) -> Result<(chrono::NaiveDate, Interval)> {
        let mut date = self.device.today().await? + Days::new(1);
        while chrono::Datelike::weekday(&date).number_from_monday() > 5 {
            date = date + Days::new(1);
        }
        Ok((date, zone()?.day(date)))
    }
}

pub(crate) fn zone() -> Result<ClinicZone> {
    Ok(ClinicZone::named(ZONE)?)
}

async fn days(bench: &Bench, reference: &Reference) -> Result<()> {
    let date = reference
        .desk
        .day_sheet(DaySheetQuery::default())
        .await?
        .today;
    let next = |date: chrono::NaiveDate| date.iter_days().skip(1);
    let workday =
        |date: &chrono::NaiveDate| chrono::Datelike::weekday(date).number_from_monday() <= 5;
    let date = next(date).find(workday).context("a weekday")?;
    let during = zone()?.day(date);
    let (from, until) = (during.starts_at, during.ends_at);
    let rounds = bench.rounds(200, 30);
    if bench.wants("practitioner-day") {
        let who = *reference
            .practitioners()
            .first()
            .context("a practitioner")?;
        let query = FreeSlotsQuery {
            service_id: service(&reference.rows)?,
            practitioner_id: Some(who),
            from: date,
            to: date,
            moving: None,
        };
        let raw = median_of(rounds, || reference.raw.practitioner_day(who, from, until))?;
        let ours = times(rounds, async || {
            Ok(reference.desk.free_slots(query.clone()).await?.slots.len())
        });
        Row {
            name: "practitioner-day",
            what: "a practitioner's day from the encrypted cache: free times".to_owned(),
            unit: Unit::Millis,
            measured: ours.await?,
            raw: Some((raw, "the select of the same rows")),
            budget: Budget::Times(2.0),
        }
        .tell();
    }
    if bench.wants("clinic-day") {
        let visits = reference.raw.clinic_day(from, until)?;
        let raw = median_of(rounds, || reference.raw.clinic_day(from, until))?;
        let ours = times(rounds, async || {
            let query = DaySheetQuery { date: Some(date) };
            Ok(reference.desk.day_sheet(query).await?.columns.len())
        });
        Row {
            name: "clinic-day",
            what: format!("the clinic's day from the encrypted cache: 50 columns, {visits} visits"),
            unit: Unit::Millis,
            measured: ours.await?,
            raw: Some((raw, "the select of the same rows with names")),
            budget: Budget::Times(1.5),
        }
        .tell();
    }
    Ok(())
}

/// Median milliseconds of one call, after some that warm up.
pub(crate) async fn times(
    rounds: usize,
    mut work: impl AsyncFnMut() -> Result<usize>,
) -> Result<f64> {
    let mut times = Vec::with_capacity(rounds);
    for round in 0..rounds + 5 {
        let watch = Stopwatch::start();
        std::hint::black_box(work().await?);
        if round >= 5 {
            times.push(watch.millis());
        }
    }
    Ok(median(times))
}

/// A desk that was closed while others booked: from opening it to a live view.
async fn missed(bench: &Bench, reference: &mut Reference) -> Result<()> {
    let patients = reference.device.patients().await?;
    let (mut ours, mut theirs, mut opened) = (Vec::new(), Vec::new(), Vec::new());
    let mut free = reference.device.free_slots(&reference.rows, 92).await?;
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
        reference.raw.apply(&pages)?;
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
