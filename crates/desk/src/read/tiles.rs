//! What stands in a column of the day board: visits, classes as one tile each, holds.

use std::collections::HashMap;

use frontdesk_domain::availability::Span;
use frontdesk_domain::{Hold, PractitionerId, Service, ServiceId};

use super::day::Day;
use super::lanes::lanes;
use super::waiting::WaitingVisit;
use crate::cache::BoardVisit;
use crate::view::{ClassMember, ClassSeats, HoldTile, VisitTile};

/// Visits that are shown as one: a single one, or all of a class at one time.
struct Group<'a> {
    /// The first to have booked.
    first: &'a BoardVisit,
    class: Option<(u16, Vec<&'a BoardVisit>)>,
}

impl Day<'_> {
    /// Tiles of one column, by start.
    pub(super) fn tiles(&self, visits: &[&BoardVisit], work: &[Span]) -> Vec<VisitTile> {
        let groups = self.groups(visits);
        let offsets: Vec<_> = groups
            .iter()
            .map(|group| self.scale.offsets(group.first.claim.during))
            .collect();
        let lanes = lanes(&offsets);
        let placed = groups.into_iter().zip(offsets).zip(lanes);
        placed
            .map(|((group, at), lane)| self.tile(group, at, lane, work))
            .collect()
    }

    fn tile(
        &self,
        group: Group<'_>,
        (from, until): (u16, u16),
        (lane, lanes): (u16, u16),
        work: &[Span],
    ) -> VisitTile {
        let visit = group.first;
        let leaving = group.class.is_none() && self.is_leaving(visit.claim.appointment_id);
        VisitTile {
            appointment_id: visit.claim.appointment_id,
            from,
            until,
            buffer_before: visit.buffers.0,
            buffer_after: visit.buffers.1,
            lane,
            lanes,
            wall_start: self.scale.odd_label(from),
            wall_end: self.scale.odd_label(until),
            patient_name: visit.patient_name.clone(),
            service: self.service_place(visit.claim.service_id),
            status: visit.status,
            class: group
                .class
                .map(|(capacity, members)| self.class(capacity, &members)),
            overridden: visit.overridden,
            in_series: visit.in_series,
            outside_schedule: !work
                .iter()
                .any(|stretch| stretch.contains(visit.claim.during)),
            leaving,
            version: visit.version,
        }
    }

    /// One group for each single visit and for each class at one time, by start.
    fn groups<'v>(&self, visits: &[&'v BoardVisit]) -> Vec<Group<'v>> {
        let mut groups: Vec<Group<'v>> = Vec::with_capacity(visits.len());
        let mut classes: HashMap<(ServiceId, Span), usize> = HashMap::new();
        for visit in visits {
            let Some(capacity) = self.class_capacity(visit) else {
                let first = visit;
                groups.push(Group { first, class: None });
                continue;
            };
            let at = classes
                .entry((visit.claim.service_id, visit.claim.during))
                .or_insert_with(|| {
                    groups.push(Group {
                        first: visit,
                        class: Some((capacity, Vec::new())),
                    });
                    groups.len() - 1
                });
            let group = &mut groups[*at];
            if (visit.taken_at, visit.claim.appointment_id)
                < (group.first.taken_at, group.first.claim.appointment_id)
            {
                group.first = visit;
            }
            if let Some((_, members)) = &mut group.class {
                members.push(visit);
            }
        }
        groups
    }

    fn class_capacity(&self, visit: &BoardVisit) -> Option<u16> {
        let service = self.facts.services.get(&visit.claim.service_id);
        service.and_then(Service::class_capacity)
    }

    fn class(&self, capacity: u16, visits: &[&BoardVisit]) -> ClassSeats {
        let mut members: Vec<ClassMember> = visits
            .iter()
            .map(|visit| ClassMember {
                appointment_id: visit.claim.appointment_id,
                patient_name: visit.patient_name.clone(),
                status: visit.status,
            })
            .collect();
        members.sort_by(|a, b| {
            (&a.patient_name, a.appointment_id).cmp(&(&b.patient_name, b.appointment_id))
        });
        ClassSeats {
            taken: number(members.len()),
            waiting: visits.first().map_or(0, |first| self.seats_waiting(first)),
            capacity,
            starts_at: visits
                .first()
                .and_then(|visit| visit.claim.during.interval())
                .map_or(self.scale.during.starts_at, |during| during.starts_at),
            members,
        }
    }

    fn seats_waiting(&self, first: &BoardVisit) -> u16 {
        let claim = &first.claim;
        let of_class = self.waiting.iter().filter(|WaitingVisit { visit, .. }| {
            visit.practitioner_id == claim.practitioner_id
                && visit.service_id == claim.service_id
                && Span::from(visit.during()) == claim.during
        });
        number(of_class.count())
    }

    /// The slots that open dialogs keep in this column, by start.
    pub(super) fn holds(&self, practitioner_id: PractitionerId) -> Vec<HoldTile> {
        let here = |hold: &&Hold| hold.practitioner_id == practitioner_id;
        let holds = self.holds.iter().filter(here);
        holds.map(|hold| self.hold(hold)).collect()
    }

    fn hold(&self, hold: &Hold) -> HoldTile {
        let (from, until) = self.scale.offsets(hold.during().into());
        HoldTile {
            from,
            until,
            starts_at: hold.starts_at,
            ends_at: hold.ends_at,
            wall_start: self.scale.odd_label(from),
            wall_end: self.scale.odd_label(until),
            by_name: hold.user_name.clone(),
            mine: hold.device_id == self.look.me.device_id,
        }
    }
}

fn number(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
}
