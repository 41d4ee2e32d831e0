//! Which facts a decision needs, asked in steps by whoever loads them.

use super::reschedule::is_movable;
use super::shift::Shift;
use super::update::is_updatable;
use super::{cancel, scope};
use crate::command::{BookSeries, RescheduleAppointment, SeriesScope, UpdateAppointment};
use crate::interval::shifted;
use crate::{
    Appointment, AppointmentId, AppointmentStatus, ClinicFacts, Command, Interval, Kind, Needs,
    PatientId, PlaceNeed, PractitionerId, ServiceId, Timestamp, resolve,
};

/// The longest visit, in minutes.
const LONGEST_MINUTES: i64 = 24 * 60;

/// Step one: the rows that the command names, and for an edit of several visits those of the series.
/// Directories, schedules and exceptions are always needed. No place is named yet.
#[must_use]
pub fn needs(command: &Command) -> Needs {
    let visit = |id: AppointmentId| Needs {
        appointments: vec![id],
        ..Needs::default()
    };
    let visits = |id: AppointmentId, scope: SeriesScope| Needs {
        series_of: (scope != SeriesScope::This).then_some(id),
        ..visit(id)
    };
    match command {
        Command::BookAppointment(book) => Needs {
            patients: vec![book.patient_id],
            ..visit(book.appointment_id)
        },
        Command::RescheduleAppointment(to) => visits(to.appointment_id, to.scope),
        Command::UpdateAppointment(update) => Needs {
            patients: update.patient_id.into_iter().collect(),
            ..visits(update.appointment_id, update.scope)
        },
        Command::CancelAppointment(cancel) => visits(cancel.appointment_id, cancel.scope),
        Command::ApproveAppointment(on)
        | Command::RejectAppointment(on)
        | Command::ArriveAppointment(on)
        | Command::CheckInAppointment(on)
        | Command::CompleteAppointment(on)
        | Command::MarkAppointmentNoShow(on)
        | Command::UndoStatus(on) => visit(on.appointment_id),
        Command::BookSeries(series) => Needs {
            appointments: series.visits.iter().map(|v| v.appointment_id).collect(),
            series: Some(series.series_id),
            patients: vec![series.patient_id],
            ..Needs::default()
        },
        Command::PutPatient(put) => Needs {
            patients: vec![put.patient_id],
            ..Needs::default()
        },
        Command::Noop(_) => Needs::default(),
    }
}

/// Step two, with the rows of [`needs`] and the directories at hand: the places in question with just
/// the visits that can matter, which for a plain service is a handful, and the edited rows that are
/// newer than what the user saw. What step one named is not named again.
#[must_use]
pub fn needs_given(command: &Command, base_version: Option<u64>, facts: &ClinicFacts) -> Needs {
    Needs {
        places: places(command, facts),
        changed_since: changed_since(command, base_version, facts),
        ..Needs::default()
    }
}

fn places(command: &Command, facts: &ClinicFacts) -> Vec<PlaceNeed> {
    match command {
        Command::BookAppointment(book) => {
            let asked = Asked {
                practitioner_id: book.practitioner_id,
                patient_id: book.patient_id,
                service_id: book.service_id,
                starts_at: book.starts_at,
                ends_at: book.ends_at,
            };
            asked.place(facts).into_iter().collect()
        }
        Command::BookSeries(series) => of_series(series, facts),
        Command::RescheduleAppointment(to) => of_moves(to, facts),
        Command::UpdateAppointment(update) => of_updates(update, facts),
        Command::UndoStatus(on) => {
            let visit = facts.appointments.get(&on.appointment_id);
            let gone = visit.filter(|visit| !visit.status.occupies());
            gone.map(kept_place).into_iter().collect()
        }
        Command::CancelAppointment(_)
        | Command::ApproveAppointment(_)
        | Command::RejectAppointment(_)
        | Command::ArriveAppointment(_)
        | Command::CheckInAppointment(_)
        | Command::CompleteAppointment(_)
        | Command::MarkAppointmentNoShow(_)
        | Command::PutPatient(_)
        | Command::Noop(_) => Vec::new(),
    }
}

/// A time in question, with whom and for whom.
struct Asked {
    practitioner_id: PractitionerId,
    patient_id: PatientId,
    service_id: ServiceId,
    starts_at: Timestamp,
    ends_at: Option<Timestamp>,
}

impl Asked {
    /// None for an unknown service: that is refused before any other visit matters.
    fn place(&self, facts: &ClinicFacts) -> Option<PlaceNeed> {
        let service = facts.services.get(&self.service_id)?;
        let longest = shifted(self.starts_at, LONGEST_MINUTES);
        let usual = || shifted(self.starts_at, service.duration_minutes.into());
        let ends_at = self.ends_at.unwrap_or_else(usual).min(longest);
        let visit = Interval::new(self.starts_at, ends_at);
        let occupied = visit.widened(service.buffer_before_minutes, service.buffer_after_minutes);
        Some(PlaceNeed {
            during: occupied,
            practitioner_id: self.practitioner_id,
            patient_id: Some(self.patient_id),
        })
    }
}

