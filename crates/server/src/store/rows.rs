//! Rows of the nouns ⇄ SQL. A row's fields have the same names in JSON, in SQL and in `domain`.

use frontdesk_domain::{
    Appointment, AppointmentStatus, Clinic, ClinicId, Exception, Hold, Kind, Location, Patient,
    Practitioner, Row, Schedule, Service,
};
use uuid::Uuid;

use super::StoreError;
use super::column::{Json, Text, json, text};
use super::sql::{self, Db, Param, Query, Statement, params};

type Found<'r> = sql::Row<'r>;

/// Ids that one statement asks for; more are asked for in turn.
pub(super) const AT_ONCE: usize = 64;

/// Reads one row of this kind, as selected by [`select`].
pub(crate) fn read(kind: Kind, row: &Found<'_>) -> Result<Row, StoreError> {
    Ok(match kind {
        Kind::Clinic => Row::Clinic(clinic(row)?),
        Kind::Location => Row::Location(location(row)?),
        Kind::Practitioner => Row::Practitioner(practitioner(row)?),
        Kind::Service => Row::Service(service(row)?),
        Kind::Patient => Row::Patient(patient(row)?),
        Kind::Schedule => Row::Schedule(schedule(row)?),
        Kind::Exception => Row::Exception(exception(row)?),
        Kind::Appointment => Row::Appointment(appointment(row)?),
        Kind::Hold => Row::Hold(hold(row)?),
    })
}

/// The rows with these ids that the clinic has, in no order.
pub(crate) fn get(
    db: &dyn Db,
    clinic: ClinicId,
    kind: Kind,
    ids: &[Uuid],
) -> Result<Vec<Row>, StoreError> {
    let mut found = Vec::with_capacity(ids.len());
    db.each_of(&by_ids(clinic, kind, ids), &mut |_, row| {
        found.push(read(kind, row)?);
        Ok(())
    })?;
    Ok(found)
}

/// The statements that find the rows with these ids.
pub(super) fn by_ids(clinic: ClinicId, kind: Kind, ids: &[Uuid]) -> Vec<Query> {
    let name = kind.name();
    let one = format!("select * from {name} where clinic_id = $1 and {name}_id = $id");
    one_by_one(clinic, &one, ids)
}

/// The statements that find what `one` finds for the clinic as `$1` and each of these as `$id`.
///
/// Each is asked for by itself, however many travel together: there is one way to find it, whatever a
/// database believes of its tables. For a list PostgreSQL would rather walk over all that a clinic
/// has, as long as it has not counted a young table.
pub(super) fn one_by_one(clinic: ClinicId, one: &str, ids: &[Uuid]) -> Vec<Query> {
    let some = |ids: &[Uuid]| {
        let (list, params) = listed_after(clinic.0, ids.iter().copied());
        let each: Vec<String> = list.iter().map(|id| one.replace("$id", id)).collect();
        (each.join(" union all ").into(), params)
    };
    ids.chunks(AT_ONCE).map(some).collect()
}

/// One value as `$1`, and a list from `$2` on. It is filled up with what equals nothing to a few
/// lengths, so that few statements are prepared.
pub(super) fn listed_after<T: Into<Param>>(
    first: impl Into<Param>,
    list: impl IntoIterator<Item = T>,
) -> (Vec<String>, Vec<Param>) {
    let mut params = vec![first.into()];
    params.extend(list.into_iter().map(Into::into));
    let length = (params.len() - 1).next_power_of_two();
    params.resize(length + 1, Param::Null);
    let numbers = (2..=params.len()).map(|n| format!("${n}"));
    (numbers.collect(), params)
}

/// The statement that reads every row of a kind of one clinic (`$1`), in the order of ids; visits
/// have their own order and are read elsewhere.
pub(crate) fn select(kind: Kind) -> &'static str {
    match kind {
        Kind::Clinic => "select * from clinic where clinic_id = $1",
        Kind::Location => "select * from location where clinic_id = $1 order by location_id",
        Kind::Practitioner => {
            "select * from practitioner where clinic_id = $1 order by practitioner_id"
        }
        Kind::Service => "select * from service where clinic_id = $1 order by service_id",
        Kind::Patient => "select * from patient where clinic_id = $1 order by patient_id",
        Kind::Schedule => "select * from schedule where clinic_id = $1 order by schedule_id",
        Kind::Exception => "select * from exception where clinic_id = $1 order by exception_id",
        Kind::Appointment => {
            "select * from appointment where clinic_id = $1 order by starts_at, appointment_id"
        }
        Kind::Hold => "select * from hold where clinic_id = $1 order by hold_id",
    }
}

