//! `load(needs)`: the facts for one decision, or for one view.

use std::collections::{BTreeMap, BTreeSet};

use frontdesk_domain::{
    Appointment, AppointmentId, ClinicFacts, ClinicId, ClinicZone, Command, Hold, Interval, Kind,
    Needs, Patient, PatientId, PlaceNeed, ResourceId, ResourceNeed, Row, decide,
};
use uuid::Uuid;

use super::cache::Cached;
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

/// What is read for a command, besides directories and holds.
#[derive(Default)]
pub(super) struct Rows {
    patients: BTreeMap<PatientId, Patient>,
    appointments: BTreeMap<AppointmentId, Appointment>,
    seats: BTreeMap<(AppointmentId, ResourceId), u16>,
}

impl Rows {
    /// Takes the place of what was read before.
    pub(super) fn exchange(&mut self, facts: &mut ClinicFacts) {
        std::mem::swap(&mut self.patients, &mut facts.patients);
        std::mem::swap(&mut self.appointments, &mut facts.appointments);
        std::mem::swap(&mut self.seats, &mut facts.seats);
    }

    pub(super) fn has(&self, id: Uuid) -> bool {
        self.patients.contains_key(&id.into()) || self.appointments.contains_key(&id.into())
    }
}

/// True when this patient or visit was read.
pub(super) fn knows(facts: &ClinicFacts, id: Uuid) -> bool {
    facts.patients.contains_key(&id.into()) || facts.appointments.contains_key(&id.into())
}

/// Replaces patients, visits, seats and changed fields in the facts by what the decision about this
/// command needs; directories and holds are there already.
pub(crate) fn load(
    db: &dyn Db,
    clinic: ClinicId,
    command: &Command,
    base_version: Option<u64>,
    cached: &mut Cached,
) -> Result<(), StoreError> {
    let Cached { facts, ahead, .. } = cached;
    ahead.take_back(facts);
    if ahead.lend(command, facts) {
        return Ok(());
    }
    let named = decide::needs(command);
    // Known before any row is: then all of it is asked for at once.
    let mut places = decide::needs_given(command, base_version, facts).places;
    let mut rivals = BTreeSet::new();
    let sought = sought(clinic, [(&named, &places[..])], facts);
    find(db, &sought, facts, &mut rivals)?;
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
    let nothing = Needs::default();
    let sought = self::sought(clinic, [(&nothing, &rest.places[..])], facts);
    find(db, &sought, facts, &mut rivals)?;
    places.append(&mut rest.places);
    if places.is_empty() {
        return Ok(());
    }
    find_seated(db, clinic, rivals, facts)
}

/// The same for a hold.
pub(crate) fn load_for_hold(
    db: &dyn Db,
    clinic: ClinicId,
    wish: &Hold,
    cached: &mut Cached,
) -> Result<(), StoreError> {
    let Cached { facts, ahead, .. } = cached;
    ahead.take_back(facts);
    let mut rivals = BTreeSet::new();
    let (nothing, place) = (Needs::default(), [decide::hold_needs(wish)]);
    let sought = sought(clinic, [(&nothing, &place[..])], facts);
    find(db, &sought, facts, &mut rivals)?;
    find_seated(db, clinic, rivals, facts)
}

/// Adds what a decision has not seen.
pub(crate) fn look_at(
    db: &dyn Db,
    clinic: ClinicId,
    unseen: Vec<ResourceNeed>,
    facts: &mut ClinicFacts,
) -> Result<(), StoreError> {
    let taken = unseen.iter().map(|need| (need.resource_id.0, need.during));
    let taken: Vec<_> = taken.collect();
    let sought = taken.chunks(rows::AT_ONCE);
    let sought: Vec<Sought> = sought.map(|some| (None, rivals(clinic, some))).collect();
    let mut rivals = BTreeSet::new();
    find(db, &sought, facts, &mut rivals)?;
    facts.seen.extend(unseen);
    find_seated(db, clinic, rivals, facts)
}

pub(super) fn forget(facts: &mut ClinicFacts) {
    facts.patients.clear();
    facts.appointments.clear();
    facts.changed.clear();
    facts.seats.clear();
    facts.seen.clear();
}

/// A statement, and what the rows are that it finds; none where it finds who stands in the way.
pub(super) type Sought = (Option<Kind>, Query);

