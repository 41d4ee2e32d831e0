//! Read models, made from one consistent view of the cache. Nothing here writes.

mod approvals;
mod card;
mod clock;
mod day;
mod form;
mod free;
mod lanes;
pub(crate) mod notices;
mod offer;
mod patients;
mod preview;
pub(crate) mod refusal;
mod series;
mod session;
pub(crate) mod set_aside;
mod tiles;
mod waiting;
pub(crate) mod wall;

pub(crate) use patients::patient_match;

use std::sync::Arc;

use frontdesk_domain::availability::{Ledger, works_in_rooms};
use frontdesk_domain::{
    Actor, Appointment, AppointmentId, ClinicFacts, Interval, PractitionerId, ServiceId, Timestamp,
};
use rusqlite::Transaction;

use self::waiting::WaitingVisit;
use crate::cache::{Asked, Cache, Detail, Directory};
use crate::error::DeskError;

/// One look at the cache by the signed-in user.
pub(crate) struct Look<'a> {
    cache: &'a Cache,
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
        let drops = self.drops();
        self.read(|tx| {
            let Some(session) = self.signed_in(tx)? else {
                return Ok(Err(DeskError::SignedOut));
            };
            let directory = match self.directory(tx, drops)? {
                Some(directory) => directory,
                // Before the first fill the clinic's name and zone are known, and nothing else.
                None => Arc::new(Directory::empty(&session)?),
            };
            Ok(work(&Look {
                cache: self,
                tx,
                directory,
                me: session.user,
                now,
                contact,
            }))
        })?
    }
}

impl Look<'_> {
    /// The directory with what occupies these times; also what waits for its answer, but for what these
    /// visits wait for.
    pub(crate) fn facts_at(
        &self,
        spans: &[Interval],
        but: &[AppointmentId],
    ) -> Result<ClinicFacts, DeskError> {
        let moment = (self.now, self.contact);
        let mut facts = crate::cache::facts_at(self.tx, &self.directory, spans, moment)?;
        let waiting = self.waiting_visits()?.into_iter();
        let in_the_way = waiting.filter(|WaitingVisit { visit, of }| {
            let occupied = visit.occupied();
            !but.contains(of) && spans.iter().any(|span| span.overlaps(&occupied))
        });
        facts
            .appointments
            .extend(in_the_way.map(|WaitingVisit { visit, .. }| (visit.appointment_id, visit)));
        Ok(facts)
    }

    /// What is taken in this time, but not where `moving` is to go already; where one practitioner is
    /// asked for, nobody else's time, except in the rooms that this one works in.
    fn ledger(
        &self,
        span: Interval,
        whose: Option<PractitionerId>,
        (detail, moving): (Detail, Option<AppointmentId>),
    ) -> Result<Arc<Ledger>, DeskError> {
        let asked = Asked {
            span,
            whose,
            detail,
            rooms: whose.is_some_and(|id| works_in_rooms(id, &self.directory.facts)),
        };
        let moment = (self.now, self.contact);
        let waiting = self.waiting_visits()?.into_iter();
        let others = waiting.filter(|each| Some(each.of) != moving);
        let waiting: Vec<Appointment> = others.map(|each| each.visit).collect();
        Ok(self.cache.ledger(self.tx, asked, moment, &waiting)?)
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
