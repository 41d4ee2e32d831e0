//! The schema of the database: what it is, and brought up to date.

use std::error::Error;

use refinery::{Migration, Runner};
use tokio_postgres::Client;
use tokio_postgres::error::{DbError, SqlState};

use super::super::Schema;
use super::address::{Address, deepest, in_words, refused};
use crate::StartError;

mod embedded {
    refinery::embed_migrations!("../../migrations/server/postgres");
}

/// Two instances that start at once migrate one after the other.
const ONE_AT_A_TIME: &str = "select pg_advisory_lock(x'66726f6e746465736b'::bit(64)::bigint)";

/// Brings the schema up to date.
pub(crate) fn migrate(address: &Address) -> Result<(), StartError> {
    on_a_thread(connect_and_run(address, embedded::migrations::runner()))
}

/// The same to what the version after this one knows, which has one migration more.
#[cfg(test)]
pub(crate) fn migrate_to_the_version_after(address: &Address, sql: &str) -> Result<(), StartError> {
    let mut known = embedded::migrations::runner().get_migrations().clone();
    known.extend(Migration::unapplied("V1000__later", sql));
    on_a_thread(connect_and_run(address, Runner::new(&known)))
}

/// The same to what an older version knew.
#[cfg(test)]
pub(crate) fn migrate_to_an_older_version(
    address: &Address,
    newest: i32,
) -> Result<(), StartError> {
    let mut known = embedded::migrations::runner().get_migrations().clone();
    known.retain(|migration| migration.version() <= newest);
    on_a_thread(connect_and_run(address, Runner::new(&known)))
}

/// The schema that is there, and the one that this program knows.
pub(crate) fn schema(address: &Address) -> Result<Schema, StartError> {
    on_a_thread(async {
        let unusable =
            |error: tokio_postgres::Error| StartError::DatabaseUnusable(in_words(&error));
        let (client, connection) = address.connect().await.map_err(|error| refused(&error))?;
        tokio::spawn(connection);
        let found = newest_applied(&client).await.map_err(unusable)?;
        Ok(Schema::of(found, &embedded::migrations::runner()))
    })
}

/// On a thread with a runtime of its own, so that whoever calls may be anywhere.
fn on_a_thread<T: Send>(
    work: impl Future<Output = Result<T, StartError>> + Send,
) -> Result<T, StartError> {
    let unusable = |error: &dyn std::fmt::Display| StartError::DatabaseUnusable(error.to_string());
    std::thread::scope(|scope| {
        let thread = scope.spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .map_err(|error| unusable(&error))?;
            runtime.block_on(work)
        });
        let ended = thread.join();
        ended.unwrap_or_else(|_| Err(unusable(&"the migration ended with a panic")))
    })
}

async fn connect_and_run(address: &Address, runner: Runner) -> Result<(), StartError> {
    let unusable = |error: tokio_postgres::Error| StartError::DatabaseUnusable(in_words(&error));
    let (mut client, connection) = address.connect().await.map_err(|error| refused(&error))?;
    tokio::spawn(connection);
    client
        .batch_execute(ONE_AT_A_TIME)
        .await
        .map_err(unusable)?;
    let known = runner.get_migrations().iter().map(Migration::version).max();
    let found = newest_applied(&client).await.map_err(unusable)?;
    if found > known.map(i64::from) {
        return Err(StartError::DatabaseNewer);
    }
    let done = runner.run_async(&mut client).await;
    let done = done.map(|_| ()).map_err(|error| unmigrated(&error));
    // Whoever may only use what is there need not be able to make it.
    let lacks_rights = matches!(done, Err(StartError::DatabaseRights(_)));
    if lacks_rights && found == known.map(i64::from) {
        return Ok(());
    }
    done
}

/// Why the schema could not be brought up to date.
fn unmigrated(error: &(dyn Error + 'static)) -> StartError {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(said) = error.downcast_ref::<DbError>() {
            return refused_by(said);
        }
        next = error.source();
    }
    StartError::DatabaseMigration(deepest(error))
}

fn refused_by(said: &DbError) -> StartError {
    let why = said.message().to_owned();
    let rights = [
        SqlState::INSUFFICIENT_PRIVILEGE,
        SqlState::READ_ONLY_SQL_TRANSACTION,
    ];
    // PostgreSQL 16 and newer say the second.
    let no_file = [SqlState::UNDEFINED_FILE, SqlState::FEATURE_NOT_SUPPORTED];
    if rights.contains(said.code()) {
        StartError::DatabaseRights(why)
    } else if no_file.contains(said.code()) {
        StartError::DatabaseExtension(why)
    } else {
        StartError::DatabaseMigration(why)
    }
}

async fn newest_applied(client: &Client) -> Result<Option<i64>, tokio_postgres::Error> {
    let known = client
        .query_one("select to_regclass('refinery_schema_history')::text", &[])
        .await?;
    if known.try_get::<_, Option<String>>(0)?.is_none() {
        return Ok(None);
    }
    let newest = client
        .query_one(
            "select max(version)::bigint from refinery_schema_history",
            &[],
        )
        .await?;
    newest.try_get(0)
}

#[cfg(test)]
mod tests {
    use frontdesk_postgres::Cluster;

    use super::*;

    /// As a PostgreSQL without its additional modules says it of one of them.
    #[tokio::test]
    async fn an_extension_that_is_not_installed_is_told_with_what_to_install() {
        if !frontdesk_postgres::wanted() {
            return;
        }
        let address = Address::of(&Cluster::shared().database()).unwrap();
        let (client, connection) = address.connect().await.unwrap();
        tokio::spawn(connection);
        let missing = client
            .batch_execute("create extension no_such_module")
            .await;
        let refused = unmigrated(&missing.unwrap_err());
        assert!(
            matches!(refused, StartError::DatabaseExtension(_)),
            "{refused}"
        );
        let said = refused.to_string();
        assert!(
            said.contains("postgresql-contrib") && !said.contains('\n'),
            "{said}"
        );
    }
}
