//! Creating and changing patients.

use chrono::Datelike;

use super::{Decided, Wanted, check};
use crate::command::PutPatient;
use crate::{ClinicFacts, Patient, PatientId, Refusal, Row, Timestamp};

const LONGEST_NAME: usize = 200;
const LONGEST_PHONE: usize = 40;

pub(super) fn put_patient(
    wanted: &Wanted<'_, PutPatient>,
    facts: &ClinicFacts,
    now: Timestamp,
) -> Result<Decided, Refusal> {
    let row = checked(wanted.command, facts, now)?;
    if let Some(known) = facts.patients.get(&row.patient_id) {
        let same = Patient {
            version: known.version,
            ..row.clone()
        };
        if same == *known {
            return Ok(Decided::default());
        }
        check::version(wanted.base_version, known.version, facts)?;
    }
    Ok(Decided {
        rows: vec![Row::Patient(row)],
        ..Decided::default()
    })
}

fn checked(wish: &PutPatient, facts: &ClinicFacts, now: Timestamp) -> Result<Patient, Refusal> {
    if is_another_resource(wish.patient_id, facts) {
        return Err(check::invalid("patient_id"));
    }
    let name = check::text(Some(&wish.name), LONGEST_NAME, "name")?
        .ok_or_else(|| check::invalid("name"))?;
    let phone = check::text(wish.phone.as_deref(), LONGEST_PHONE, "phone")?;
    if wish
        .birth_date
        .is_some_and(|date| date.year() < 1 || date > facts.zone.date(now))
    {
        return Err(check::invalid("birth_date"));
    }
    let notes = check::text(wish.notes.as_deref(), check::LONGEST_TEXT, "notes")?;
    Ok(Patient {
        name,
        phone,
        notes,
        ..wish.patient()
    })
}

/// A seat is taken by the id of its resource alone: a therapist who is also a patient is two.
fn is_another_resource(id: PatientId, facts: &ClinicFacts) -> bool {
    facts.practitioners.contains_key(&id.0.into()) || facts.locations.contains_key(&id.0.into())
}
