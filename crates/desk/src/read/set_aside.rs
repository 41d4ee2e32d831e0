//! What the server could not take, as a person decides about it.

use frontdesk_domain::{AppointmentId, Command};
use frontdesk_protocol::{Code, Problem};

use super::Look;
use super::patients::patient_match;
use super::wall::wall_instant;
use crate::cache::{self, KeptCommand};
use crate::error::DeskError;
use crate::view::{Asked, KeptBooking, KeptUpdate, SetAsideCommand, SetAsideList};

/// Patient and service by name, as far as this desk knows them.
type Names = (Option<String>, Option<String>);

impl Look<'_> {
    /// What was set aside, oldest first; at most so many.
    pub(crate) fn set_aside(&self, most: usize) -> Result<SetAsideList, DeskError> {
        let kept = cache::all_kept(self.tx)?.into_iter().take(most);
        let commands = kept.filter_map(|kept| {
            // A `noop` was nobody's wish.
            let asked = Asked::of_kind(&kept.kind)?;
            Some(self.kept(kept, asked))
        });
        Ok(SetAsideList {
            commands: commands.collect::<Result<_, _>>()?,
        })
    }

    fn kept(&self, kept: KeptCommand, asked: Asked) -> Result<SetAsideCommand, DeskError> {
        let (patient_name, service_name) = self.names_in(&kept.command)?;
        let booking = self.kept_booking(&kept)?;
        let update = self.kept_update(&kept)?;
        Ok(SetAsideCommand {
            command_id: kept.command_id,
            asked,
            asked_at: wall_instant(&self.directory.facts.zone, kept.asked_at),
            patient_name,
            service_name,
            slot: kept.slot.map(|slot| self.notice_slot(slot)),
            appointment_id: changed_visit(&kept.command),
            booking,
            update,
            why: why(kept.problem).view(),
        })
    }

    /// A booking that another one could be made of.
    fn kept_booking(&self, kept: &KeptCommand) -> Result<Option<KeptBooking>, DeskError> {
        let (Command::BookAppointment(book), Some(slot)) = (&kept.command, kept.slot) else {
            return Ok(None);
        };
        let patient = cache::patient_of(self.tx, book.patient_id)?;
        Ok(patient.map(|patient| KeptBooking {
            patient: patient_match(patient),
            service_id: book.service_id,
            ends_at: slot.during.ends_at,
            notes: book.notes.clone(),
        }))
    }

    fn kept_update(&self, kept: &KeptCommand) -> Result<Option<KeptUpdate>, DeskError> {
        let Command::UpdateAppointment(update) = &kept.command else {
            return Ok(None);
        };
        let patient = match update.patient_id {
            Some(id) => cache::patient_of(self.tx, id)?,
            None => None,
        };
        Ok(Some(KeptUpdate {
            patient: patient.map(patient_match),
            service_id: update.service_id,
            notes: update.notes.clone(),
        }))
    }

    fn names_in(&self, command: &Command) -> Result<Names, DeskError> {
        let of_new = |patient_id, service_id| -> Result<Names, DeskError> {
            let patient = cache::patient_of(self.tx, patient_id)?;
            let service = self.directory.facts.services.get(&service_id);
            Ok((
                patient.map(|patient| patient.name),
                service.map(|service| service.name.clone()),
            ))
        };
        match command {
            Command::BookAppointment(book) => of_new(book.patient_id, book.service_id),
            Command::BookSeries(series) => of_new(series.patient_id, series.service_id),
            Command::PutPatient(patient) => Ok((Some(patient.name.clone()), None)),
            Command::Noop(_) => Ok((None, None)),
            Command::RescheduleAppointment(to) => self.names_of(to.appointment_id),
            Command::UpdateAppointment(to) => self.names_of(to.appointment_id),
            Command::CancelAppointment(it) => self.names_of(it.appointment_id),
            Command::ApproveAppointment(step)
            | Command::RejectAppointment(step)
            | Command::ArriveAppointment(step)
            | Command::CheckInAppointment(step)
            | Command::CompleteAppointment(step)
            | Command::MarkAppointmentNoShow(step)
            | Command::UndoStatus(step) => self.names_of(step.appointment_id),
        }
    }

    fn names_of(&self, id: AppointmentId) -> Result<Names, DeskError> {
        let Some(visit) = cache::visit(self.tx, id)? else {
            return Ok((None, None));
        };
        let service = self.service_name(visit.service_id);
        Ok((Some(self.patient_name(&visit)?), Some(service)))
    }
}

/// The visit that a command changes.
fn changed_visit(command: &Command) -> Option<AppointmentId> {
    match command {
        Command::BookAppointment(_)
        | Command::BookSeries(_)
        | Command::PutPatient(_)
        | Command::Noop(_) => None,
        Command::RescheduleAppointment(to) => Some(to.appointment_id),
        Command::UpdateAppointment(to) => Some(to.appointment_id),
        Command::CancelAppointment(it) => Some(it.appointment_id),
        Command::ApproveAppointment(step)
        | Command::RejectAppointment(step)
        | Command::ArriveAppointment(step)
        | Command::CheckInAppointment(step)
        | Command::CompleteAppointment(step)
        | Command::MarkAppointmentNoShow(step)
        | Command::UndoStatus(step) => Some(step.appointment_id),
    }
}

/// What the server said, as the person who asked would have been told.
pub(crate) fn why(problem: Problem) -> DeskError {
    match problem.code {
        Code::BadRequest | Code::InvalidEnvelope | Code::TooLarge => {
            DeskError::Outdated(problem.detail)
        }
        Code::Unauthorized
        | Code::WrongPassword
        | Code::Forbidden
        | Code::DeviceMismatch
        | Code::NotFound
        | Code::MethodNotAllowed
        | Code::CommandGap
        | Code::CommandReused
        | Code::SlotTaken
        | Code::Gone
        | Code::TooManyRequests
        | Code::Internal
        | Code::Unavailable => DeskError::Server {
            detail: problem.detail,
            request_id: problem.request_id,
        },
    }
}
