//! Where test ids come from, and what time it is in a test clinic.

use std::sync::{Arc, Mutex};

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

/// How long something took: to be told, never to be asserted.
#[derive(Debug)]
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
    pub fn elapsed(&self) -> std::time::Duration {
        self.0.elapsed()
    }
}
