//! Stretches of time in whole microseconds: what tens of thousands of visits are compared in. A
//! civil instant takes ten times as long to add to.

use crate::{Interval, Timestamp};

/// `[starts, ends)`, in microseconds since 1970 (UTC).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    pub(crate) starts: i64,
    pub(crate) ends: i64,
}

const MINUTE: i64 = 60_000_000;

impl Span {
    /// From microseconds since 1970 (UTC), as a desk's cache keeps them.
    #[must_use]
    pub fn of_micros(starts: i64, ends: i64) -> Self {
        Self {
            starts,
            ends: ends.max(starts),
        }
    }

    /// From milliseconds since 1970 (UTC), as a server's database keeps them.
    #[must_use]
    pub fn of_millis(starts: i64, ends: i64) -> Self {
        Self::of_micros(starts.saturating_mul(1_000), ends.saturating_mul(1_000))
    }

    /// Longer by the two buffers, in minutes.
    #[must_use]
    pub fn widened(self, before_minutes: u16, after_minutes: u16) -> Self {
        Self {
            starts: self.starts.saturating_sub(minutes(before_minutes.into())),
            ends: self.ends.saturating_add(minutes(after_minutes.into())),
        }
    }

    /// True when they share an instant.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.starts < other.ends && other.starts < self.ends
    }

    /// True when all of the other lies inside.
    #[must_use]
    pub fn contains(self, other: Self) -> bool {
        self.starts <= other.starts && other.ends <= self.ends
    }

    /// Whole minutes from the beginning of this span to that of the other, and to its end.
    #[must_use]
    pub fn minutes_to(self, other: Self) -> (i64, i64) {
        let since = |at: i64| at.saturating_sub(self.starts) / MINUTE;
        (since(other.starts), since(other.ends))
    }

    /// As instants; none beyond the ends of representable time.
    #[must_use]
    pub fn interval(self) -> Option<Interval> {
        Some(Interval::new(instant(self.starts)?, instant(self.ends)?))
    }
}

impl From<Interval> for Span {
    /// What a microsecond cannot tell counts as inside.
    fn from(during: Interval) -> Self {
        let ends = during.ends_at.timestamp_micros();
        let cut = !during
            .ends_at
            .timestamp_subsec_nanos()
            .is_multiple_of(1_000);
        Self::of_micros(micros(during.starts_at), ends.saturating_add(cut.into()))
    }
}

/// Whole minutes as microseconds.
pub(crate) fn minutes(minutes: i64) -> i64 {
    minutes.saturating_mul(MINUTE)
}

pub(crate) fn micros(at: Timestamp) -> i64 {
    at.timestamp_micros()
}

/// None beyond the ends of representable time.
pub(crate) fn instant(micros: i64) -> Option<Timestamp> {
    Timestamp::from_timestamp_micros(micros)
}

/// Sorted, disjoint and not touching, without empty pieces.
pub(crate) fn union(mut pieces: Vec<Span>) -> Vec<Span> {
    pieces.retain(|piece| piece.starts < piece.ends);
    // Nearly always in order already, which costs one look at each.
    pieces.sort_unstable();
    let mut merged: Vec<Span> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        match merged.last_mut() {
            Some(last) if piece.starts <= last.ends => last.ends = last.ends.max(piece.ends),
            _ => merged.push(piece),
        }
    }
    merged
}

/// Where at least `capacity` of the claims hold at once, as a union.
pub(crate) fn saturated(claims: Vec<Span>, capacity: u16) -> Vec<Span> {
    if capacity <= 1 {
        return union(claims);
    }
    let mut edges: Vec<(i64, i32)> = Vec::with_capacity(claims.len() * 2);
    for claim in claims.iter().filter(|claim| claim.starts < claim.ends) {
        edges.extend([(claim.starts, 1), (claim.ends, -1)]);
    }
    // At one instant the ends (-1) sort before the starts: spans are half-open.
    edges.sort_unstable();
    let (mut depth, mut full_since, mut full) = (0, None, Vec::new());
    for (at, step) in edges {
        depth += step;
        match full_since {
            None if depth >= i32::from(capacity) => full_since = Some(at),
            Some(starts) if depth < i32::from(capacity) => {
                full.push(Span { starts, ends: at });
                full_since = None;
            }
            _ => {}
        }
    }
    union(full)
}

/// Walks along a union with questions that never go back.
pub(crate) struct Walk<'a> {
    pieces: &'a [Span],
    next: usize,
}

impl<'a> Walk<'a> {
    pub(crate) fn from(pieces: &'a [Span], starts: i64) -> Self {
        let next = pieces.partition_point(|piece| piece.ends <= starts);
        Self { pieces, next }
    }

    /// True when the span, which starts no earlier than the last one, shares an instant with a piece.
    pub(crate) fn touches(&mut self, span: Span) -> bool {
        while let Some(piece) = self.pieces.get(self.next) {
            if piece.ends > span.starts {
                return piece.overlaps(span);
            }
            self.next += 1;
        }
        false
    }
}
