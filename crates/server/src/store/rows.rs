//! Rows of the nouns ⇄ SQL. A row's fields have the same names in JSON, in SQL and in `domain`.

use frontdesk_domain::{
    Appointment, AppointmentStatus, Clinic, ClinicId, Exception, Hold, Kind, Location, Patient,
    Practitioner, Row, Schedule, Service,
};
use rusqlite::types::{FromSqlError, Type};
use rusqlite::{Connection, OptionalExtension, named_params};
use uuid::Uuid;

use super::column::{Json, Millis, Text};

/// Reads one row of this kind, as selected by [`select`].
pub(crate) fn read(kind: Kind, row: &rusqlite::Row<'_>) -> rusqlite::Result<Row> {
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

/// The row with this id, if the clinic has it.
pub(crate) fn get(
    db: &Connection,
    clinic: ClinicId,
    kind: Kind,
    id: Uuid,
) -> rusqlite::Result<Option<Row>> {
    let by_id = match kind {
        Kind::Clinic => "select * from clinic where clinic_id = ?1 and clinic_id = ?2",
        Kind::Location => "select * from location where clinic_id = ?1 and location_id = ?2",
        Kind::Practitioner => {
            "select * from practitioner where clinic_id = ?1 and practitioner_id = ?2"
        }
        Kind::Service => "select * from service where clinic_id = ?1 and service_id = ?2",
        Kind::Patient => "select * from patient where clinic_id = ?1 and patient_id = ?2",
        Kind::Schedule => "select * from schedule where clinic_id = ?1 and schedule_id = ?2",
        Kind::Exception => "select * from exception where clinic_id = ?1 and exception_id = ?2",
        Kind::Appointment => {
            "select * from appointment where clinic_id = ?1 and appointment_id = ?2"
        }
        Kind::Hold => "select * from hold where clinic_id = ?1 and hold_id = ?2",
    };
    db.prepare_cached(by_id)?
        .query_row((clinic.0, id), |row| read(kind, row))
        .optional()
}

/// The statement that reads every row of a kind of one clinic (`?1`), in the order of ids; visits
/// have their own order and are read elsewhere.
pub(crate) fn select(kind: Kind) -> &'static str {
    match kind {
        Kind::Clinic => "select * from clinic where clinic_id = ?1",
        Kind::Location => "select * from location where clinic_id = ?1 order by location_id",
        Kind::Practitioner => {
            "select * from practitioner where clinic_id = ?1 order by practitioner_id"
        }
        Kind::Service => "select * from service where clinic_id = ?1 order by service_id",
        Kind::Patient => "select * from patient where clinic_id = ?1 order by patient_id",
        Kind::Schedule => "select * from schedule where clinic_id = ?1 order by schedule_id",
        Kind::Exception => "select * from exception where clinic_id = ?1 order by exception_id",
        Kind::Appointment => "select * from appointment where clinic_id = ?1 order by starts_at",
        Kind::Hold => "select * from hold where clinic_id = ?1 order by hold_id",
    }
}

/// Writes a row: new, or in place of the one with its id.
pub(crate) fn put(db: &Connection, clinic: ClinicId, row: &Row) -> rusqlite::Result<()> {
    match row {
        Row::Clinic(row) => put_clinic(db, row),
        Row::Location(row) => put_location(db, clinic, row),
        Row::Practitioner(row) => put_practitioner(db, clinic, row),
        Row::Service(row) => put_service(db, clinic, row),
        Row::Patient(row) => put_patient(db, clinic, row),
        Row::Schedule(row) => put_schedule(db, clinic, row),
        Row::Exception(row) => put_exception(db, clinic, row),
        Row::Appointment(row) => put_appointment(db, clinic, row),
        Row::Hold(row) => put_hold(db, clinic, row),
    }
}

fn clinic(row: &rusqlite::Row<'_>) -> rusqlite::Result<Clinic> {
    Ok(Clinic {
        clinic_id: ClinicId(row.get("clinic_id")?),
        name: row.get("name")?,
        time_zone: row.get("time_zone")?,
        grid_minutes: row.get("grid_minutes")?,
        version: row.get("version")?,
    })
}

fn put_clinic(db: &Connection, row: &Clinic) -> rusqlite::Result<()> {
    db.prepare_cached(include_str!("sql/put_clinic.sql"))?
        .execute(named_params! {
            ":clinic_id": row.clinic_id.0, ":name": row.name, ":time_zone": row.time_zone,
            ":grid_minutes": row.grid_minutes, ":version": row.version,
        })?;
    Ok(())
}

fn location(row: &rusqlite::Row<'_>) -> rusqlite::Result<Location> {
    Ok(Location {
        location_id: row.get::<_, Uuid>("location_id")?.into(),
        name: row.get("name")?,
        kind: row.get::<_, Text<_>>("kind")?.0,
        capacity: row.get("capacity")?,
        active: row.get("active")?,
        version: row.get("version")?,
    })
}

