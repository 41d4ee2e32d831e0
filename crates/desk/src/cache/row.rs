//! Rows of the feed as rows of the replica. An upsert never replaces a newer version.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate};
use frontdesk_domain::{
    Appointment, AppointmentId, AppointmentStatus, CancelReason, Clinic, Kind, Patient, Row,
    Timestamp,
};
use rusqlite::types::Type;
use rusqlite::{OptionalExtension as _, Row as SqlRow, Transaction, params};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::search;
use crate::error::StorageError;

/// Columns of `appointment` in the order of [`appointment`].
pub(super) const APPOINTMENT: &str = "a.appointment_id, a.practitioner_id, a.patient_id, \
     a.service_id, a.location_id, a.starts_at, a.ends_at, a.status, a.wall_start, a.notes, \
     a.buffer_before_minutes, a.buffer_after_minutes, a.cancel_reason, a.cancel_note, a.taken_by, \
     a.taken_by_name, a.taken_at, a.version, a.status_path, a.series_id, a.\"override\"";
/// How many they are: where a joined column comes.
pub(super) const APPOINTMENT_COLUMNS: usize = 21;

/// Writes a row unless the replica has a newer one; true when it was written.
pub(super) fn upsert(tx: &Transaction<'_>, row: &Row) -> Result<bool, StorageError> {
    let written = match row {
        Row::Clinic(row) => clinic_upsert(tx, row)?,
        Row::Location(row) => json_upsert(tx, Kind::Location, row.location_id.0, row.version, row)?,
        Row::Practitioner(row) => json_upsert(
            tx,
            Kind::Practitioner,
            row.practitioner_id.0,
            row.version,
            row,
        )?,
        Row::Service(row) => json_upsert(tx, Kind::Service, row.service_id.0, row.version, row)?,
        Row::Schedule(row) => json_upsert(tx, Kind::Schedule, row.schedule_id.0, row.version, row)?,
        Row::Exception(row) => {
            json_upsert(tx, Kind::Exception, row.exception_id.0, row.version, row)?
        }
        Row::Patient(row) => patient_upsert(tx, row)?,
        Row::Appointment(row) => appointment_upsert(tx, row)?,
        Row::Hold(row) => super::hold::upsert(tx, row)?,
    };
    Ok(written)
}

/// Takes a row away unless it has changed after `seq`; true when it was there.
pub(super) fn remove(
    tx: &Transaction<'_>,
    kind: Kind,
    id: Uuid,
    seq: u64,
) -> Result<bool, StorageError> {
    if kind == Kind::Patient {
        search::forget(tx, id, seq)?;
    }
    let table = kind.name();
    let sql = format!("delete from {table} where {table}_id = ?1 and version <= ?2");
    Ok(tx.prepare_cached(&sql)?.execute(params![id, seq])? > 0)
}

fn clinic_upsert(tx: &Transaction<'_>, row: &Clinic) -> Result<bool, StorageError> {
    let mut statement = tx.prepare_cached(
        "insert into clinic (clinic_id, name, time_zone, grid_minutes, version)
         values (?1, ?2, ?3, ?4, ?5)
         on conflict (clinic_id) do update set name = excluded.name,
           time_zone = excluded.time_zone, grid_minutes = excluded.grid_minutes,
           version = excluded.version
         where excluded.version >= clinic.version",
    )?;
    let values = params![
        row.clinic_id.0,
        row.name,
        row.time_zone,
        row.grid_minutes,
        row.version
    ];
    Ok(statement.execute(values)? > 0)
}

fn json_upsert<T: Serialize>(
    tx: &Transaction<'_>,
    kind: Kind,
    id: Uuid,
    version: u64,
    row: &T,
) -> Result<bool, StorageError> {
    let table = kind.name();
    let mut statement = tx.prepare_cached(&format!(
        "insert into {table} ({table}_id, row, version) values (?1, ?2, ?3)
         on conflict ({table}_id) do update set row = excluded.row, version = excluded.version
         where excluded.version >= {table}.version"
    ))?;
    Ok(statement.execute(params![id, serde_json::to_string(row)?, version])? > 0)
}

