//! The session behind every look.

use frontdesk_domain::{ClinicFacts, ClinicZone};
use rusqlite::Transaction;

use crate::cache::{self, Cache, Directory, StoredSession};
use crate::error::StorageError;

/// Until the clinic has said its own.
const USUAL_GRID: u16 = 15;

impl Cache {
    /// The session, if somebody is signed in.
    pub(super) fn signed_in(
        &self,
        tx: &Transaction<'_>,
    ) -> Result<Option<StoredSession>, StorageError> {
        Ok(cache::session(tx)?.filter(|session| session.token.is_some()))
    }
}

impl Directory {
    /// A clinic of which only the sign-in has told something.
    pub(super) fn empty(session: &StoredSession) -> Result<Self, StorageError> {
        let zone = ClinicZone::named(&session.time_zone)
            .map_err(|error| StorageError::Meaningless(error.to_string()))?;
        Ok(Self::of(ClinicFacts::empty(zone, USUAL_GRID)))
    }
}