/// The place of a visit that keeps its time.
fn kept_place(visit: &Appointment) -> PlaceNeed {
    PlaceNeed {
        during: visit.occupied(),
        practitioner_id: visit.practitioner_id,
        patient_id: Some(visit.patient_id),
    }
}

fn of_series(series: &BookSeries, facts: &ClinicFacts) -> Vec<PlaceNeed> {
    let places = series.visits.iter().filter_map(|visit| {
        let wall = visit.wall_start;
        let resolved = wall.and_then(|wall| resolve(wall, &facts.zone).chosen(None).ok());
        let asked = Asked {
            practitioner_id: visit.practitioner_id,
            patient_id: series.patient_id,
            service_id: series.service_id,
            starts_at: visit.starts_at.or(resolved)?,
            ends_at: visit.ends_at,
        };
        asked.place(facts)
    });
    places.collect()
}

fn of_moves(to: &RescheduleAppointment, facts: &ClinicFacts) -> Vec<PlaceNeed> {
    let Some(named) = facts.appointments.get(&to.appointment_id) else {
        return Vec::new();
    };
    let shift = Shift::of(to, named, &facts.zone);
    let places = edited(named, to.scope, facts, is_movable)
        .into_iter()
        .filter_map(|visit| {
            let target = shift.target(visit, &facts.zone).ok()?;
            let during = target.during.ok()?;
            let asked = Asked {
                practitioner_id: to.practitioner_id.unwrap_or(visit.practitioner_id),
                patient_id: visit.patient_id,
                service_id: visit.service_id,
                starts_at: during.starts_at,
                ends_at: Some(during.ends_at),
            };
            asked.place(facts)
        });
    places.collect()
}

fn of_updates(update: &UpdateAppointment, facts: &ClinicFacts) -> Vec<PlaceNeed> {
    if update.patient_id.is_none() && update.service_id.is_none() {
        return Vec::new();
    }
    let Some(named) = facts.appointments.get(&update.appointment_id) else {
        return Vec::new();
    };
    let allows = |status| is_updatable(update, status);
    let places = edited(named, update.scope, facts, allows)
        .into_iter()
        .filter_map(|visit| {
            let asked = Asked {
                practitioner_id: visit.practitioner_id,
                patient_id: update.patient_id.unwrap_or(visit.patient_id),
                service_id: update.service_id.unwrap_or(visit.service_id),
                starts_at: visit.starts_at,
                ends_at: Some(visit.ends_at),
            };
            asked.place(facts)
        });
    places.collect()
}

/// The visits that an edit can be for; none for a scope without a series.
fn edited<'a>(
    named: &'a Appointment,
    scope: SeriesScope,
    facts: &'a ClinicFacts,
    allows: impl Fn(AppointmentStatus) -> bool,
) -> Vec<&'a Appointment> {
    scope::concerned(named, scope, facts, None, allows).unwrap_or_default()
}

fn changed_since(
    command: &Command,
    base_version: Option<u64>,
    facts: &ClinicFacts,
) -> Vec<(Kind, uuid::Uuid, u64)> {
    let Some(base) = base_version else {
        return Vec::new();
    };
    let visits = |id: AppointmentId, scope, allows: &dyn Fn(AppointmentStatus) -> bool| {
        let named = facts.appointments.get(&id);
        let visits = named.map_or_else(Vec::new, |named| edited(named, scope, facts, allows));
        let newer = visits.into_iter().filter(|visit| visit.version > base);
        newer
            .map(|visit| (Kind::Appointment, visit.appointment_id.0, base))
            .collect()
    };
    match command {
        Command::RescheduleAppointment(to) => visits(to.appointment_id, to.scope, &is_movable),
        Command::UpdateAppointment(on) => visits(on.appointment_id, on.scope, &|status| {
            is_updatable(on, status)
        }),
        Command::CancelAppointment(on) => {
            visits(on.appointment_id, on.scope, &cancel::is_cancellable)
        }
        Command::PutPatient(put) => {
            let row = facts.patients.get(&put.patient_id);
            let newer = row.filter(|row| row.version > base);
            newer
                .map(|row| (Kind::Patient, row.patient_id.0, base))
                .into_iter()
                .collect()
        }
        Command::ApproveAppointment(on)
        | Command::RejectAppointment(on)
        | Command::ArriveAppointment(on)
        | Command::CheckInAppointment(on)
        | Command::CompleteAppointment(on)
        | Command::MarkAppointmentNoShow(on)
        | Command::UndoStatus(on) => visits(on.appointment_id, SeriesScope::This, &|_| true),
        Command::BookAppointment(_) | Command::BookSeries(_) | Command::Noop(_) => Vec::new(),
    }
}