/// The statement that writes a row: new, or in place of the one with its id.
pub(crate) fn put(clinic: ClinicId, row: &Row) -> Result<Statement, StoreError> {
    Ok(match row {
        Row::Clinic(row) => (include_str!("sql/put_clinic.sql"), of_clinic(row)),
        Row::Location(row) => {
            let params = of_location(clinic, row)?;
            (include_str!("sql/put_location.sql"), params)
        }
        Row::Practitioner(row) => {
            let params = of_practitioner(clinic, row)?;
            (include_str!("sql/put_practitioner.sql"), params)
        }
        Row::Service(row) => {
            let params = of_service(clinic, row)?;
            (include_str!("sql/put_service.sql"), params)
        }
        Row::Patient(row) => (include_str!("sql/put_patient.sql"), of_patient(clinic, row)),
        Row::Schedule(row) => {
            let params = of_schedule(clinic, row)?;
            (include_str!("sql/put_schedule.sql"), params)
        }
        Row::Exception(row) => {
            let params = of_exception(clinic, row)?;
            (include_str!("sql/put_exception.sql"), params)
        }
        Row::Appointment(row) => {
            let params = of_appointment(clinic, row)?;
            (include_str!("sql/put_appointment.sql"), params)
        }
        Row::Hold(row) => (include_str!("sql/put_hold.sql"), of_hold(clinic, row)),
    })
}

