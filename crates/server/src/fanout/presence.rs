//! Whoever serves a PostgreSQL database holds a lock there, together with the other instances, so
//! that no backup takes the place of what they serve. A data folder has its own lock.

use std::time::Duration;

use tokio_postgres::Client;
use tokio_postgres::error::SqlState;

use crate::store::Address;

/// Waits while a backup is being brought back.
pub(super) const SERVES: &str =
    "select pg_advisory_lock_shared(x'66726f6e74737276'::bit(64)::bigint)";

/// Waits a moment for instances that are about to end.
const ALONE: &str = "set lock_timeout = '5s'; \
     select pg_advisory_lock(x'66726f6e74737276'::bit(64)::bigint)";

/// Before a database that does not answer is asked again.
const PAUSE: Duration = Duration::from_secs(1);

/// A lock, for as long as this lives.
pub(crate) struct Held {
    _client: Client,
}

/// Serves from now on; not before a backup that is being brought back is there.
pub(crate) async fn serve(database: &Address) -> Held {
    loop {
        match hold(database, SERVES).await {
            Ok(held) => return held,
            Err(error) => tracing::warn!(%error, "cannot say to the database that it is served"),
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Keeps everybody from serving; none when somebody does.
pub(crate) async fn alone(database: &Address) -> Result<Option<Held>, tokio_postgres::Error> {
    match hold(database, ALONE).await {
        Ok(held) => Ok(Some(held)),
        Err(error) if error.code() == Some(&SqlState::LOCK_NOT_AVAILABLE) => Ok(None),
        Err(error) => Err(error),
    }
}

async fn hold(database: &Address, lock: &str) -> Result<Held, tokio_postgres::Error> {
    let (client, connection) = database.connect().await?;
    tokio::spawn(connection);
    client.batch_execute(lock).await?;
    Ok(Held { _client: client })
}
