//! What the writer remembers of a clinic between transactions: its directories, and what it worked
//! out for refusals. Dropped whenever it could be wrong.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use frontdesk_domain::{ClinicFacts, ClinicId, Row};
use rusqlite::Connection;

use super::alternatives::Alternatives;
use super::{StoreError, load};

#[derive(Default)]
pub(crate) struct Caches {
    clinics: HashMap<ClinicId, Cached>,
    data_version: i64,
}

pub(crate) struct Cached {
    /// Directories always; visits and patients only as loaded for the last command.
    pub(crate) facts: ClinicFacts,
    pub(crate) alternatives: Alternatives,
}

impl Caches {
    /// What is remembered of this clinic, read now if nothing is.
    pub(crate) fn of(
        &mut self,
        db: &Connection,
        clinic: ClinicId,
    ) -> Result<&mut Cached, StoreError> {
        match self.clinics.entry(clinic) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(unknown) => Ok(unknown.insert(Cached {
                facts: load::directories(db, clinic)?,
                alternatives: Alternatives::default(),
            })),
        }
    }

    /// After a commit that failed, a command that was rolled back, or a write of another sort.
    pub(crate) fn clear(&mut self) {
        self.clinics.clear();
    }

    /// Another process (`frontdesk-server user …`) may have written since the last transaction.
    pub(crate) fn drop_if_changed_elsewhere(&mut self, db: &Connection) -> Result<(), StoreError> {
        let seen: i64 = db
            .prepare_cached("pragma data_version")?
            .query_row((), |row| row.get(0))?;
        if seen != self.data_version {
            self.clear();
            self.data_version = seen;
        }
        Ok(())
    }

    /// Rows that the running transaction wrote.
    pub(crate) fn note(&mut self, clinic: ClinicId, rows: &[Row]) {
        let directories_changed = rows.iter().any(|row| match row {
            Row::Appointment(_) | Row::Patient(_) | Row::Hold(_) => false,
            Row::Clinic(_)
            | Row::Location(_)
            | Row::Practitioner(_)
            | Row::Service(_)
            | Row::Schedule(_)
            | Row::Exception(_) => true,
        });
        if directories_changed {
            self.clinics.remove(&clinic);
        } else if let Some(cached) = self.clinics.get_mut(&clinic) {
            cached.alternatives.note(rows);
        }
    }
}
