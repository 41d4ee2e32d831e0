//! Durable bookings by 1, 8 and 64 writers, beside a server that commits each booking by itself and
//! beside SQLite alone that commits 64 at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context as _, Result};
use frontdesk_domain::{PatientId, Slot};
use serde_json::json;

use crate::Bench;
use crate::clinic::{self, Clinic, Device, Engine, rows};
use crate::clock::{Stopwatch, median};
use crate::http::Http;
use crate::program::Serving;
use crate::rival::batched;
use crate::row::{Budget, Row, Unit};

/// Writers, name, and how many times the rival must be reached.
type Wanted = (usize, &'static str, f64);

const WRITERS: [Wanted; 3] = [(1, "book-1", 1.0), (8, "book-8", 1.5), (64, "book-64", 2.0)];
const BESIDE: &str = "the same rows, one durable commit per booking, behind axum";

/// The rows of an embedded database.
pub(crate) async fn measure(bench: &Bench) -> Result<()> {
    let clinic = Clinic::of(0, &Engine::Sqlite).await?;
    let (data, alone) = (clinic::folder(0).await?, clinic::folder(0).await?);
    let folder = data.path().to_str().context("a folder with a name")?;
    let rival = Serving::start("frontdesk-bench", &["rival", "bookings", folder]).await?;
    let mut todo = Todo::of(&clinic).await?;
    let sides = Sides {
        clinic: &clinic,
        rival: &rival,
        on: "",
    };
    for row @ (writers, name, _) in WRITERS {
        let raw_too = writers == 64 && bench.wants("book-64-raw");
        if !bench.wants(name) && !raw_too {
            continue;
        }
        let ours = sides.tell(bench, &mut todo, row).await?;
        if writers == 64 {
            let raw = batched(alone.path(), 64, bench.span())?;
            Row {
                name: "book-64-raw",
                what: "the same beside SQLite alone".to_owned(),
                unit: Unit::PerSecond,
                measured: ours,
                raw: Some((raw, "the same rows, 64 bookings a commit, no network")),
                budget: Budget::Reach(0.5),
            }
            .tell();
        }
    }
    Ok(())
}

const ON_POSTGRES: [Wanted; 3] = [
    (1, "pg-book-1", 1.0),
    (8, "pg-book-8", 1.5),
    (64, "pg-book-64", 2.0),
];

/// The same on a throw-away PostgreSQL, whose commits are as durable as in production; the rival has
/// a database of its own in the same cluster.
pub(crate) async fn measure_on_postgres(bench: &Bench) -> Result<()> {
    if !ON_POSTGRES.iter().any(|(_, name, _)| bench.wants(name)) {
        return Ok(());
    }
    if !frontdesk_postgres::wanted() {
        let why = format!("{}=1", frontdesk_postgres::OPT_OUT);
        println!("skip\tpg-book\tPostgreSQL was left out, as {why} says");
        return Ok(());
    }
    let cluster = frontdesk_postgres::Cluster::shared();
    let clinic = Clinic::of(0, &Engine::Postgres(cluster.database())).await?;
    let url = cluster.database();
    clinic::fill(&url, 0).await?;
    let args = ["rival", "bookings-on-postgres", &url];
    let rival = Serving::start("frontdesk-bench", &args).await?;
    let mut todo = Todo::of(&clinic).await?;
    let sides = Sides {
        clinic: &clinic,
        rival: &rival,
        on: " on PostgreSQL",
    };
    for row in ON_POSTGRES {
        if !bench.wants(row.1) {
            continue;
        }
        sides.tell(bench, &mut todo, row).await?;
    }
    Ok(())
}

/// The server, and what it is measured beside.
struct Sides<'a> {
    clinic: &'a Clinic,
    rival: &'a Serving,
    /// Of what database, where it has to be said.
    on: &'static str,
}

