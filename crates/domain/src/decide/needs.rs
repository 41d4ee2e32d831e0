//! Which facts a decision needs.

use super::check::LONGEST;
use crate::interval::shifted;
use crate::{
    ClinicFacts, Command, Interval, Needs, PlaceNeed, PractitionerId, Service, ServiceId, Timestamp,
};

/// Longer than any visit with its buffers, in minutes.
const MARGIN_MINUTES: i64 = 2 * 24 * 60;
/// Visits that share a resource are re-seated together; they hang together within a day.
const GROUP_MINUTES: i64 = 24 * 60;

/// Which facts an engine must load for a command of which it knows nothing else: the rows that it
/// names. Directories, schedules and exceptions are always needed. With these rows at hand
/// [`needs_given`] says which visits and holds can be in the way.
#[must_use]
pub fn needs(command: &Command) -> Needs {
    let around = |starts_at: Timestamp, ends_at: Option<Timestamp>| {
        let longest = shifted(starts_at, LONGEST.num_minutes());
        let ends_at = ends_at.unwrap_or(longest).min(longest);
        Interval::new(
            shifted(starts_at, -MARGIN_MINUTES),
            shifted(ends_at, MARGIN_MINUTES),
        )
    };
    needing(command, None, around)
}

/// The same for an engine that has the directories and the named visit at hand: just the visits
/// that can matter, which for a plain service is a handful.
#[must_use]
pub fn needs_given(command: &Command, facts: &ClinicFacts) -> Needs {
    let visit = |id| facts.appointments.get(id);
    let (service_id, minutes) = match command {
        Command::BookAppointment(book) => (Some(book.service_id), None),
        Command::RescheduleAppointment(to) => visit(&to.appointment_id)
            .map_or((None, None), |visit| {
                (Some(visit.service_id), Some(visit.during().minutes()))
            }),
        Command::UpdateAppointment(_)
        | Command::CancelAppointment(_)
        | Command::ApproveAppointment(_)
        | Command::RejectAppointment(_)
        | Command::ArriveAppointment(_)
        | Command::CheckInAppointment(_)
        | Command::CompleteAppointment(_)
        | Command::MarkAppointmentNoShow(_)
        | Command::UndoStatus(_)
        | Command::BookSeries(_)
        | Command::PutPatient(_)
        | Command::Noop(_) => (None, None),
    };
    let Some(service) = service_id.and_then(|id: ServiceId| facts.services.get(&id)) else {
        // Refused before any other visit matters.
        return Needs {
            places: Vec::new(),
            ..needs(command)
        };
    };
    let minutes = minutes.unwrap_or(service.duration_minutes.into());
    needing(command, Some(facts), |starts_at, ends_at| {
        let longest = shifted(starts_at, LONGEST.num_minutes());
        let ends_at = ends_at.unwrap_or_else(|| shifted(starts_at, minutes));
        window(
            &Interval::new(starts_at, ends_at.min(longest)),
            service,
            facts,
        )
    })
}

/// What a visit occupies, and a day around it where seats are shared.
pub(super) fn window(visit: &Interval, service: &Service, facts: &ClinicFacts) -> Interval {
    let occupied = visit.widened(service.buffer_before_minutes, service.buffer_after_minutes);
    let shared = service.class_capacity().is_some()
        || facts
            .locations
            .values()
            .any(|location| location.capacity > 1);
    let margin = if shared { GROUP_MINUTES } else { 0 };
    Interval::new(
        shifted(occupied.starts_at, -margin),
        shifted(occupied.ends_at, margin),
    )
}

fn needing(
    command: &Command,
    facts: Option<&ClinicFacts>,
    around: impl Fn(Timestamp, Option<Timestamp>) -> Interval,
) -> Needs {
    match command {
        Command::BookAppointment(book) => Needs {
            appointments: vec![book.appointment_id],
            patients: vec![book.patient_id],
            places: vec![PlaceNeed {
                during: around(book.starts_at, book.ends_at),
                practitioner_id: book.practitioner_id,
                patient_id: Some(book.patient_id),
            }],
            ..Needs::default()
        },
        Command::RescheduleAppointment(to) => {
            let visit = facts.and_then(|facts| facts.appointments.get(&to.appointment_id));
            let whose: Option<PractitionerId> = to
                .practitioner_id
                .or(visit.map(|visit| visit.practitioner_id));
            let place = |practitioner_id| PlaceNeed {
                during: around(to.starts_at, to.ends_at),
                practitioner_id,
                patient_id: visit.map(|visit| visit.patient_id),
            };
            Needs {
                appointments: vec![to.appointment_id],
                places: whose.map(place).into_iter().collect(),
                ..Needs::default()
            }
        }
        Command::CancelAppointment(cancel) => Needs {
            appointments: vec![cancel.appointment_id],
            ..Needs::default()
        },
        Command::PutPatient(put) => Needs {
            patients: vec![put.patient_id],
            ..Needs::default()
        },
        Command::UpdateAppointment(_)
        | Command::ApproveAppointment(_)
        | Command::RejectAppointment(_)
        | Command::ArriveAppointment(_)
        | Command::CheckInAppointment(_)
        | Command::CompleteAppointment(_)
        | Command::MarkAppointmentNoShow(_)
        | Command::UndoStatus(_)
        | Command::BookSeries(_)
        | Command::Noop(_) => Needs::default(),
    }
}
