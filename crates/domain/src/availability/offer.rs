//! Free slots of a service.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};

use super::hours::{bookable_location, grid_step};
use super::{Day, Hours, Ledger, WorkBlock};
use crate::interval::{shifted, touches};
use crate::{
    AppointmentId, ClinicFacts, Interval, LocationId, Practitioner, PractitionerId, Service,
    ServiceId, Slot, Timestamp,
};

/// Which free slots.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SlotQuery {
    /// What for.
    pub service_id: ServiceId,
    /// With whom; with everybody who offers it when absent.
    pub practitioner_id: Option<PractitionerId>,
    /// First civil date of the clinic.
    pub from: NaiveDate,
    /// Last civil date, included; a year after `from` at most.
    pub to: NaiveDate,
    /// A visit that is not in its own way (it is being moved); its length counts instead of the
    /// service's.
    pub ignoring: Option<AppointmentId>,
}

/// One practitioner and one service: the slots are its free starts.
pub(crate) struct Offer<'a> {
    pub(crate) practitioner_id: PractitionerId,
    service: &'a Service,
    minutes: i64,
    hours: Hours<'a>,
    blocked: Vec<Interval>,
}

/// When each location has no room, worked out when first asked for.
pub(crate) type FullRooms = BTreeMap<LocationId, Vec<Interval>>;

impl<'a> Offer<'a> {
    pub(crate) fn of(
        practitioner_id: PractitionerId,
        service: &'a Service,
        minutes: i64,
        ledger: &Ledger<'a>,
        facts: &'a ClinicFacts,
    ) -> Self {
        Self {
            practitioner_id,
            service,
            minutes,
            hours: Hours::of(practitioner_id, facts),
            blocked: ledger.blocked(practitioner_id, service),
        }
    }

    /// Adds the day's free slots that do not start before `earliest`, by start.
    pub(crate) fn slots_of(
        &self,
        day: &Day<'_>,
        earliest: Timestamp,
        places: &mut Places<'a, '_>,
        slots: &mut Vec<Slot>,
    ) {
        let begun = slots.len();
        let facts = places.facts;
        let service_id = self.service.service_id;
        let (stretches, blocks) = self.hours.open(day, |block| block.allows(service_id));
        for block in &blocks {
            let room = bookable_location(block, facts);
            let full = room.map(|room| places.full(room));
            for start in grid_starts(block, facts.grid_minutes, earliest) {
                let visit = Interval::new(start, shifted(start, self.minutes));
                let occupied = visit.widened(
                    self.service.buffer_before_minutes,
                    self.service.buffer_after_minutes,
                );
                if within(&stretches, &visit)
                    && !touches(&self.blocked, &occupied)
                    && !full.is_some_and(|full| touches(full, &occupied))
                {
                    slots.push(Slot {
                        starts_at: start,
                        practitioner_id: self.practitioner_id,
                        service_id: self.service.service_id,
                        location_id: room,
                        ends_at: visit.ends_at,
                        wall_start: day.wall(start),
                    });
                }
            }
        }
        if blocks.len() > 1 {
            in_order(slots, begun);
        }
    }
}

/// Rooms shared by all offers of one question.
pub(crate) struct Places<'a, 'l> {
    facts: &'a ClinicFacts,
    ledger: &'l Ledger<'a>,
    full: FullRooms,
}

impl<'a, 'l> Places<'a, 'l> {
    pub(crate) fn of(facts: &'a ClinicFacts, ledger: &'l Ledger<'a>) -> Self {
        Self {
            facts,
            ledger,
            full: FullRooms::new(),
        }
    }

    /// When the location has no room for one more visit.
    pub(crate) fn full(&mut self, location_id: LocationId) -> &Vec<Interval> {
        let ledger = self.ledger;
        self.full
            .entry(location_id)
            .or_insert_with(|| ledger.full(location_id))
    }
}

pub(super) fn free_slots(query: &SlotQuery, facts: &ClinicFacts, now: Timestamp) -> Vec<Slot> {
    let Some(service) = facts.services.get(&query.service_id).filter(|s| s.active) else {
        return Vec::new();
    };
    let minutes = visit_minutes(service, query.ignoring, facts);
    let from = query.from.max(facts.zone.date(now));
    let last = from.checked_add_days(MOST_DAYS).unwrap_or(NaiveDate::MAX);
    let to = query.to.min(last);
    let during = Interval::new(
        shifted(facts.zone.day(from).starts_at, -MARGIN_MINUTES),
        shifted(facts.zone.day(to).ends_at, MARGIN_MINUTES),
    );
    let ledger = Ledger::of(facts, &during, query.ignoring);
    let offers: Vec<_> = offering(service, facts)
        .filter(|id| query.practitioner_id.is_none_or(|only| only == *id))
        .map(|id| Offer::of(id, service, minutes, &ledger, facts))
        .collect();
    let mut places = Places::of(facts, &ledger);
    let mut slots = Vec::new();
    for day in Day::each(from, to, &facts.zone) {
        let begun = slots.len();
        for offer in &offers {
            offer.slots_of(&day, now, &mut places, &mut slots);
        }
        slots[begun..].sort_by_key(|slot| (slot.starts_at, slot.practitioner_id));
    }
    slots
}

/// The most days of one question: a mistaken date must not keep a server busy.
const MOST_DAYS: Days = Days::new(366);
/// Longer than any visit with its buffers.
const MARGIN_MINUTES: i64 = 3 * 24 * 60;

/// Active practitioners who offer the service.
pub(crate) fn offering(
    service: &Service,
    facts: &ClinicFacts,
) -> impl Iterator<Item = PractitionerId> {
    let offers = |who: &&Practitioner| who.active && who.service_ids.contains(&service.service_id);
    facts
        .practitioners
        .values()
        .filter(offers)
        .map(|who| who.practitioner_id)
}

/// The length of the visit that is being moved, else the service's.
pub(crate) fn visit_minutes(
    service: &Service,
    ignoring: Option<AppointmentId>,
    facts: &ClinicFacts,
) -> i64 {
    ignoring
        .and_then(|id| facts.appointments.get(&id))
        .map_or(service.duration_minutes.into(), |visit| {
            visit.during().minutes()
        })
}

/// True when a visit lies inside one of the stretches (a union).
pub(crate) fn within(stretches: &[Interval], visit: &Interval) -> bool {
    let next = stretches.partition_point(|stretch| stretch.ends_at <= visit.starts_at);
    stretches
        .get(next)
        .is_some_and(|stretch| stretch.contains(visit))
}

/// The grid instants inside a block, not before `earliest`.
pub(crate) fn grid_starts(
    block: &WorkBlock,
    grid_minutes: u16,
    earliest: Timestamp,
) -> impl Iterator<Item = Timestamp> {
    let step = grid_step(grid_minutes);
    let from = block.during.starts_at.max(earliest);
    let since = from - block.grid_from;
    let whole = since.num_minutes().div_euclid(step);
    let first = shifted(block.grid_from, whole * step);
    let skip = if first < from { step } else { 0 };
    let ends_at = block.during.ends_at;
    std::iter::successors(Some(shifted(first, skip)), move |at| {
        Some(shifted(*at, step))
    })
    .take_while(move |at| *at < ends_at)
}

/// Sorts the slots from `begun` on and keeps one of those that overlapping blocks give twice.
fn in_order(slots: &mut Vec<Slot>, begun: usize) {
    let mut fresh = slots.split_off(begun);
    fresh.sort_by_key(|slot| slot.starts_at);
    fresh.dedup_by_key(|slot| slot.starts_at);
    slots.append(&mut fresh);
}
