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
            starts_at: self.starts_at - TimeDelta::minutes(before_minutes.into()),
            ends_at: self.ends_at + TimeDelta::minutes(after_minutes.into()),
        }
    }

    /// Whole minutes from start to end.
    #[must_use]
    pub fn minutes(&self) -> i64 {
        (self.ends_at - self.starts_at).num_minutes()
    }
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
        for hole in taken.iter().filter(|hole| hole.overlaps(piece)) {
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
