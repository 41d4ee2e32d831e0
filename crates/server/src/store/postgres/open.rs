//! Reaching the database: what its URL may say, and its schema brought up to date.

use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod, Runtime};
use refinery::Migration;
use tokio_postgres::config::SslMode;
use tokio_postgres::{Client, Config, NoTls};

use super::super::Schema;
use crate::StartError;

mod embedded {
    refinery::embed_migrations!("../../migrations/server/postgres");
}

/// A database that does not answer by then is told about.
const PATIENCE: Duration = Duration::from_secs(10);

/// Two instances that start at once migrate one after the other.
const ONE_AT_A_TIME: &str = "select pg_advisory_lock(x'66726f6e746465736b'::bit(64)::bigint)";

/// What the URL says.
///
/// # Errors
/// [`StartError::DatabaseUrl`] when it cannot be read, [`StartError::DatabaseTls`] when it asks for an
/// encrypted connection: that must not be given up silently.
pub(crate) fn reachable(url: &str) -> Result<Config, StartError> {
    let mut config: Config = url
        .parse()
        .map_err(|error: tokio_postgres::Error| StartError::DatabaseUrl(error.to_string()))?;
    if config.get_ssl_mode() == SslMode::Require {
        return Err(StartError::DatabaseTls);
    }
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(PATIENCE);
    }
    if config.get_application_name().is_none() {
        config.application_name("frontdesk-server");
    }
    Ok(config)
}

/// At most so many connections, made when they are needed.
pub(crate) fn pool(config: Config, size: usize) -> Result<Pool, StartError> {
    let manager = Manager::from_config(
        config,
        NoTls,
        ManagerConfig {
            recycling_method: RecyclingMethod::Fast,
        },
    );
    Pool::builder(manager)
        .max_size(size)
        .runtime(Runtime::Tokio1)
        .wait_timeout(Some(PATIENCE))
        .create_timeout(Some(PATIENCE))
        .build()
        .map_err(|error| StartError::DatabaseUnusable(error.to_string()))
}

/// Brings the schema up to date.
pub(crate) fn migrate(config: &Config) -> Result<(), StartError> {
    on_a_thread(connect_and_run(config))
}

/// The schema that is there, and the one that this program knows.
pub(crate) fn schema(config: &Config) -> Result<Schema, StartError> {
    on_a_thread(async {
        let unusable =
            |error: tokio_postgres::Error| StartError::DatabaseUnusable(in_words(&error));
        let (client, connection) = config.connect(NoTls).await.map_err(unusable)?;
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

async fn connect_and_run(config: &Config) -> Result<(), StartError> {
    let unusable = |error: tokio_postgres::Error| StartError::DatabaseUnusable(in_words(&error));
    let (mut client, connection) = config.connect(NoTls).await.map_err(unusable)?;
    tokio::spawn(connection);
    client
        .batch_execute(ONE_AT_A_TIME)
        .await
        .map_err(unusable)?;
    let runner = embedded::migrations::runner();
    let known = runner.get_migrations().iter().map(Migration::version).max();
    let found = newest_applied(&client).await.map_err(unusable)?;
    if found > known.map(i64::from) {
        return Err(StartError::DatabaseNewer);
    }
    let done = runner.run_async(&mut client).await;
    done.map(|_| ())
        .map_err(|error| StartError::DatabaseMigration(deepest(&error)))
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

/// The sentence of the database, or of the network below it.
fn in_words(error: &tokio_postgres::Error) -> String {
    match error.as_db_error() {
        Some(said) => said.message().to_owned(),
        None => deepest(error),
    }
}

/// What lies at the bottom says most.
fn deepest(error: &dyn std::error::Error) -> String {
    error.source().map_or_else(|| error.to_string(), deepest)
}
