//! The same on PostgreSQL: the server's own tables, one transaction per booking on a pooled
//! connection, one statement after the other. The feed's row is updated first, because the next seq
//! comes from it: that is also what keeps two of them from taking the same one.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use anyhow::{Context as _, Result};
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use deadpool_postgres::{Manager, Pool, Runtime, Transaction};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, NoTls};
use uuid::Uuid;

use super::{BEGIN, LENGTH, serve};
use crate::clock::new_id;

/// As many as a server has that expects some dozens of desks.
const CONNECTIONS: usize = 16;

struct Book {
    pool: Pool,
    clinic: Uuid,
    service: Uuid,
    practitioners: Vec<Uuid>,
    patients: Vec<Uuid>,
    device: Uuid,
    next: AtomicI64,
}

/// What is the same in every row of one booking.
struct Visit {
    id: Uuid,
    who: Uuid,
    patient: Uuid,
    starts_at: i64,
    no: i64,
}

/// `POST /book`: one booking, one transaction, one durable commit.
pub(crate) async fn serve_bookings(url: &str) -> Result<()> {
    let book = Arc::new(Book::open(url).await?);
    let app = Router::new()
        .route("/book", post(book_one))
        .with_state(book);
    serve(app).await
}

async fn book_one(State(book): State<Arc<Book>>) -> Result<Json<bool>, StatusCode> {
    match book.commit().await {
        Ok(()) => Ok(Json(true)),
        Err(error) => {
            eprintln!("a rival's booking failed: {error:#}");
            Err(StatusCode::INTERNAL_SERVER_ERROR)
        }
    }
}

impl Book {
    /// In a database that `frontdesk-server demo` has filled.
    async fn open(url: &str) -> Result<Self> {
        let manager = Manager::new(url.parse()?, NoTls);
        let pool = Pool::builder(manager)
            .max_size(CONNECTIONS)
            .runtime(Runtime::Tokio1)
            .build()?;
        let db = pool.get().await?;
        let clinics = ids(&db, "select clinic_id from clinic").await?;
        let services = ids(&db, "select service_id from service").await?;
        let device = new_id();
        let sql = "insert into device (clinic_id, device_id, name, user_id)
             select clinic_id, $1, 'rival', user_id from \"user\" limit 1";
        db.execute(sql, &[&device]).await?;
        Ok(Self {
            clinic: *clinics.first().context("a clinic")?,
            service: *services.first().context("a service")?,
            practitioners: ids(&db, "select practitioner_id from practitioner").await?,
            patients: ids(&db, "select patient_id from patient").await?,
            device,
            next: AtomicI64::new(0),
            pool,
        })
    }

    async fn commit(&self) -> Result<()> {
        let mut connection = self.pool.get().await?;
        let transaction = connection.transaction().await?;
        let visit = self.visit()?;
        let digest: &[u8] = &[7; 32];
        let sql =
            "update feed set seq = seq + 1, head_hash = $2 where clinic_id = $1 returning seq";
        let sql = transaction.prepare_cached(sql).await?;
        let feed = transaction
            .query_one(&sql, &[&self.clinic, &digest])
            .await?;
        let seq: i64 = feed.get(0);
        self.write(&transaction, &visit, seq).await?;
        self.keep(&transaction, &visit, seq, digest).await?;
        Ok(transaction.commit().await?)
    }

    fn visit(&self) -> Result<Visit> {
        let n = self.next.fetch_add(1, Ordering::Relaxed);
        let at = usize::try_from(n)?;
        let one_of = |ids: &[Uuid]| ids.get(at % ids.len().max(1)).copied();
        let round = n / i64::try_from(self.practitioners.len())?;
        Ok(Visit {
            id: new_id(),
            who: one_of(&self.practitioners).context("a practitioner")?,
            patient: one_of(&self.patients).context("a patient")?,
            starts_at: BEGIN + round * LENGTH,
            no: n + 1,
        })
    }

    async fn write(&self, db: &Transaction<'_>, visit: &Visit, seq: i64) -> Result<()> {
        let ends_at = visit.starts_at + LENGTH;
        say(
            db,
            "insert into appointment (clinic_id, appointment_id, practitioner_id, patient_id,
               service_id, starts_at, ends_at, status, wall_start, buffer_before_minutes,
               buffer_after_minutes, taken_by, taken_by_name, taken_at, version)
             values ($1, $2, $3, $4, $5, $6, $7, 'booked', '2027-01-15T09:00', 0, 0, $2,
               'Rita Reception', $6, $8)",
            &[
                &self.clinic,
                &visit.id,
                &visit.who,
                &visit.patient,
                &self.service,
                &visit.starts_at,
                &ends_at,
                &seq,
            ],
        )
        .await?;
        for (resource, key) in [(visit.who, Some(visit.id)), (visit.patient, None)] {
            let seat: [&(dyn ToSql + Sync); 6] = [
                &self.clinic,
                &visit.id,
                &resource,
                &key,
                &visit.starts_at,
                &ends_at,
            ];
            say(
                db,
                "insert into occupancy values ($1, $2, $3, 1, $4, $5, $6)",
                &seat,
            )
            .await?;
        }
        Ok(())
    }

    /// What lets a desk ask again and an auditor look.
    async fn keep(
        &self,
        db: &Transaction<'_>,
        visit: &Visit,
        seq: i64,
        digest: &[u8],
    ) -> Result<()> {
        let Visit {
            id, starts_at, no, ..
        } = visit;
        let device = &self.device;
        let outcome = format!(r#"{{"no":{no},"id":"{id}","outcome":"applied","seq":{seq}}}"#);
        say(
            db,
            "insert into change (clinic_id, seq, sub, kind, id, op, actor, device, at)
             values ($1, $2, 0, 'appointment', $3, 'put', $4, $4, $5)",
            &[&self.clinic, &seq, id, device, starts_at],
        )
        .await?;
        say(
            db,
            "insert into audit (clinic_id, n, at, actor, device, action, id, seq, payload_hash,
               prev_hash, hash)
             values ($1, (select coalesce(max(n), 0) + 1 from audit where clinic_id = $1), $2, $3,
               $3, 'book_appointment', $4, $5, $6, $6, $6)",
            &[&self.clinic, starts_at, device, id, &seq, &digest],
        )
        .await?;
        say(
            db,
            "insert into command (clinic_id, device_id, no, id, request_hash, kind, outcome,
               decided_seq, decided_at)
             values ($1, $2, $3, $4, $5, 'book_appointment', $6, $7, $8)",
            &[
                &self.clinic,
                device,
                no,
                id,
                &digest,
                &outcome,
                &seq,
                starts_at,
            ],
        )
        .await?;
        let sql = "update device set last_no = $3 where clinic_id = $1 and device_id = $2";
        say(db, sql, &[&self.clinic, device, no]).await
    }
}

async fn say(db: &Transaction<'_>, sql: &str, params: &[&(dyn ToSql + Sync)]) -> Result<()> {
    let statement = db.prepare_cached(sql).await?;
    db.execute(&statement, params).await?;
    Ok(())
}

async fn ids(db: &Client, sql: &str) -> Result<Vec<Uuid>> {
    let rows = db.query(sql, &[]).await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}
