//! Time and ids of the measurements.
#![allow(clippy::disallowed_methods, reason = "this is the bench's clock.rs")]

use std::time::{Duration, Instant};

use uuid::Uuid;

/// Started when made.
#[derive(Clone, Copy)]
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts now.
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    /// Since the start.
    pub(crate) fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }

    /// Since the start, in milliseconds.
    pub(crate) fn millis(&self) -> f64 {
        self.elapsed().as_secs_f64() * 1e3
    }
}

/// An id as a desk makes it.
pub(crate) fn new_id() -> Uuid {
    Uuid::now_v7()
}

/// The middle of several measurements.
pub(crate) fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
}
