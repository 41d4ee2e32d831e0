//! What the server is measured beside: the plain way to do the same, and nothing else.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Result;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use rusqlite::{Connection, Transaction, params};
use tokio::net::TcpListener;

use crate::clock::{Stopwatch, new_id};

/// Two rows of occupancy for each visit, and no two of a resource overlap.
const SCHEMA: &str = "
    create table appointment (
        appointment_id blob primary key, practitioner_id blob not null, patient_id blob not null,
        service_id blob not null, starts_at integer not null, ends_at integer not null,
        status text not null, wall_start text not null, version integer not null
    ) without rowid;
    create table occupancy (
        appointment_id blob not null, resource_id blob not null, start integer not null,
        \"end\" integer not null, primary key (resource_id, start)
    ) without rowid;
    create table change (seq integer primary key, id blob not null, at integer not null);
";

/// Half an hour, in milliseconds.
const LENGTH: i64 = 30 * 60 * 1000;

struct Book {
    db: Connection,
    next: i64,
}

impl Book {
    fn open(file: &Path) -> Result<Self> {
        let db = Connection::open(file)?;
        db.pragma_update(None, "journal_mode", "wal")?;
        db.pragma_update(None, "synchronous", "full")?;
        db.pragma_update(None, "cache_size", -65_536)?;
        db.execute_batch(SCHEMA)?;
        Ok(Self { db, next: 0 })
    }

    /// So many bookings in one transaction that is on the disk when this returns.
    fn commit(&mut self, bookings: usize) -> rusqlite::Result<()> {
        let behavior = rusqlite::TransactionBehavior::Immediate;
        let transaction = self.db.transaction_with_behavior(behavior)?;
        for _ in 0..bookings {
            self.next += 1;
            write(&transaction, self.next)?;
        }
        transaction.commit()
    }
}

fn write(db: &Transaction<'_>, n: i64) -> rusqlite::Result<()> {
    let (id, practitioner, patient) = (new_id(), resource(1, n % 50), resource(2, n % 2_000));
    let starts_at = 1_800_000_000_000 + n / 50 * LENGTH;
    let ends_at = starts_at + LENGTH;
    for who in [practitioner, patient] {
        let taken: bool = db
            .prepare_cached(
                "select exists (select 1 from occupancy where resource_id = ?1 and start < ?3
                 and start > ?2 - 86400000 and \"end\" > ?2)",
            )?
            .query_row(params![who, starts_at, ends_at], |row| row.get(0))?;
        if taken {
            return Err(rusqlite::Error::QueryReturnedNoRows);
        }
    }
    db.prepare_cached("insert into appointment values (?1, ?2, ?3, ?2, ?4, ?5, ?6, ?7, ?8)")?
        .execute(params![
            id,
            practitioner,
            patient,
            starts_at,
            ends_at,
            "booked",
            "2027-01-01T09:00",
            n
        ])?;
    for who in [practitioner, patient] {
        db.prepare_cached("insert into occupancy values (?1, ?2, ?3, ?4)")?
            .execute(params![id, who, starts_at, ends_at])?;
    }
    db.prepare_cached("insert into change values (?1, ?2, ?3)")?
        .execute(params![n, id, starts_at])?;
    Ok(())
}

fn resource(kind: u128, n: i64) -> uuid::Uuid {
    uuid::Uuid::from_u128((kind << 64) | u128::from(n.unsigned_abs()))
}

/// Bookings per second without a network, so many in each commit.
pub(crate) fn batched(file: &Path, bookings: usize, span: Duration) -> Result<f64> {
    let mut book = Book::open(file)?;
    let watch = Stopwatch::start();
    while watch.elapsed() < span {
        book.commit(bookings)?;
    }
    Ok(f64::from(u32::try_from(book.next)?) / watch.elapsed().as_secs_f64())
}

/// `POST /book`: one booking, one transaction, one fsync.
pub(crate) async fn serve_bookings() -> Result<()> {
    let data = tempfile::tempdir()?;
    let book = Arc::new(Mutex::new(Book::open(&data.path().join("rival.sqlite"))?));
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
