//! Which state of the replica a look sees.

use rusqlite::Transaction;
use uuid::Uuid;

use crate::error::StorageError;

/// Equal stands show equal rows: every page of the feed moves the cursor, and whatever replaces the
/// replica as a whole counts its fills.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stand {
    epoch: Option<Uuid>,
    seq: u64,
    fills: u64,
}

pub(super) fn stand(tx: &Transaction<'_>) -> Result<Stand, StorageError> {
    let mut statement = tx.prepare_cached("select epoch, seq, fills from replica")?;
    let stand = statement.query_row([], |sql| {
        Ok(Stand {
            epoch: sql.get(0)?,
            seq: sql.get(1)?,
            fills: sql.get(2)?,
        })
    })?;
    Ok(stand)
}
