//! PostgreSQL: several instances write beside each other, and the feed row says whose turn it is in a
//! clinic. A transaction is read committed and gives up rather than wait for long; what it could not
//! do leaves no outcome, and the desk sends the same number again.

mod address;
mod codec;
mod flight;
mod open;

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::sync::Arc;

use deadpool_postgres::{Object, Pool};
use frontdesk_domain::{ClinicId, DeviceId};
use tokio::runtime::{Handle, Runtime};
use tokio_postgres::error::SqlState;
use uuid::Uuid;

use flight::Said;

pub(crate) use address::Address;
pub(crate) use open::{migrate, schema};
#[cfg(test)]
pub(crate) use open::{migrate_to_an_older_version, migrate_to_the_version_after};

use super::StoreError;
use super::sql::{Db, Param, Query, Row, Statement};
use crate::StartError;

/// A writer gives up before its desk does. It looks rows up by index, whatever the database believes
/// of a young table, and plans each statement once; see [`PLAN_ANEW`].
const WRITER: &str = "set lock_timeout = '4s'; set statement_timeout = '10s'; \
     set idle_in_transaction_session_timeout = '10s'; \
     set enable_seqscan = off; set jit = off; set plan_cache_mode = force_generic_plan";

const BEGIN_WRITE: &str = "begin isolation level read committed";

/// What was planned for an empty table walks over all of it when it has grown, until the database looks
/// at it by itself. So everything is planned anew after 1, 2, 4, 8 … transactions of a writer.
const PLAN_ANEW: &str = "begin isolation level read committed; discard plans";

/// One snapshot for all that is read; a whole clinic is read in one such transaction.
const BEGIN_READ: &str = "begin isolation level repeatable read read only; \
     set local statement_timeout = '60s'; set local idle_in_transaction_session_timeout = '60s'";

/// Of a transaction that an error has ended `commit` alone makes a rollback without a word; before it
/// anything else says so.
const COMMIT: &str = "select; commit";

/// A connection of one thread, which also drives it: no other thread is woken for an answer.
pub(crate) struct Link {
    pool: Pool,
    runtime: Arc<Runtime>,
    /// Transactions so far.
    written: u64,
}

impl Link {
    /// Connects when it is used first, and again whenever the connection was lost.
    pub(crate) fn to(address: &Address) -> Result<Self, StartError> {
        let unusable = |error: std::io::Error| StartError::DatabaseUnusable(error.to_string());
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(unusable)?;
        Ok(Self {
            pool: address.pool(1, WRITER)?,
            runtime: Arc::new(runtime),
            written: 0,
        })
    }

    /// Runs `work` in a writing transaction; what it did is undone when it fails.
    pub(crate) fn write<T>(
        &mut self,
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
        let begin = if self.written.is_power_of_two() {
            PLAN_ANEW
        } else {
            BEGIN_WRITE
        };
        self.written += 1;
        Postgres::of(client, driver, begin).finish(work)
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
    /// How it begins, as long as nothing was asked in it: that travels with what is asked first.
    unsaid: Cell<Option<&'static str>>,
    /// Nobody waits for these yet: they travel with what is asked next, or with the end.
    put_off: RefCell<Vec<Query>>,
    open: Cell<bool>,
}

impl Postgres {
    fn of(client: Object, driver: Driver, how: &'static str) -> Self {
        Self {
            client: Some(client),
            driver,
            unsaid: Cell::new(Some(how)),
            put_off: RefCell::default(),
            open: Cell::new(true),
        }
    }

    /// The outcome of a commit whose answer was lost is not known: an error, and the desk repeats.
    fn finish<T>(
        self,
        work: impl FnOnce(&dyn Db) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let answer = work(&self);
        let untouched = self.unsaid.get().is_some() && self.put_off.borrow().is_empty();
        if untouched {
            self.open.set(false);
            return answer;
        }
        let ended = match &answer {
            Ok(_) => self.say(&[Said::Words(COMMIT)]).map(|_| ()),
            Err(_) => self.roll_back(),
        };
        let is_over = ended.is_ok() || self.roll_back().is_ok();
        self.open.set(!is_over);
        let answer = answer?;
        ended.map(|()| answer)
    }

    fn roll_back(&self) -> Result<(), StoreError> {
        self.put_off.take();
        self.say(&[Said::Words("rollback")]).map(|_| ())
    }

