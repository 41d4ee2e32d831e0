//! Facts for the domain's functions, and the visits and patients behind a view.

use std::collections::HashMap;

use frontdesk_domain::{
    Appointment, AppointmentId, ClinicFacts, Interval, Patient, PatientId, PractitionerId,
    SeriesId, Service, ServiceId, Timestamp,
};
use rusqlite::{OptionalExtension as _, Transaction, params};

use super::directory::Directory;
use super::hold::foreign_holds;
use super::row::{APPOINTMENT, APPOINTMENT_COLUMNS, appointment, instant, micros, patient};
use crate::error::StorageError;

/// What of a patient a tile or a card shows, beside the visit.
pub(crate) type NamedVisit = (Appointment, Option<String>);

/// The directory with the visits, and other desks' holds, that occupy something in these times. What
/// cannot be in anybody's way is left out.
pub(crate) fn facts_at(
    tx: &Transaction<'_>,
    directory: &Directory,
    spans: &[Interval],
    (now, contact): (Timestamp, Option<Timestamp>),
) -> Result<ClinicFacts, StorageError> {
    let mut facts = directory.facts.clone();
    for span in merged(spans) {
        for visit in visits_in(tx, span)? {
            facts.appointments.insert(visit.appointment_id, visit);
        }
        facts.holds.extend(foreign_holds(tx, span, now, contact)?);
    }
    facts.holds.sort_by_key(|hold| hold.hold_id);
    facts.holds.dedup_by_key(|hold| hold.hold_id);
    Ok(facts)
}

/// The same times without overlaps, so that no visit is read twice.
fn merged(spans: &[Interval]) -> Vec<Interval> {
    frontdesk_domain::interval::union(spans.to_vec())
}

fn visits_in(tx: &Transaction<'_>, span: Interval) -> Result<Vec<Appointment>, StorageError> {
    let (from, until) = reach(tx, span)?;
    let mut statement = tx.prepare_cached(&format!(
        "select {APPOINTMENT} from appointment a
         where a.starts_at > ?1 and a.starts_at < ?2 and a.status <> 'cancelled'"
    ))?;
    let mut rows = statement.query(params![from, until])?;
    let mut visits = Vec::new();
    while let Some(sql) = rows.next()? {
        let visit = appointment(sql)?;
        if visit.occupied().overlaps(&span) {
            visits.push(visit);
        }
    }
    Ok(visits)
}

/// Visits that wait for approval and start at or after `from`, each with its patient's name.
pub(crate) fn pending_visits(
    tx: &Transaction<'_>,
    from: Timestamp,
) -> Result<Vec<NamedVisit>, StorageError> {
    let mut statement = tx.prepare_cached(&format!(
        "select {APPOINTMENT}, p.name from appointment a
         left join patient p on p.patient_id = a.patient_id
         where a.status = 'pending' and a.starts_at >= ?1 order by a.starts_at, a.appointment_id"
    ))?;
    let named = |sql: &rusqlite::Row<'_>| Ok((appointment(sql)?, sql.get(APPOINTMENT_COLUMNS)?));
    let visits = statement.query_map([micros(from)], named)?;
    Ok(visits.collect::<Result<_, _>>()?)
}

/// How many have booked a class, by whose it is and its exact time.
pub(crate) type SeatsTaken = HashMap<(PractitionerId, Interval), u16>;

/// The seats taken of a service's classes that start from `first` to `last`, both included.
pub(crate) fn seats_taken(
    tx: &Transaction<'_>,
    service_id: ServiceId,
    first: Timestamp,
    last: Timestamp,
) -> Result<SeatsTaken, StorageError> {
    let mut statement = tx.prepare_cached(
        "select a.practitioner_id, a.starts_at, a.ends_at, count(*) from appointment a
         where a.starts_at between ?1 and ?2 and a.service_id = ?3 and a.status <> 'cancelled'
         group by a.practitioner_id, a.starts_at, a.ends_at",
    )?;
    let counted = |sql: &rusqlite::Row<'_>| {
        let during = Interval::new(instant(sql, 1)?, instant(sql, 2)?);
        Ok(((PractitionerId(sql.get(0)?), during), sql.get(3)?))
    };
    let seats = statement.query_map(params![micros(first), micros(last), service_id.0], counted)?;
    Ok(seats.collect::<Result<_, _>>()?)
}

