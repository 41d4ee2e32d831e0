//! One practitioner's hours: schedule versions and exceptions, on the clinic's wall clock.

use chrono::{Datelike, NaiveDate};

use super::Day;
use crate::interval::{subtract, union};
use crate::{
    ClinicFacts, ClinicZone, Exception, ExceptionKind, Interval, LocationId, PractitionerId,
    Schedule, ScheduleBlock, ServiceId, Timestamp, resolve,
};

/// A stretch of work of one practitioner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkBlock {
    /// How long.
    pub during: Interval,
    /// Free starts are multiples of the clinic's grid from here: the block's start before time off
    /// was cut out of it.
    pub grid_from: Timestamp,
    /// Where, if the block says so.
    pub location_id: Option<LocationId>,
    /// Only these services; all the practitioner's when absent.
    pub service_ids: Option<Vec<ServiceId>>,
    /// True for extra hours.
    pub extra: bool,
}

impl WorkBlock {
    /// True when the block takes visits of this service.
    #[must_use]
    pub fn allows(&self, service_id: ServiceId) -> bool {
        self.service_ids
            .as_ref()
            .is_none_or(|only| only.contains(&service_id))
    }

    /// True when an instant is a multiple of the grid from the block's start.
    #[must_use]
    pub fn on_grid(&self, at: Timestamp, grid_minutes: u16) -> bool {
        let since = at - self.grid_from;
        since.subsec_nanos() == 0 && since.num_seconds() % (grid_step(grid_minutes) * 60) == 0
    }
}

/// A visit of 24 hours around a day of 23 touches three dates.
const MOST_DATES_OF_A_VISIT: usize = 3;

/// The grid in minutes, at least 1.
pub(crate) fn grid_step(grid_minutes: u16) -> i64 {
    i64::from(grid_minutes.max(1))
}

/// An exception that applies to the practitioner, with its instants.
pub(crate) struct Deviation<'a> {
    pub(crate) during: Interval,
    pub(crate) exception: &'a Exception,
}

/// What makes up one practitioner's hours.
pub(crate) struct Hours<'a> {
    zone: &'a ClinicZone,
    schedules: Vec<&'a Schedule>,
    extra: Vec<Deviation<'a>>,
    /// Closures first, then time off, each by start.
    pub(crate) off: Vec<Deviation<'a>>,
}

impl<'a> Hours<'a> {
    pub(crate) fn of(practitioner_id: PractitionerId, facts: &'a ClinicFacts) -> Self {
        let mut schedules: Vec<_> = facts
            .schedules
            .iter()
            .filter(|schedule| schedule.practitioner_id == practitioner_id)
            .collect();
        // The version that holds on a date is the first valid one in this order.
        schedules.sort_by_key(|schedule| {
            std::cmp::Reverse((schedule.valid_from, schedule.version, schedule.schedule_id))
        });
        let (mut extra, mut off) = (Vec::new(), Vec::new());
        for exception in &facts.exceptions {
            if exception
                .practitioner_id
                .is_some_and(|whose| whose != practitioner_id)
            {
                continue;
            }
            let during = instants(exception, &facts.zone);
            let deviation = Deviation { during, exception };
            match exception.kind {
                ExceptionKind::ExtraHours => extra.push(deviation),
                ExceptionKind::TimeOff | ExceptionKind::Closure => off.push(deviation),
            }
        }
        extra.sort_by_key(order);
        off.sort_by_key(order);
        Self {
            zone: &facts.zone,
            schedules,
            extra,
            off,
        }
    }

    /// The blocks of a day before time off and closures, by start.
    pub(crate) fn planned(&self, day: &Day<'_>) -> Vec<WorkBlock> {
        let weekly = self.weekly(day.date).map(|block| {
            let during = Interval::new(day.at(block.from), day.at(block.until));
            WorkBlock {
                during,
                grid_from: during.starts_at,
                location_id: block.location_id,
                service_ids: block.service_ids.clone(),
                extra: false,
            }
        });
        let extra = self.extra.iter().filter_map(|extra| {
            Some(WorkBlock {
                during: extra.during.intersection(&day.during)?,
                grid_from: extra.during.starts_at,
                location_id: None,
                service_ids: None,
                extra: true,
            })
        });
        let mut blocks: Vec<_> = weekly
            .chain(extra)
            .filter(|block| !block.during.is_empty())
            .collect();
        blocks.sort_by_key(|block| (block.during.starts_at, block.extra));
        blocks
    }

