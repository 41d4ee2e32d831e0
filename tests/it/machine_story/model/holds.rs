//! What open dialogs keep, and what ends it.

use frontdesk_domain::{AppointmentId, Interval, PractitionerId, Role, Slot};

use super::{Asker, Kept, Model, Visit, most_at_once};

impl Model {
    /// Whether this slot may be kept by this device; makes it so.
    pub(in super::super) fn hold(&mut self, device: usize, hold: usize, slot: &Slot) -> bool {
        let kept = Kept {
            practitioner: slot.practitioner_id,
            during: Interval::new(slot.starts_at, slot.ends_at),
        };
        let visits: Vec<&Visit> = self.rivals(None, kept.practitioner, kept.during).collect();
        let foreign = self.foreign_holds(device, kept.practitioner, kept.during);
        let one_class = visits.iter().all(|it| it.service == visits[0].service);
        let class = visits.first().filter(|_| one_class);
        let places = class.map_or(1, |visit| self.places(visit.service));
        let claims = visits.iter().map(|visit| self.occupied(visit));
        let claims: Vec<Interval> = claims.chain(foreign.iter().map(|it| it.during)).collect();
        let is_free = most_at_once(&claims, kept.during) < places;
        if is_free {
            self.holds.insert((device, hold), kept);
        }
        is_free
    }

    pub(super) fn foreign_holds(
        &self,
        device: usize,
        practitioner: PractitionerId,
        during: Interval,
    ) -> Vec<&Kept> {
        let holds = self.holds.iter().filter(|((of, _), kept)| {
            *of != device && kept.practitioner == practitioner && kept.during.overlaps(&during)
        });
        holds.map(|(_, kept)| kept).collect()
    }

    /// A visit that takes its place ends the holds of its own desk there, and a manager's those in
    /// its way.
    pub(super) fn ended(&self, by: Asker, id: AppointmentId, visit: &Visit) -> Vec<(usize, usize)> {
        let occupied = self.occupied(visit);
        let removes = by.role == Role::Manager && self.is_held_up(by, id, visit);
        let ends = self.holds.iter().filter(|((device, _), kept)| {
            let own = *device == by.device && kept.during.overlaps(&visit.during);
            let foreign = removes && *device != by.device && kept.during.overlaps(&occupied);
            kept.practitioner == visit.practitioner && (own || foreign)
        });
        ends.map(|(hold, _)| *hold).collect()
    }

    /// True when somebody without a manager's rights would be refused for a hold.
    fn is_held_up(&self, by: Asker, id: AppointmentId, visit: &Visit) -> bool {
        let occupied = self.occupied(visit);
        let held = self.foreign_holds(by.device, visit.practitioner, occupied);
        if self.services[&visit.service].class_capacity().is_none() {
            return !held.is_empty();
        }
        let claims = self
            .rivals(Some(id), visit.practitioner, occupied)
            .map(|it| self.occupied(it));
        let claims: Vec<Interval> = claims.chain(held.iter().map(|it| it.during)).collect();
        !held.is_empty() && most_at_once(&claims, occupied) >= self.places(visit.service)
    }
}