/// The statements that find the rows that are named, and who stands in the way at these places: who
/// occupies neither the practitioner, nor the patient, nor a location, cannot.
pub(super) fn sought<'a>(
    clinic: ClinicId,
    needs: impl IntoIterator<Item = (&'a Needs, &'a [PlaceNeed])>,
    facts: &ClinicFacts,
) -> Vec<Sought> {
    let (mut patients, mut visits) = (BTreeSet::new(), BTreeSet::new());
    let mut taken = Vec::new();
    for (named, places) in needs {
        patients.extend(named.patients.iter().map(|id| id.0));
        visits.extend(named.appointments.iter().map(|id| id.0));
        for place in places {
            let patient = place.patient_id.map(|id| id.0);
            let people = std::iter::once(place.practitioner_id.0).chain(patient);
            let rooms = facts.locations.keys().map(|id| id.0);
            taken.extend(people.chain(rooms).map(|id| (id, place.during)));
        }
    }
    let of_kind = |kind: Kind, ids: BTreeSet<Uuid>| {
        let ids: Vec<Uuid> = ids.into_iter().collect();
        let statements = rows::by_ids(clinic, kind, &ids).into_iter();
        statements.map(move |statement| (Some(kind), statement))
    };
    let rivals = taken
        .chunks(rows::AT_ONCE)
        .map(|some| (None, rivals(clinic, some)));
    of_kind(Kind::Patient, patients)
        .chain(of_kind(Kind::Appointment, visits))
        .chain(rivals)
        .collect()
}

/// Visits that occupy one of these resources in its time, each asked for by itself as by
/// [`rows::one_by_one`]. Filled up with the last one to a few lengths, so that few statements are
/// prepared.
fn rivals(clinic: ClinicId, taken: &[(Uuid, Interval)]) -> Query {
    let mut params = vec![Param::from(clinic.0)];
    let mut sql = String::new();
    let length = taken.len().next_power_of_two();
    let filled = taken.iter().chain(taken.last().into_iter().cycle());
    for (resource, during) in filled.take(length) {
        let n = params.len() + 1;
        let one = include_str!("sql/rivals.sql")
            .replace("$resource", &format!("${n}"))
            .replace("$from", &format!("${}", n + 1))
            .replace("$until", &format!("${}", n + 2));
        let and = if sql.is_empty() { "" } else { "union all\n" };
        sql.extend([and, &one]);
        params.extend(params![*resource, during.starts_at, during.ends_at]);
    }
    (sql.into(), params)
}

/// Adds the rows that are found, and the visits that stand in the way.
fn find(
    db: &dyn Db,
    sought: &[Sought],
    facts: &mut ClinicFacts,
    rivals: &mut BTreeSet<Uuid>,
) -> Result<(), StoreError> {
    if sought.is_empty() {
        return Ok(());
    }
    let (kinds, statements): (Vec<_>, Vec<_>) = sought.iter().cloned().unzip();
    db.each_of(&statements, &mut |n, row| {
        match kinds.get(n).copied().flatten() {
            Some(kind) => add(facts, rows::read(kind, row)?),
            None => drop(rivals.insert(row.get("appointment_id")?)),
        }
        Ok(())
    })
}

/// Adds what was read behind the locks, and who stands in the way.
pub(super) fn load_ahead(
    db: &dyn Db,
    clinic: ClinicId,
    (rows, rivals): (Vec<Row>, BTreeSet<Uuid>),
    facts: &mut ClinicFacts,
) -> Result<(), StoreError> {
    forget(facts);
    rows.into_iter().for_each(|row| add(facts, row));
    find_seated(db, clinic, rivals, facts)
}

/// Adds the rows of these visits, and all seats of the visits that are known then.
fn find_seated(
    db: &dyn Db,
    clinic: ClinicId,
    mut rivals: BTreeSet<Uuid>,
    facts: &mut ClinicFacts,
) -> Result<(), StoreError> {
    rivals.retain(|id| !facts.appointments.contains_key(&(*id).into()));
    let rivals: Vec<Uuid> = rivals.into_iter().collect();
    let known = facts.appointments.keys().map(|id| id.0);
    let seated: Vec<Uuid> = known.chain(rivals.iter().copied()).collect();
    if seated.is_empty() {
        return Ok(());
    }
    let mut statements = rows::by_ids(clinic, Kind::Appointment, &rivals);
    let visits = statements.len();
    let seats = "select appointment_id, resource_id, seat from occupancy
                 where clinic_id = $1 and appointment_id = $id";
    statements.extend(rows::one_by_one(clinic, seats, &seated));
    db.each_of(&statements, &mut |n, row| {
        if n < visits {
            add(facts, rows::read(Kind::Appointment, row)?);
        } else {
            let visit = AppointmentId(row.get("appointment_id")?);
            let resource = ResourceId(row.get("resource_id")?);
            facts.seats.insert((visit, resource), row.get("seat")?);
        }
        Ok(())
    })
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
