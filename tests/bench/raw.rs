//! SQLite alone on the tables of a desk's cache: same schema, same cipher, none of our code between
//! the bytes and the rows. What a desk could reach at best.

use std::hint::black_box;
use std::path::Path;

use anyhow::{Context as _, Result};
use chrono::{DateTime, Utc};
use frontdesk_domain::{Appointment, Patient, PractitionerId, Row};
use frontdesk_protocol::{ChangePage, SnapshotRow};
use rusqlite::{Connection, Transaction, params};

/// An encrypted file with the tables of a cache.
pub(crate) struct Raw(Connection);

/// Any key: the cipher's work is the same.
const KEY: &str =
    "pragma key = \"x'000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f'\"";

impl Raw {
    /// Empty, with the tables and indexes of this (unencrypted) cache.
    pub(crate) fn like(cache: &Path, file: &Path) -> Result<Self> {
        let model = Connection::open(cache)?;
        let db = Connection::open(file)?;
        db.execute_batch(KEY)?;
        db.pragma_update(None, "cache_size", -65_536)?;
        db.pragma_update(None, "journal_mode", "wal")?;
        db.pragma_update(None, "synchronous", "normal")?;
        db.set_prepared_statement_cache_capacity(64);
        // A full-text table makes the tables behind it itself.
        let mut statement = model.prepare(
            "select sql from sqlite_master where sql is not null and name not like 'sqlite_%'
               and name not like 'patient_name_%' and name not like 'patient_phone_%'
             order by type = 'index'",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            db.execute_batch(&row.get::<_, String>(0)?)?;
        }
        Ok(Self(db))
    }

    /// Parses a snapshot and fills the tables, in one transaction.
    pub(crate) fn fill(&mut self, snapshot: &[u8]) -> Result<()> {
        let transaction = self.0.transaction()?;
        let mut lines = snapshot.split(|byte| *byte == b'\n');
        lines.next();
        for line in lines {
            // The trailer is no row.
            if let Ok(row) = serde_json::from_slice::<SnapshotRow>(line) {
                put(&transaction, &row.row)?;
            }
        }
        Ok(transaction.commit()?)
    }

    /// Parses pages and applies them, in one transaction.
    pub(crate) fn apply(&mut self, pages: &[Vec<u8>]) -> Result<()> {
        let transaction = self.0.transaction()?;
        for page in pages {
            let page: ChangePage = serde_json::from_slice(page)?;
            for upsert in &page.upserts {
                put(&transaction, &upsert.row)?;
            }
        }
        Ok(transaction.commit()?)
    }

    /// Steps through the visits of a time with their patients' names; how many.
    pub(crate) fn clinic_day(&self, from: DateTime<Utc>, until: DateTime<Utc>) -> Result<usize> {
        self.count(
            "select a.*, p.name from appointment a
             left join patient p on p.patient_id = a.patient_id
             where a.starts_at >= ?1 and a.starts_at < ?2",
            params![micros(from), micros(until)],
        )
    }