/// The part of a [`put`] that is enough for a row that is not there.
pub(crate) fn add(put: &'static str) -> &'static str {
    let add = put.split_once("\non conflict ");
    add.map_or(put, |(add, _)| add)
}

fn clinic(row: &Found<'_>) -> Result<Clinic, StoreError> {
    Ok(Clinic {
        clinic_id: ClinicId(row.get("clinic_id")?),
        name: row.get("name")?,
        time_zone: row.get("time_zone")?,
        grid_minutes: row.get("grid_minutes")?,
        version: row.get("version")?,
    })
}

fn of_clinic(row: &Clinic) -> Vec<Param> {
    params![
        row.clinic_id.0,
        &row.name,
        &row.time_zone,
        row.grid_minutes,
        row.version,
    ]
    .into()
}

fn location(row: &Found<'_>) -> Result<Location, StoreError> {
    Ok(Location {
        location_id: row.get::<Uuid>("location_id")?.into(),
        name: row.get("name")?,
        kind: row.get::<Text<_>>("kind")?.0,
        capacity: row.get("capacity")?,
        active: row.get("active")?,
        version: row.get("version")?,
    })
}

fn of_location(clinic: ClinicId, row: &Location) -> Result<Vec<Param>, StoreError> {
    Ok(params![
        clinic.0,
        row.location_id.0,
        &row.name,
        text(&row.kind)?,
        row.capacity,
        row.active,
        row.version,
    ]
    .into())
}

fn practitioner(row: &Found<'_>) -> Result<Practitioner, StoreError> {
    Ok(Practitioner {
        practitioner_id: row.get::<Uuid>("practitioner_id")?.into(),
        name: row.get("name")?,
        service_ids: row.get::<Json<_>>("service_ids")?.0,
        active: row.get("active")?,
        version: row.get("version")?,
    })
}

fn of_practitioner(clinic: ClinicId, row: &Practitioner) -> Result<Vec<Param>, StoreError> {
    Ok(params![
        clinic.0,
        row.practitioner_id.0,
        &row.name,
        json(&row.service_ids)?,
        row.active,
        row.version,
    ]
    .into())
}

fn service(row: &Found<'_>) -> Result<Service, StoreError> {
    Ok(Service {
        service_id: row.get::<Uuid>("service_id")?.into(),
        name: row.get("name")?,
        duration_minutes: row.get("duration_minutes")?,
        buffer_before_minutes: row.get("buffer_before_minutes")?,
        buffer_after_minutes: row.get("buffer_after_minutes")?,
        capacity: row.get("capacity")?,
        needs_approval: row.get("needs_approval")?,
        overlap_policy: row.get::<Json<_>>("overlap_policy")?.0,
        active: row.get("active")?,
        version: row.get("version")?,
    })
}

fn of_service(clinic: ClinicId, row: &Service) -> Result<Vec<Param>, StoreError> {
    Ok(params![
        clinic.0,
        row.service_id.0,
        &row.name,
        row.duration_minutes,
        row.buffer_before_minutes,
        row.buffer_after_minutes,
        row.capacity,
        row.needs_approval,
        json(&row.overlap_policy)?,
        row.active,
        row.version,
    ]
    .into())
}

fn patient(row: &Found<'_>) -> Result<Patient, StoreError> {
    Ok(Patient {
        patient_id: row.get::<Uuid>("patient_id")?.into(),
        name: row.get("name")?,
        phone: row.get("phone")?,
        birth_date: row.get("birth_date")?,
        notes: row.get("notes")?,
        version: row.get("version")?,
    })
}

fn of_patient(clinic: ClinicId, row: &Patient) -> Vec<Param> {
    params![
        clinic.0,
        row.patient_id.0,
        &row.name,
        row.phone.as_deref(),
        row.birth_date,
        row.notes.as_deref(),
        row.version,
    ]
    .into()
}

fn schedule(row: &Found<'_>) -> Result<Schedule, StoreError> {
    Ok(Schedule {
        schedule_id: row.get::<Uuid>("schedule_id")?.into(),
        practitioner_id: row.get::<Uuid>("practitioner_id")?.into(),
        valid_from: row.get("valid_from")?,
        valid_until: row.get("valid_until")?,
        cycle_weeks: row.get("cycle_weeks")?,
        blocks: row.get::<Json<_>>("blocks")?.0,
        version: row.get("version")?,
    })
}

fn of_schedule(clinic: ClinicId, row: &Schedule) -> Result<Vec<Param>, StoreError> {
    Ok(params![
        clinic.0,
        row.schedule_id.0,
        row.practitioner_id.0,
        row.valid_from,
        row.valid_until,
        row.cycle_weeks,
        json(&row.blocks)?,
        row.version,
    ]
    .into())
}

fn exception(row: &Found<'_>) -> Result<Exception, StoreError> {
    Ok(Exception {
        exception_id: row.get::<Uuid>("exception_id")?.into(),
        practitioner_id: row.get::<Option<Uuid>>("practitioner_id")?.map(Into::into),
        kind: row.get::<Text<_>>("kind")?.0,
        from: row.get::<Text<_>>("from")?.0,
        until: row.get::<Text<_>>("until")?.0,
        reason: row.get("reason")?,
        version: row.get("version")?,
    })
}

fn of_exception(clinic: ClinicId, row: &Exception) -> Result<Vec<Param>, StoreError> {
    Ok(params![
        clinic.0,
        row.exception_id.0,
        row.practitioner_id.map(|id| id.0),
        text(&row.kind)?,
        text(&row.from)?,
        text(&row.until)?,
        &row.reason,
        row.version,
    ]
    .into())
}

pub(crate) fn appointment(row: &Found<'_>) -> Result<Appointment, StoreError> {
    let status: String = row.get("status")?;
    Ok(Appointment {
        appointment_id: row.get::<Uuid>("appointment_id")?.into(),
        practitioner_id: row.get::<Uuid>("practitioner_id")?.into(),
        patient_id: row.get::<Uuid>("patient_id")?.into(),
        service_id: row.get::<Uuid>("service_id")?.into(),
        location_id: row.get::<Option<Uuid>>("location_id")?.map(Into::into),
        starts_at: row.get("starts_at")?,
        ends_at: row.get("ends_at")?,
        status: AppointmentStatus::from_code(&status)
            .ok_or_else(|| StoreError::Corrupt("the column status".to_owned()))?,
        wall_start: row.get::<Text<_>>("wall_start")?.0,
        notes: row.get("notes")?,
        buffer_before_minutes: row.get("buffer_before_minutes")?,
        buffer_after_minutes: row.get("buffer_after_minutes")?,
        cancel_reason: row
            .get::<Option<Text<_>>>("cancel_reason")?
            .map(|text| text.0),
        cancel_note: row.get("cancel_note")?,
        status_path: row.get::<Json<_>>("status_path")?.0,
        series_id: row.get::<Option<Uuid>>("series_id")?.map(Into::into),
        overridden: row.get::<Option<Json<_>>>("override")?.map(|json| json.0),
        taken_by: row.get::<Uuid>("taken_by")?.into(),
        taken_by_name: row.get("taken_by_name")?,
        taken_at: row.get("taken_at")?,
        version: row.get("version")?,
    })
}

fn of_appointment(clinic: ClinicId, row: &Appointment) -> Result<Vec<Param>, StoreError> {
    Ok(params![
        clinic.0,
        row.appointment_id.0,
        row.practitioner_id.0,
        row.patient_id.0,
        row.service_id.0,
        row.location_id.map(|id| id.0),
        row.starts_at,
        row.ends_at,
        row.status.code(),
        text(&row.wall_start)?,
        row.notes.as_deref(),
        row.buffer_before_minutes,
        row.buffer_after_minutes,
        row.cancel_reason.as_ref().map(text).transpose()?,
        row.cancel_note.as_deref(),
        json(&row.status_path)?,
        row.series_id.map(|id| id.0),
        row.overridden.as_ref().map(json).transpose()?,
        row.taken_by.0,
        &row.taken_by_name,
        row.taken_at,
        row.version,
    ]
    .into())
}

pub(crate) fn hold(row: &Found<'_>) -> Result<Hold, StoreError> {
    Ok(Hold {
        hold_id: row.get::<Uuid>("hold_id")?.into(),
        practitioner_id: row.get::<Uuid>("practitioner_id")?.into(),
        starts_at: row.get("starts_at")?,
        ends_at: row.get("ends_at")?,
        user_id: row.get::<Uuid>("user_id")?.into(),
        user_name: row.get("user_name")?,
        device_id: row.get::<Uuid>("device_id")?.into(),
        expires_at: row.get("expires_at")?,
        version: row.get("version")?,
    })
}

fn of_hold(clinic: ClinicId, row: &Hold) -> Vec<Param> {
    params![
        clinic.0,
        row.hold_id.0,
        row.practitioner_id.0,
        row.starts_at,
        row.ends_at,
        row.user_id.0,
        &row.user_name,
        row.device_id.0,
        row.expires_at,
        row.version,
    ]
    .into()
}
