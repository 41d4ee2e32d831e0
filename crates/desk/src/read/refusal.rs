//! Refusals and offers as a person reads them.

use frontdesk_domain::alternatives::{self, SlotWish};
use frontdesk_domain::{Command, Conflict, Interval, Refusal, Slot};

use super::Look;
use super::wall::{hh_mm, hh_mm_end, wall_instant};
use crate::cache;
use crate::error::DeskError;
use crate::view::{ConflictView, RefusalView, SlotOffer};

impl Look<'_> {
    /// The refusal of a command, with alternatives from the cache if it brings none.
    pub(crate) fn refusal_of(
        &self,
        refusal: &Refusal,
        command: &Command,
    ) -> Result<RefusalView, DeskError> {
        let mut view = self.refusal(refusal);
        if view.alternatives.is_empty() {
            view.alternatives = self.alternatives(command)?;
        }
        Ok(view)
    }

    fn refusal(&self, refusal: &Refusal) -> RefusalView {
        RefusalView {
            reason: refusal.reason,
            field: refusal.field.clone(),
            conflict: refusal
                .conflict
                .as_ref()
                .map(|conflict| self.conflict(conflict)),
            alternatives: refusal
                .alternatives
                .iter()
                .map(|slot| self.offer(slot))
                .collect(),
        }
    }

    /// What is free near the slot that a command wants; nothing when it wants none.
    fn alternatives(&self, command: &Command) -> Result<Vec<SlotOffer>, DeskError> {
        let mut named = self.directory.facts.clone();
        if let Command::RescheduleAppointment(to) = command {
            let visit = cache::visit(self.tx, to.appointment_id)?;
            named
                .appointments
                .extend(visit.map(|visit| (visit.appointment_id, visit)));
        }
        let Some(wish) = SlotWish::behind(command, &named) else {
            return Ok(Vec::new());
        };
        self.near(&wish)
    }

    /// What is free near a wish.
    pub(crate) fn near(&self, wish: &SlotWish) -> Result<Vec<SlotOffer>, DeskError> {
        let span = alternatives::span(wish.starts_at, self.now);
        let facts = cache::facts(self.tx, &self.directory, span)?;
        let slots = alternatives::near(wish, &facts, self.now);
        Ok(slots.iter().map(|slot| self.offer(slot)).collect())
    }

    fn conflict(&self, conflict: &Conflict) -> ConflictView {
        let zone = &self.directory.facts.zone;
        let by = conflict.by.as_ref();
        ConflictView {
            kind: conflict.kind,
            date: zone.date(conflict.during.starts_at),
            wall_start: hh_mm(zone, conflict.during.starts_at),
            wall_end: hh_mm_end(zone, conflict.during),
            by_name: by.map(|by| by.name.clone()),
            at: conflict.at.map(|at| wall_instant(zone, at)),
            by_me: by.is_some_and(|by| by.user_id == self.me.user_id),
        }
    }

    /// A slot with its names and wall times.
    pub(crate) fn offer(&self, slot: &Slot) -> SlotOffer {
        let zone = &self.directory.facts.zone;
        SlotOffer {
            practitioner_id: slot.practitioner_id,
            practitioner_name: self.practitioner_name(slot.practitioner_id),
            service_id: slot.service_id,
            location_id: slot.location_id,
            starts_at: slot.starts_at,
            ends_at: slot.ends_at,
            date: slot.wall_start.0.date(),
            wall_start: slot.wall_start.0.format("%H:%M").to_string(),
            wall_end: hh_mm_end(zone, Interval::new(slot.starts_at, slot.ends_at)),
        }
    }
}