/// How many come to a class of this service; none when it is no class, or not known.
pub(super) fn class_capacity(
    tx: &Transaction<'_>,
    id: ServiceId,
) -> Result<Option<u16>, StorageError> {
    let mut statement = tx.prepare_cached("select row from service where service_id = ?1")?;
    let row: Option<String> = statement.query_row([id.0], |sql| sql.get(0)).optional()?;
    let service: Option<Service> = row.map(|row| serde_json::from_str(&row)).transpose()?;
    Ok(service.and_then(|service| service.class_capacity()))
}

/// The visits of a series by start, whatever their status.
pub(crate) fn series_visits(
    tx: &Transaction<'_>,
    id: SeriesId,
) -> Result<Vec<Appointment>, StorageError> {
    let mut statement = tx.prepare_cached(&format!(
        "select {APPOINTMENT} from appointment a where a.series_id = ?1
         order by a.starts_at, a.appointment_id"
    ))?;
    let visits = statement.query_map([id.0], appointment)?;
    Ok(visits.collect::<Result<_, _>>()?)
}

/// The ids of the same, for who only counts.
pub(crate) fn visit_ids_of_series(
    tx: &Transaction<'_>,
    id: SeriesId,
) -> Result<Vec<AppointmentId>, StorageError> {
    let mut statement = tx.prepare_cached(
        "select appointment_id from appointment where series_id = ?1
         order by starts_at, appointment_id",
    )?;
    let ids = statement.query_map([id.0], |sql| Ok(AppointmentId(sql.get(0)?)))?;
    Ok(ids.collect::<Result<_, _>>()?)
}

/// One practitioner's visits that occupy something in `span`, by start.
pub(crate) fn visits_of(
    tx: &Transaction<'_>,
    practitioner_id: PractitionerId,
    span: Interval,
) -> Result<Vec<Appointment>, StorageError> {
    let (from, until) = reach(tx, span)?;
    let mut statement = tx.prepare_cached(&format!(
        "select {APPOINTMENT} from appointment a
         where a.practitioner_id = ?1 and a.starts_at > ?2 and a.starts_at < ?3
           and a.status <> 'cancelled'
         order by a.starts_at"
    ))?;
    let mut rows = statement.query(params![practitioner_id.0, from, until])?;
    let mut visits = Vec::new();
    while let Some(sql) = rows.next()? {
        let visit = appointment(sql)?;
        if visit.occupied().overlaps(&span) {
            visits.push(visit);
        }
    }
    Ok(visits)
}

/// One visit, whatever its status.
pub(crate) fn visit(
    tx: &Transaction<'_>,
    id: AppointmentId,
) -> Result<Option<Appointment>, StorageError> {
    let sql = format!("select {APPOINTMENT} from appointment a where a.appointment_id = ?1");
    Ok(tx
        .prepare_cached(&sql)?
        .query_row([id.0], appointment)
        .optional()?)
}

/// One patient.
pub(crate) fn patient_of(
    tx: &Transaction<'_>,
    id: PatientId,
) -> Result<Option<Patient>, StorageError> {
    let mut statement = tx.prepare_cached(
        "select patient_id, name, phone, birth_date, notes, version from patient
         where patient_id = ?1",
    )?;
    Ok(statement
        .query_row([id.0], |sql| patient(sql, 0))
        .optional()?)
}

/// Starts between which every visit lies that can occupy something in `span`.
pub(super) fn reach(tx: &Transaction<'_>, span: Interval) -> Result<(i64, i64), StorageError> {
    let longest: i64 = tx
        .prepare_cached("select longest from replica")?
        .query_row([], |sql| sql.get(0))?;
    Ok((
        micros(span.starts_at).saturating_sub(longest),
        micros(span.ends_at).saturating_add(longest),
    ))
}