fn patient_upsert(tx: &Transaction<'_>, row: &Patient) -> Result<bool, StorageError> {
    let mut statement = tx.prepare_cached(
        "insert into patient (patient_id, name, phone, birth_date, notes, version)
         values (?1, ?2, ?3, ?4, ?5, ?6)
         on conflict (patient_id) do update set name = excluded.name, phone = excluded.phone,
           birth_date = excluded.birth_date, notes = excluded.notes, version = excluded.version
         where excluded.version >= patient.version
         returning n",
    )?;
    let birth_date = row.birth_date.map(|date| date.to_string());
    let values = params![
        row.patient_id.0,
        row.name,
        row.phone,
        birth_date,
        row.notes,
        row.version
    ];
    let n: Option<i64> = statement.query_row(values, |sql| sql.get(0)).optional()?;
    if let Some(n) = n {
        search::index(tx, n, row)?;
    }
    Ok(n.is_some())
}

fn appointment_upsert(tx: &Transaction<'_>, row: &Appointment) -> Result<bool, StorageError> {
    let newer: Option<u64> = tx
        .prepare_cached("select version from appointment where appointment_id = ?1")?
        .query_row([row.appointment_id.0], |sql| sql.get(0))
        .optional()?;
    if newer.is_some_and(|version| version > row.version) {
        return Ok(false);
    }
    if newer.is_some() {
        // The start is part of the key: a moved visit is another row.
        tx.prepare_cached("delete from appointment where appointment_id = ?1")?
            .execute([row.appointment_id.0])?;
    }
    appointment_insert(tx, row)?;
    Ok(true)
}

/// Adds a visit that is not there yet.
pub(super) fn appointment_insert(
    tx: &Transaction<'_>,
    row: &Appointment,
) -> Result<(), StorageError> {
    let mut statement = tx.prepare_cached(
        "insert into appointment (appointment_id, practitioner_id, patient_id, service_id,
           location_id, starts_at, ends_at, status, wall_start, notes, buffer_before_minutes,
           buffer_after_minutes, cancel_reason, cancel_note, taken_by, taken_by_name, taken_at,
           version, status_path, series_id, \"override\")
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18,
           ?19, ?20, ?21)",
    )?;
    statement.execute(params![
        row.appointment_id.0,
        row.practitioner_id.0,
        row.patient_id.0,
        row.service_id.0,
        row.location_id.map(|id| id.0),
        micros(row.starts_at),
        micros(row.ends_at),
        row.status.code(),
        row.wall_start.to_string(),
        row.notes,
        row.buffer_before_minutes,
        row.buffer_after_minutes,
        row.cancel_reason.map(reason_code),
        row.cancel_note,
        row.taken_by.0,
        row.taken_by_name,
        micros(row.taken_at),
        row.version,
        path_text(&row.status_path),
        row.series_id.map(|id| id.0),
        row.overridden
            .as_ref()
            .map(serde_json::to_string)
            .transpose()?,
    ])?;
    Ok(())
}

/// Codes with spaces between, oldest first.
fn path_text(path: &[AppointmentStatus]) -> String {
    let codes: Vec<&str> = path.iter().map(|status| status.code()).collect();
    codes.join(" ")
}

fn path_of(text: &str) -> Option<Vec<AppointmentStatus>> {
    text.split_ascii_whitespace()
        .map(AppointmentStatus::from_code)
        .collect()
}

