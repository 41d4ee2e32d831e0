//! The users of a data folder, for `frontdesk-server user …`. Works beside a running server: it
//! notices within a second.

use std::path::Path;

use crate::clock::{self, Clock};
use crate::config::Database;
use crate::store::sql::Db;
use crate::store::{self, Lane, StoreError, user};
use crate::{ListedUser, NewUser, StartError, UserError, password, private};
use frontdesk_domain::UserId;

/// The users of one data folder.
pub struct Users {
    lane: Lane,
    clock: Clock,
}

/// Why a user could not be added, changed or listed.
#[derive(Debug, thiserror::Error)]
pub enum UsersError {
    /// The wish cannot be fulfilled.
    #[error("{0}")]
    Refused(#[from] UserError),
    /// The database does not answer.
    #[error("The database could not be used ({0}): try again, or look for free space.")]
    Store(String),
}

impl Users {
    /// Opens the clinic file of the folder.
    ///
    /// # Errors
    /// [`StartError`].
    pub fn of_folder(data_dir: &Path) -> Result<Self, StartError> {
        private::folder(data_dir)
            .map_err(|error| StartError::Unusable(data_dir.to_owned(), error.to_string()))?;
        Self::of(&Database::Sqlite, data_dir)
    }

    /// Opens a database; a file is looked for in the folder. Not for async code: it blocks.
    ///
    /// # Errors
    /// [`StartError`].
    pub fn of(database: &Database, data_dir: &Path) -> Result<Self, StartError> {
        Ok(Self {
            lane: Lane::open(database, &data_dir.join(store::FILE))?,
            clock: Clock::system(),
        })
    }

    /// Adds a user to the clinic.
    ///
    /// # Errors
    /// [`UsersError::Refused`] when there is no clinic, the name is taken or cannot be used.
    pub fn add(&mut self, new: &NewUser, password: &str) -> Result<(), UsersError> {
        let hash = hash(password)?;
        let at = self.clock.now();
        self.write(|db| {
            let clinics = store::clinics(db)?;
            let clinic = *clinics.first().ok_or(UserError::NoClinic)?;
            user::add(db, clinic, UserId(clock::new_id()), new, &hash, at)
        })
    }

    /// Sets a new password and ends the user's sessions.
    ///
    /// # Errors
    /// [`UsersError::Refused`] when the user is unknown.
    pub fn passwd(&mut self, login: &str, password: &str) -> Result<(), UsersError> {
        let hash = hash(password)?;
        let at = self.clock.now();
        self.write(|db| user::passwd(db, login, &hash, at))
    }

    /// Everybody, by sign-in name.
    ///
    /// # Errors
    /// [`UsersError::Store`].
    pub fn list(&mut self) -> Result<Vec<ListedUser>, UsersError> {
        self.lane.write(user::list).map_err(plain)
    }

    fn write(
        &mut self,
        work: impl FnOnce(&dyn Db) -> Result<(), StoreError>,
    ) -> Result<(), UsersError> {
        self.lane.write(work).map_err(plain)
    }
}

fn hash(password: &str) -> Result<String, UsersError> {
    password::acceptable(password)?;
    password::hash(password).map_err(|error| UsersError::Store(error.to_string()))
}

fn plain(error: StoreError) -> UsersError {
    match error {
        StoreError::User(error) => UsersError::Refused(error),
        other @ (StoreError::Database(_)
        | StoreError::Constraint(_)
        | StoreError::Full
        | StoreError::Busy
        | StoreError::Closed
        | StoreError::AuditBroken(_)
        | StoreError::Corrupt(_)
        | StoreError::Io(_)) => UsersError::Store(other.to_string()),
    }
}
