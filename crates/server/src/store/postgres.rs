//! PostgreSQL: several instances write beside each other, and the feed row says whose turn it is in a
//! clinic. A transaction is read committed and gives up rather than wait for long; what it could not
//! do leaves no outcome, and the desk sends the same number again.

mod address;
mod codec;
mod open;

use std::cell::Cell;
use std::future::Future;
use std::sync::Arc;

use deadpool_postgres::{Object, Pool};
use frontdesk_domain::{ClinicId, DeviceId};
use futures_util::future::{try_join_all, try_join4};
use tokio::runtime::{Handle, Runtime};
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

pub(crate) use address::Address;
pub(crate) use open::{migrate, schema};
#[cfg(test)]
pub(crate) use open::{migrate_to_an_older_version, migrate_to_the_version_after};

use super::StoreError;
use super::sql::{Db, Param, Query, Row, Statement};

/// Statements that travel together; their answers are small.
const FLIGHT: usize = 24;

/// A writer gives up before its desk does. It looks rows up by index, whatever the database believes
/// of a young table: what is planned once for a small one is used when it has grown.
const BEGIN_WRITE: &str = "begin isolation level read committed; \
     set local lock_timeout = '4s'; set local statement_timeout = '10s'; \
     set local idle_in_transaction_session_timeout = '10s'; \
     set local enable_seqscan = off; set local jit = off";

/// One snapshot for all that is read; a whole clinic is read in one such transaction.
const BEGIN_READ: &str = "begin isolation level repeatable read read only; \
     set local statement_timeout = '60s'; set local idle_in_transaction_session_timeout = '60s'";

/// Of a transaction that an error has ended `commit` alone makes a rollback without a word; before it
/// anything else says so.
const COMMIT: &str = "select; commit";

/// A connection of one thread, which also drives it: no other thread is woken for an answer.
pub(crate) struct Lane {
    pool: Pool,
    runtime: Arc<Runtime>,
}

impl Lane {
    /// Connects when it is used first, and again whenever the connection was lost.
    pub(crate) fn of(pool: Pool) -> Result<Self, StoreError> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        Ok(Self {
            pool,
            runtime: Arc::new(runtime),
        })
    }

    /// Runs `work` in a writing transaction; what it did is undone when it fails.
    pub(crate) fn write<T>(
        &self,
        work: impl FnOnce(&dyn Db) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let client = self.runtime.block_on(async {
            // Lets the idle connection notice that it was closed meanwhile.
            tokio::task::yield_now().await;
            tokio::task::yield_now().await;
            self.pool.get().await
        });
        let client = client.map_err(lost)?;
        let driver = Driver::Own(self.runtime.clone());
        Postgres::of(client, driver, BEGIN_WRITE).finish(work)
    }
}

/// Runs `work` on one snapshot; on a thread that may block, beside the runtime of the pool.
pub(crate) fn read<T>(
    client: Object,
    runtime: Handle,
    work: impl FnOnce(&dyn Db) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    Postgres::of(client, Driver::Shared(runtime), BEGIN_READ).finish(work)
}

/// Who moves the bytes while a thread waits for an answer.
enum Driver {
    Own(Arc<Runtime>),
    Shared(Handle),
}

impl Driver {
    fn wait<T>(&self, answer: impl Future<Output = T>) -> T {
        match self {
            Self::Own(runtime) => runtime.block_on(answer),
            Self::Shared(runtime) => runtime.block_on(answer),
        }
    }
}

/// A transaction. Dropped without an end, it takes its connection with it.
struct Postgres {
    client: Option<Object>,
    driver: Driver,
    /// How it begins, as long as nothing was asked in it: that travels with the locks.
    unsaid: Cell<Option<&'static str>>,
    open: Cell<bool>,
}

impl Postgres {
    fn of(client: Object, driver: Driver, how: &'static str) -> Self {
        Self {
            client: Some(client),
            driver,
            unsaid: Cell::new(Some(how)),
            open: Cell::new(true),
        }
    }

    /// Nothing is sent before.
    fn begin(&self) -> Result<(), StoreError> {
        self.unsaid.take().map_or(Ok(()), |how| self.say(how))
    }

    /// The outcome of a commit whose answer was lost is not known: an error, and the desk repeats.
    fn finish<T>(
        self,
        work: impl FnOnce(&dyn Db) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let answer = work(&self);
        if self.unsaid.take().is_some() {
            self.open.set(false);
            return answer;
        }
        let ended = self.say(if answer.is_ok() { COMMIT } else { "rollback" });
        self.open.set(ended.is_err());
        let answer = answer?;
        ended.map(|()| answer)
    }

    /// Waits for the answer to prepared statements. A newer server may have added columns since they
    /// were prepared: then PostgreSQL refuses them for ever, and whoever asks again prepares them anew.
    fn ask<T>(
        &self,
        answer: impl Future<Output = Result<T, tokio_postgres::Error>>,
    ) -> Result<T, StoreError> {
        self.begin()?;
        self.driver.wait(answer).map_err(|error| {
            if error.code() == Some(&SqlState::FEATURE_NOT_SUPPORTED)
                && let Some(client) = &self.client
            {
                client.statement_cache.clear();
            }
            error.into()
        })
    }

    fn say(&self, words: &str) -> Result<(), StoreError> {
        Ok(self.driver.wait(self.client()?.batch_execute(words))?)
    }

    fn client(&self) -> Result<&Object, StoreError> {
        self.client.as_ref().ok_or(StoreError::Closed)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if self.open.get()
            && let Some(client) = self.client.take()
        {
            drop(Object::take(client));
        }
    }
}