/// A visit from the columns of [`APPOINTMENT`].
pub(super) fn appointment(sql: &SqlRow<'_>) -> rusqlite::Result<Appointment> {
    let text = |column: usize| sql.get_ref(column)?.as_str().map_err(rusqlite::Error::from);
    Ok(Appointment {
        appointment_id: AppointmentId(sql.get(0)?),
        practitioner_id: sql.get::<_, Uuid>(1)?.into(),
        patient_id: sql.get::<_, Uuid>(2)?.into(),
        service_id: sql.get::<_, Uuid>(3)?.into(),
        location_id: sql.get::<_, Option<Uuid>>(4)?.map(Into::into),
        starts_at: instant(sql, 5)?,
        ends_at: instant(sql, 6)?,
        status: AppointmentStatus::from_code(text(7)?).ok_or_else(|| unreadable(7))?,
        wall_start: wall(text(8)?).ok_or_else(|| unreadable(8))?,
        notes: sql.get(9)?,
        buffer_before_minutes: sql.get(10)?,
        buffer_after_minutes: sql.get(11)?,
        cancel_reason: sql.get_ref(12)?.as_str_or_null()?.and_then(reason_of),
        cancel_note: sql.get(13)?,
        taken_by: sql.get::<_, Uuid>(14)?.into(),
        taken_by_name: sql.get(15)?,
        taken_at: instant(sql, 16)?,
        version: sql.get(17)?,
        status_path: path_of(text(18)?).ok_or_else(|| unreadable(18))?,
        series_id: sql.get::<_, Option<Uuid>>(19)?.map(Into::into),
        overridden: match sql.get_ref(20)?.as_str_or_null()? {
            Some(text) => Some(serde_json::from_str(text).map_err(|_| unreadable(20))?),
            None => None,
        },
    })
}

/// A patient from `patient_id, name, phone, birth_date, notes, version`, starting at `column`.
pub(super) fn patient(sql: &SqlRow<'_>, column: usize) -> rusqlite::Result<Patient> {
    let birth_date: Option<String> = sql.get(column + 3)?;
    Ok(Patient {
        patient_id: sql.get::<_, Uuid>(column)?.into(),
        name: sql.get(column + 1)?,
        phone: sql.get(column + 2)?,
        birth_date: birth_date.and_then(|text| text.parse::<NaiveDate>().ok()),
        notes: sql.get(column + 4)?,
        version: sql.get(column + 5)?,
    })
}

/// Every row of a table that keeps its rows as JSON, by id.
pub(super) fn all<Id: Ord, T: DeserializeOwned>(
    tx: &Transaction<'_>,
    kind: Kind,
    id: impl Fn(&T) -> Id,
) -> Result<BTreeMap<Id, T>, StorageError> {
    let mut statement = tx.prepare_cached(&format!("select row from {}", kind.name()))?;
    let mut rows = statement.query([])?;
    let mut found = BTreeMap::new();
    while let Some(sql) = rows.next()? {
        let text = sql.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?;
        let row: T = serde_json::from_str(text)?;
        found.insert(id(&row), row);
    }
    Ok(found)
}

/// How an instant is stored.
pub(super) fn micros(at: Timestamp) -> i64 {
    at.timestamp_micros()
}

/// An instant from its column.
pub(super) fn instant(sql: &SqlRow<'_>, column: usize) -> rusqlite::Result<Timestamp> {
    DateTime::from_timestamp_micros(sql.get(column)?).ok_or_else(|| unreadable(column))
}

/// `YYYY-MM-DDTHH:MM`, by position: chrono's general parser is the slowest part of reading a day.
fn wall(text: &str) -> Option<frontdesk_domain::WallDateTime> {
    let bytes = text.as_bytes();
    if bytes.len() != 16 || !text.is_ascii() {
        return text.parse().ok();
    }
    let part = |from: usize, until: usize| text[from..until].parse::<u32>().ok();
    let date = NaiveDate::from_ymd_opt(part(0, 4)?.try_into().ok()?, part(5, 7)?, part(8, 10)?)?;
    let time = date.and_hms_opt(part(11, 13)?, part(14, 16)?, 0)?;
    Some(frontdesk_domain::WallDateTime(time))
}

pub(super) fn unreadable(column: usize) -> rusqlite::Error {
    rusqlite::Error::InvalidColumnType(column, "stored value".to_owned(), Type::Text)
}

fn reason_code(reason: CancelReason) -> &'static str {
    match reason {
        CancelReason::Patient => "patient",
        CancelReason::Clinic => "clinic",
        CancelReason::Revoked => "revoked",
    }
}

fn reason_of(code: &str) -> Option<CancelReason> {
    [
        CancelReason::Patient,
        CancelReason::Clinic,
        CancelReason::Revoked,
    ]
    .into_iter()
    .find(|reason| reason_code(*reason) == code)
}