fn put_location(db: &Connection, clinic: ClinicId, row: &Location) -> rusqlite::Result<()> {
    db.prepare_cached(include_str!("sql/put_location.sql"))?
        .execute(named_params! {
            ":clinic_id": clinic.0, ":location_id": row.location_id.0, ":name": row.name,
            ":kind": Text(row.kind), ":capacity": row.capacity, ":active": row.active,
            ":version": row.version,
        })?;
    Ok(())
}

fn practitioner(row: &rusqlite::Row<'_>) -> rusqlite::Result<Practitioner> {
    Ok(Practitioner {
        practitioner_id: row.get::<_, Uuid>("practitioner_id")?.into(),
        name: row.get("name")?,
        service_ids: row.get::<_, Json<_>>("service_ids")?.0,
        active: row.get("active")?,
        version: row.get("version")?,
    })
}

fn put_practitioner(db: &Connection, clinic: ClinicId, row: &Practitioner) -> rusqlite::Result<()> {
    db.prepare_cached(include_str!("sql/put_practitioner.sql"))?
        .execute(named_params! {
            ":clinic_id": clinic.0, ":practitioner_id": row.practitioner_id.0, ":name": row.name,
            ":service_ids": Json(&row.service_ids), ":active": row.active,
            ":version": row.version,
        })?;
    Ok(())
}

fn service(row: &rusqlite::Row<'_>) -> rusqlite::Result<Service> {
    Ok(Service {
        service_id: row.get::<_, Uuid>("service_id")?.into(),
        name: row.get("name")?,
        duration_minutes: row.get("duration_minutes")?,
        buffer_before_minutes: row.get("buffer_before_minutes")?,
        buffer_after_minutes: row.get("buffer_after_minutes")?,
        capacity: row.get("capacity")?,
        needs_approval: row.get("needs_approval")?,
        overlap_policy: row.get::<_, Json<_>>("overlap_policy")?.0,
        active: row.get("active")?,
        version: row.get("version")?,
    })
}

fn put_service(db: &Connection, clinic: ClinicId, row: &Service) -> rusqlite::Result<()> {
    db.prepare_cached(include_str!("sql/put_service.sql"))?
        .execute(named_params! {
            ":clinic_id": clinic.0, ":service_id": row.service_id.0, ":name": row.name,
            ":duration_minutes": row.duration_minutes,
            ":buffer_before_minutes": row.buffer_before_minutes,
            ":buffer_after_minutes": row.buffer_after_minutes,
            ":capacity": row.capacity, ":needs_approval": row.needs_approval,
            ":overlap_policy": Json(row.overlap_policy), ":active": row.active,
            ":version": row.version,
        })?;
    Ok(())
}

pub(crate) fn patient(row: &rusqlite::Row<'_>) -> rusqlite::Result<Patient> {
    Ok(Patient {
        patient_id: row.get::<_, Uuid>("patient_id")?.into(),
        name: row.get("name")?,
        phone: row.get("phone")?,
        birth_date: row.get("birth_date")?,
        notes: row.get("notes")?,
        version: row.get("version")?,
    })
}

fn put_patient(db: &Connection, clinic: ClinicId, row: &Patient) -> rusqlite::Result<()> {
    db.prepare_cached(include_str!("sql/put_patient.sql"))?
        .execute(named_params! {
            ":clinic_id": clinic.0, ":patient_id": row.patient_id.0, ":name": row.name,
            ":phone": row.phone, ":birth_date": row.birth_date, ":notes": row.notes,
            ":version": row.version,
        })?;
    Ok(())
}

fn schedule(row: &rusqlite::Row<'_>) -> rusqlite::Result<Schedule> {
    Ok(Schedule {
        schedule_id: row.get::<_, Uuid>("schedule_id")?.into(),
        practitioner_id: row.get::<_, Uuid>("practitioner_id")?.into(),
        valid_from: row.get("valid_from")?,
        valid_until: row.get("valid_until")?,
        cycle_weeks: row.get("cycle_weeks")?,
        blocks: row.get::<_, Json<_>>("blocks")?.0,
        version: row.get("version")?,
    })
}

fn put_schedule(db: &Connection, clinic: ClinicId, row: &Schedule) -> rusqlite::Result<()> {
    db.prepare_cached(include_str!("sql/put_schedule.sql"))?
        .execute(named_params! {
            ":clinic_id": clinic.0, ":schedule_id": row.schedule_id.0,
            ":practitioner_id": row.practitioner_id.0, ":valid_from": row.valid_from,
            ":valid_until": row.valid_until, ":cycle_weeks": row.cycle_weeks,
            ":blocks": Json(&row.blocks), ":version": row.version,
        })?;
    Ok(())
}

fn exception(row: &rusqlite::Row<'_>) -> rusqlite::Result<Exception> {
    Ok(Exception {
        exception_id: row.get::<_, Uuid>("exception_id")?.into(),
        practitioner_id: row
            .get::<_, Option<Uuid>>("practitioner_id")?
            .map(Into::into),
        kind: row.get::<_, Text<_>>("kind")?.0,
        from: row.get::<_, Text<_>>("from")?.0,
        until: row.get::<_, Text<_>>("until")?.0,
        reason: row.get("reason")?,
        version: row.get("version")?,
    })
}

