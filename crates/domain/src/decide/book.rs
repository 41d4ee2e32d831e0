//! Taking a slot.

use super::place::Place;
use super::{Clock, Decided, Wanted, check, seats};
use crate::command::BookAppointment;
use crate::{Appointment, AppointmentStatus, ClinicFacts, Interval, Refusal, Service};

pub(super) fn book(
    wanted: &Wanted<'_, BookAppointment>,
    facts: &ClinicFacts,
    clock: Clock,
) -> Result<Decided, Refusal> {
    let wish = wanted.command;
    check::may_book_for(wanted.by, wish.practitioner_id)?;
    let service = named(wish, facts)?;
    let during = check::time(
        wish.starts_at,
        wish.ends_at,
        service.duration_minutes.into(),
    )?;
    let notes = check::text(wish.notes.as_deref(), check::LONGEST_TEXT, "notes")?;
    if let Some(visit) = facts.appointments.get(&wish.appointment_id) {
        return repeated(wish, notes.as_ref(), visit);
    }
    let place = Place {
        appointment_id: wish.appointment_id,
        practitioner_id: wish.practitioner_id,
        patient_id: wish.patient_id,
        location_id: wish.location_id,
        service,
        during,
    };
    let location_id = place.settle(facts, clock)?;
    let visit = Appointment {
        location_id,
        notes,
        ..appointment(wanted, service, during, facts, clock)
    };
    seats::take(visit, service, facts)
}

/// The service, once everything that the command names is known and can be booked.
fn named<'a>(wish: &BookAppointment, facts: &'a ClinicFacts) -> Result<&'a Service, Refusal> {
    let practitioner = check::practitioner(wish.practitioner_id, facts)?;
    let service = check::service(wish.service_id, facts)?;
    if !practitioner.service_ids.contains(&wish.service_id) {
        return Err(check::invalid("service_id"));
    }
    check::patient(wish.patient_id, facts)?;
    check::location(wish.location_id, facts)?;
    Ok(service)
}

/// The same id is the same booking: a retry is applied without a change, whatever the clinic has
/// filled in (end, location) and whatever became of the visit since.
fn repeated(
    wish: &BookAppointment,
    notes: Option<&String>,
    visit: &Appointment,
) -> Result<Decided, Refusal> {
    let same = wish.practitioner_id == visit.practitioner_id
        && wish.patient_id == visit.patient_id
        && wish.service_id == visit.service_id
        && wish.starts_at == visit.starts_at
        && wish.ends_at.is_none_or(|at| at == visit.ends_at)
        && wish
            .location_id
            .is_none_or(|id| visit.location_id == Some(id))
        && notes == visit.notes.as_ref();
    if !same {
        return Err(check::invalid("appointment_id"));
    }
    Ok(Decided::default())
}

fn appointment(
    wanted: &Wanted<'_, BookAppointment>,
    service: &Service,
    during: Interval,
    facts: &ClinicFacts,
    clock: Clock,
) -> Appointment {
    let wish = wanted.command;
    Appointment {
        appointment_id: wish.appointment_id,
        practitioner_id: wish.practitioner_id,
        patient_id: wish.patient_id,
        service_id: wish.service_id,
        location_id: None,
        starts_at: during.starts_at,
        ends_at: during.ends_at,
        status: if service.needs_approval {
            AppointmentStatus::Pending
        } else {
            AppointmentStatus::Booked
        },
        wall_start: facts.zone.wall(during.starts_at),
        notes: None,
        buffer_before_minutes: service.buffer_before_minutes,
        buffer_after_minutes: service.buffer_after_minutes,
        cancel_reason: None,
        cancel_note: None,
        status_path: Vec::new(),
        series_id: None,
        overridden: None,
        taken_by: wanted.by.user_id,
        taken_by_name: wanted.by.name.clone(),
        taken_at: clock.now(),
        version: 0,
    }
}
