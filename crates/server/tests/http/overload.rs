//! Invariant I40: five times as much as the server can do is refused, not suffered. What it can do
//! is measured in the same run, in turns with the overload. Who asks lives in the same process: while
//! the server is alone, as many requests as the flood has are written beside it and not sent, so that
//! only what the server does for them makes the difference.
#![allow(
    clippy::disallowed_methods,
    reason = "how long it takes is what is measured"
)]

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::http::StatusCode;
use chrono::{Days, NaiveDate};
use frontdesk_server::{Database, Limits};
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;
use uuid::Uuid;

use crate::world::{Desk, Directory, World};

/// Requests that may wait for the writer, and as many desks as keep it busy.
const WRITES: usize = 32;

const DESKS: usize = 3 * WRITES;

/// Bookings whose time is taken for one measurement.
const BOOKINGS: usize = 320;

/// Many short turns: what else this machine does meanwhile falls on both sides alike.
const ROUNDS: usize = 6;

/// More turns when it did not: all are counted, so that only what is always so slow stays below.
const MOST_ROUNDS: usize = 24;

/// Of what can be done without a flood.
const ENOUGH: f64 = 0.8;

/// More than so many times what can be done is a flood; five times is asked for.
const FLOOD: f64 = 4.0;

/// One in so many may be due while every desk still waits for an answer.
const FEW: usize = 10;

#[derive(Default)]
struct Counts {
    applied: usize,
    refused: usize,
    /// Requests that were due and that nobody was there to send.
    missed: usize,
    took: Duration,
}

impl Counts {
    fn add(&mut self, other: &Self) {
        self.applied += other.applied;
        self.refused += other.refused;
        self.missed += other.missed;
        self.took += other.took;
    }

    fn per_second(&self) -> f64 {
        self.applied as f64 / self.took.as_secs_f64()
    }

    fn sent(&self) -> usize {
        self.applied + self.refused
    }

    fn sent_per_second(&self) -> f64 {
        self.sent() as f64 / self.took.as_secs_f64()
    }
}

mod at_five_times_its_capacity_a_server_does_four_fifths_of_it_and_refuses_the_rest_i40 {
    use frontdesk_postgres::Cluster;
    use frontdesk_server::Database;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn sqlite() {
        super::is_flooded(Database::Sqlite).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        if frontdesk_postgres::wanted() {
            let url = Cluster::shared().database();
            super::is_flooded(Database::Postgres(url)).await;
        }
    }
}

/// Beside each other they would measure who gets the processor.
static ALONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

async fn is_flooded(database: Database) {
    let _alone = ALONE.lock().await;
    let limits = Limits {
        writes: Some(WRITES),
        session_rate: None,
        ..Limits::default()
    };
    let crowd = Crowd::of(World::on(database, limits).await).await;
    let (mut most, mut goodput) = (Counts::default(), Counts::default());
    let mut capacity = crowd.busy(0.0).await;
    let (mut ratio, mut load) = (0.0, 0.0);
    for round in 1..=MOST_ROUNDS {
        capacity = crowd.busy(4.0 * capacity.per_second()).await;
        goodput.add(&crowd.flooded(5.0 * capacity.per_second()).await);
        most.add(&capacity);
        ratio = goodput.per_second() / most.per_second();
        load = goodput.sent_per_second() / most.per_second();
        let was_flooded = load > FLOOD && goodput.missed < goodput.sent() / FEW;
        if round >= ROUNDS && was_flooded && ratio >= ENOUGH {
            break;
        }
    }
    println!(
        "alone {:.0} bookings/s; at {:.1} times that {:.0}/s ({:.0} %), {} of {} refused, {} not sent",
        most.per_second(),
        load,
        goodput.per_second(),
        100.0 * ratio,
        goodput.refused,
        goodput.sent(),
        goodput.missed,
    );
    assert_eq!(most.refused, 0, "{WRITES} desks fit");
    assert!(load > FLOOD, "only {load} times as much was asked for");
    assert!(goodput.missed < goodput.sent() / FEW, "too few to ask");
    assert!(ratio >= ENOUGH, "{ratio}");
    let told = crowd.told();
    assert!(
        told.keys().all(|status| [200, 503].contains(status)),
        "{told:?}"
    );
}

/// Desks that all want to book, each a slot of its own.
struct Crowd {
    _world: World,
    directory: Arc<Directory>,
    idle: Arc<Mutex<Vec<Desk>>>,
    wanted: Arc<AtomicUsize>,
    told: Arc<Mutex<HashMap<u16, usize>>>,
}

impl Crowd {
    async fn of(world: World) -> Self {
        let mut desks = Vec::new();
        for _ in 0..DESKS {
            desks.push(world.desk("reception1").await);
        }
        Self {
            directory: Arc::new(desks[0].directory().await),
            _world: world,
            idle: Arc::new(Mutex::new(desks)),
            wanted: Arc::default(),
            told: Arc::default(),
        }
    }