fn put_exception(db: &Connection, clinic: ClinicId, row: &Exception) -> rusqlite::Result<()> {
    db.prepare_cached(include_str!("sql/put_exception.sql"))?
        .execute(named_params! {
            ":clinic_id": clinic.0, ":exception_id": row.exception_id.0,
            ":practitioner_id": row.practitioner_id.map(|id| id.0), ":kind": Text(row.kind),
            ":from": Text(row.from), ":until": Text(row.until), ":reason": row.reason,
            ":version": row.version,
        })?;
    Ok(())
}

pub(crate) fn appointment(row: &rusqlite::Row<'_>) -> rusqlite::Result<Appointment> {
    let status = row.get_ref("status")?.as_str()?;
    Ok(Appointment {
        appointment_id: row.get::<_, Uuid>("appointment_id")?.into(),
        practitioner_id: row.get::<_, Uuid>("practitioner_id")?.into(),
        patient_id: row.get::<_, Uuid>("patient_id")?.into(),
        service_id: row.get::<_, Uuid>("service_id")?.into(),
        location_id: row.get::<_, Option<Uuid>>("location_id")?.map(Into::into),
        starts_at: row.get::<_, Millis>("starts_at")?.0,
        ends_at: row.get::<_, Millis>("ends_at")?.0,
        status: AppointmentStatus::from_code(status).ok_or_else(|| {
            rusqlite::Error::FromSqlConversionFailure(
                0,
                Type::Text,
                Box::new(FromSqlError::InvalidType),
            )
        })?,
        wall_start: row.get::<_, Text<_>>("wall_start")?.0,
        notes: row.get("notes")?,
        buffer_before_minutes: row.get("buffer_before_minutes")?,
        buffer_after_minutes: row.get("buffer_after_minutes")?,
        cancel_reason: row
            .get::<_, Option<Text<_>>>("cancel_reason")?
            .map(|text| text.0),
        cancel_note: row.get("cancel_note")?,
        status_path: row.get::<_, Json<_>>("status_path")?.0,
        series_id: row.get::<_, Option<Uuid>>("series_id")?.map(Into::into),
        overridden: row.get::<_, Option<Json<_>>>("override")?.map(|json| json.0),
        taken_by: row.get::<_, Uuid>("taken_by")?.into(),
        taken_by_name: row.get("taken_by_name")?,
        taken_at: row.get::<_, Millis>("taken_at")?.0,
        version: row.get("version")?,
    })
}

fn put_appointment(db: &Connection, clinic: ClinicId, row: &Appointment) -> rusqlite::Result<()> {
    db.prepare_cached(include_str!("sql/put_appointment.sql"))?
        .execute(named_params! {
            ":clinic_id": clinic.0, ":appointment_id": row.appointment_id.0,
            ":practitioner_id": row.practitioner_id.0, ":patient_id": row.patient_id.0,
            ":service_id": row.service_id.0, ":location_id": row.location_id.map(|id| id.0),
            ":starts_at": Millis(row.starts_at), ":ends_at": Millis(row.ends_at),
            ":status": row.status.code(), ":wall_start": Text(row.wall_start),
            ":notes": row.notes, ":buffer_before_minutes": row.buffer_before_minutes,
            ":buffer_after_minutes": row.buffer_after_minutes,
            ":cancel_reason": row.cancel_reason.map(Text), ":cancel_note": row.cancel_note,
            ":status_path": Json(&row.status_path), ":series_id": row.series_id.map(|id| id.0),
            ":override": row.overridden.as_ref().map(Json),
            ":taken_by": row.taken_by.0, ":taken_by_name": row.taken_by_name,
            ":taken_at": Millis(row.taken_at), ":version": row.version,
        })?;
    Ok(())
}

pub(crate) fn hold(row: &rusqlite::Row<'_>) -> rusqlite::Result<Hold> {
    Ok(Hold {
        hold_id: row.get::<_, Uuid>("hold_id")?.into(),
        practitioner_id: row.get::<_, Uuid>("practitioner_id")?.into(),
        starts_at: row.get::<_, Millis>("starts_at")?.0,
        ends_at: row.get::<_, Millis>("ends_at")?.0,
        user_id: row.get::<_, Uuid>("user_id")?.into(),
        user_name: row.get("user_name")?,
        device_id: row.get::<_, Uuid>("device_id")?.into(),
        expires_at: row.get::<_, Millis>("expires_at")?.0,
        version: row.get("version")?,
    })
}

fn put_hold(db: &Connection, clinic: ClinicId, row: &Hold) -> rusqlite::Result<()> {
    db.prepare_cached(include_str!("sql/put_hold.sql"))?
        .execute(named_params! {
            ":clinic_id": clinic.0, ":hold_id": row.hold_id.0,
            ":practitioner_id": row.practitioner_id.0, ":starts_at": Millis(row.starts_at),
            ":ends_at": Millis(row.ends_at), ":user_id": row.user_id.0,
            ":user_name": row.user_name, ":device_id": row.device_id.0,
            ":expires_at": Millis(row.expires_at), ":version": row.version,
        })?;
    Ok(())
}
