//! `load(needs)`: the facts for one decision, or for one view.

use std::collections::{BTreeMap, BTreeSet};

use frontdesk_domain::{
    Appointment, AppointmentId, ClinicFacts, ClinicId, ClinicZone, Command, Interval, Kind,
    PlaceNeed, ResourceId, Row, decide,
};
use rusqlite::Connection;

use super::column::Millis;
use super::{StoreError, rows};

/// Everything of a clinic but patients and visits.
pub(crate) fn directories(db: &Connection, clinic: ClinicId) -> Result<ClinicFacts, StoreError> {
    let (zone, grid_minutes): (String, u16) = db
        .prepare_cached("select time_zone, grid_minutes from clinic where clinic_id = ?1")?
        .query_row([clinic.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let zone = ClinicZone::named(&zone).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    let mut facts = ClinicFacts {
        zone,
        grid_minutes,
        practitioners: BTreeMap::new(),
        services: BTreeMap::new(),
        locations: BTreeMap::new(),
        patients: BTreeMap::new(),
        schedules: Vec::new(),
        exceptions: Vec::new(),
        appointments: BTreeMap::new(),
        holds: Vec::new(),
        changed: BTreeSet::new(),
        seats: BTreeMap::new(),
    };
    for kind in [
        Kind::Location,
        Kind::Service,
        Kind::Practitioner,
        Kind::Schedule,
        Kind::Exception,
    ] {
        let mut statement = db.prepare_cached(rows::select(kind))?;
        let mut found = statement.query([clinic.0])?;
        while let Some(row) = found.next()? {
            add(&mut facts, rows::read(kind, row)?);
        }
    }
    Ok(facts)
}

fn add(facts: &mut ClinicFacts, row: Row) {
    match row {
        Row::Clinic(_) => {}
        Row::Location(row) => drop(facts.locations.insert(row.location_id, row)),
        Row::Practitioner(row) => drop(facts.practitioners.insert(row.practitioner_id, row)),
        Row::Service(row) => drop(facts.services.insert(row.service_id, row)),
        Row::Patient(row) => drop(facts.patients.insert(row.patient_id, row)),
        Row::Schedule(row) => facts.schedules.push(row),
        Row::Exception(row) => facts.exceptions.push(row),
        Row::Appointment(row) => drop(facts.appointments.insert(row.appointment_id, row)),
        Row::Hold(row) => facts.holds.push(row),
    }
}

/// Directories, and the visits that occupy something in this time.
pub(crate) fn clinic_facts(
    db: &Connection,
    clinic: ClinicId,
    during: Interval,
) -> Result<ClinicFacts, StoreError> {
    let mut facts = directories(db, clinic)?;
    facts.appointments = visits(db, clinic, during)?;
    Ok(facts)
}

/// Replaces patients, visits and seats in `facts` by what the decision about this command needs.
pub(crate) fn load(
    db: &Connection,
    clinic: ClinicId,
    command: &Command,
    base_version: Option<u64>,
    facts: &mut ClinicFacts,
) -> Result<(), StoreError> {
    facts.patients.clear();
    facts.appointments.clear();
    facts.holds.clear();
    facts.changed.clear();
    facts.seats.clear();
    let named = decide::needs(command);
    for id in named.patients {
        if let Some(row) = rows::get(db, clinic, Kind::Patient, id.0)? {
            add(facts, row);
        }
    }
    for id in named.appointments {
        if let Some(row) = rows::get(db, clinic, Kind::Appointment, id.0)? {
            add(facts, row);
        }
    }
    for place in decide::needs_given(command, base_version, facts).places {
        facts.appointments.extend(rivals(db, clinic, &place)?);
    }
    facts.seats = seats(db, clinic, facts.appointments.keys())?;
    Ok(())
}

/// The visits that can stand in this one's way. Whoever occupies neither its practitioner, nor its
/// patient, nor a location, cannot.
fn rivals(
    db: &Connection,
    clinic: ClinicId,
    place: &PlaceNeed,
) -> Result<Vec<(AppointmentId, Appointment)>, StoreError> {
    let mut statement = db.prepare_cached(include_str!("sql/rivals.sql"))?;
    let found = statement.query_map(
        (
            clinic.0,
            Millis(place.during.starts_at),
            Millis(place.during.ends_at),
            place.practitioner_id.0,
            place.patient_id.map(|id| id.0),
        ),
        rows::appointment,
    )?;
    found
        .map(|row| row.map(|row| (row.appointment_id, row)).map_err(Into::into))
        .collect()
}

/// Every seat of these visits.
fn seats<'a>(
    db: &Connection,
    clinic: ClinicId,
    visits: impl Iterator<Item = &'a AppointmentId>,
) -> Result<BTreeMap<(AppointmentId, ResourceId), u16>, StoreError> {
    let mut statement = db.prepare_cached(
        "select resource_id, seat from occupancy where clinic_id = ?1 and appointment_id = ?2",
    )?;
    let mut seats = BTreeMap::new();
    for visit in visits {
        let mut found = statement.query((clinic.0, visit.0))?;
        while let Some(row) = found.next()? {
            seats.insert((*visit, ResourceId(row.get(0)?)), row.get(1)?);
        }
    }
    Ok(seats)
}

/// The visits that occupy something in this time, buffers included.
pub(crate) fn visits(
    db: &Connection,
    clinic: ClinicId,
    during: Interval,
) -> Result<BTreeMap<AppointmentId, Appointment>, StoreError> {
    let mut statement = db.prepare_cached(include_str!("sql/visits_during.sql"))?;
    let found = statement.query_map(
        (clinic.0, Millis(during.starts_at), Millis(during.ends_at)),
        rows::appointment,
    )?;
    found
        .map(|row| row.map(|row| (row.appointment_id, row)).map_err(Into::into))
        .collect()
}
