//! Overload is refused before it breaks anything (invariant I40): how much is let in at once, and
//! how often one session may ask.

use std::collections::{BTreeMap, HashMap};
use std::convert::Infallible;
use std::hash::Hash;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

/// What a server lets in; `None` is no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Reads that are answered at once, streams and waiting pulls not counted; default 1,024.
    pub in_flight: Option<usize>,
    /// Sign-ins whose body is on its way, and as many that are checked; default 256. They take
    /// nobody else's place: whoever signs in may be anybody.
    pub sign_ins: Option<usize>,
    /// Requests at once that wait for the writer; default 256.
    pub writes: Option<usize>,
    /// Streams and waiting pulls at once; default 4,096.
    pub streams: Option<usize>,
    /// Requests a second that one session may make for long; default 200, five seconds' worth of
    /// them at once.
    pub session_rate: Option<u32>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            in_flight: Some(1_024),
            sign_ins: Some(256),
            writes: Some(256),
            streams: Some(4_096),
            session_rate: Some(200),
        }
    }
}

impl Limits {
    /// No limits at all: for measurements.
    #[must_use]
    pub fn none() -> Self {
        Self {
            in_flight: None,
            sign_ins: None,
            writes: None,
            streams: None,
            session_rate: None,
        }
    }
}

/// So many at once and no more; clones count together.
#[derive(Debug, Clone)]
pub(crate) struct Room {
    limit: usize,
    taken: Arc<AtomicUsize>,
}

/// A place, until it is dropped.
#[derive(Debug)]
pub(crate) struct Place(Arc<AtomicUsize>);

impl Room {
    pub(crate) fn of(limit: Option<usize>) -> Self {
        Self {
            limit: limit.unwrap_or(usize::MAX),
            taken: Arc::default(),
        }
    }

    /// `None` at once when there is no room: nobody waits here.
    pub(crate) fn enter(&self) -> Option<Place> {
        let before = self.taken.fetch_add(1, Ordering::Relaxed);
        let place = Place(self.taken.clone());
        (before < self.limit).then_some(place)
    }

