//! The desk's only clock and its only source of ids. `now` is monotonic time plus the last known
//! offset to the server, so that setting the machine's clock moves nothing.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use frontdesk_domain::Timestamp;
use uuid::Uuid;

/// Time and ids for one desk; cheap to clone.
#[derive(Debug, Clone)]
pub struct DeskClock(Arc<Mutex<Inner>>);

#[derive(Debug)]
struct Inner {
    source: Source,
    ahead: TimeDelta,
}

#[derive(Debug)]
enum Source {
    Machine { base: Timestamp, started: Instant },
    Chosen { now: Timestamp, ids: u64 },
}

impl DeskClock {
    /// The machine's clock, read once; from then on monotonic.
    #[must_use]
    #[allow(clippy::disallowed_methods)] // this file is the one that may
    pub fn of_the_machine() -> Self {
        let (base, started) = (chrono::Utc::now(), Instant::now());
        Self::from_source(Source::Machine { base, started })
    }

    /// A clock that stands still until [`Self::set`], with ids that count up: for tests.
    #[must_use]
    pub fn standing_at(now: Timestamp) -> Self {
        Self::from_source(Source::Chosen { now, ids: 0 })
    }

    fn from_source(source: Source) -> Self {
        let ahead = TimeDelta::zero();
        Self(Arc::new(Mutex::new(Inner { source, ahead })))
    }

    fn inner<T>(&self, with: impl FnOnce(&mut Inner) -> T) -> T {
        with(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The server's time as far as this desk knows it.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.inner(|inner| inner.source.now() + inner.ahead)
    }

    /// Moves a standing clock; the machine's clock ignores it.
    pub fn set(&self, to: Timestamp) {
        self.inner(|inner| match &mut inner.source {
            Source::Chosen { now, .. } => *now = to,
            Source::Machine { .. } => {}
        });
    }

    /// The server said what time it is; returns how far it is ahead of this machine.
    pub fn server_says(&self, server_time: Timestamp) -> TimeDelta {
        self.inner(|inner| {
            inner.ahead = server_time - inner.source.now();
            inner.ahead
        })
    }

    /// How far the server's clock is ahead of this machine's.
    #[must_use]
    pub fn ahead(&self) -> TimeDelta {
        self.inner(|inner| inner.ahead)
    }

    /// The offset that was last known, from an earlier run.
    pub fn assume_ahead(&self, ahead: TimeDelta) {
        self.inner(|inner| inner.ahead = ahead);
    }

    /// Time since this clock was made: for time-outs, never for dates.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.inner(|inner| match &inner.source {
            Source::Machine { started, .. } => started.elapsed(),
            Source::Chosen { .. } => Duration::ZERO,
        })
    }

    /// A new UUIDv7.
    #[must_use]
    #[allow(clippy::disallowed_methods)] // this file is the one that may
    pub fn id(&self) -> Uuid {
        self.inner(|inner| match &mut inner.source {
            Source::Machine { .. } => Uuid::now_v7(),
            Source::Chosen { ids, .. } => {
                *ids += 1;
                Uuid::from_u64_pair(0x0190_0000_0000_7000, 0x8000_0000_0000_0000 | *ids)
            }
        })
    }
}

impl Source {
    fn now(&self) -> Timestamp {
        match self {
            Self::Machine { base, started } => {
                *base + TimeDelta::from_std(started.elapsed()).unwrap_or_default()
            }
            Self::Chosen { now, .. } => *now,
        }
    }
}