impl Db for Postgres {
    fn execute(&self, sql: &str, params: &[Param]) -> Result<u64, StoreError> {
        let client = self.client()?;
        self.ask(async {
            let statement = client.prepare_cached(sql).await?;
            client.execute(&statement, &borrowed(params)).await
        })
    }

    fn each(
        &self,
        sql: &str,
        params: &[Param],
        take: &mut dyn FnMut(&Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let client = self.client()?;
        let found = self.ask(async {
            let statement = client.prepare_cached(sql).await?;
            client.query(&statement, &borrowed(params)).await
        })?;
        found.iter().try_for_each(|row| take(&Row(row)))
    }

    fn each_of(
        &self,
        statements: &[Query],
        take: &mut dyn FnMut(usize, &Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let client = self.client()?;
        let found = self.ask(async {
            let asked = statements.iter().map(async |(sql, params)| {
                let statement = client.prepare_cached(sql).await?;
                client.query(&statement, &borrowed(params)).await
            });
            try_join_all(asked).await
        })?;
        hand_over(&found, take)
    }

    /// Tables are walked over whole where that is faster. Locks are waited for as briefly as ever: who
    /// waits for one keeps others waiting.
    fn unhurried(&self) -> Result<(), StoreError> {
        self.begin()?;
        self.say(
            "set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0;
             set local enable_seqscan = on",
        )
    }

    /// All at once: row by row, each is looked for in every table that may point at it.
    fn empty(&self, tables: &[&str]) -> Result<(), StoreError> {
        let tables: Vec<_> = tables.iter().map(|table| format!("\"{table}\"")).collect();
        self.begin()?;
        self.say(&format!("truncate {}", tables.join(", ")))
    }

    fn execute_all(&self, statements: &[Statement]) -> Result<(), StoreError> {
        let client = self.client()?;
        self.ask(async {
            for flight in statements.chunks(FLIGHT) {
                let mut prepared = Vec::with_capacity(flight.len());
                for (sql, params) in flight {
                    prepared.push((client.prepare_cached(sql).await?, borrowed(params)));
                }
                // Sent in this order, because each is sent when it is first looked at.
                let sent = prepared
                    .iter()
                    .map(|(statement, params)| client.execute(statement, params));
                try_join_all(sent).await?;
            }
            Ok(())
        })
    }

    /// A row that was replaced while this waited for it is another one, which nobody has locked yet.
    fn lock_and_ask(
        &self,
        clinic: ClinicId,
        devices: &[DeviceId],
        statements: &[Query],
        take: &mut dyn FnMut(usize, &Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let client = self.client()?;
        let devices: Vec<Uuid> = devices.iter().map(|device| device.0).collect();
        let begin = self.unsaid.take().unwrap_or_default();
        let (feeds, found) = self.ask(async {
            let rows = client.prepare_cached(LOCK_DEVICES).await?;
            let feed = client.prepare_cached(LOCK_FEED).await?;
            let mut prepared = Vec::with_capacity(statements.len());
            for (sql, params) in statements {
                prepared.push((client.prepare_cached(sql).await?, borrowed(params)));
            }
            // Sent in this order, and taken in it.
            let begun = client.batch_execute(begin);
            let of_devices: [&(dyn ToSql + Sync); 2] = [&clinic.0, &devices];
            let rows = client.execute(&rows, &of_devices);
            let feed = client.execute(&feed, &of_devices[..1]);
            let found = prepared
                .iter()
                .map(|(statement, params)| client.query(statement, params));
            let done = try_join4(begun, rows, feed, try_join_all(found)).await;
            done.map(|(_, _, feeds, found)| (feeds, found))
        })?;
        if feeds != 1 {
            return Err(StoreError::Busy);
        }
        hand_over(&found, take)
    }
}

/// The rows of several statements, in order.
fn hand_over(
    found: &[Vec<tokio_postgres::Row>],
    take: &mut dyn FnMut(usize, &Row<'_>) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let found = found.iter().enumerate();
    let mut rows = found.flat_map(|(n, rows)| rows.iter().map(move |row| (n, row)));
    rows.try_for_each(|(n, row)| take(n, &Row(row)))
}

const LOCK_DEVICES: &str = "select 1 from device where clinic_id = $1 and device_id = any($2) \
     order by device_id for update";
const LOCK_FEED: &str = "select 1 from feed where clinic_id = $1 for update";

fn borrowed(params: &[Param]) -> Vec<&(dyn ToSql + Sync)> {
    params
        .iter()
        .map(|param| param as &(dyn ToSql + Sync))
        .collect()
}

/// No connection could be had.
pub(crate) fn lost(error: deadpool_postgres::PoolError) -> StoreError {
    match error {
        deadpool_postgres::PoolError::Backend(error) => error.into(),
        other @ (deadpool_postgres::PoolError::Timeout(_)
        | deadpool_postgres::PoolError::Closed
        | deadpool_postgres::PoolError::NoRuntimeSpecified
        | deadpool_postgres::PoolError::PostCreateHook(_)) => {
            StoreError::Database(other.to_string())
        }
    }
}

impl From<tokio_postgres::Error> for StoreError {
    fn from(error: tokio_postgres::Error) -> Self {
        let Some(said) = error.as_db_error() else {
            return Self::Database(error.to_string());
        };
        if *said.code() == SqlState::DISK_FULL {
            return Self::Full;
        }
        // The detail of a message may hold values; the message names tables and constraints only.
        match said.constraint() {
            Some(name) => Self::Constraint(name.to_owned()),
            None => Self::Database(format!("{} ({})", said.message(), said.code().code())),
        }
    }
}