    /// What is left of the blocks of a day after time off and closures, by start.
    pub(crate) fn work(&self, day: &Day<'_>) -> Vec<WorkBlock> {
        let mut blocks = self.planned(day);
        let off = self.off_during(&day.during);
        if off.is_empty() {
            return blocks;
        }
        blocks = blocks
            .into_iter()
            .flat_map(|block| {
                subtract(&[block.during], &off)
                    .into_iter()
                    .map(move |during| WorkBlock {
                        during,
                        ..block.clone()
                    })
            })
            .collect();
        blocks.sort_by_key(|block| (block.during.starts_at, block.extra));
        blocks
    }

    /// The day's blocks that `take` a visit, and the merged working time in which one that starts
    /// that day must lie: work up to midnight goes on into the next dates.
    pub(crate) fn open(
        &self,
        day: &Day<'_>,
        take: impl Fn(&WorkBlock) -> bool,
    ) -> (Vec<Interval>, Vec<WorkBlock>) {
        let mut blocks = self.work(day);
        blocks.retain(&take);
        let mut pieces: Vec<_> = blocks.iter().map(|block| block.during).collect();
        let mut reached = day.during.ends_at;
        for date in day.date.iter_days().skip(1).take(MOST_DATES_OF_A_VISIT - 1) {
            if !pieces.iter().any(|piece| piece.ends_at >= reached) {
                break;
            }
            let next = Day::of(date, self.zone);
            let after = self.work(&next).into_iter().filter(&take);
            pieces.extend(after.map(|block| block.during));
            reached = next.during.ends_at;
        }
        (union(pieces), blocks)
    }

    /// The blocks that a visit of this length may lie in: those of every civil date it touches.
    pub(crate) fn around(&self, visit: &Interval, planned: bool) -> Vec<WorkBlock> {
        let (first, last) = (
            self.zone.date(visit.starts_at),
            self.zone.date(visit.ends_at),
        );
        Day::each(first, last, self.zone)
            .flat_map(|day| {
                if planned {
                    self.planned(&day)
                } else {
                    self.work(&day)
                }
            })
            .collect()
    }

    /// Closures and time off within `during`, as a union.
    pub(crate) fn off_during(&self, during: &Interval) -> Vec<Interval> {
        let pieces = self.off.iter().filter(|off| off.during.overlaps(during));
        union(pieces.map(|off| off.during).collect())
    }

    fn weekly(&self, date: NaiveDate) -> impl Iterator<Item = &'a ScheduleBlock> {
        let holds = self.schedules.iter().copied().find(|schedule| {
            schedule.valid_from <= date && schedule.valid_until.is_none_or(|last| date <= last)
        });
        let week = holds.map_or(0, |schedule| week_of_cycle(schedule, date));
        let weekday = date.weekday().number_from_monday();
        holds.into_iter().flat_map(move |schedule| {
            schedule
                .blocks
                .iter()
                .filter(move |block| block.week == week && u32::from(block.weekday) == weekday)
        })
    }
}

/// The blocks that a visit may start in, by start.
pub(crate) fn starting_in(
    blocks: &[WorkBlock],
    service_id: ServiceId,
    starts_at: Timestamp,
) -> impl Iterator<Item = &WorkBlock> {
    blocks
        .iter()
        .filter(move |block| block.allows(service_id) && block.during.has(starts_at))
}

/// True when a visit lies inside one of the stretches (a union).
pub(crate) fn within(stretches: &[Interval], visit: &Interval) -> bool {
    let next = stretches.partition_point(|stretch| stretch.ends_at <= visit.starts_at);
    stretches
        .get(next)
        .is_some_and(|stretch| stretch.contains(visit))
}

/// The block's location, unless it can no longer be booked.
pub(crate) fn bookable_location(block: &WorkBlock, facts: &ClinicFacts) -> Option<LocationId> {
    block
        .location_id
        .filter(|id| facts.locations.get(id).is_some_and(|room| room.active))
}

fn week_of_cycle(schedule: &Schedule, date: NaiveDate) -> u16 {
    let monday = |date: NaiveDate| {
        i64::from(date.num_days_from_ce()) - i64::from(date.weekday().num_days_from_monday())
    };
    let weeks = (monday(date) - monday(schedule.valid_from)) / 7;
    let week = weeks.rem_euclid(i64::from(schedule.cycle_weeks.max(1)));
    u16::try_from(week).unwrap_or(0)
}

fn instants(exception: &Exception, zone: &ClinicZone) -> Interval {
    Interval::new(
        resolve(exception.from, zone).boundary(),
        resolve(exception.until, zone).boundary(),
    )
}

fn order(deviation: &Deviation<'_>) -> (bool, Interval, uuid::Uuid) {
    let exception = deviation.exception;
    (
        exception.kind != ExceptionKind::Closure,
        deviation.during,
        exception.exception_id.0,
    )
}
