//! Read models, made from one consistent view of the cache. Nothing here writes.

mod approvals;
mod card;
mod clock;
mod day;
mod form;
mod free;
mod lanes;
pub(crate) mod notices;
mod patients;
mod preview;
pub(crate) mod refusal;
mod series;
mod session;
pub(crate) mod set_aside;
mod tiles;
pub(crate) mod wall;

pub(crate) use patients::patient_match;

use std::sync::Arc;

use frontdesk_domain::{
    Actor, Appointment, ClinicFacts, DeviceId, Interval, PractitionerId, Role, ServiceId,
    Timestamp, UserId,
};
use rusqlite::Transaction;

use crate::cache::{Cache, Directory};
use crate::error::DeskError;
use crate::view::{DaySheet, DaySheetQuery};

/// One look at the cache by the signed-in user.
pub(crate) struct Look<'a> {
    pub(crate) tx: &'a Transaction<'a>,
    pub(crate) directory: Arc<Directory>,
    pub(crate) me: Actor,
    pub(crate) now: Timestamp,
    /// When the server was last heard of.
    pub(crate) contact: Option<Timestamp>,
}

impl Cache {
    /// A consistent look; refused while nobody is signed in.
    pub(crate) fn look<T>(
        &self,
        work: impl FnOnce(&Look<'_>) -> Result<T, DeskError>,
    ) -> Result<T, DeskError> {
        let (now, contact) = (self.clock().now(), self.last_contact());
        self.read(|tx| {
            let Some(session) = self.signed_in(tx)? else {
                return Ok(Err(DeskError::SignedOut));
            };
            let directory = match self.directory(tx)? {
                Some(directory) => directory,
                // Before the first fill the clinic's name and zone are known, and nothing else.
                None => Arc::new(Directory::empty(&session)?),
            };
            Ok(work(&Look {
                tx,
                directory,
                me: session.user,
                now,
                contact,
            }))
        })?
    }
}

impl Cache {
    /// The day as a manager would see it, whoever is signed in: for benches, which have no server
    /// to sign in at.
    ///
    /// # Errors
    /// When the cache is empty or cannot be read.
    #[doc(hidden)]
    pub fn day_sheet_unguarded(&self, query: DaySheetQuery) -> Result<DaySheet, DeskError> {
        let (now, contact) = (self.clock().now(), self.last_contact());
        self.read(|tx| {
            let Some(directory) = self.directory(tx)? else {
                return Ok(Err(DeskError::NotFound("clinic")));
            };
            let me = Actor {
                user_id: UserId(uuid::Uuid::nil()),
                name: String::new(),
                role: Role::Manager,
                practitioner_id: None,
                device_id: DeviceId(uuid::Uuid::nil()),
            };
            Ok(Look {
                tx,
                directory,
                me,
                now,
                contact,
            }
            .day_sheet(query))
        })?
    }
}

impl Look<'_> {
    /// The directory with what occupies these times.
    pub(crate) fn facts_at(&self, spans: &[Interval]) -> Result<ClinicFacts, DeskError> {
        let moment = (self.now, self.contact);
        Ok(crate::cache::facts_at(
            self.tx,
            &self.directory,
            spans,
            moment,
        )?)
    }

    pub(crate) fn practitioner_name(&self, id: PractitionerId) -> String {
        let row = self.directory.facts.practitioners.get(&id);
        row.map(|row| row.name.clone()).unwrap_or_default()
    }

    pub(crate) fn service_name(&self, id: ServiceId) -> String {
        let row = self.directory.facts.services.get(&id);
        row.map(|row| row.name.clone()).unwrap_or_default()
    }

    /// What a patient of this visit is called; empty when the cache does not know them.
    pub(crate) fn patient_name(&self, visit: &Appointment) -> Result<String, DeskError> {
        let patient = crate::cache::patient_of(self.tx, visit.patient_id)?;
        Ok(patient.map(|row| row.name).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests;
