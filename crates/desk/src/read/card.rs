//! One visit with everything that is said about it.

use frontdesk_domain::command::{
    CancelAppointment, RescheduleAppointment, SeriesScope, UpdateAppointment,
};
use frontdesk_domain::{Appointment, CancelReason, Command, Override, Reason, decide};

use super::Look;
use super::wall::{hh_mm, hh_mm_end, wall_instant};
use crate::cache;
use crate::error::DeskError;
use crate::read::patients::patient_match;
use crate::view::{AppointmentCard, AppointmentCardQuery, OverrideView, PatientMatch};

impl Look<'_> {
    /// The card of a visit.
    pub(crate) fn appointment_card(
        &self,
        query: AppointmentCardQuery,
    ) -> Result<AppointmentCard, DeskError> {
        let visit = cache::visit(self.tx, query.appointment_id)?;
        let visit = visit.ok_or(DeskError::NotFound("appointment"))?;
        let patient = cache::patient_of(self.tx, visit.patient_id)?;
        let patient = patient.map_or_else(|| nameless(&visit), patient_match);
        let facts = &self.directory.facts;
        let location = visit.location_id.and_then(|id| facts.locations.get(&id));
        let zone = &facts.zone;
        Ok(AppointmentCard {
            appointment_id: visit.appointment_id,
            patient,
            practitioner_id: visit.practitioner_id,
            practitioner_name: self.practitioner_name(visit.practitioner_id),
            service_id: visit.service_id,
            service_name: self.service_name(visit.service_id),
            location_id: visit.location_id,
            location_name: location.map(|location| location.name.clone()),
            starts_at: visit.starts_at,
            ends_at: visit.ends_at,
            date: zone.date(visit.starts_at),
            wall_start: hh_mm(zone, visit.starts_at),
            wall_end: hh_mm_end(zone, visit.during()),
            status: visit.status,
            notes: visit.notes.clone(),
            taken_by_name: visit.taken_by_name.clone(),
            taken_at: wall_instant(zone, visit.taken_at),
            cancel_reason: visit.cancel_reason,
            cancel_note: visit.cancel_note.clone(),
            overridden: visit.overridden.as_ref().map(override_view),
            series: self.series_place(&visit)?,
            steps: decide::legal_steps_for(&visit, &self.me, self.now),
            can_update: self.can_update(&visit)?,
            can_cancel: self.can_cancel(&visit)?,
            can_reschedule: self.can_reschedule(&visit)?,
            version: visit.version,
        })
    }

    fn can_cancel(&self, visit: &Appointment) -> Result<bool, DeskError> {
        let command = Command::CancelAppointment(CancelAppointment {
            appointment_id: visit.appointment_id,
            reason: CancelReason::Clinic,
            note: None,
            scope: SeriesScope::This,
        });
        // A second cancel is allowed and changes nothing: not worth a button.
        Ok(visit.status.occupies() && self.preview(&command, None)?.outcome.is_ok())
    }

    /// Rights and status only: whether a new place fits is decided there.
    fn can_reschedule(&self, visit: &Appointment) -> Result<bool, DeskError> {
        self.is_open_to(&Command::RescheduleAppointment(RescheduleAppointment {
            appointment_id: visit.appointment_id,
            starts_at: visit.starts_at,
            ends_at: None,
            practitioner_id: None,
            location_id: None,
            overriding: None,
            scope: SeriesScope::This,
        }))
    }

    fn can_update(&self, visit: &Appointment) -> Result<bool, DeskError> {
        // Other notes than those it has: what changes nothing is always allowed.
        let other = visit.notes.is_none().then(|| "?".to_owned());
        self.is_open_to(&Command::UpdateAppointment(UpdateAppointment {
            appointment_id: visit.appointment_id,
            notes: Some(other.unwrap_or_default()),
            patient_id: None,
            service_id: None,
            scope: SeriesScope::This,
        }))
    }

    fn is_open_to(&self, command: &Command) -> Result<bool, DeskError> {
        let refused = self.preview(command, None)?.outcome.err();
        Ok(!refused.is_some_and(|refusal| {
            matches!(refusal.reason, Reason::Forbidden | Reason::IllegalStatus)
        }))
    }
}

fn override_view(broken: &Override) -> OverrideView {
    OverrideView {
        reason: broken.reason.clone(),
        rules: broken.rules.clone(),
    }
}

fn nameless(visit: &Appointment) -> PatientMatch {
    PatientMatch {
        patient_id: visit.patient_id,
        name: String::new(),
        phone: None,
        birth_date: None,
    }
}
