//! Where test ids come from, and what time it is in a test clinic.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::TimeDelta;
use frontdesk_domain::Timestamp;
use uuid::Uuid;

/// An id as a desk makes it.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is the testkit's clock.rs")]
pub fn new_id<T: From<Uuid>>() -> T {
    Uuid::now_v7().into()
}

/// A Monday morning before the summer time begins, whatever day the tests run on.
const STARTS: &str = "2027-03-01T09:20:00Z";

/// The clock on a test clinic's wall: it runs, and can be set forward.
#[derive(Debug, Clone)]
pub(crate) struct WallClock(Arc<Mutex<Timestamp>>, std::time::Instant);

impl WallClock {
    #[expect(clippy::disallowed_methods, reason = "this is the testkit's clock.rs")]
    pub(crate) fn start() -> Self {
        let starts = STARTS.parse().unwrap();
        Self(Arc::new(Mutex::new(starts)), std::time::Instant::now())
    }

    pub(crate) fn now(&self) -> Timestamp {
        let run = TimeDelta::from_std(self.1.elapsed()).unwrap();
        *self.0.lock().unwrap() + run
    }

    pub(crate) fn advance(&self, by: TimeDelta) {
        *self.0.lock().unwrap() += by;
    }
}

/// How long something took: to be told, never to be asserted but beside a [`Lag`].
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch(std::time::Instant);

impl Stopwatch {
    /// From now on.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the testkit's clock.rs")]
    pub fn start() -> Self {
        Self(std::time::Instant::now())
    }

    /// Until now.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

/// How often the machine is asked whether it keeps up.
const TICK: Duration = Duration::from_millis(10);

/// How much later than due this machine gives a thread its turn: what a promise about time may be
/// late by without being broken.
#[derive(Debug)]
pub struct Lag {
    watch: Stopwatch,
    /// When each tick was asked for, and how late it came.
    ticks: Arc<Mutex<Vec<(Duration, Duration)>>>,
    _ends: mpsc::Sender<()>,
}

impl Lag {
    /// From now on, until it is dropped.
    #[must_use]
    pub fn measured() -> Self {
        let watch = Stopwatch::start();
        let ticks = Arc::new(Mutex::new(Vec::new()));
        let (ends, ended) = mpsc::channel::<()>();
        let written = Arc::clone(&ticks);
        std::thread::spawn(move || {
            loop {
                let asked = watch.elapsed();
                if ended.recv_timeout(TICK) != Err(RecvTimeoutError::Timeout) {
                    return;
                }
                let late = watch.elapsed().saturating_sub(asked + TICK);
                written.lock().unwrap().push((asked, late));
            }
        });
        Self {
            watch,
            ticks,
            _ends: ends,
        }
    }

    /// Since the measuring began.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.watch.elapsed()
    }

    /// How late its ticks came between two moments, all together.
    ///
    /// # Panics
    /// When the measuring did.
    #[must_use]
    pub fn between(&self, from: Duration, until: Duration) -> Duration {
        let ticks = self.ticks.lock().unwrap();
        let then =
            |(asked, late): &&(Duration, Duration)| *asked < until && *asked + TICK + *late > from;
        ticks.iter().filter(then).map(|(_, late)| *late).sum()
    }
}
