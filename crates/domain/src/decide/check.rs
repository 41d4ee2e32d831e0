//! The checks that several decisions share.

use chrono::{Datelike, TimeDelta, Timelike};

use super::rights;
use crate::interval::shifted;
use crate::{
    Actor, Appointment, AppointmentId, ClinicFacts, Interval, LocationId, PatientId, Practitioner,
    PractitionerId, Reason, Refusal, Service, ServiceId, Timestamp,
};

/// The longest visit.
pub(super) const LONGEST: TimeDelta = TimeDelta::hours(24);
/// The longest free text, in characters.
pub(super) const LONGEST_TEXT: usize = 2_000;

pub(super) fn practitioner(
    id: PractitionerId,
    facts: &ClinicFacts,
) -> Result<&Practitioner, Refusal> {
    let row = facts.practitioners.get(&id);
    active(row, |row| row.active, "practitioner_id")
}

pub(super) fn service(id: ServiceId, facts: &ClinicFacts) -> Result<&Service, Refusal> {
    active(facts.services.get(&id), |row| row.active, "service_id")
}

pub(super) fn location(id: Option<LocationId>, facts: &ClinicFacts) -> Result<(), Refusal> {
    let Some(id) = id else { return Ok(()) };
    active(facts.locations.get(&id), |row| row.active, "location_id").map(|_| ())
}

pub(super) fn patient(id: PatientId, facts: &ClinicFacts) -> Result<(), Refusal> {
    active(facts.patients.get(&id), |_| true, "patient_id").map(|_| ())
}

fn active<'a, T>(
    row: Option<&'a T>,
    is_active: impl Fn(&T) -> bool,
    field: &str,
) -> Result<&'a T, Refusal> {
    let row = row.ok_or_else(|| Refusal::of_field(Reason::UnknownId, field))?;
    if !is_active(row) {
        return Err(invalid(field));
    }
    Ok(row)
}

/// The visit's time: `minutes` long unless its end is given, at most 24 hours, whole minutes.
pub(super) fn time(
    starts_at: Timestamp,
    ends_at: Option<Timestamp>,
    minutes: i64,
) -> Result<Interval, Refusal> {
    if !is_storable(starts_at) {
        return Err(invalid("starts_at"));
    }
    let ends_at = ends_at.unwrap_or_else(|| shifted(starts_at, minutes));
    let length = ends_at - starts_at;
    let whole_minutes = length == TimeDelta::minutes(length.num_minutes());
    let fits = length > TimeDelta::zero() && length <= LONGEST;
    if !is_storable(ends_at) || !fits || !whole_minutes {
        return Err(invalid("ends_at"));
    }
    Ok(Interval::new(starts_at, ends_at))
}

/// Instants are compared as RFC 3339 texts, so years have four digits, and a leap second would sort
/// wrongly; they are stored in whole milliseconds, so a row never differs from what was decided.
fn is_storable(at: Timestamp) -> bool {
    let nanos = at.nanosecond();
    (1..=9998).contains(&at.year()) && nanos < 1_000_000_000 && nanos.is_multiple_of(1_000_000)
}

/// Free text: none when empty, at most `longest` characters, without the one character that not
/// every database stores.
pub(super) fn text(
    text: Option<&str>,
    longest: usize,
    field: &str,
) -> Result<Option<String>, Refusal> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    if text.contains('\0') || text.chars().nth(longest).is_some() {
        return Err(invalid(field));
    }
    Ok(Some(text.to_owned()))
}

/// What the user saw must be what is there; else the fields that changed since are named.
pub(super) fn version(base: Option<u64>, version: u64, facts: &ClinicFacts) -> Result<(), Refusal> {
    match base {
        Some(seen) if seen < version => Err(Refusal {
            changed: facts.changed.iter().cloned().collect(),
            ..Refusal::because(Reason::StaleVersion)
        }),
        Some(_) | None => Ok(()),
    }
}

/// The visit that the command names, if the user may act on it.
pub(super) fn visit<'a>(
    id: AppointmentId,
    by: &Actor,
    facts: &'a ClinicFacts,
) -> Result<&'a Appointment, Refusal> {
    let visit = facts
        .appointments
        .get(&id)
        .ok_or_else(|| Refusal::of_field(Reason::UnknownId, "appointment_id"))?;
    rights::may_book_for(by, visit.practitioner_id)?;
    Ok(visit)
}

/// The service of a visit, which may have been given up since.
pub(super) fn service_of<'a>(
    visit: &Appointment,
    facts: &'a ClinicFacts,
) -> Result<&'a Service, Refusal> {
    facts
        .services
        .get(&visit.service_id)
        .ok_or_else(|| Refusal::of_field(Reason::UnknownId, "service_id"))
}

pub(super) fn invalid(field: &str) -> Refusal {
    Refusal::of_field(Reason::Invalid, field)
}
