//! The users and desks of a data folder, for `frontdesk-server user …` and `device …`. Works beside a running server: it
//! notices within a second.

use std::path::Path;

use crate::clock::{self, Clock};
use crate::config::Database;
use crate::operate::{WhichClinic, which};
use crate::store::sql::Db;
use crate::store::{self, Lane, StoreError, device, user};
use crate::{ListedDevice, ListedUser, NewUser, StartError, UserError, password};
use frontdesk_domain::{DeviceId, PractitionerId, Role, UserId};

/// The users of one data folder, and the desks that they sign in on.
pub struct Users {
    lane: Lane,
    clock: Clock,
}

/// Why a user could not be added, changed or listed.
#[derive(Debug, thiserror::Error)]
pub enum UsersError {
    /// It is not clear whose user.
    #[error("{0}")]
    Which(#[from] WhichClinic),
    /// The wish cannot be fulfilled.
    #[error("{0}")]
    Refused(#[from] UserError),
    /// The database does not answer.
    #[error("The database could not be used ({0}): try again, or look for free space.")]
    Store(String),
}

impl Users {
    /// Opens a database; a file is looked for in the folder. Not for async code: it blocks.
    ///
    /// # Errors
    /// [`StartError`], also when nothing is there yet.
    pub fn of(database: &Database, data_dir: &Path) -> Result<Self, StartError> {
        let file = data_dir.join(store::FILE);
        if store::schema(database, &file)?.found.is_none() {
            return Err(StartError::Nothing);
        }
        Ok(Self {
            lane: Lane::open(database, &file)?,
            clock: Clock::system(),
        })
    }

    /// Adds a user to a clinic, which is named where there are several.
    ///
    /// # Errors
    /// [`UsersError::Which`] when there is no clinic or another one, [`UsersError::Refused`] when the
    /// sign-in name is taken or cannot be used.
    pub fn add(
        &mut self,
        clinic: Option<&str>,
        new: &NewUser,
        password: &str,
    ) -> Result<(), UsersError> {
        let hash = hash(password)?;
        let at = self.clock.now();
        let added = self.lane.write(|db| {
            let clinic = match which::clinic(db, clinic)? {
                Ok(clinic) => clinic,
                Err(unclear) => return Ok(Err(unclear)),
            };
            user::add(db, clinic, UserId(clock::new_id()), new, &hash, at).map(Ok)
        });
        Ok(added.map_err(plain)??)
    }

    /// Sets a new password and ends the user's sessions.
    ///
    /// # Errors
    /// [`UsersError::Refused`] when the user is unknown.
    pub fn passwd(&mut self, login: &str, password: &str) -> Result<(), UsersError> {
        let hash = hash(password)?;
        let at = self.clock.now();
        let work = |db: &dyn Db| user::passwd(db, login, &hash, at);
        self.lane.write(work).map_err(plain)
    }

    /// Lets a user sign in or not, and ends the user's sessions.
    ///
    /// # Errors
    /// [`UsersError::Refused`] when the user is unknown.
    pub fn set_active(&mut self, login: &str, active: bool) -> Result<(), UsersError> {
        let at = self.clock.now();
        let work = |db: &dyn Db| user::set_active(db, login, active, at);
        self.lane.write(work).map_err(plain)
    }

    /// Gives a user other rights and ends the user's sessions; without a practitioner they stay the
    /// one that they are.
    ///
    /// # Errors
    /// [`UsersError::Refused`] when the user or the practitioner is unknown.
    pub fn set_role(
        &mut self,
        login: &str,
        role: Role,
        practitioner: Option<PractitionerId>,
    ) -> Result<(), UsersError> {
        let at = self.clock.now();
        let work = |db: &dyn Db| user::set_role(db, login, role, practitioner, at);
        self.lane.write(work).map_err(plain)
    }

    /// Every desk of every clinic, by name.
    ///
    /// # Errors
    /// [`UsersError::Store`].
    pub fn devices(&mut self) -> Result<Vec<ListedDevice>, UsersError> {
        self.lane.write(device::list).map_err(plain)
    }

    /// Shuts a desk out for good and ends its sessions.
    ///
    /// # Errors
    /// [`UsersError::Refused`] when no desk of this id has signed in.
    pub fn revoke_device(&mut self, device: DeviceId) -> Result<(), UsersError> {
        let at = self.clock.now();
        let work = |db: &dyn Db| device::revoke(db, device, at);
        self.lane.write(work).map_err(plain)
    }

    /// Everybody of every clinic, by sign-in name.
    ///
    /// # Errors
    /// [`UsersError::Store`].
    pub fn list(&mut self) -> Result<Vec<ListedUser>, UsersError> {
        self.lane.write(user::list).map_err(plain)
    }
}

fn hash(password: &str) -> Result<String, UsersError> {
    password::acceptable(password)?;
    password::hash(password).map_err(|error| UsersError::Store(error.to_string()))
}

fn plain(error: StoreError) -> UsersError {
    match error.of_user() {
        Ok(refused) => UsersError::Refused(refused),
        Err(failed) => UsersError::Store(failed.to_string()),
    }
}