impl Sides<'_> {
    /// Measures and tells a row; the server's rate.
    async fn tell(
        &self,
        bench: &Bench,
        todo: &mut Todo,
        (writers, name, reach): Wanted,
    ) -> Result<f64> {
        let (ours, theirs) = self.rates(bench, todo, writers).await?;
        Row {
            name,
            what: format!("durable bookings{}, {writers} writers", self.on),
            unit: Unit::PerSecond,
            measured: ours,
            raw: Some((theirs, BESIDE)),
            budget: Budget::Reach(reach),
        }
        .tell();
        Ok(ours)
    }

    /// Bookings per second of both, turn about, so that whatever else the machine does hits both.
    async fn rates(&self, bench: &Bench, todo: &mut Todo, writers: usize) -> Result<(f64, f64)> {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..bench.rounds(3, 1) {
            theirs.push(their_rate(self.rival, writers, bench.span()).await?);
            ours.push(our_rate(self.clinic, todo, writers, bench.span()).await?);
        }
        Ok((median(ours), median(theirs)))
    }
}

/// Free slots that nobody has taken yet, and who takes them.
pub(crate) struct Todo {
    slots: Arc<Vec<Slot>>,
    next: Arc<AtomicUsize>,
    patients: Arc<Vec<PatientId>>,
}

impl Todo {
    pub(crate) async fn of(clinic: &Clinic) -> Result<Self> {
        let mut device = clinic.device().await?;
        let rows = rows(&device.snapshot().await?)?;
        let patients = device.patients().await?;
        let slots = device.free_slots(&rows, 6).await?;
        Ok(Self {
            slots: Arc::new(slots),
            next: Arc::default(),
            patients: Arc::new(patients),
        })
    }

    pub(crate) fn one(&self) -> Option<(Slot, PatientId)> {
        let at = self.next.fetch_add(1, Ordering::Relaxed);
        let patient = self.patients.get(at % self.patients.len().max(1))?;
        Some((self.slots.get(at)?.clone(), *patient))
    }

    fn share(&self) -> Self {
        Self {
            slots: self.slots.clone(),
            next: self.next.clone(),
            patients: self.patients.clone(),
        }
    }
}

/// Bookings per second of so many devices, each sending its next one when the last is answered.
pub(crate) async fn our_rate(
    clinic: &Clinic,
    todo: &mut Todo,
    writers: usize,
    span: Duration,
) -> Result<f64> {
    let mut devices = Vec::with_capacity(writers);
    for _ in 0..writers {
        devices.push(clinic.device().await?);
    }
    let watch = Stopwatch::start();
    let tasks = devices.into_iter().map(|device| {
        let todo = todo.share();
        tokio::spawn(write_until(device, todo, watch, span))
    });
    total(tasks.collect(), watch).await
}

async fn write_until(
    mut device: Device,
    todo: Todo,
    watch: Stopwatch,
    span: Duration,
) -> Result<usize> {
    let mut given = 0;
    while watch.elapsed() < span {
        let (slot, patient) = todo.one().context("the clinic is full")?;
        given += usize::from(device.book(&slot, patient).await?);
    }
    Ok(given)
}

async fn their_rate(rival: &Serving, writers: usize, span: Duration) -> Result<f64> {
    let mut clients = Vec::with_capacity(writers);
    for _ in 0..writers {
        clients.push(Http::to(rival.address).await?);
    }
    let watch = Stopwatch::start();
    let tasks = clients
        .into_iter()
        .map(|http| tokio::spawn(ask_until(http, watch, span)));
    total(tasks.collect(), watch).await
}

async fn ask_until(mut http: Http, watch: Stopwatch, span: Duration) -> Result<usize> {
    let mut given = 0;
    while watch.elapsed() < span {
        let booked: bool = http.post("/book", &json!({})).await?;
        given += usize::from(booked);
    }
    Ok(given)
}

type Writers = Vec<tokio::task::JoinHandle<Result<usize>>>;

async fn total(tasks: Writers, watch: Stopwatch) -> Result<f64> {
    let mut given = 0;
    for task in tasks {
        given += task.await??;
    }
    Ok(f64::from(u32::try_from(given)?) / watch.elapsed().as_secs_f64())
}
