//! The only place that reads a clock, draws an id or draws random bytes.

use std::sync::Arc;
use std::time::{Duration, Instant};

use frontdesk_domain::Timestamp;
use rand::RngExt as _;
use uuid::Uuid;

/// The server's clock; a test may hand in its own.
#[derive(Clone)]
pub struct Clock {
    wall: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    monotonic: Arc<dyn Fn() -> Instant + Send + Sync>,
}

impl std::fmt::Debug for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Clock")
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::system()
    }
}

impl Clock {
    /// The machine's clock.
    #[must_use]
    #[allow(clippy::disallowed_methods)]
    pub fn system() -> Self {
        Self {
            wall: Arc::new(chrono::Utc::now),
            monotonic: Arc::new(instant),
        }
    }

    /// A clock that shows what `read` says; its monotonic time passes with it.
    #[must_use]
    pub fn reading(read: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        let (wall, start) = (Arc::new(read), instant());
        let (shown, began) = (wall.clone(), wall());
        let since = move || (shown() - began).to_std().unwrap_or(Duration::ZERO);
        Self {
            wall,
            monotonic: Arc::new(move || start + since()),
        }
    }

    /// Now, cut to the millisecond, because that is what the database keeps.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let now = (self.wall)();
        Timestamp::from_timestamp_millis(now.timestamp_millis()).unwrap_or(now)
    }

    /// Time that only passes: for what is counted by the second.
    pub(crate) fn monotonic(&self) -> Instant {
        (self.monotonic)()
    }
}

/// A new id in time order.
#[allow(clippy::disallowed_methods)]
pub(crate) fn new_id() -> Uuid {
    Uuid::now_v7()
}

/// Monotonic time, for delays and measurements only.
#[allow(clippy::disallowed_methods)]
pub(crate) fn instant() -> Instant {
    Instant::now()
}

/// 256 random bits, as hex: the secret part of a session.
pub(crate) fn new_token() -> String {
    let bytes: [u8; 32] = rand::rng().random();
    hex::encode(bytes)
}

/// A random number of milliseconds below `limit`, so that many desks do not come back at once.
pub(crate) fn jitter_ms(limit: u64) -> u64 {
    rand::rng().random_range(0..limit.max(1))
}

/// The id that a seeded generator draws for this millisecond: the same seed gives the same clinic.
pub(crate) fn seeded_id(millis: u64, random: &mut impl rand::Rng) -> Uuid {
    let mut bytes = [0; 10];
    random.fill_bytes(&mut bytes);
    uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid()
}
