//! Moving a visit.

use super::place::{Place, followed_location};
use super::{Clock, Decided, Wanted, check, seats};
use crate::command::RescheduleAppointment;
use crate::{
    Appointment, AppointmentStatus, ClinicFacts, Interval, PractitionerId, Reason, Refusal, Service,
};

pub(super) fn reschedule(
    wanted: &Wanted<'_, RescheduleAppointment>,
    facts: &ClinicFacts,
    clock: Clock,
) -> Result<Decided, Refusal> {
    let wish = wanted.command;
    let visit = visit(wanted, facts)?;
    let practitioner_id = wish.practitioner_id.unwrap_or(visit.practitioner_id);
    let service = named(wish, visit, practitioner_id, facts)?;
    movable(visit.status)?;
    let during = check::time(wish.starts_at, wish.ends_at, visit.during().minutes())?;
    if is_there(wish, visit, practitioner_id, during) {
        return Ok(Decided::default());
    }
    check::version(wanted.base_version, visit.version)?;
    let place = Place {
        appointment_id: visit.appointment_id,
        practitioner_id,
        patient_id: visit.patient_id,
        location_id: wish.location_id.or_else(|| followed_location(visit, facts)),
        service,
        during,
    };
    let location_id = place.settle(facts, clock)?;
    let moved = Appointment {
        practitioner_id,
        location_id,
        starts_at: during.starts_at,
        ends_at: during.ends_at,
        wall_start: facts.zone.wall(during.starts_at),
        buffer_before_minutes: service.buffer_before_minutes,
        buffer_after_minutes: service.buffer_after_minutes,
        taken_by: wanted.by.user_id,
        taken_by_name: wanted.by.name.clone(),
        taken_at: clock.now(),
        ..visit.clone()
    };
    seats::take(moved, service, facts)
}

/// The visit, if the user may move it to where it shall go.
fn visit<'a>(
    wanted: &Wanted<'_, RescheduleAppointment>,
    facts: &'a ClinicFacts,
) -> Result<&'a Appointment, Refusal> {
    let wish = wanted.command;
    if let Some(to) = wish.practitioner_id {
        check::may_book_for(wanted.by, to)?;
    }
    let visit = facts
        .appointments
        .get(&wish.appointment_id)
        .ok_or_else(|| Refusal::of_field(Reason::UnknownId, "appointment_id"))?;
    check::may_book_for(wanted.by, visit.practitioner_id)?;
    Ok(visit)
}

/// The visit's service, once everything that the command names is known and can be booked. What the
/// visit keeps is not asked again: a service that was given up can still be moved.
fn named<'a>(
    wish: &RescheduleAppointment,
    visit: &Appointment,
    practitioner_id: PractitionerId,
    facts: &'a ClinicFacts,
) -> Result<&'a Service, Refusal> {
    let practitioner = check::practitioner(practitioner_id, facts)?;
    let moves_over = practitioner_id != visit.practitioner_id;
    if moves_over && !practitioner.service_ids.contains(&visit.service_id) {
        return Err(check::invalid("practitioner_id"));
    }
    check::location(wish.location_id, facts)?;
    facts
        .services
        .get(&visit.service_id)
        .ok_or_else(|| Refusal::of_field(Reason::UnknownId, "service_id"))
}

fn movable(status: AppointmentStatus) -> Result<(), Refusal> {
    match status {
        AppointmentStatus::Pending | AppointmentStatus::Booked => Ok(()),
        AppointmentStatus::Arrived
        | AppointmentStatus::CheckedIn
        | AppointmentStatus::Fulfilled
        | AppointmentStatus::Cancelled
        | AppointmentStatus::NoShow => Err(Refusal::because(Reason::IllegalStatus)),
    }
}

fn is_there(
    wish: &RescheduleAppointment,
    visit: &Appointment,
    practitioner_id: PractitionerId,
    during: Interval,
) -> bool {
    practitioner_id == visit.practitioner_id
        && during == visit.during()
        && wish
            .location_id
            .is_none_or(|id| visit.location_id == Some(id))
}
