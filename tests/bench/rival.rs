//! What the server is measured beside: the plain way to do the same, and nothing else.

pub(crate) mod postgres;

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Result;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use rusqlite::{Connection, Transaction, TransactionBehavior, params};
use tokio::net::TcpListener;
use uuid::Uuid;

use crate::clock::{Stopwatch, new_id};

/// Half an hour, in milliseconds.
const LENGTH: i64 = 30 * 60 * 1000;

/// When the first rival visit begins: after all visits of the clinic.
const BEGIN: i64 = 1_800_000_000_000;

/// The tables of the server itself, written without asking, hashing or answering for anything: the
/// rows of a booking, its two seats, its change, its outcome and its line in the audit.
pub(crate) struct Book {
    db: Connection,
    clinic: Uuid,
    service: Uuid,
    practitioners: Vec<Uuid>,
    patients: Vec<Uuid>,
    device: Uuid,
    next: i64,
}

impl Book {
    /// In a folder that `frontdesk-server demo` has filled.
    pub(crate) fn open(folder: &Path) -> Result<Self> {
        let db = Connection::open(folder.join("clinic.sqlite"))?;
        db.pragma_update(None, "journal_mode", "wal")?;
        db.pragma_update(None, "synchronous", "full")?;
        db.pragma_update(None, "foreign_keys", true)?;
        db.pragma_update(None, "cache_size", -65_536)?;
        db.set_prepared_statement_cache_capacity(64);
        let device = new_id();
        db.execute(
            "insert into device (clinic_id, device_id, name, user_id)
             select clinic_id, ?1, 'rival', user_id from user limit 1",
            [device],
        )?;
        Ok(Self {
            clinic: db.query_row("select clinic_id from clinic", (), |row| row.get(0))?,
            service: db.query_row("select service_id from service", (), |row| row.get(0))?,
            practitioners: ids(&db, "select practitioner_id from practitioner")?,
            patients: ids(&db, "select patient_id from patient")?,
            db,
            device,
            next: 0,
        })
    }

    /// So many bookings in one transaction that is on the disk when this returns.
    fn commit(&mut self, bookings: usize) -> rusqlite::Result<()> {
        let first = self.next;
        self.next += i64::try_from(bookings).unwrap_or(1);
        let behavior = TransactionBehavior::Immediate;
        let transaction = Transaction::new_unchecked(&self.db, behavior)?;
        for n in first..self.next {
            self.write(&transaction, n)?;
        }
        transaction.commit()
    }

    fn write(&self, db: &Connection, n: i64) -> rusqlite::Result<()> {
        let at = usize::try_from(n).unwrap_or(0);
        let who = self.practitioners[at % self.practitioners.len()];
        let patient = self.patients[at % self.patients.len()];
        let round = n / i64::try_from(self.practitioners.len()).unwrap_or(1);
        let starts_at = BEGIN + round * LENGTH;
        let (id, clinic) = (new_id(), self.clinic);
        let seq: i64 = db
            .prepare_cached("select seq from feed where clinic_id = ?1")?
            .query_row([clinic], |row| row.get::<_, i64>(0).map(|seq| seq + 1))?;
        db.prepare_cached(
            "insert into appointment (clinic_id, appointment_id, practitioner_id, patient_id,
               service_id, starts_at, ends_at, status, wall_start, buffer_before_minutes,
               buffer_after_minutes, taken_by, taken_by_name, taken_at, version)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'booked', '2027-01-15T09:00', 0, 0, ?2,
               'Rita Reception', ?6, ?8)",
        )?
        .execute(params![
            clinic,
            id,
            who,
            patient,
            self.service,
            starts_at,
            starts_at + LENGTH,
            seq
        ])?;
        for (resource, key) in [(who, Some(id)), (patient, None)] {
            db.prepare_cached("insert into occupancy values (?1, ?2, ?3, 1, ?4, ?5, ?6)")?
                .execute(params![
                    clinic,
                    id,
                    resource,
                    key,
                    starts_at,
                    starts_at + LENGTH
                ])?;
        }
        self.keep(db, n + 1, seq, id, starts_at)
    }

    /// What lets a desk ask again and an auditor look.
    fn keep(&self, db: &Connection, no: i64, seq: i64, id: Uuid, at: i64) -> rusqlite::Result<()> {
        let (clinic, device, digest) = (self.clinic, self.device, [7_u8; 32]);
        db.prepare_cached(
            "insert into change (clinic_id, seq, sub, kind, id, op, actor, device, at)
             values (?1, ?2, 0, 'appointment', ?3, 'put', ?4, ?4, ?5)",
        )?
        .execute(params![clinic, seq, id, device, at])?;
        db.prepare_cached(
            "insert into audit (clinic_id, n, at, actor, device, action, id, seq, payload_hash,
               prev_hash, hash)
             values (?1, (select coalesce(max(n), 0) + 1 from audit where clinic_id = ?1), ?2, ?3,
               ?3, 'book_appointment', ?4, ?5, ?6, ?6, ?6)",
        )?
        .execute(params![clinic, at, device, id, seq, digest])?;
        let outcome = format!(r#"{{"no":{no},"id":"{id}","outcome":"applied","seq":{seq}}}"#);
        db.prepare_cached(
            "insert into command (clinic_id, device_id, no, id, request_hash, kind, outcome,
               decided_seq, decided_at)
             values (?1, ?2, ?3, ?4, ?5, 'book_appointment', ?6, ?7, ?8)",
        )?
        .execute(params![clinic, device, no, id, digest, outcome, seq, at])?;
        db.prepare_cached(
            "update device set last_no = ?3 where clinic_id = ?1 and device_id = ?2",
        )?
        .execute(params![clinic, device, no])?;
        db.prepare_cached("update feed set seq = ?2, head_hash = ?3 where clinic_id = ?1")?
            .execute(params![clinic, seq, digest])?;
        Ok(())
    }
}

fn ids(db: &Connection, sql: &str) -> rusqlite::Result<Vec<Uuid>> {
    let mut statement = db.prepare(sql)?;
    statement.query_map((), |row| row.get(0))?.collect()
}

/// Bookings per second without a network, so many in each commit.
pub(crate) fn batched(folder: &Path, bookings: usize, span: Duration) -> Result<f64> {
    let mut book = Book::open(folder)?;
    let watch = Stopwatch::start();
    while watch.elapsed() < span {
        book.commit(bookings)?;
    }
    Ok(f64::from(u32::try_from(book.next)?) / watch.elapsed().as_secs_f64())
}

/// `POST /book`: one booking, one transaction, one fsync.
pub(crate) async fn serve_bookings(folder: &Path) -> Result<()> {
    let book = Arc::new(Mutex::new(Book::open(folder)?));
    let app = Router::new()
        .route("/book", post(book_one))
        .with_state(book);
    serve(app).await
}

async fn book_one(State(book): State<Arc<Mutex<Book>>>) -> Result<Json<bool>, StatusCode> {
    let committed = tokio::task::spawn_blocking(move || {
        let mut book = book.lock().unwrap_or_else(PoisonError::into_inner);
        book.commit(1)
    });
    match committed.await {
        Ok(Ok(())) => Ok(Json(true)),
        Ok(Err(_)) | Err(_) => Err(StatusCode::INTERNAL_SERVER_ERROR),
    }
}

/// Serves until it is killed.
pub(crate) async fn serve(app: Router) -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("listening on http://{}", listener.local_addr()?);
    Ok(axum::serve(listener, app).await?)
}
