//! What a write on a visit answers: the visit as the calendar shows it, or what was asked for while
//! the answer is not here.

use chrono::TimeDelta;
use frontdesk_domain::command::{BookAppointment, RescheduleAppointment};
use frontdesk_domain::{AppointmentId, AppointmentStatus, Interval, Service};

use super::submit::Submitted;
use crate::cache::{self, OutboxSlot};
use crate::error::DeskError;
use crate::read::Look;
use crate::read::wall::{hh_mm, hh_mm_end};
use crate::view::{Progress, VisitPlaced, Written};

/// The time that a booking asks for, as far as this desk can tell.
pub(super) fn booked_slot(look: &Look<'_>, command: &BookAppointment) -> OutboxSlot {
    let service: Option<&Service> = look.directory.facts.services.get(&command.service_id);
    let length = service.map_or(0, |service| i64::from(service.duration_minutes));
    let ends_at = command
        .ends_at
        .or_else(|| {
            command
                .starts_at
                .checked_add_signed(TimeDelta::minutes(length))
        })
        .unwrap_or(command.starts_at);
    OutboxSlot {
        practitioner_id: command.practitioner_id,
        during: Interval::new(command.starts_at, ends_at),
    }
}

/// Where a move leads.
pub(super) fn moved(had: Interval, command: &RescheduleAppointment) -> Interval {
    let ends_at = command
        .ends_at
        .or_else(|| {
            command
                .starts_at
                .checked_add_signed(had.ends_at - had.starts_at)
        })
        .unwrap_or(command.starts_at);
    Interval::new(command.starts_at, ends_at)
}

/// The visit as the calendar shows it; what was asked for while the answer is not here.
pub(super) fn placed(
    look: &Look<'_>,
    id: AppointmentId,
    submitted: &Submitted,
    waiting: impl FnOnce() -> Result<VisitPlaced, DeskError>,
) -> Result<Written<VisitPlaced>, DeskError> {
    let value = match submitted.progress {
        Progress::Waiting => waiting()?,
        Progress::Confirmed => {
            let visit = cache::visit(look.tx, id)?.ok_or(DeskError::NotFound("appointment"))?;
            let slot = OutboxSlot {
                practitioner_id: visit.practitioner_id,
                during: visit.during(),
            };
            VisitPlaced {
                progress: Progress::Confirmed,
                status: visit.status,
                patient_name: look.patient_name(&visit)?,
                service_name: look.service_name(visit.service_id),
                ..at_slot(look, id, slot)
            }
        }
    };
    Ok(Written {
        value,
        generation: submitted.generation,
    })
}

/// What was asked for.
pub(super) fn waiting_booking(
    look: &Look<'_>,
    command: &BookAppointment,
    slot: OutboxSlot,
) -> Result<VisitPlaced, DeskError> {
    let patient = cache::patient_of(look.tx, command.patient_id)?;
    let service = look.directory.facts.services.get(&command.service_id);
    let approval = service.is_some_and(|service| service.needs_approval);
    Ok(VisitPlaced {
        status: if approval {
            AppointmentStatus::Pending
        } else {
            AppointmentStatus::Booked
        },
        patient_name: patient.map(|patient| patient.name).unwrap_or_default(),
        service_name: look.service_name(command.service_id),
        ..at_slot(look, command.appointment_id, slot)
    })
}

/// Where it is to go, or where it is.
pub(super) fn waiting_move(
    look: &Look<'_>,
    id: AppointmentId,
    slot: Option<OutboxSlot>,
) -> Result<VisitPlaced, DeskError> {
    let visit = cache::visit(look.tx, id)?.ok_or(DeskError::NotFound("appointment"))?;
    let here = OutboxSlot {
        practitioner_id: visit.practitioner_id,
        during: visit.during(),
    };
    Ok(VisitPlaced {
        status: visit.status,
        patient_name: look.patient_name(&visit)?,
        service_name: look.service_name(visit.service_id),
        ..at_slot(look, id, slot.unwrap_or(here))
    })
}

fn at_slot(look: &Look<'_>, id: AppointmentId, slot: OutboxSlot) -> VisitPlaced {
    let zone = &look.directory.facts.zone;
    VisitPlaced {
        appointment_id: id,
        progress: Progress::Waiting,
        status: AppointmentStatus::Booked,
        patient_name: String::new(),
        practitioner_name: look.practitioner_name(slot.practitioner_id),
        service_name: String::new(),
        date: zone.date(slot.during.starts_at),
        wall_start: hh_mm(zone, slot.during.starts_at),
        wall_end: hh_mm_end(zone, slot.during),
    }
}