    /// Says these, behind how the transaction begins and what was put off, and waits for the answers:
    /// the rows that each of these finds. They travel together.
    ///
    /// A newer server may have added columns since statements were prepared: then PostgreSQL refuses
    /// them for ever, and whoever asks again prepares them anew.
    fn say(&self, these: &[Said<'_>]) -> Result<Vec<Vec<tokio_postgres::Row>>, StoreError> {
        let client = self.client()?;
        let put_off = self.put_off.take();
        let begin = self.unsaid.get().map(Said::Words);
        let first = put_off.iter().map(Said::of_query);
        let mut all: Vec<Said<'_>> = begin.into_iter().chain(first).collect();
        let before = all.len();
        all.extend_from_slice(these);
        // Until all can be said, nothing is.
        let prepared = match self.driver.wait(flight::prepare(client, &all)) {
            Ok(prepared) => prepared,
            Err(error) => {
                drop(all);
                self.put_off.replace(put_off);
                return Err(error.into());
            }
        };
        self.unsaid.take();
        let answers = self.driver.wait(flight::say(client, &all, &prepared));
        let mut answers = answers.inspect_err(|error| {
            if error.code() == Some(&SqlState::FEATURE_NOT_SUPPORTED) {
                client.statement_cache.clear();
            }
        })?;
        Ok(answers.split_off(before))
    }

    fn say_of(&self, verb: &str, tables: &[&str]) -> Result<(), StoreError> {
        let tables: Vec<_> = tables.iter().map(|table| format!("\"{table}\"")).collect();
        let words = format!("{verb} {}", tables.join(", "));
        self.say(&[Said::Words(&words)]).map(|_| ())
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
        self.say(&[])?;
        let client = self.client()?;
        let touched = self.driver.wait(flight::execute(client, sql, params))?;
        Ok(touched)
    }

    fn each(
        &self,
        sql: &str,
        params: &[Param],
        take: &mut dyn FnMut(&Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let found = self.say(&[Said::of(sql, params)])?;
        hand_over(&found, &mut |_, row| take(row))
    }

    fn each_of(
        &self,
        statements: &[Query],
        take: &mut dyn FnMut(usize, &Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let asked: Vec<_> = statements.iter().map(Said::of_query).collect();
        hand_over(&self.say(&asked)?, take)
    }

    /// Tables are walked over whole where that is faster. Locks are waited for as briefly as ever: who
    /// waits for one keeps others waiting.
    fn unhurried(&self) -> Result<(), StoreError> {
        let words =
            "set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0;
             set local enable_seqscan = on";
        self.say(&[Said::Words(words)]).map(|_| ())
    }

    /// Its operator's own tools look at its files, `pg_amcheck` first.
    fn damage(&self) -> Result<Vec<String>, StoreError> {
        Ok(Vec::new())
    }

    /// All at once: row by row, each is looked for in every table that may point at it.
    fn empty(&self, tables: &[&str]) -> Result<(), StoreError> {
        self.say_of("truncate", tables)
    }

    fn is_far(&self) -> bool {
        true
    }

    fn measure(&self, tables: &[&str]) -> Result<(), StoreError> {
        self.say_of("analyze", tables)
    }

    fn execute_all(&self, statements: Vec<Statement>) -> Result<(), StoreError> {
        let asked = statements.iter();
        let asked: Vec<_> = asked.map(|(sql, params)| Said::of(sql, params)).collect();
        self.say(&asked).map(|_| ())
    }

    fn put_off(&self, statements: Vec<Query>) -> Result<(), StoreError> {
        self.put_off.borrow_mut().extend(statements);
        Ok(())
    }

    /// A row that was replaced while this waited for it is another one, which nobody has locked yet.
    fn lock_and_ask(
        &self,
        clinic: ClinicId,
        devices: &[DeviceId],
        statements: &[Query],
        take: &mut dyn FnMut(usize, &Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let devices: Vec<Uuid> = devices.iter().map(|device| device.0).collect();
        let mut asked = vec![
            Said::Statement(LOCK_DEVICES, vec![&clinic.0, &devices]),
            Said::Statement(LOCK_FEED, vec![&clinic.0]),
        ];
        asked.extend(statements.iter().map(Said::of_query));
        let mut found = self.say(&asked)?;
        let behind = found.split_off(2);
        if found.last().is_none_or(Vec::is_empty) {
            return Err(StoreError::Busy);
        }
        hand_over(&behind, take)
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
