//! Every table of a clinic's truth, alike on both engines: what a backup holds, and in which order
//! rows can be written again.

use serde_json::Value as Json;
use uuid::Uuid;

use crate::store::StoreError;
use crate::store::sql::{Db, FromColumn, Param, Row, Value};

/// How a column stands in a backup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Type {
    Id,
    Int,
    Text,
    Bytes,
}

/// A table: the columns of its key come first.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) name: &'static str,
    pub(super) key: usize,
    pub(super) columns: &'static [(&'static str, Type)],
}

use Type::{Bytes, Id, Int, Text};

/// In an order in which everything that is pointed at comes first.
pub(super) const TABLES: [Table; 17] = [
    Table {
        name: "feed",
        key: 1,
        columns: &[
            ("clinic_id", Id),
            ("epoch", Id),
            ("seq", Int),
            ("floor", Int),
            ("head_hash", Bytes),
        ],
    },
    Table {
        name: "clinic",
        key: 1,
        columns: &[
            ("clinic_id", Id),
            ("name", Text),
            ("time_zone", Text),
            ("grid_minutes", Int),
            ("version", Int),
        ],
    },
    Table {
        name: "location",
        key: 2,
        columns: &[
            ("clinic_id", Id),
            ("location_id", Id),
            ("name", Text),
            ("kind", Text),
            ("capacity", Int),
            ("active", Int),
            ("version", Int),
        ],
    },
    Table {
        name: "practitioner",
        key: 2,
        columns: &[
            ("clinic_id", Id),
            ("practitioner_id", Id),
            ("name", Text),
            ("service_ids", Text),
            ("active", Int),
            ("version", Int),
        ],
    },
    Table {
        name: "service",
        key: 2,
        columns: &[
            ("clinic_id", Id),
            ("service_id", Id),
            ("name", Text),
            ("duration_minutes", Int),
            ("buffer_before_minutes", Int),
            ("buffer_after_minutes", Int),
            ("capacity", Int),
            ("needs_approval", Int),
            ("overlap_policy", Text),
            ("active", Int),
            ("version", Int),
        ],
    },
    Table {
        name: "patient",
        key: 2,
        columns: &[
            ("clinic_id", Id),
            ("patient_id", Id),
            ("name", Text),
            ("phone", Text),
            ("birth_date", Text),
            ("notes", Text),
            ("version", Int),
        ],
    },
    Table {
        name: "schedule",
        key: 2,
        columns: &[
            ("clinic_id", Id),
            ("schedule_id", Id),
            ("practitioner_id", Id),
            ("valid_from", Text),
            ("valid_until", Text),
            ("cycle_weeks", Int),
            ("blocks", Text),
            ("version", Int),
        ],
    },
    Table {
        name: "exception",
        key: 2,
        columns: &[
            ("clinic_id", Id),
            ("exception_id", Id),
            ("practitioner_id", Id),
            ("kind", Text),
            ("from", Text),
            ("until", Text),
            ("reason", Text),
            ("version", Int),
        ],
    },
    Table {
        name: "appointment",
        key: 3,
        columns: &[
            ("clinic_id", Id),
            ("starts_at", Int),
            ("appointment_id", Id),
            ("practitioner_id", Id),
            ("patient_id", Id),
            ("service_id", Id),
            ("location_id", Id),
            ("ends_at", Int),
            ("status", Text),
            ("wall_start", Text),
            ("notes", Text),
            ("buffer_before_minutes", Int),
            ("buffer_after_minutes", Int),
            ("cancel_reason", Text),
            ("cancel_note", Text),
            ("status_path", Text),
            ("series_id", Id),
            ("override", Text),
            ("taken_by", Id),
            ("taken_by_name", Text),
            ("taken_at", Int),
            ("version", Int),
        ],
    },
    Table {
        name: "occupancy",
        key: 4,
        columns: &[
            ("clinic_id", Id),
            ("resource_id", Id),
            ("start", Int),
            ("seat", Int),
            ("appointment_id", Id),
            ("share_key", Id),
            ("end", Int),
        ],
    },
    Table {
        name: "hold",
        key: 2,
        columns: &[
            ("clinic_id", Id),
            ("hold_id", Id),
            ("practitioner_id", Id),
            ("starts_at", Int),
            ("ends_at", Int),
            ("user_id", Id),
            ("user_name", Text),
            ("device_id", Id),
            ("expires_at", Int),
            ("version", Int),
        ],
    },
    Table {
        name: "user",
        key: 2,
        columns: &[
            ("clinic_id", Id),
            ("user_id", Id),
            ("login", Text),
            ("name", Text),
            ("role", Text),
            ("practitioner_id", Id),
            ("password_hash", Text),
            ("active", Int),
        ],
    },
    Table {
        name: "device",
        key: 2,
        columns: &[
            ("clinic_id", Id),
            ("device_id", Id),
            ("name", Text),
            ("user_id", Id),
            ("last_no", Int),
            ("revoked_at", Int),
            ("secret_hash", Bytes),
        ],
    },
    Table {
        name: "session",
        key: 1,
        columns: &[
            ("token_hash", Bytes),
            ("clinic_id", Id),
            ("user_id", Id),
            ("device_id", Id),
            ("created_at", Int),
            ("expires_at", Int),
            ("revoked_at", Int),
            ("proven", Int),
        ],
    },
    Table {
        name: "command",
        key: 3,
        columns: &[
            ("clinic_id", Id),
            ("device_id", Id),
            ("no", Int),
            ("id", Id),
            ("request_hash", Bytes),
            ("kind", Text),
            ("outcome", Text),
            ("decided_seq", Int),
            ("decided_at", Int),
        ],
    },
    Table {
        name: "change",
        key: 3,
        columns: &[
            ("clinic_id", Id),
            ("seq", Int),
            ("sub", Int),
            ("kind", Text),
            ("id", Id),
            ("op", Text),
            ("actor", Id),
            ("device", Id),
            ("at", Int),
            ("fields", Text),
            ("was", Int),
        ],
    },
    Table {
        name: "audit",
        key: 2,
        columns: &[
            ("clinic_id", Id),
            ("n", Int),
            ("at", Int),
            ("actor", Id),
            ("device", Id),
            ("action", Text),
            ("id", Id),
            ("seq", Int),
            ("payload_hash", Bytes),
            ("prev_hash", Bytes),
            ("hash", Bytes),
        ],
    },
];

