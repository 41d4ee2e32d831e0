//! Facts for the domain's functions, and the visits and patients behind a view.

use frontdesk_domain::{
    Appointment, AppointmentId, ClinicFacts, Interval, Patient, PatientId, PractitionerId,
};
use rusqlite::{OptionalExtension as _, Transaction, params};

use super::directory::Directory;
use super::row::{APPOINTMENT, appointment, micros, patient};
use crate::error::StorageError;

/// What of a patient a tile or a card shows, beside the visit.
pub(crate) type NamedVisit = (Appointment, Option<String>);

/// The directory with the visits that occupy something in `span`.
pub(crate) fn facts(
    tx: &Transaction<'_>,
    directory: &Directory,
    span: Interval,
) -> Result<ClinicFacts, StorageError> {
    let mut facts = directory.facts.clone();
    let (from, until) = reach(tx, span)?;
    let mut statement = tx.prepare_cached(&format!(
        "select {APPOINTMENT} from appointment a
         where a.starts_at > ?1 and a.starts_at < ?2 and a.status <> 'cancelled'"
    ))?;
    let mut rows = statement.query(params![from, until])?;
    while let Some(sql) = rows.next()? {
        let visit = appointment(sql)?;
        if visit.occupied().overlaps(&span) {
            facts.appointments.insert(visit.appointment_id, visit);
        }
    }
    Ok(facts)
}

/// The visits that occupy something in `span`, each with its patient's name, by start.
pub(crate) fn named_visits(
    tx: &Transaction<'_>,
    span: Interval,
) -> Result<Vec<NamedVisit>, StorageError> {
    let (from, until) = reach(tx, span)?;
    let mut statement = tx.prepare_cached(&format!(
        "select {APPOINTMENT}, p.name from appointment a
         left join patient p on p.patient_id = a.patient_id
         where a.starts_at > ?1 and a.starts_at < ?2 and a.status <> 'cancelled'
         order by a.starts_at"
    ))?;
    let mut rows = statement.query(params![from, until])?;
    let mut visits = Vec::new();
    while let Some(sql) = rows.next()? {
        let visit = appointment(sql)?;
        if visit.occupied().overlaps(&span) {
            visits.push((visit, sql.get(18)?));
        }
    }
    Ok(visits)
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
fn reach(tx: &Transaction<'_>, span: Interval) -> Result<(i64, i64), StorageError> {
    let longest: i64 = tx
        .prepare_cached("select longest from replica")?
        .query_row([], |sql| sql.get(0))?;
    Ok((
        micros(span.starts_at).saturating_sub(longest),
        micros(span.ends_at).saturating_add(longest),
    ))
}
