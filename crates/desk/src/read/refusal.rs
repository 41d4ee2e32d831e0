//! Refusals as a person reads them.

use frontdesk_domain::alternatives::{self, SlotWish};
use frontdesk_domain::command::{RescheduleAppointment, SeriesScope, UpdateAppointment};
use frontdesk_domain::{
    ClinicFacts, Command, Conflict, ExceptionId, Fate, Refusal, ServiceId, decide,
};

use super::Look;
use super::wall::{hh_mm, hh_mm_end, wall_instant};
use crate::cache::Detail;
use crate::error::DeskError;
use crate::view::{ConflictView, FateView, RefusalView, SlotOffer};

/// More than this beside one date of many is not read.
const MOST: usize = 3;

impl Look<'_> {
    /// The refusal of a command, with alternatives from the cache if it brings none.
    pub(crate) fn refusal_of(
        &self,
        refusal: &Refusal,
        command: &Command,
    ) -> Result<RefusalView, DeskError> {
        let named = self.facts_named_by(command)?;
        let mut view = self.refusal(refusal)?;
        if view.alternatives.is_empty() && refusal.reason.another_slot_helps() {
            view.alternatives = self.instead(command, &named)?;
        }
        let fates = refusal.fates.iter();
        view.fates = fates
            .map(|fate| self.fate(fate, command, &named))
            .collect::<Result<_, _>>()?;
        let service = service_of(command, &named).and_then(|id| named.services.get(&id));
        view.overridable =
            service.is_some_and(|service| decide::may_override(refusal.reason, service, &self.me));
        Ok(view)
    }

    fn refusal(&self, refusal: &Refusal) -> Result<RefusalView, DeskError> {
        let conflict = refusal.conflict.as_ref();
        Ok(RefusalView {
            reason: refusal.reason,
            field: refusal.field.clone(),
            conflict: conflict.map(|it| self.conflict(it)).transpose()?,
            alternatives: self.offers(&refusal.alternatives)?,
            steps: refusal.steps.clone(),
            changed: refusal.changed.clone(),
            fates: Vec::new(),
            overridable: false,
        })
    }

    fn fate(
        &self,
        fate: &Fate,
        command: &Command,
        named: &ClinicFacts,
    ) -> Result<FateView, DeskError> {
        Ok(FateView {
            appointment_id: fate.appointment_id,
            date: fate.wall_start.0.date(),
            wall_start: fate.wall_start.0.format("%H:%M").to_string(),
            reason: fate.reason,
            conflict: fate
                .conflict
                .as_ref()
                .map(|it| self.conflict(it))
                .transpose()?,
            alternatives: self.alternatives_of_fate(fate, command, named)?,
        })
    }

    /// What is free instead of one refused visit of several.
    pub(crate) fn alternatives_of_fate(
        &self,
        fate: &Fate,
        command: &Command,
        named: &ClinicFacts,
    ) -> Result<Vec<SlotOffer>, DeskError> {
        if !fate.alternatives.is_empty() {
            return self.offers(&fate.alternatives);
        }
        let Some(wish) = SlotWish::of_fate(command, fate, named) else {
            return Ok(Vec::new());
        };
        let mut near = self.near(&wish)?;
        near.truncate(MOST);
        Ok(near)
    }

    /// The directory with the visits that a command names.
    fn facts_named_by(&self, command: &Command) -> Result<ClinicFacts, DeskError> {
        let mut facts = self.directory.facts.clone();
        for visit in self.named(&decide::needs(command))? {
            facts.appointments.insert(visit.appointment_id, visit);
        }
        Ok(facts)
    }

    /// What is free instead of what one command wants.
    fn instead(&self, command: &Command, named: &ClinicFacts) -> Result<Vec<SlotOffer>, DeskError> {
        if let Command::UpdateAppointment(update) = command {
            return self.elsewhere(update, named);
        }
        match SlotWish::behind(command, named) {
            Some(wish) => self.near(&wish),
            None => Ok(Vec::new()),
        }
    }

    /// An update keeps the visit's time. Where what it asks for would fit, and the visit as it is can go:
    /// it is moved first and changed then.
    fn elsewhere(
        &self,
        update: &UpdateAppointment,
        named: &ClinicFacts,
    ) -> Result<Vec<SlotOffer>, DeskError> {
        let visit = named.appointments.get(&update.appointment_id);
        let Some(visit) = visit.filter(|_| update.scope == SeriesScope::This) else {
            return Ok(Vec::new());
        };
        let mut near = self.near(&SlotWish {
            practitioner_id: visit.practitioner_id,
            service_id: update.service_id.unwrap_or(visit.service_id),
            starts_at: visit.starts_at,
            ends_at: Some(visit.ends_at),
            patient_id: Some(update.patient_id.unwrap_or(visit.patient_id)),
            ignoring: Some(visit.appointment_id),
        })?;
        let mut can_go = Vec::with_capacity(near.len());
        for offer in &near {
            let there = Command::RescheduleAppointment(RescheduleAppointment {
                appointment_id: visit.appointment_id,
                starts_at: offer.starts_at,
                ends_at: None,
                practitioner_id: Some(offer.practitioner_id),
                location_id: offer.location_id,
                overriding: None,
                scope: SeriesScope::This,
            });
            can_go.push(self.preview(&there, None)?.outcome.is_ok());
        }
        let mut can_go = can_go.into_iter();
        near.retain(|_| can_go.next().unwrap_or_default());
        Ok(near)
    }

    /// What is free near a wish.
    pub(crate) fn near(&self, wish: &SlotWish) -> Result<Vec<SlotOffer>, DeskError> {
        let span = alternatives::span(wish.starts_at, self.now);
        let ledger = self.ledger(span, None, (Detail::Names, wish.ignoring))?;
        let slots = alternatives::near_in(wish, &self.directory.facts, &ledger, self.now);
        self.offers(&slots)
    }

    fn conflict(&self, conflict: &Conflict) -> Result<ConflictView, DeskError> {
        let zone = &self.directory.facts.zone;
        let by = conflict.by.as_ref();
        let waiting = self.waiting_visits()?;
        Ok(ConflictView {
            kind: conflict.kind,
            date: zone.date(conflict.during.starts_at),
            wall_start: hh_mm(zone, conflict.during.starts_at),
            wall_end: hh_mm_end(zone, conflict.during),
            by_name: by.map(|by| by.name.clone()),
            at: conflict.at.map(|at| wall_instant(zone, at)),
            by_me: by.is_some_and(|by| by.user_id == self.me.user_id),
            label: self.label(conflict),
            waiting: waiting
                .iter()
                .any(|each| Some(each.visit.appointment_id.0) == conflict.id),
        })
    }

    /// The words of the exception that stands in the way, if it is one and has some.
    fn label(&self, conflict: &Conflict) -> Option<String> {
        let id = ExceptionId(conflict.id?);
        let exceptions = &self.directory.facts.exceptions;
        let exception = exceptions.iter().find(|each| each.exception_id == id)?;
        Some(exception.reason.clone()).filter(|reason| !reason.is_empty())
    }
}

/// What a command books, or what the visit is for that it places.
fn service_of(command: &Command, named: &ClinicFacts) -> Option<ServiceId> {
    let of = |id| Some(named.appointments.get(id)?.service_id);
    match command {
        Command::BookAppointment(book) => Some(book.service_id),
        Command::BookSeries(series) => Some(series.service_id),
        Command::RescheduleAppointment(to) => of(&to.appointment_id),
        // These take no override.
        Command::UpdateAppointment(_)
        | Command::CancelAppointment(_)
        | Command::ApproveAppointment(_)
        | Command::RejectAppointment(_)
        | Command::ArriveAppointment(_)
        | Command::CheckInAppointment(_)
        | Command::CompleteAppointment(_)
        | Command::MarkAppointmentNoShow(_)
        | Command::UndoStatus(_)
        | Command::PutPatient(_)
        | Command::Noop(_) => None,
    }
}
