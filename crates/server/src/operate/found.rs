//! A clinic's beginning: its name, its zone, and somebody who may sign in.

use frontdesk_domain::{Clinic, ClinicId, ClinicZone, Role, Row, Timestamp, UserId};
use uuid::Uuid;

use super::OperateError;
use crate::store::sql::{Db, params};
use crate::store::user::{self, NewUser, UserError};
use crate::store::{StoreError, audit, rows};
use crate::{clock, password};

/// A clinic that is about to begin.
#[derive(Debug, Clone)]
pub struct NewClinic {
    /// As desks show it.
    pub name: String,
    /// IANA name of the zone on its wall, e.g. `Europe/Berlin`.
    pub time_zone: String,
    /// Visits begin every so many minutes.
    pub grid_minutes: u16,
}

/// Its first manager.
#[derive(Debug, Clone)]
pub struct Manager {
    /// Sign-in name.
    pub login: String,
    /// Shown name.
    pub name: String,
}

/// A clinic and a manager who can begin; of the password only its hash.
pub struct CheckedClinic {
    clinic: NewClinic,
    manager: Manager,
    password_hash: String,
}

impl CheckedClinic {
    /// Looks at everything that can be looked at without a database.
    ///
    /// # Errors
    /// [`OperateError::Unusable`] with what cannot be used.
    pub fn of(clinic: NewClinic, manager: Manager, password: &str) -> Result<Self, OperateError> {
        let unusable = |error: UserError| OperateError::Unusable(error.to_string());
        clinic.check()?;
        user::check_login(&manager.login).map_err(unusable)?;
        password::acceptable(password).map_err(unusable)?;
        let password_hash = password::hash(password);
        Ok(Self {
            clinic,
            manager,
            password_hash: password_hash.map_err(|error| OperateError::Store(error.to_string()))?,
        })
    }
}

impl NewClinic {
    fn check(&self) -> Result<(), OperateError> {
        let unusable = |why: &str| Err(OperateError::Unusable(why.to_owned()));
        if !can_be_named(&self.name) {
            return unusable("A clinic's name has 1 to 200 characters, in one line.");
        }
        if !can_be_grid(self.grid_minutes) {
            return unusable(
                "The grid is a number of minutes that divides a day, such as 5, 15 or 30.",
            );
        }
        if ClinicZone::named(&self.time_zone).is_err() {
            return unusable(
                "This time zone is not known: give its IANA name, such as Europe/Berlin.",
            );
        }
        Ok(())
    }
}

/// True for 1 to 200 characters in one line.
pub(super) fn can_be_named(name: &str) -> bool {
    let name = name.trim();
    !name.is_empty() && name.chars().nth(200).is_none() && !name.contains(char::is_control)
}

/// True for what divides a day, so that every day begins on the grid.
pub(super) fn can_be_grid(minutes: u16) -> bool {
    minutes > 0 && 1_440_u16.is_multiple_of(minutes)
}

/// A clinic's name names one clinic.
pub(super) fn is_a_new_name(db: &dyn Db, name: &str) -> Result<(), OperateError> {
    let name = name.trim();
    if db.exists("select 1 from clinic where trim(name) = $1", &params![name])? {
        return Err(OperateError::NameTaken(name.to_owned()));
    }
    Ok(())
}

pub(super) fn write(
    db: &dyn Db,
    checked: &CheckedClinic,
    now: Timestamp,
) -> Result<(), OperateError> {
    let CheckedClinic {
        clinic: new,
        manager,
        password_hash,
    } = checked;
    let name = new.name.trim();
    is_a_new_name(db, name)?;
    let clinic = ClinicId(clock::new_id());
    begin_feed(db, clinic)?;
    let row = Row::Clinic(Clinic {
        clinic_id: clinic,
        name: name.to_owned(),
        time_zone: new.time_zone.clone(),
        grid_minutes: new.grid_minutes,
        version: FIRST,
    });
    db.execute_all(vec![rows::put(clinic, &row)?])?;
    let user = NewUser {
        login: manager.login.clone(),
        name: manager.name.clone(),
        role: Role::Manager,
        practitioner_id: None,
    };
    let id = UserId(clock::new_id());
    Ok(user::add(db, clinic, id, &user, password_hash, now)?)
}

/// Everything a clinic begins with is change 1, which is not kept: desks begin with a snapshot.
pub(super) const FIRST: u64 = 1;

/// The clinic's counter and the start of its audit chain.
pub(super) fn begin_feed(db: &dyn Db, clinic: ClinicId) -> Result<(), StoreError> {
    let epoch: Uuid = clock::new_id();
    let feed = "insert into feed (clinic_id, epoch, seq, floor, head_hash)
                values ($1, $2, $3, $3, $4)";
    let params = params![clinic.0, epoch, FIRST, audit::GENESIS];
    db.execute(feed, &params).map(|_| ())
}
