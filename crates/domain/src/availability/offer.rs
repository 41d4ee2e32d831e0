//! Free slots of a service.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::hours::{bookable_location, grid_step};
use super::ledger::Asked;
use super::span::{Span, Walk, instant, micros, minutes};
use super::{Day, Hours, Ledger, WorkBlock};
use crate::interval::shifted;
use crate::{
    Appointment, AppointmentId, ClinicFacts, ClinicZone, Interval, LocationId, Practitioner,
    PractitionerId, Service, ServiceId, Slot, Timestamp,
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

impl SlotQuery {
    /// All that a slot of the answer can occupy, buffers included: what else occupies any of this time
    /// has to be known. `moved` is the visit that is being moved.
    #[must_use]
    pub fn reach(
        &self,
        service: &Service,
        moved: Option<&Appointment>,
        zone: &ClinicZone,
    ) -> Interval {
        let length = moved.map_or(service.duration_minutes.into(), |visit| {
            visit.during().minutes()
        });
        let (before, after) = (service.buffer_before_minutes, service.buffer_after_minutes);
        let (from, to) = (zone.day(self.from).starts_at, zone.day(self.to).ends_at);
        Interval::new(
            shifted(from, -i64::from(before)),
            shifted(to, length.saturating_add(after.into())),
        )
    }
}

/// One practitioner and one service: the slots are its free starts.
pub(crate) struct Offer<'a> {
    practitioner_id: PractitionerId,
    service: &'a Service,
    shape: Shape,
    hours: Hours<'a>,
    blocked: Vec<Span>,
}

impl<'a> Offer<'a> {
    pub(crate) fn of(
        practitioner_id: PractitionerId,
        service: &'a Service,
        length_minutes: i64,
        ledger: &Ledger,
        asked: &Asked,
        facts: &'a ClinicFacts,
    ) -> Self {
        let shape = Shape {
            length: minutes(length_minutes),
            before: minutes(service.buffer_before_minutes.into()),
            after: minutes(service.buffer_after_minutes.into()),
        };
        Self {
            practitioner_id,
            service,
            shape,
            hours: Hours::of(practitioner_id, facts),
            blocked: ledger.blocked(practitioner_id, service, asked),
        }
    }

    /// Adds the day's free slots that do not start before `earliest`, by start.
    pub(crate) fn slots_of(
        &self,
        day: &Day<'_>,
        earliest: Timestamp,
        places: &mut Places<'_>,
        slots: &mut Vec<Slot>,
    ) {
        let (begun, grid) = (slots.len(), places.facts.grid_minutes);
        let service_id = self.service.service_id;
        let (stretches, blocks) = self.hours.open(day, |block| block.allows(service_id));
        for block in &blocks {
            let location_id = bookable_location(block, places.facts);
            let full = places.full_of(block);
            let shape = &self.shape;
            let starts = shape.starts_in(block, &stretches, grid, earliest, &self.blocked, full);
            slots.extend(starts.filter_map(|start| {
                let starts_at = instant(start)?;
                Some(Slot {
                    starts_at,
                    practitioner_id: self.practitioner_id,
                    service_id,
                    location_id,
                    ends_at: instant(start.saturating_add(shape.length))?,
                    wall_start: day.wall(starts_at),
                })
            }));
        }
        if blocks.len() > 1 {
            in_order(slots, begun);
        }
    }
}

/// How long a visit and its buffers are, in microseconds.
pub(crate) struct Shape {
    pub(crate) length: i64,
    pub(crate) before: i64,
    pub(crate) after: i64,
}

impl Shape {
    /// The grid instants of a block from which the visit fits: not before `earliest`, inside one of
    /// the stretches, and clear of what is blocked and of a full room.
    pub(crate) fn starts_in<'s>(
        &'s self,
        block: &WorkBlock,
        stretches: &[Interval],
        grid_minutes: u16,
        earliest: Timestamp,
        blocked: &'s [Span],
        full: &'s [Span],
    ) -> impl Iterator<Item = i64> + 's {
        let step = minutes(grid_step(grid_minutes));
        let during = Span::from(block.during);
        let from = during.starts.max(ceiling(earliest));
        let grid_from = micros(block.grid_from);
        let steps = from.saturating_sub(grid_from).saturating_add(step - 1);
        let first = grid_from.saturating_add(steps.div_euclid(step).saturating_mul(step));
        // The block lies in one stretch, and so does a visit that ends before that stretch does.
        let holding = stretches
            .iter()
            .find(|stretch| stretch.contains(&block.during));
        let last = holding.map_or(i64::MIN, |stretch| {
            micros(stretch.ends_at).saturating_sub(self.length)
        });
        let mut blocked = Walk::from(blocked, first.saturating_sub(self.before));
        let mut full = Walk::from(full, first.saturating_sub(self.before));
        let grid = std::iter::successors(Some(first), move |at| at.checked_add(step));
        grid.take_while(move |start| *start < during.ends && *start <= last)
            .filter(move |start| {
                let occupied = Span::of_micros(
                    start.saturating_sub(self.before),
                    start.saturating_add(self.length).saturating_add(self.after),
                );
                !blocked.touches(occupied) && !full.touches(occupied)
            })
    }
}

/// The first microsecond that is not before the instant.
fn ceiling(at: Timestamp) -> i64 {
    let cut = !at.timestamp_subsec_nanos().is_multiple_of(1_000);
    micros(at).saturating_add(cut.into())
}

/// Rooms shared by all offers of one question.
pub(crate) struct Places<'l> {
    facts: &'l ClinicFacts,
    ledger: &'l Ledger,
    asked: Asked,
    /// When each location has no room, worked out when first asked for.
    full: BTreeMap<LocationId, Vec<Span>>,
}

impl<'l> Places<'l> {
    pub(crate) fn of(facts: &'l ClinicFacts, ledger: &'l Ledger, asked: Asked) -> Self {
        Self {
            facts,
            ledger,
            asked,
            full: BTreeMap::new(),
        }
    }

    /// When the block's location has no room for one more visit; never where it has no location.
    pub(crate) fn full_of(&mut self, block: &WorkBlock) -> &[Span] {
        let id = bookable_location(block, self.facts);
        let Some(room) = id.and_then(|id| self.facts.locations.get(&id)) else {
            return &[];
        };
        let (ledger, asked) = (self.ledger, &self.asked);
        self.full
            .entry(room.location_id)
            .or_insert_with(|| ledger.full(room, asked))
    }
}

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
    ledger: &Ledger,
) -> i64 {
    let Some(id) = ignoring else {
        return service.duration_minutes.into();
    };
    let named = facts.appointments.get(&id).map(Appointment::during);
    let claimed = || ledger.claim(id)?.during.interval();
    let moved = named.or_else(claimed);
    moved.map_or(service.duration_minutes.into(), |during| during.minutes())
}

/// Sorts the slots from `begun` on and keeps one of those that overlapping blocks give twice.
fn in_order(slots: &mut Vec<Slot>, begun: usize) {
    let mut fresh = slots.split_off(begun);
    fresh.sort_by_key(|slot| slot.starts_at);
    fresh.dedup_by_key(|slot| slot.starts_at);
    slots.append(&mut fresh);
}
