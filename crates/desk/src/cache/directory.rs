//! What changes seldom and is read all the time, in memory: the clinic, its people, services and
//! hours. Dropped by the applier when one of these changes.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::NaiveDate;
use frontdesk_domain::availability::{WorkDay, work_days};
use frontdesk_domain::{
    ClinicFacts, ClinicZone, Exception, Kind, Location, Practitioner, PractitionerId, Schedule,
    Service,
};
use rusqlite::{OptionalExtension as _, Transaction};

use super::{Cache, row};
use crate::error::StorageError;

/// The clinic without patients and visits.
#[derive(Debug)]
pub(crate) struct Directory {
    /// Facts for the domain's functions, without patients and visits.
    pub(crate) facts: ClinicFacts,
    days: Mutex<BTreeMap<NaiveDate, Arc<WorkDays>>>,
}

/// How often the directory was dropped.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Drops(u64);

/// A civil date of every practitioner.
pub(crate) type WorkDays = BTreeMap<PractitionerId, WorkDay>;

/// More dates than somebody leafs through; a date of 50 practitioners takes some 50 KiB.
const MOST_DAYS: usize = 64;

impl Directory {
    pub(crate) fn of(facts: ClinicFacts) -> Self {
        Self {
            facts,
            days: Mutex::default(),
        }
    }

    /// What this date is for, worked out once: hours change only with the directory.
    pub(crate) fn work_days(&self, date: NaiveDate) -> Arc<WorkDays> {
        let mut days = self.days.lock().unwrap_or_else(PoisonError::into_inner);
        if days.len() >= MOST_DAYS && !days.contains_key(&date) {
            days.clear();
        }
        let of_date = days.entry(date);
        Arc::clone(of_date.or_insert_with(|| Arc::new(work_days(date, &self.facts))))
    }
}

impl Cache {
    /// How often the directory was dropped: asked before a transaction reads anything.
    pub(crate) fn drops(&self) -> Drops {
        let slot = self.directory.read();
        Drops(slot.unwrap_or_else(PoisonError::into_inner).drops)
    }

    /// The directory as of `tx`, before which it was dropped so often; none before the first fill. One
    /// that was dropped since belongs to another state of the data: it is read, and not kept.
    pub(crate) fn directory(
        &self,
        tx: &Transaction<'_>,
        Drops(drops): Drops,
    ) -> Result<Option<Arc<Directory>>, StorageError> {
        {
            let slot = self.directory.read();
            let slot = slot.unwrap_or_else(PoisonError::into_inner);
            if let Some(directory) = slot.loaded.as_ref().filter(|_| slot.drops == drops) {
                return Ok(Some(Arc::clone(directory)));
            }
        }
        let Some(loaded) = load(tx)?.map(Arc::new) else {
            return Ok(None);
        };
        let mut slot = self
            .directory
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        if slot.drops == drops {
            slot.loaded = Some(Arc::clone(&loaded));
        }
        Ok(Some(loaded))
    }

    /// The clinic's zone, once it is known.
    pub(crate) fn zone(&self) -> Result<Option<ClinicZone>, StorageError> {
        let drops = self.drops();
        let directory = self.read(|tx| self.directory(tx, drops))?;
        Ok(directory.map(|directory| directory.facts.zone.clone()))
    }

    pub(super) fn drop_directory(&self) {
        let mut slot = self
            .directory
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        slot.drops += 1;
        slot.loaded = None;
    }
}

fn load(tx: &Transaction<'_>) -> Result<Option<Directory>, StorageError> {
    let clinic = tx
        .prepare_cached("select time_zone, grid_minutes from clinic")?
        .query_row([], |sql| Ok((sql.get::<_, String>(0)?, sql.get(1)?)))
        .optional()?;
    let Some((time_zone, grid_minutes)) = clinic else {
        return Ok(None);
    };
    let zone = ClinicZone::named(&time_zone)
        .map_err(|error| StorageError::Meaningless(error.to_string()))?;
    let schedules = row::all(tx, Kind::Schedule, |row: &Schedule| row.schedule_id)?;
    let exceptions = row::all(tx, Kind::Exception, |row: &Exception| row.exception_id)?;
    let facts = ClinicFacts {
        practitioners: row::all(tx, Kind::Practitioner, |row: &Practitioner| {
            row.practitioner_id
        })?,
        services: row::all(tx, Kind::Service, |row: &Service| row.service_id)?,
        locations: row::all(tx, Kind::Location, |row: &Location| row.location_id)?,
        schedules: schedules.into_values().collect(),
        exceptions: exceptions.into_values().collect(),
        ..ClinicFacts::empty(zone, grid_minutes)
    };
    Ok(Some(Directory::of(facts)))
}
