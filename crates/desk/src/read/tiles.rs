//! What stands in a column of the day board: visits, classes as one tile each, holds.

use std::collections::HashMap;

use frontdesk_domain::{Appointment, Hold, Interval, PractitionerId, Service, ServiceId};

use super::day::Day;
use super::lanes::lanes;
use crate::view::{ClassMember, ClassSeats, HoldTile, VisitTile};

/// Visits that are shown as one: a single one, or all of a class at one time.
struct Group<'a> {
    /// The first to have booked.
    first: &'a Appointment,
    class: Option<(u16, Vec<&'a Appointment>)>,
}

impl Day<'_> {
    /// Tiles of one column, by start.
    pub(super) fn tiles(&self, visits: &[&Appointment], work: &[Interval]) -> Vec<VisitTile> {
        let groups = self.groups(visits);
        let offsets: Vec<_> = groups
            .iter()
            .map(|group| self.offsets(group.first.during()))
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
        work: &[Interval],
    ) -> VisitTile {
        let visit = group.first;
        VisitTile {
            appointment_id: visit.appointment_id,
            from,
            until,
            buffer_before: visit.buffer_before_minutes,
            buffer_after: visit.buffer_after_minutes,
            lane,
            lanes,
            wall_start: self.scale.label(from),
            wall_end: self.scale.label(until),
            patient_name: self.name(visit),
            service_name: self.look.service_name(visit.service_id),
            service_id: visit.service_id,
            status: visit.status,
            class: group
                .class
                .map(|(capacity, members)| self.class(capacity, &members)),
            overridden: visit.overridden.is_some(),
            in_series: visit.series_id.is_some(),
            outside_schedule: !work.iter().any(|block| block.contains(&visit.during())),
            version: visit.version,
        }
    }

    fn name(&self, visit: &Appointment) -> String {
        let name = self.names.get(&visit.appointment_id);
        name.cloned().unwrap_or_default()
    }

    /// One group for each single visit and for each class at one time, by start.
    fn groups<'v>(&self, visits: &[&'v Appointment]) -> Vec<Group<'v>> {
        let mut groups: Vec<Group<'v>> = Vec::with_capacity(visits.len());
        let mut classes: HashMap<(ServiceId, Interval), usize> = HashMap::new();
        for visit in visits {
            let Some(capacity) = self.class_capacity(visit) else {
                let first = visit;
                groups.push(Group { first, class: None });
                continue;
            };
            let at = classes
                .entry((visit.service_id, visit.during()))
                .or_insert_with(|| {
                    groups.push(Group {
                        first: visit,
                        class: Some((capacity, Vec::new())),
                    });
                    groups.len() - 1
                });
            let group = &mut groups[*at];
            if (visit.taken_at, visit.appointment_id)
                < (group.first.taken_at, group.first.appointment_id)
            {
                group.first = visit;
            }
            if let Some((_, members)) = &mut group.class {
                members.push(visit);
            }
        }
        groups
    }

    fn class_capacity(&self, visit: &Appointment) -> Option<u16> {
        let service = self.facts.services.get(&visit.service_id);
        service.and_then(Service::class_capacity)
    }

    fn class(&self, capacity: u16, visits: &[&Appointment]) -> ClassSeats {
        let mut members: Vec<ClassMember> = visits
            .iter()
            .map(|visit| ClassMember {
                appointment_id: visit.appointment_id,
                patient_name: self.name(visit),
                status: visit.status,
            })
            .collect();
        members.sort_by(|a, b| {
            (&a.patient_name, a.appointment_id).cmp(&(&b.patient_name, b.appointment_id))
        });
        ClassSeats {
            taken: u16::try_from(members.len()).unwrap_or(u16::MAX),
            capacity,
            starts_at: visits
                .first()
                .map_or(self.scale.during.starts_at, |visit| visit.starts_at),
            members,
        }
    }

    /// The slots that open dialogs keep in this column, by start.
    pub(super) fn holds(&self, practitioner_id: PractitionerId) -> Vec<HoldTile> {
        let here = |hold: &&Hold| hold.practitioner_id == practitioner_id;
        let holds = self.holds.iter().filter(here);
        holds.map(|hold| self.hold(hold)).collect()
    }

    fn hold(&self, hold: &Hold) -> HoldTile {
        let (from, until) = self.offsets(hold.during());
        HoldTile {
            from,
            until,
            starts_at: hold.starts_at,
            ends_at: hold.ends_at,
            wall_start: self.scale.label(from),
            wall_end: self.scale.label(until),
            by_name: hold.user_name.clone(),
            mine: hold.device_id == self.look.me.device_id,
        }
    }
}
