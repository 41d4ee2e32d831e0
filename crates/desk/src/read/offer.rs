//! Free slots as a person reads them; of a class with its seats.

use std::slice;

use frontdesk_domain::{Interval, Service, Slot};

use super::Look;
use super::waiting::WaitingVisit;
use super::wall::{clock_face, hh_mm_end};
use crate::cache::{self, SeatsTaken};
use crate::error::DeskError;
use crate::view::{SeatCount, SlotOffer};

impl Look<'_> {
    /// Slots of one service with their names, wall times and, of a class, the seats that are taken.
    pub(crate) fn offers(&self, slots: &[Slot]) -> Result<Vec<SlotOffer>, DeskError> {
        let seats = self.seats_at(slots)?;
        let shown = |slot| self.shown(slot, seats.as_ref());
        Ok(slots.iter().map(shown).collect())
    }

    /// The same of one slot.
    pub(crate) fn offer(&self, slot: &Slot) -> Result<SlotOffer, DeskError> {
        let seats = self.seats_at(slice::from_ref(slot))?;
        Ok(self.shown(slot, seats.as_ref()))
    }

    /// None when they are for no class: what is asked for most often pays nothing for this.
    fn seats_at(&self, slots: &[Slot]) -> Result<Option<Seats>, DeskError> {
        let Some(first) = slots.first() else {
            return Ok(None);
        };
        let service = self.directory.facts.services.get(&first.service_id);
        let Some(capacity) = service.and_then(Service::class_capacity) else {
            return Ok(None);
        };
        let starts = || slots.iter().map(|slot| slot.starts_at);
        let (Some(from), Some(last)) = (starts().min(), starts().max()) else {
            return Ok(None);
        };
        let mut taken = cache::seats_taken(self.tx, first.service_id, from, last)?;
        for WaitingVisit { visit, .. } in self.waiting_visits()? {
            if visit.service_id == first.service_id {
                *taken
                    .entry((visit.practitioner_id, visit.during()))
                    .or_default() += 1;
            }
        }
        Ok(Some(Seats { capacity, taken }))
    }

    fn shown(&self, slot: &Slot, seats: Option<&Seats>) -> SlotOffer {
        let zone = &self.directory.facts.zone;
        SlotOffer {
            practitioner_id: slot.practitioner_id,
            practitioner_name: self.practitioner_name(slot.practitioner_id),
            service_id: slot.service_id,
            location_id: slot.location_id,
            starts_at: slot.starts_at,
            ends_at: slot.ends_at,
            date: slot.wall_start.0.date(),
            wall_start: clock_face(slot.wall_start.0),
            wall_end: hh_mm_end(zone, Interval::new(slot.starts_at, slot.ends_at)),
            seats: seats.map(|seats| seats.of(slot)),
        }
    }
}

/// A class, and who sits in it.
struct Seats {
    capacity: u16,
    taken: SeatsTaken,
}

impl Seats {
    fn of(&self, slot: &Slot) -> SeatCount {
        let during = Interval::new(slot.starts_at, slot.ends_at);
        let taken = self.taken.get(&(slot.practitioner_id, during));
        SeatCount {
            taken: taken.copied().unwrap_or_default(),
            capacity: self.capacity,
        }
    }
}
