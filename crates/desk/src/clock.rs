//! The desk's only clock and its only source of ids. `now` is monotonic time plus the last known
//! offset to the server, so that setting the machine's clock moves nothing. Monotonic time stands
//! still while the machine sleeps: when the wall has run on without it, it is moved there once, and
//! the desk asks the server anew.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use frontdesk_domain::Timestamp;
use uuid::Uuid;

/// Clocks drift and are corrected by seconds; nobody calls less than this sleep.
const SLEPT: TimeDelta = TimeDelta::minutes(1);

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
    Machine {
        hands: Hands,
        /// What the wall showed when the monotonic clock began.
        base: Timestamp,
        has_slept: bool,
    },
    Chosen {
        began: Timestamp,
        now: Timestamp,
        ids: u64,
    },
}

/// What the machine's wall shows, and the monotonic time since the start.
struct Hands(Box<dyn Fn() -> (Timestamp, Duration) + Send>);

impl fmt::Debug for Hands {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hands")
    }
}

impl DeskClock {
    /// The machine's clock, from its first reading on monotonic.
    #[must_use]
    #[allow(clippy::disallowed_methods)] // this file is the one that may
    pub fn of_the_machine() -> Self {
        let started = Instant::now();
        Self::of_hands(move || (chrono::Utc::now(), started.elapsed()))
    }

    fn of_hands(read: impl Fn() -> (Timestamp, Duration) + Send + 'static) -> Self {
        let (wall, elapsed) = read();
        Self::from_source(Source::Machine {
            hands: Hands(Box::new(read)),
            base: wall - time_delta(elapsed),
            has_slept: false,
        })
    }

    /// A clock that stands still until [`Self::set`], with ids that count up: for tests.
    #[must_use]
    pub fn standing_at(now: Timestamp) -> Self {
        let began = now;
        Self::from_source(Source::Chosen { began, now, ids: 0 })
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

    /// The server said what time it is; returns how far it is ahead of this desk's own time.
    pub fn server_says(&self, server_time: Timestamp) -> TimeDelta {
        self.inner(|inner| {
            inner.ahead = server_time - inner.source.now();
            inner.ahead
        })
    }

    /// How far the server's clock is ahead of what this machine's wall shows now: what the next
    /// start begins with.
    #[must_use]
    pub fn ahead(&self) -> TimeDelta {
        self.inner(|inner| inner.source.now() + inner.ahead - inner.source.wall())
    }

    /// The offset that was last known, from an earlier run.
    pub fn assume_ahead(&self, ahead: TimeDelta) {
        self.inner(|inner| inner.ahead = ahead);
    }

    /// True once after each time that the machine has slept (or its clock was set forward, which
    /// looks the same).
    #[must_use]
    pub fn has_slept(&self) -> bool {
        self.inner(|inner| {
            inner.source.now();
            match &mut inner.source {
                Source::Machine { has_slept, .. } => std::mem::take(has_slept),
                Source::Chosen { .. } => false,
            }
        })
    }

    /// Time since this clock was made, without the time asleep: for time-outs, never for dates.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.inner(|inner| match &inner.source {
            Source::Machine { hands, .. } => hands.0().1,
            Source::Chosen { began, now, .. } => (*now - *began).to_std().unwrap_or_default(),
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
    fn now(&mut self) -> Timestamp {
        match self {
            Self::Machine {
                hands,
                base,
                has_slept,
            } => {
                let (wall, elapsed) = hands.0();
                let steady = *base + time_delta(elapsed);
                if wall - steady <= SLEPT {
                    return steady;
                }
                *base += wall - steady;
                *has_slept = true;
                wall
            }
            Self::Chosen { now, .. } => *now,
        }
    }

    fn wall(&self) -> Timestamp {
        match self {
            Self::Machine { hands, .. } => hands.0().0,
            Self::Chosen { now, .. } => *now,
        }
    }
}

fn time_delta(elapsed: Duration) -> TimeDelta {
    TimeDelta::from_std(elapsed).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A machine whose hands a test moves: what the wall shows, and how long it was awake.
    fn machine() -> (DeskClock, Arc<Mutex<(Timestamp, Duration)>>) {
        let start = ("2026-11-23T08:00:00Z".parse().unwrap(), Duration::ZERO);
        let hands = Arc::new(Mutex::new(start));
        let read = Arc::clone(&hands);
        (DeskClock::of_hands(move || *read.lock().unwrap()), hands)
    }

    fn pass(hands: &Mutex<(Timestamp, Duration)>, wall: TimeDelta, awake: Duration) {
        let mut hands = hands.lock().unwrap();
        hands.0 += wall;
        hands.1 += awake;
    }

    const MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn a_night_asleep_passes_on_the_wall_and_is_told_once() {
        let (clock, hands) = machine();
        let evening = clock.now();
        assert!(!clock.has_slept());
        pass(&hands, TimeDelta::hours(10), MINUTE);
        assert_eq!(clock.now() - evening, TimeDelta::hours(10));
        assert!(clock.has_slept() && !clock.has_slept());
        pass(&hands, TimeDelta::minutes(1), MINUTE);
        assert_eq!(clock.now() - evening, TimeDelta::minutes(601));
        assert!(!clock.has_slept());
    }

    #[test]
    fn what_the_next_start_begins_with_knows_nothing_of_the_night() {
        let (clock, hands) = machine();
        clock.server_says(clock.now() + TimeDelta::seconds(5));
        pass(&hands, TimeDelta::hours(10), MINUTE);
        let server = hands.lock().unwrap().0 + TimeDelta::seconds(7);
        clock.server_says(server);
        assert_eq!(clock.ahead(), TimeDelta::seconds(7));
        assert_eq!(clock.now(), server);
    }

    #[test]
    fn a_clock_that_is_set_back_or_corrected_a_little_moves_nothing_i37() {
        let (clock, hands) = machine();
        let start = clock.now();
        for correction in [TimeDelta::seconds(50), TimeDelta::hours(-3)] {
            pass(&hands, correction, Duration::ZERO);
            assert_eq!(clock.now(), start);
        }
        assert!(!clock.has_slept());
        assert_eq!(
            clock.ahead(),
            TimeDelta::hours(3) - TimeDelta::seconds(50),
            "the next start reads the wall as it is"
        );
    }
}
