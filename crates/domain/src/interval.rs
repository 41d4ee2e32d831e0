//! Half-open time intervals. Overlap is always computed here, never by equality of starts.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// `[starts_at, ends_at)`; empty when the two are equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Interval {
    /// First instant inside.
    pub starts_at: Timestamp,
    /// First instant after.
    pub ends_at: Timestamp,
}

impl Interval {
    /// The interval between two instants; an end before the start gives an empty interval.
    #[must_use]
    pub fn new(starts_at: Timestamp, ends_at: Timestamp) -> Self {
        Self {
            starts_at,
            ends_at: ends_at.max(starts_at),
        }
    }

    /// True when no instant is inside.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.starts_at >= self.ends_at
    }

    /// True when the two share at least one instant.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.starts_at < other.ends_at && other.starts_at < self.ends_at
    }

    /// True when every instant of `inner` is inside.
    #[must_use]
    pub fn contains(&self, inner: &Self) -> bool {
        self.starts_at <= inner.starts_at && inner.ends_at <= self.ends_at
    }

    /// True when the instant is inside.
    #[must_use]
    pub fn has(&self, instant: Timestamp) -> bool {
        self.starts_at <= instant && instant < self.ends_at
    }

    /// What both share, if anything.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Option<Self> {
        let both = Self::new(
            self.starts_at.max(other.starts_at),
            self.ends_at.min(other.ends_at),
        );
        (!both.is_empty()).then_some(both)
    }

    /// Longer by the two buffers, in minutes.
    #[must_use]
    pub fn widened(&self, before_minutes: u16, after_minutes: u16) -> Self {
        Self {
            starts_at: shifted(self.starts_at, -i64::from(before_minutes)),
            ends_at: shifted(self.ends_at, after_minutes.into()),
        }
    }

    /// Whole minutes from start to end.
    #[must_use]
    pub fn minutes(&self) -> i64 {
        (self.ends_at - self.starts_at).num_minutes()
    }
}

/// `at` moved by this many minutes. The ends of representable time are walls: a command may carry any
/// instant, and none may panic.
#[must_use]
pub fn shifted(at: Timestamp, minutes: i64) -> Timestamp {
    if minutes == 0 {
        return at;
    }
    TimeDelta::try_minutes(minutes)
        .and_then(|by| at.checked_add_signed(by))
        .unwrap_or(if minutes < 0 {
            Timestamp::MIN_UTC
        } else {
            Timestamp::MAX_UTC
        })
}

/// True when the interval shares an instant with one of `pieces` (a union).
#[must_use]
pub fn touches(pieces: &[Interval], during: &Interval) -> bool {
    let next = pieces.partition_point(|piece| piece.ends_at <= during.starts_at);
    pieces.get(next).is_some_and(|piece| piece.overlaps(during))
}

/// Where at least `capacity` of the claims hold at once, as a union: there is no room for one more.
#[must_use]
pub fn saturated(claims: Vec<Interval>, capacity: u16) -> Vec<Interval> {
    if capacity <= 1 {
        return union(claims);
    }
    let mut edges: Vec<(Timestamp, i32)> = Vec::with_capacity(claims.len() * 2);
    for claim in claims.iter().filter(|claim| !claim.is_empty()) {
        edges.push((claim.starts_at, 1));
        edges.push((claim.ends_at, -1));
    }
    // At one instant the ends (-1) sort before the starts: intervals are half-open.
    edges.sort_unstable();
    let (mut depth, mut full_since, mut full) = (0, None, Vec::new());
    for (at, step) in edges {
        depth += step;
        match full_since {
            None if depth >= i32::from(capacity) => full_since = Some(at),
            Some(since) if depth < i32::from(capacity) => {
                full.push(Interval::new(since, at));
                full_since = None;
            }
            _ => {}
        }
    }
    union(full)
}

/// Sorted, disjoint and not touching: the union of what is given, without empty pieces.
#[must_use]
pub fn union(mut pieces: Vec<Interval>) -> Vec<Interval> {
    pieces.retain(|piece| !piece.is_empty());
    pieces.sort_unstable();
    let mut merged: Vec<Interval> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        match merged.last_mut() {
            Some(last) if piece.starts_at <= last.ends_at => {
                last.ends_at = last.ends_at.max(piece.ends_at);
            }
            _ => merged.push(piece),
        }
    }
    merged
}

/// What of `from` (a union) is left without `taken` (a union).
#[must_use]
pub fn subtract(from: &[Interval], taken: &[Interval]) -> Vec<Interval> {
    let mut left = Vec::with_capacity(from.len());
    for piece in from {
        let mut start = piece.starts_at;
        let first = taken.partition_point(|hole| hole.ends_at <= piece.starts_at);
        for hole in taken[first..]
            .iter()
            .take_while(|hole| hole.overlaps(piece))
        {
            if start < hole.starts_at {
                left.push(Interval::new(start, hole.starts_at));
            }
            start = start.max(hole.ends_at);
        }
        if start < piece.ends_at {
            left.push(Interval::new(start, piece.ends_at));
        }
    }
    left
}