    pub(crate) fn taken(&self) -> usize {
        self.taken.load(Ordering::Relaxed)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Places for whoever is not known yet and may take their time. Where all are taken, the one who has
/// been there longest has to go: who means it stays for a moment, so that holding places costs a
/// stranger more than it costs the others.
#[derive(Debug, Clone)]
pub(crate) struct Porch {
    limit: usize,
    there: Arc<Mutex<There>>,
}

#[derive(Debug, Default)]
struct There {
    next: u64,
    /// By when they came. Whoever is dropped here is sent away.
    places: BTreeMap<u64, oneshot::Sender<Infallible>>,
}

/// A place, until it is dropped or somebody else needs it.
#[derive(Debug)]
pub(crate) struct Awaited {
    porch: Porch,
    n: u64,
    sent_away: oneshot::Receiver<Infallible>,
}

impl Porch {
    pub(crate) fn of(limit: Option<usize>) -> Self {
        Self {
            limit: limit.unwrap_or(usize::MAX),
            there: Arc::default(),
        }
    }

    /// There is always a place, perhaps somebody else's.
    pub(crate) fn enter(&self) -> Awaited {
        let (stays, sent_away) = oneshot::channel();
        let mut there = self.there();
        let n = there.next;
        there.next += 1;
        there.places.insert(n, stays);
        if there.places.len() > self.limit {
            there.places.pop_first();
        }
        Awaited {
            porch: self.clone(),
            n,
            sent_away,
        }
    }

    fn there(&self) -> MutexGuard<'_, There> {
        self.there.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Awaited {
    /// What `work` comes to, if nobody needs the place before.
    pub(crate) async fn unless_sent_away<T>(mut self, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            done = work => Some(done),
            _ = &mut self.sent_away => None,
        }
    }
}

impl Drop for Awaited {
    fn drop(&mut self) {
        self.porch.there().places.remove(&self.n);
    }
}

/// How much may be saved up, in seconds of the rate.
const BURST: u32 = 5;

/// Askers remembered before those who have paid are forgotten.
const REMEMBERED: usize = 4_096;

/// A token bucket for each asker. It is kept as the one instant from which on the bucket is full
/// again, so that nothing has to be refilled.
#[derive(Debug)]
pub(crate) struct Quota<Who> {
    /// What one request costs; zero without a limit.
    cost: Duration,
    full_at: Mutex<HashMap<Who, Instant>>,
}

impl<Who: Eq + Hash + Copy> Quota<Who> {
    pub(crate) fn per_second(rate: Option<u32>) -> Self {
        Self {
            cost: rate.map_or(Duration::ZERO, |rate| Duration::from_secs(1) / rate.max(1)),
            full_at: Mutex::default(),
        }
    }

    /// Takes one token, or says how long until there is one.
    pub(crate) fn take(&self, who: Who, now: Instant) -> Result<(), Duration> {
        if self.cost.is_zero() {
            return Ok(());
        }
        let mut full_at = self.full_at();
        if full_at.len() >= REMEMBERED {
            full_at.retain(|_, full_at| *full_at > now);
        }
        let full = full_at.entry(who).or_insert(now);
        let after = (*full).max(now) + self.cost;
        let wait = (after - now).saturating_sub(Duration::from_secs(BURST.into()).max(self.cost));
        if wait.is_zero() {
            *full = after;
            Ok(())
        } else {
            Err(wait)
        }
    }

    fn full_at(&self) -> MutexGuard<'_, HashMap<Who, Instant>> {
        self.full_at.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use super::*;

    #[tokio::test]
    async fn on_a_full_porch_whoever_came_first_gives_way() {
        let porch = Porch::of(Some(2));
        let (first, second, third) = (porch.enter(), porch.enter(), porch.enter());
        assert_eq!(first.unless_sent_away(pending::<()>()).await, None);
        assert_eq!(third.unless_sent_away(async { 3 }).await, Some(3));
        let fourth = porch.enter();
        assert_eq!(second.unless_sent_away(async { 2 }).await, Some(2));
        drop(fourth);
        assert!(porch.there().places.is_empty());
    }

    fn taken(quota: &Quota<u32>, who: u32, at: Instant) -> usize {
        (0..10_000)
            .take_while(|_| quota.take(who, at).is_ok())
            .count()
    }

    #[test]
    fn a_session_has_five_seconds_worth_at_once_and_then_its_rate() {
        let (quota, now) = (Quota::per_second(Some(10)), crate::clock::instant());
        assert_eq!(taken(&quota, 1, now), 50);
        assert_eq!(quota.take(1, now), Err(Duration::from_millis(100)));
        assert_eq!(taken(&quota, 1, now + Duration::from_secs(1)), 10);
        assert_eq!(taken(&quota, 1, now + Duration::from_secs(3_600)), 50);
        assert_eq!(taken(&quota, 2, now), 50, "others have their own");
    }

    #[test]
    fn whoever_is_refused_pays_nothing() {
        let (quota, now) = (Quota::per_second(Some(1)), crate::clock::instant());
        assert_eq!(taken(&quota, 1, now), 5);
        for _ in 0..1_000 {
            assert_eq!(quota.take(1, now), Err(Duration::from_secs(1)));
        }
        assert_eq!(quota.take(1, now + Duration::from_secs(1)), Ok(()));
    }

    #[test]
    fn without_a_rate_nothing_is_counted() {
        let (quota, now) = (Quota::per_second(None), crate::clock::instant());
        assert_eq!(taken(&quota, 1, now), 10_000);
        assert!(quota.full_at().is_empty());
    }

    #[test]
    fn askers_who_have_paid_are_forgotten() {
        let (quota, now) = (Quota::per_second(Some(10)), crate::clock::instant());
        for who in 0..3 * REMEMBERED as u32 {
            let at = now + Duration::from_millis(who.into());
            assert_eq!(quota.take(who, at), Ok(()));
        }
        assert!(quota.full_at().len() <= REMEMBERED + 1);
    }

    #[test]
    fn a_place_is_free_again_when_it_is_dropped() {
        let room = Room::of(Some(2));
        let (one, two) = (room.enter(), room.enter());
        assert!(one.is_some() && two.is_some());
        assert!(room.enter().is_none());
        drop(one);
        assert_eq!(room.taken(), 1);
        assert!(room.enter().is_some());
        assert!(Room::of(None).enter().is_some());
    }
}
