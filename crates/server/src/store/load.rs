//! `load(needs)`: the facts for one decision, or for one view.

#[cfg(test)]
use std::collections::BTreeMap;
use std::collections::BTreeSet;

use frontdesk_domain::{
    Appointment, AppointmentId, ClinicFacts, ClinicId, ClinicZone, Command, Hold, Interval, Kind,
    PlaceNeed, ResourceId, ResourceNeed, Row, decide,
};
use uuid::Uuid;

use super::column::Json;
use super::sql::{Db, Param, Query, params};
use super::{StoreError, rows};

/// Everything of a clinic but patients and visits.
pub(crate) fn directories(db: &dyn Db, clinic: ClinicId) -> Result<ClinicFacts, StoreError> {
    let (zone, grid_minutes): (String, u16) = db.one(
        "select time_zone, grid_minutes from clinic where clinic_id = $1",
        &params![clinic.0],
        |row| Ok((row.get("time_zone")?, row.get("grid_minutes")?)),
    )?;
    let zone = ClinicZone::named(&zone).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    let mut facts = ClinicFacts::empty(zone, grid_minutes);
    for kind in [
        Kind::Location,
        Kind::Service,
        Kind::Practitioner,
        Kind::Schedule,
        Kind::Exception,
        Kind::Hold,
    ] {
        db.each(rows::select(kind), &params![clinic.0], &mut |row| {
            add(&mut facts, rows::read(kind, row)?);
            Ok(())
        })?;
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

/// Directories, holds, and the visits that occupy something in this time.
#[cfg(test)]
pub(crate) fn clinic_facts(
    db: &dyn Db,
    clinic: ClinicId,
    during: Interval,
) -> Result<ClinicFacts, StoreError> {
    let mut facts = directories(db, clinic)?;
    facts.appointments = visits(db, clinic, during)?;
    Ok(facts)
}

/// Replaces patients, visits, seats and changed fields in `facts` by what the decision about this
/// command needs; directories and holds are there already.
pub(crate) fn load(
    db: &dyn Db,
    clinic: ClinicId,
    command: &Command,
    base_version: Option<u64>,
    facts: &mut ClinicFacts,
) -> Result<(), StoreError> {
    forget(facts);
    let named = decide::needs(command);
    // Known before any row is: then all of it is asked for at once.
    let mut places = decide::needs_given(command, base_version, facts).places;
    let patients: Vec<Uuid> = named.patients.iter().map(|id| id.0).collect();
    let visits: Vec<Uuid> = named.appointments.iter().map(|id| id.0).collect();
    let mut sought = of_kind(
        Kind::Patient,
        rows::by_ids(clinic, Kind::Patient, &patients),
    );
    let visits = rows::by_ids(clinic, Kind::Appointment, &visits);
    sought.extend(of_kind(Kind::Appointment, visits));
    sought.extend(rivals(clinic, &places, facts));
    find(db, clinic, &sought, facts)?;
    let of_visit = |id| {
        facts
            .appointments
            .get(&id)
            .and_then(|visit: &Appointment| visit.series_id)
    };
    if let Some(series) = named.series.or(named.series_of.and_then(of_visit)) {
        let visits = db.all(
            "select * from appointment where clinic_id = $1 and series_id = $2",
            &params![clinic.0, series.0],
            rows::appointment,
        )?;
        facts.appointments.extend(by_id(visits));
    }
    let mut rest = decide::needs_given(command, base_version, facts);
    for (kind, id, base) in rest.changed_since {
        changed_since(db, clinic, (kind, id), base, facts)?;
    }
    rest.places.retain(|place| !places.contains(place));
    find(db, clinic, &rivals(clinic, &rest.places, facts), facts)?;
    places.append(&mut rest.places);
    if places.is_empty() {
        return Ok(());
    }
    load_seats(db, clinic, facts)
}

/// The same for a hold.
pub(crate) fn load_for_hold(
    db: &dyn Db,
    clinic: ClinicId,
    wish: &Hold,
    facts: &mut ClinicFacts,
) -> Result<(), StoreError> {
    forget(facts);
    let sought = rivals(clinic, &[decide::hold_needs(wish)], facts);
    find(db, clinic, &sought, facts)?;
    load_seats(db, clinic, facts)
}

/// Adds what a decision has not seen.
pub(crate) fn look_at(
    db: &dyn Db,
    clinic: ClinicId,
    unseen: Vec<ResourceNeed>,
    facts: &mut ClinicFacts,
) -> Result<(), StoreError> {
    let sought: Vec<Sought> = unseen
        .iter()
        .map(|need| (None, occupying(clinic, &need.during, &[need.resource_id.0])))
        .collect();
    find(db, clinic, &sought, facts)?;
    facts.seen.extend(unseen);
    load_seats(db, clinic, facts)
}

fn forget(facts: &mut ClinicFacts) {
    facts.patients.clear();
    facts.appointments.clear();
    facts.changed.clear();
    facts.seats.clear();
    facts.seen.clear();
}

/// A statement, and what the rows are that it finds; none where it finds who stands in the way.
type Sought = (Option<Kind>, Query);

fn of_kind(kind: Kind, statements: Vec<Query>) -> Vec<Sought> {
    let sought = |statement| (Some(kind), statement);
    statements.into_iter().map(sought).collect()
}

/// Finds the visits that can stand in the way at these places. Whoever occupies neither the
/// practitioner, nor the patient, nor a location, cannot.
fn rivals(clinic: ClinicId, places: &[PlaceNeed], facts: &ClinicFacts) -> Vec<Sought> {
    let mut statements = Vec::new();
    for place in places {
        let patient = place.patient_id.map(|id| id.0);
        let people = std::iter::once(place.practitioner_id.0).chain(patient);
        let rooms = facts.locations.keys().map(|id| id.0);
        let resources: Vec<Uuid> = people.chain(rooms).collect();
        for some in resources.chunks(rows::AT_ONCE) {
            statements.push((None, occupying(clinic, &place.during, some)));
        }
    }
    statements
}

fn occupying(clinic: ClinicId, during: &Interval, resources: &[Uuid]) -> Query {
    let during = [during.starts_at, during.ends_at];
    let (numbers, params) = rows::listed_after(clinic, &during.map(Param::from), resources);
    let each = |number| include_str!("sql/rivals.sql").replace("$4", number);
    let each: Vec<String> = numbers.split(", ").map(each).collect();
    (each.join("union all\n").into(), params)
}

/// Adds what is found.
fn find(
    db: &dyn Db,
    clinic: ClinicId,
    sought: &[Sought],
    facts: &mut ClinicFacts,
) -> Result<(), StoreError> {
    let mut rivals = BTreeSet::new();
    let (kinds, statements): (Vec<_>, Vec<_>) = sought.iter().cloned().unzip();
    db.each_of(&statements, &mut |n, row| {
        match kinds.get(n).copied().flatten() {
            Some(kind) => add(facts, rows::read(kind, row)?),
            None => drop(rivals.insert(row.get("appointment_id")?)),
        }
        Ok(())
    })?;
    let rivals: Vec<Uuid> = rivals.into_iter().collect();
    let visits = rows::by_ids(clinic, Kind::Appointment, &rivals);
    db.each_of(&visits, &mut |_, row| {
        add(facts, rows::read(Kind::Appointment, row)?);
        Ok(())
    })
}

fn load_seats(db: &dyn Db, clinic: ClinicId, facts: &mut ClinicFacts) -> Result<(), StoreError> {
    let visits: Vec<Uuid> = facts.appointments.keys().map(|id| id.0).collect();
    for visits in visits.chunks(64) {
        let (list, params) = rows::listed(clinic, visits);
        let sql = format!(
            "select appointment_id, resource_id, seat from occupancy
             where clinic_id = $1 and appointment_id in ({list})"
        );
        db.each(&sql, &params, &mut |row| {
            let visit = AppointmentId(row.get("appointment_id")?);
            let resource = ResourceId(row.get("resource_id")?);
            facts.seats.insert((visit, resource), row.get("seat")?);
            Ok(())
        })?;
    }
    Ok(())
}

/// Follows a row's changes back to the version that the user saw.
fn changed_since(
    db: &dyn Db,
    clinic: ClinicId,
    (kind, id): (Kind, Uuid),
    base: u64,
    facts: &mut ClinicFacts,
) -> Result<(), StoreError> {
    let newest = match kind {
        Kind::Patient => facts.patients.get(&id.into()).map(|row| row.version),
        Kind::Appointment => facts.appointments.get(&id.into()).map(|row| row.version),
        Kind::Clinic
        | Kind::Location
        | Kind::Practitioner
        | Kind::Service
        | Kind::Schedule
        | Kind::Exception
        | Kind::Hold => None,
    };
    let mut at = newest;
    while let Some(seq) = at.filter(|seq| *seq > base) {
        let change = db.first(
            "select fields, was from change
             where clinic_id = $1 and seq = $2 and kind = $3 and id = $4",
            &params![clinic.0, seq, kind.name(), id],
            |row| {
                let fields: Option<Json<Vec<String>>> = row.get("fields")?;
                Ok((fields, row.get::<Option<u64>>("was")?))
            },
        )?;
        let (fields, was) = change.unwrap_or((None, None));
        facts
            .changed
            .extend(fields.into_iter().flat_map(|fields| fields.0));
        at = was.filter(|was| *was < seq);
    }
    Ok(())
}

/// The visits that occupy something in this time, buffers included.
#[cfg(test)]
fn visits(
    db: &dyn Db,
    clinic: ClinicId,
    during: Interval,
) -> Result<BTreeMap<AppointmentId, Appointment>, StoreError> {
    let found = db.all(
        include_str!("sql/visits_during.sql"),
        &params![clinic.0, during.starts_at, during.ends_at],
        rows::appointment,
    )?;
    Ok(by_id(found).collect())
}

/// The clinic's holds, those that have expired too.
pub(crate) fn holds(db: &dyn Db, clinic: ClinicId) -> Result<Vec<Hold>, StoreError> {
    db.all(rows::select(Kind::Hold), &params![clinic.0], rows::hold)
}

fn by_id(visits: Vec<Appointment>) -> impl Iterator<Item = (AppointmentId, Appointment)> {
    visits
        .into_iter()
        .map(|visit| (visit.appointment_id, visit))
}
