//! What a dialog shows about its slot, decided by the same functions as on the server.

use std::collections::BTreeMap;

use frontdesk_domain::command::{BookAppointment, RescheduleAppointment, SeriesScope};
use frontdesk_domain::decide::{self, Preview};
use frontdesk_domain::{
    Appointment, AppointmentId, Command, Interval, LocationId, Patient, PatientId, Refusal, Row,
    Service, Slot,
};

use super::Look;
use super::wall::{hh_mm, hh_mm_end};
use crate::cache;
use crate::error::DeskError;
use crate::view::{
    BookingForm, BookingFormQuery, RescheduleForm, RescheduleFormQuery, ServiceChoice,
};

impl Look<'_> {
    /// Each service of the practitioner, with whether it fits at this time.
    pub(crate) fn booking_form(&self, query: &BookingFormQuery) -> Result<BookingForm, DeskError> {
        let facts = &self.directory.facts;
        let practitioner = facts.practitioners.get(&query.practitioner_id);
        let practitioner = practitioner.ok_or(DeskError::NotFound("practitioner"))?;
        let mut offered: Vec<&Service> = practitioner
            .service_ids
            .iter()
            .filter_map(|id| facts.services.get(id))
            .collect();
        offered.retain(|service| service.active);
        offered.sort_by(|a, b| a.name.cmp(&b.name));
        let mut services = Vec::with_capacity(offered.len());
        let mut refusals = BTreeMap::new();
        for service in &offered {
            let command = wish(query, service);
            let preview = self.preview_of_wish(query, &command)?;
            services.push(self.choice(query, service, preview.outcome.as_ref().err()));
            if let Err(refusal) = preview.outcome {
                refusals.insert(service.service_id, (refusal, command));
            }
        }
        let shortest = offered
            .iter()
            .min_by_key(|service| service.duration_minutes);
        let chosen = query
            .service_id
            .or(shortest.map(|service| service.service_id));
        let refused = chosen.and_then(|id| refusals.get(&id));
        let refusal = refused.map(|(refusal, command)| self.refusal_of(refusal, command));
        Ok(BookingForm {
            practitioner_name: practitioner.name.clone(),
            date: facts.zone.date(query.starts_at),
            wall_start: hh_mm(&facts.zone, query.starts_at),
            services,
            refusal: refusal.transpose()?,
            in_past: decide::is_in_past(query.starts_at, self.now),
        })
    }

    fn choice(
        &self,
        query: &BookingFormQuery,
        service: &Service,
        refusal: Option<&Refusal>,
    ) -> ServiceChoice {
        let length = chrono::TimeDelta::minutes(service.duration_minutes.into());
        let during = Interval::new(query.starts_at, query.starts_at + length);
        ServiceChoice {
            service_id: service.service_id,
            name: service.name.clone(),
            duration_minutes: service.duration_minutes,
            wall_end: hh_mm_end(&self.directory.facts.zone, during),
            needs_approval: service.needs_approval,
            refused: refusal.map(|refusal| refusal.reason),
        }
    }

    /// The decision on a booking that may not have a patient yet; a draft is never in its own way.
    fn preview_of_wish(
        &self,
        query: &BookingFormQuery,
        command: &Command,
    ) -> Result<Preview, DeskError> {
        let mut facts = self.facts_for(command, None)?;
        if let Some(id) = query.appointment_id {
            facts.appointments.remove(&id);
        }
        if query.patient_id.is_none() {
            facts.patients.insert(NOBODY, somebody());
        }
        Ok(self.preview_with(command, None, &facts))
    }

    /// The new place of a visit, and whether it fits there.
    pub(crate) fn reschedule_form(
        &self,
        query: &RescheduleFormQuery,
    ) -> Result<RescheduleForm, DeskError> {
        let visit = cache::visit(self.tx, query.appointment_id)?;
        let visit = visit.ok_or(DeskError::NotFound("appointment"))?;
        let command = Command::RescheduleAppointment(RescheduleAppointment {
            appointment_id: query.appointment_id,
            starts_at: query.starts_at,
            ends_at: None,
            practitioner_id: query.practitioner_id,
            location_id: None,
            overriding: None,
            scope: SeriesScope::This,
        });
        let preview = self.preview(&command, None)?;
        let place = preview
            .outcome
            .as_ref()
            .ok()
            .and_then(|decided| placed(decided, &visit));
        let to = Slot {
            starts_at: query.starts_at,
            practitioner_id: query.practitioner_id.unwrap_or(visit.practitioner_id),
            service_id: visit.service_id,
            location_id: place.unwrap_or(visit.location_id),
            ends_at: query.starts_at + (visit.ends_at - visit.starts_at),
            wall_start: self.directory.facts.zone.wall(query.starts_at),
        };
        let refusal = preview
            .outcome
            .err()
            .map(|refusal| self.refusal_of(&refusal, &command));
        Ok(RescheduleForm {
            to: self.offer(&to)?,
            refusal: refusal.transpose()?,
        })
    }
}

pub(crate) const NOBODY: PatientId = PatientId(uuid::Uuid::nil());

/// Stands in for the patient who is not chosen yet, and is never busy.
pub(crate) fn somebody() -> Patient {
    Patient {
        patient_id: NOBODY,
        name: "?".to_owned(),
        phone: None,
        birth_date: None,
        notes: None,
        version: 0,
    }
}

fn wish(query: &BookingFormQuery, service: &Service) -> Command {
    Command::BookAppointment(BookAppointment {
        appointment_id: query
            .appointment_id
            .unwrap_or(AppointmentId(uuid::Uuid::nil())),
        patient_id: query.patient_id.unwrap_or(NOBODY),
        practitioner_id: query.practitioner_id,
        service_id: service.service_id,
        location_id: None,
        starts_at: query.starts_at,
        ends_at: None,
        notes: None,
        overriding: None,
    })
}

/// Where the visit would be, if the decision moves it.
fn placed(decided: &decide::Decided, visit: &Appointment) -> Option<Option<LocationId>> {
    decided.rows.iter().find_map(|row| {
        let Row::Appointment(moved) = row else {
            return None;
        };
        (moved.appointment_id == visit.appointment_id).then_some(moved.location_id)
    })
}
