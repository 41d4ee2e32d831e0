//! One line of an export: its row, or in a few words why it has none. What a line says of a patient
//! is not repeated.

use frontdesk_domain::{
    Appointment, Clinic, Exception, Hold, Kind, Location, Patient, Practitioner, Row, Schedule,
    Service,
};
use frontdesk_protocol::SnapshotRow;
use serde::de::DeserializeOwned;
use serde_json::Value;
use uuid::Uuid;

/// A line without a row.
pub(super) struct Unread {
    pub(super) why: String,
    /// Which row it would have been, where that can be seen.
    pub(super) of: Option<(Kind, Uuid)>,
}

pub(super) fn read(line: &[u8]) -> Result<Row, Unread> {
    let Ok(read) = serde_json::from_slice::<SnapshotRow>(line) else {
        return Err(unread(line));
    };
    let because = |why: &str| Unread {
        why: why.to_owned(),
        of: Some((read.row.kind(), read.id)),
    };
    if read.row.id() != read.id {
        return Err(because("its `id` is not that of its `row`"));
    }
    if holds_nul(line) {
        return Err(because(
            "a text in it holds U+0000, which not every database keeps",
        ));
    }
    Ok(read.row)
}

/// Why the line is no row.
fn unread(line: &[u8]) -> Unread {
    let nameless = |why: String| Unread { why, of: None };
    if line.trim_ascii().is_empty() {
        return nameless("it is empty".to_owned());
    }
    let Ok(text) = std::str::from_utf8(line) else {
        return nameless("it is not a text in UTF-8".to_owned());
    };
    let value: Value = match serde_json::from_str(text) {
        Ok(value) => value,
        Err(error) => {
            return nameless(format!("it is not JSON from column {} on", error.column()));
        }
    };
    let Ok(kind) = serde_json::from_value::<Kind>(value["kind"].clone()) else {
        let kinds = Kind::ALL.map(Kind::name).join(", ");
        return nameless(format!("its `kind` is none of {kinds}"));
    };
    let id: Option<Uuid> = serde_json::from_value(value["id"].clone()).ok();
    let why = wrong(kind, &value["row"]).unwrap_or_else(|| {
        let why = match id {
            Some(_) => "one of its fields stands there twice",
            None => "its `id` is not a UUID",
        };
        why.to_owned()
    });
    Unread {
        why,
        of: id.map(|id| (kind, id)),
    }
}

/// The first field that is not as a row of that kind has it.
fn wrong(kind: Kind, row: &Value) -> Option<String> {
    match kind {
        Kind::Clinic => wrong_in::<Clinic>(kind, row),
        Kind::Location => wrong_in::<Location>(kind, row),
        Kind::Practitioner => wrong_in::<Practitioner>(kind, row),
        Kind::Service => wrong_in::<Service>(kind, row),
        Kind::Patient => wrong_in::<Patient>(kind, row),
        Kind::Schedule => wrong_in::<Schedule>(kind, row),
        Kind::Exception => wrong_in::<Exception>(kind, row),
        Kind::Appointment => wrong_in::<Appointment>(kind, row),
        Kind::Hold => wrong_in::<Hold>(kind, row),
    }
}

fn wrong_in<T: DeserializeOwned>(kind: Kind, row: &Value) -> Option<String> {
    let error = serde_path_to_error::deserialize::<_, T>(row).err()?;
    let (path, said) = (error.path().to_string(), error.inner().to_string());
    let row = if path == "." {
        "its `row`".to_owned()
    } else {
        format!("`{path}`")
    };
    // A name that is missing is ours, not the file's.
    if said.starts_with("missing field") {
        return Some(format!("{row}: {said}"));
    }
    let is_of_a_patient = match kind {
        Kind::Patient | Kind::Appointment | Kind::Hold => true,
        Kind::Clinic
        | Kind::Location
        | Kind::Practitioner
        | Kind::Service
        | Kind::Schedule
        | Kind::Exception => false,
    };
    if !is_of_a_patient {
        return Some(format!("{row} cannot be read ({said})"));
    }
    // Behind that word stands what the field may be, before it what it is.
    let may_be = said.rsplit_once(", expected ");
    let may_be = may_be.map_or_else(String::new, |(_, what)| format!(" (expected {what})"));
    Some(format!("{row} cannot be read{may_be}"))
}

/// How JSON writes the one character that not every database stores.
const NUL: &[u8] = br"\u0000";

/// Only an escape can say it, and a text may hold the escape's own letters: then look closely.
fn holds_nul(line: &[u8]) -> bool {
    let is_said = line.windows(NUL.len()).any(|letters| letters == NUL);
    is_said && serde_json::from_slice(line).is_ok_and(|value| nul_in(&value))
}

fn nul_in(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(values) => values.iter().any(nul_in),
        Value::Object(members) => members.values().any(nul_in),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}
