//! A practitioner's day, as a person sees it.

use super::{Day, Hours};
use crate::interval::{subtract, union};
use crate::{ExceptionKind, Interval};

/// What a stretch of time is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BandKind {
    /// Weekly hours.
    Working,
    /// Work outside the weekly hours.
    ExtraHours,
    /// Between two blocks of work.
    Break,
    /// The practitioner is away.
    TimeOff,
    /// The clinic is closed.
    Closure,
}

/// A stretch of time of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanBand {
    /// Its kind.
    pub kind: BandKind,
    /// How long.
    pub during: Interval,
    /// The reason of an exception.
    pub label: Option<String>,
}

/// One civil date of one practitioner. `busy`, `free` and what is neither make up the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayPlan {
    /// The civil date, from its first instant to the first of the next.
    pub during: Interval,
    /// Sorted and disjoint; time outside every band is not worked.
    pub bands: Vec<PlanBand>,
    /// Occupied by visits with their buffers or by holds, within the day, inside working hours or
    /// not.
    pub busy: Vec<Interval>,
    /// Working and not occupied.
    pub free: Vec<Interval>,
}

impl DayPlan {
    pub(super) fn of(hours: &Hours<'_>, day: &Day<'_>, taken: &[Interval]) -> Self {
        let of_day = |at: &Interval| at.intersection(&day.during);
        let work = union(hours.work(day).iter().map(|block| block.during).collect());
        let busy: Vec<_> = taken.iter().filter_map(of_day).collect();
        let free = subtract(&work, &busy);
        Self {
            during: day.during,
            bands: bands(hours, day),
            busy,
            free,
        }
    }
}

/// Earlier layers cover later ones: closures, time off, weekly hours, extra hours, breaks.
pub(super) fn bands(hours: &Hours<'_>, day: &Day<'_>) -> Vec<PlanBand> {
    let mut covered = Vec::new();
    let mut bands = Vec::new();
    let mut lay = |kind, pieces: Vec<Interval>, label: Option<&str>| {
        for during in subtract(&union(pieces.clone()), &covered) {
            bands.push(PlanBand {
                kind,
                during,
                label: label.map(str::to_owned),
            });
        }
        covered.extend(pieces);
        covered = union(std::mem::take(&mut covered));
    };
    for off in &hours.off {
        let kind = match off.exception.kind {
            ExceptionKind::Closure => BandKind::Closure,
            ExceptionKind::TimeOff | ExceptionKind::ExtraHours => BandKind::TimeOff,
        };
        let pieces = off.during.intersection(&day.during).into_iter().collect();
        lay(kind, pieces, Some(&off.exception.reason));
    }
    let planned = hours.planned(day);
    let of = |extra: bool| {
        let blocks = planned.iter().filter(|block| block.extra == extra);
        blocks.map(|block| block.during).collect::<Vec<_>>()
    };
    lay(BandKind::Working, of(false), None);
    lay(BandKind::ExtraHours, of(true), None);
    let work = union(planned.iter().map(|block| block.during).collect());
    let between = work
        .windows(2)
        .map(|pair| Interval::new(pair[0].ends_at, pair[1].starts_at));
    lay(BandKind::Break, between.collect(), None);
    bands.sort_by_key(|band| band.during);
    bands
}