/// What stands in one column of one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cell {
    Null,
    Int(i64),
    Text(String),
    Bytes(Vec<u8>),
}

impl FromColumn for Cell {
    fn from_column(value: Value<'_>) -> Option<Self> {
        Some(match value {
            Value::Null => Self::Null,
            Value::Int(number) => Self::Int(number),
            Value::Text(text) => Self::Text(text.to_owned()),
            Value::Bytes(bytes) => Self::Bytes(bytes.to_vec()),
        })
    }
}

impl Type {
    /// As it is written into a file.
    pub(super) fn to_json(self, cell: &Cell) -> Json {
        match cell {
            Cell::Null => Json::Null,
            Cell::Int(number) => Json::from(*number),
            Cell::Text(text) => Json::from(text.as_str()),
            Cell::Bytes(bytes) => match Uuid::from_slice(bytes) {
                Ok(id) if self == Self::Id => Json::from(id.to_string()),
                _ => Json::from(hex::encode(bytes)),
            },
        }
    }

    /// As it is written into a database; none when the file holds something else here.
    pub(super) fn param_of(self, json: &Json) -> Option<Param> {
        if json.is_null() {
            return Some(Param::Null);
        }
        Some(match self {
            Self::Id => Param::Id(json.as_str()?.parse().ok()?),
            Self::Int => Param::Int(json.as_i64()?),
            Self::Text => Param::Text(json.as_str()?.to_owned()),
            Self::Bytes => Param::Bytes(hex::decode(json.as_str()?).ok()?),
        })
    }

    fn param(self, cell: &Cell) -> Param {
        match cell {
            Cell::Null => Param::Null,
            Cell::Int(number) => Param::Int(*number),
            Cell::Text(text) => Param::Text(text.clone()),
            Cell::Bytes(bytes) => match Uuid::from_slice(bytes) {
                Ok(id) if self == Self::Id => Param::Id(id),
                _ => Param::Bytes(bytes.clone()),
            },
        }
    }
}

/// So many rows of so many parameters, numbered through, for one statement.
pub(super) fn placeholders(rows: usize, width: usize) -> String {
    let row = |row: usize| {
        let marks: Vec<String> = (1..=width)
            .map(|n| format!("${}", row * width + n))
            .collect();
        format!("({})", marks.join(", "))
    };
    let rows: Vec<String> = (0..rows).map(row).collect();
    rows.join(", ")
}

/// Rows that are read at once: PostgreSQL hands an answer over as a whole.
const PAGE: usize = 4_096;

impl Table {
    /// The table of this name.
    pub(super) fn named(name: &str) -> Option<&'static Self> {
        TABLES.iter().find(|table| table.name == name)
    }

    /// The table's name and columns, as SQL. Some of them are words of the language.
    pub(super) fn quoted(&self) -> (String, String) {
        let columns: Vec<String> = self
            .columns
            .iter()
            .map(|(name, _)| format!("\"{name}\""))
            .collect();
        (format!("\"{}\"", self.name), columns.join(", "))
    }

    /// Hands over every row in the order of the key, some at a time.
    pub(super) fn each(
        &self,
        db: &dyn Db,
        take: &mut dyn FnMut(&[Cell]) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let (name, columns) = self.quoted();
        let key: Vec<&str> = columns.split(", ").take(self.key).collect();
        let key = key.join(", ");
        let marks: Vec<String> = (1..=self.key).map(|n| format!("${n}")).collect();
        let first = format!("select {columns} from {name} order by {key} limit {PAGE}");
        let next = format!(
            "select {columns} from {name} where ({key}) > ({}) order by {key} limit {PAGE}",
            marks.join(", ")
        );
        let mut page = db.all(&first, &[], |row| self.cells(row))?;
        loop {
            for row in &page {
                take(row)?;
            }
            let Some(last) = page.last().filter(|_| page.len() == PAGE) else {
                return Ok(());
            };
            let after: Vec<Param> = self
                .columns
                .iter()
                .zip(last)
                .take(self.key)
                .map(|((_, kind), cell)| kind.param(cell))
                .collect();
            page = db.all(&next, &after, |row| self.cells(row))?;
        }
    }

    fn cells(&self, row: &Row<'_>) -> Result<Vec<Cell>, StoreError> {
        self.columns.iter().map(|(name, _)| row.get(name)).collect()
    }
}
