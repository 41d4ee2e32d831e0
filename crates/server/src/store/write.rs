//! `write(decided)`: rows, seats, the change log and the audit chain of one applied command, as
//! statements that travel together.

use frontdesk_domain::decide::{Decided, Occupancy};
use frontdesk_domain::{AppointmentId, ClinicFacts, ClinicId, Kind, Row};
use frontdesk_protocol::Removed;
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::audit::{Act, Head};
use super::column::json;
use super::sql::{Param, Statement, params};
use super::{StoreError, rows};

/// What an applied command left behind.
#[derive(Debug, Default)]
pub(crate) struct Written {
    pub(crate) rows: Vec<Row>,
    pub(crate) removed: Vec<Removed>,
}

/// The statements that write what was decided at the act's seq. `facts` knows the rows as they were.
pub(crate) fn write(
    clinic: ClinicId,
    decided: Decided,
    act: Act<'_>,
    facts: &ClinicFacts,
    head: &mut Head,
) -> Result<(Vec<Statement>, Written), StoreError> {
    let mut statements = Vec::with_capacity(16);
    // A visit that is new has no seats yet.
    let known = |id: &&AppointmentId| facts.appointments.contains_key(*id);
    for id in decided.reseated.iter().filter(known) {
        let sql = "delete from occupancy where clinic_id = $1 and appointment_id = $2";
        statements.push((sql, params![clinic.0, id.0].into()));
    }
    let mut rows: Vec<Row> = decided
        .rows
        .into_iter()
        .map(|row| row.at_version(act.seq))
        .collect();
    // What is pointed at comes before what points at it.
    rows.sort_by_key(Row::kind);
    for row in &rows {
        let (sql, params) = rows::put(clinic, row)?;
        let is_new = is_edited(row) && before(row, facts).is_none();
        statements.push((if is_new { rows::add(sql) } else { sql }, params));
    }
    for id in &decided.released {
        let sql = "delete from hold where clinic_id = $1 and hold_id = $2";
        statements.push((sql, params![clinic.0, id.0].into()));
    }
    statements.extend(decided.occupancy.iter().map(|seat| occupy(clinic, seat)));
    let removed = decided.released.iter().map(|id| Removed {
        kind: Kind::Hold,
        id: id.0,
        seq: act.seq,
    });
    let written = Written {
        removed: removed.collect(),
        rows,
    };
    log(clinic, &written, &act, facts, &mut statements)?;
    let payload_hash = digest(&written)?;
    let act = Act {
        payload_hash,
        ..act
    };
    statements.extend(head.append(clinic, &act));
    Ok((statements, written))
}

/// Takes one seat; the database refuses an overlap.
pub(crate) fn occupy(clinic: ClinicId, seat: &Occupancy) -> Statement {
    let params = params![
        clinic.0,
        seat.appointment_id.0,
        seat.resource_id.0,
        seat.seat,
        seat.share_key,
        seat.during.starts_at,
        seat.during.ends_at,
    ];
    (
        "insert into occupancy values ($1, $2, $3, $4, $5, $6, $7)",
        params.into(),
    )
}

/// Pointers and names of fields only: no patient data in the change log.
fn log(
    clinic: ClinicId,
    written: &Written,
    act: &Act<'_>,
    facts: &ClinicFacts,
    statements: &mut Vec<Statement>,
) -> Result<(), StoreError> {
    let entry = |sub: usize, kind: Kind, id: Uuid, op: &str, fields: Param, was: Option<u64>| {
        let params = params![
            clinic.0,
            act.seq,
            sub as u64,
            kind.name(),
            id,
            op,
            act.actor,
            act.device,
            act.at,
            fields,
            was,
        ];
        (include_str!("sql/log_change.sql"), params.into())
    };
    for (sub, row) in written.rows.iter().enumerate() {
        let before = before(row, facts);
        let was = before.as_ref().map(Row::version);
        let fields = before.map(|before| changed_fields(&before, row));
        let fields = fields.as_ref().map(json).transpose()?;
        let fields = Param::from(fields);
        statements.push(entry(sub, row.kind(), row.id(), "put", fields, was));
    }
    for (sub, gone) in (written.rows.len()..).zip(&written.removed) {
        let removal = entry(sub, gone.kind, gone.id, "remove", Param::Null, None);
        statements.push(removal);
    }
    Ok(())
}

/// True for the kinds that people edit: then what is known of the row as it was is all there is.
fn is_edited(row: &Row) -> bool {
    match row {
        Row::Patient(_) | Row::Appointment(_) => true,
        Row::Clinic(_)
        | Row::Location(_)
        | Row::Practitioner(_)
        | Row::Service(_)
        | Row::Schedule(_)
        | Row::Exception(_)
        | Row::Hold(_) => false,
    }
}

/// The row that this one takes the place of, for the kinds that people edit.
fn before(row: &Row, facts: &ClinicFacts) -> Option<Row> {
    match row {
        Row::Patient(row) => {
            let before = facts.patients.get(&row.patient_id)?;
            Some(Row::Patient(before.clone()))
        }
        Row::Appointment(row) => {
            let before = facts.appointments.get(&row.appointment_id)?;
            Some(Row::Appointment(before.clone()))
        }
        Row::Clinic(_)
        | Row::Location(_)
        | Row::Practitioner(_)
        | Row::Service(_)
        | Row::Schedule(_)
        | Row::Exception(_)
        | Row::Hold(_) => None,
    }
}

/// Names of the fields in which the rows differ; `version` always does.
fn changed_fields(before: &Row, after: &Row) -> Vec<String> {
    let fields = |row: &Row| match serde_json::to_value(row) {
        Ok(Value::Object(mut tagged)) => tagged.remove("row").unwrap_or_default(),
        Ok(_) | Err(_) => Value::Null,
    };
    let (before, after) = (fields(before), fields(after));
    let names = [&before, &after].into_iter().filter_map(Value::as_object);
    let mut names: Vec<_> = names.flat_map(|fields| fields.keys()).collect();
    names.sort_unstable();
    names.dedup();
    names.retain(|name| *name != "version" && before.get(*name) != after.get(*name));
    names.into_iter().cloned().collect()
}

fn digest(written: &Written) -> Result<[u8; 32], StoreError> {
    let bytes = serde_json::to_vec(&(&written.rows, &written.removed))
        .map_err(|error| StoreError::Corrupt(error.to_string()))?;
    Ok(Sha256::digest(bytes).into())
}