    /// Steps through one practitioner's visits of a time; how many.
    pub(crate) fn practitioner_day(
        &self,
        who: PractitionerId,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<usize> {
        self.count(
            "select a.* from appointment a
             where a.practitioner_id = ?3 and a.starts_at >= ?1 and a.starts_at < ?2",
            params![micros(from), micros(until), who.0],
        )
    }

    /// Free half hours of a time from nine to five: the rows into one bitmap per practitioner, and
    /// the bits that nobody set counted. `steps` half hours in all.
    pub(crate) fn bitmaps(
        &self,
        practitioners: &[PractitionerId],
        from: DateTime<Utc>,
        steps: usize,
    ) -> Result<usize> {
        let mut statement = self.0.prepare_cached(
            "select practitioner_id, starts_at, ends_at, buffer_before_minutes, buffer_after_minutes
             from appointment where starts_at >= ?1 and starts_at < ?2 and status <> 'cancelled'",
        )?;
        let (start, step) = (micros(from), 30 * 60 * 1_000_000_i64);
        let until = start + step * i64::try_from(steps)?;
        let mut taken = vec![vec![0_u64; steps.div_ceil(64)]; practitioners.len()];
        let mut rows = statement.query(params![start, until])?;
        while let Some(row) = rows.next()? {
            let who = PractitionerId(row.get(0)?);
            let at = practitioners
                .binary_search(&who)
                .ok()
                .context("a stranger")?;
            let (starts_at, ends_at): (i64, i64) = (row.get(1)?, row.get(2)?);
            let (before, after): (i64, i64) = (row.get(3)?, row.get(4)?);
            let first = (starts_at - before * 60_000_000 - start).max(0) / step;
            let last = (ends_at + after * 60_000_000 - start - 1) / step;
            for bit in usize::try_from(first)?..=usize::try_from(last)?.min(steps - 1) {
                taken[at][bit / 64] |= 1 << (bit % 64);
            }
        }
        let free: u32 = taken.iter().flatten().map(|word| word.count_zeros()).sum();
        Ok(usize::try_from(free)?)
    }

    fn count(&self, sql: &str, params: impl rusqlite::Params) -> Result<usize> {
        let mut statement = self.0.prepare_cached(sql)?;
        let columns = statement.column_count();
        let mut rows = statement.query(params)?;
        let mut count = 0;
        while let Some(row) = rows.next()? {
            for column in 0..columns {
                black_box(row.get_ref(column)?);
            }
            count += 1;
        }
        Ok(count)
    }
}

fn put(db: &Transaction<'_>, row: &Row) -> Result<()> {
    match row {
        Row::Appointment(visit) => put_appointment(db, visit),
        Row::Patient(patient) => put_patient(db, patient),
        // Directories are a hundred rows among hundreds of thousands.
        Row::Clinic(_)
        | Row::Location(_)
        | Row::Practitioner(_)
        | Row::Service(_)
        | Row::Schedule(_)
        | Row::Exception(_)
        | Row::Hold(_) => Ok(()),
    }
}

fn put_appointment(db: &Transaction<'_>, visit: &Appointment) -> Result<()> {
    db.prepare_cached(
        "insert or replace into appointment (starts_at, appointment_id, practitioner_id, patient_id,
           service_id, location_id, ends_at, status, wall_start, notes, buffer_before_minutes,
           buffer_after_minutes, taken_by, taken_by_name, taken_at, version)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
    )?
    .execute(params![
        micros(visit.starts_at),
        visit.appointment_id.0,
        visit.practitioner_id.0,
        visit.patient_id.0,
        visit.service_id.0,
        visit.location_id.map(|id| id.0),
        micros(visit.ends_at),
        visit.status.code(),
        visit.wall_start.to_string(),
        visit.notes,
        visit.buffer_before_minutes,
        visit.buffer_after_minutes,
        visit.taken_by.0,
        visit.taken_by_name,
        micros(visit.taken_at),
        visit.version,
    ])?;
    Ok(())
}

fn put_patient(db: &Transaction<'_>, patient: &Patient) -> Result<()> {
    db.prepare_cached(
        "insert into patient (patient_id, name, phone, birth_date, notes, version)
         values (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![
        patient.patient_id.0,
        patient.name,
        patient.phone,
        patient.birth_date.map(|date| date.to_string()),
        patient.notes,
        patient.version,
    ])?;
    let n = db.last_insert_rowid();
    db.prepare_cached("insert into patient_name (rowid, name) values (?1, ?2)")?
        .execute(params![n, patient.name])?;
    let phone = patient.phone.iter().flat_map(|phone| phone.chars());
    let digits: String = phone.filter(char::is_ascii_digit).collect();
    db.prepare_cached("insert into patient_phone (rowid, digits) values (?1, ?2)")?
        .execute(params![n, digits])?;
    Ok(())
}

fn micros(at: DateTime<Utc>) -> i64 {
    at.timestamp_micros()
}