    /// As many desks as fit book without a pause, beside so many requests a second that are written
    /// and not sent.
    async fn busy(&self, unsent: f64) -> Counts {
        let began = Instant::now();
        let mut tasks = JoinSet::new();
        for _ in 0..WRITES {
            let asker = self.asker().unwrap();
            tasks.spawn(async move { asker.ask(BOOKINGS / WRITES).await });
        }
        let mut written = JoinSet::new();
        let beside = at_rate(unsent, usize::MAX, || {
            if let Some(asker) = self.asker() {
                written.spawn(async move { asker.write() });
            }
        });
        tokio::select! {
            counts = self.gather(tasks, began) => counts,
            () = beside => unreachable!("it goes on until it is dropped"),
        }
    }

    /// Requests come at this rate, whatever becomes of the ones before.
    async fn flooded(&self, rate: f64) -> Counts {
        let began = Instant::now();
        let mut tasks = JoinSet::new();
        let mut missed = 0;
        at_rate(rate, 5 * BOOKINGS, || match self.asker() {
            Some(asker) => drop(tasks.spawn(async move { asker.ask(1).await })),
            None => missed += 1,
        })
        .await;
        Counts {
            missed,
            ..self.gather(tasks, began).await
        }
    }

    fn asker(&self) -> Option<Asker> {
        Some(Asker {
            desk: Some(self.idle.lock().unwrap().pop()?),
            idle: self.idle.clone(),
            directory: self.directory.clone(),
            wanted: self.wanted.clone(),
            told: self.told.clone(),
        })
    }

    async fn gather(&self, tasks: JoinSet<Counts>, began: Instant) -> Counts {
        let mut all = Counts::default();
        for counts in tasks.join_all().await {
            all.add(&counts);
        }
        all.took = began.elapsed();
        all
    }

    fn told(&self) -> HashMap<u16, usize> {
        self.told.lock().unwrap().clone()
    }
}

/// So many times a second, that many times.
async fn at_rate(rate: f64, times: usize, mut ask: impl FnMut()) {
    let began = Instant::now();
    let mut tick = tokio::time::interval(Duration::from_millis(1));
    tick.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let mut asked = 0;
    while asked < times {
        tick.tick().await;
        let due = (began.elapsed().as_secs_f64() * rate) as usize;
        while asked < due.min(times) {
            asked += 1;
            ask();
        }
    }
}

/// One desk while it asks; it goes back to the idle ones.
struct Asker {
    desk: Option<Desk>,
    idle: Arc<Mutex<Vec<Desk>>>,
    directory: Arc<Directory>,
    wanted: Arc<AtomicUsize>,
    told: Arc<Mutex<HashMap<u16, usize>>>,
}

impl Asker {
    async fn ask(mut self, times: usize) -> Counts {
        let mut desk = self.desk.take().unwrap();
        let mut counts = Counts::default();
        for _ in 0..times {
            let n = self.wanted.fetch_add(1, Ordering::Relaxed);
            let body = self.booking(&desk, n);
            let answer = desk.open_with("POST", "/v1/commands", body).await;
            let status = answer.status();
            *self
                .told
                .lock()
                .unwrap()
                .entry(status.as_u16())
                .or_default() += 1;
            if status == StatusCode::OK {
                let body = axum::body::to_bytes(answer.into_body(), usize::MAX).await;
                let body = String::from_utf8(body.unwrap().to_vec()).unwrap();
                assert!(body.contains(r#""outcome":"applied""#), "{body}");
                desk.next_no += 1;
                counts.applied += 1;
            } else {
                assert!(answer.headers().contains_key("retry-after"));
                counts.refused += 1;
            }
        }
        self.idle.lock().unwrap().push(desk);
        counts
    }

    /// All that asking takes, but for the server.
    fn write(mut self) {
        let desk = self.desk.take().unwrap();
        drop(desk.request("POST", "/v1/commands", self.booking(&desk, 0)));
        self.idle.lock().unwrap().push(desk);
    }

    /// Written by hand, so that who asks costs little beside who answers.
    fn booking(&self, desk: &Desk, n: usize) -> String {
        // Fourteen half hours a day, five days a week; a patient for each practitioner.
        let (who, half_hour, day) = (n % 32, n / 32 % 14, n / 32 / 14);
        let days = Days::new((day / 5 * 7 + day % 5) as u64);
        let date = NaiveDate::from_ymd_opt(2026, 3, 9).unwrap() + days;
        let (hour, minute) = (8 + half_hour / 2, half_hour % 2 * 30);
        let (patient, practitioner) = (
            self.directory.patients[who],
            self.directory.practitioners[who],
        );
        let (no, device, service) = (desk.next_no, desk.device, self.directory.service);
        let (id, visit) = (Uuid::from_u128(no.into()), Uuid::from_u128(rand::random()));
        format!(
            r#"{{"device":"{device}","commands":[{{"no":{no},"id":"{id}","kind":"book_appointment","args":{{
            "appointment_id":"{visit}","patient_id":"{patient}","practitioner_id":"{practitioner}",
            "service_id":"{service}","starts_at":"{date}T{hour:02}:{minute:02}:00Z"}}}}]}}"#
        )
    }
}
