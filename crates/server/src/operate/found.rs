//! A clinic's beginning: its name, its zone, and somebody who may sign in.

use frontdesk_domain::{Clinic, ClinicId, ClinicZone, Role, Row, Timestamp, UserId};
use uuid::Uuid;

use super::OperateError;
use crate::clock;
use crate::store::sql::{Db, params};
use crate::store::user::{self, NewUser};
use crate::store::{StoreError, audit, rows};

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

impl NewClinic {
    pub(super) fn check(&self) -> Result<(), OperateError> {
        let unusable = |why: &str| Err(OperateError::Unusable(why.to_owned()));
        let name = self.name.trim();
        if name.is_empty() || name.chars().count() > 200 || name.contains(char::is_control) {
            return unusable("A clinic's name has 1 to 200 characters, in one line.");
        }
        if !(1..=1_440).contains(&self.grid_minutes) || 1_440 % self.grid_minutes != 0 {
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

pub(super) fn write(
    db: &dyn Db,
    new: &NewClinic,
    manager: &Manager,
    password_hash: &str,
    now: Timestamp,
) -> Result<(), OperateError> {
    let name = new.name.trim();
    if db.exists("select 1 from clinic where name = $1", &params![name])? {
        return Err(OperateError::NameTaken(name.to_owned()));
    }
    let clinic = ClinicId(clock::new_id());
    begin_feed(db, clinic)?;
    let row = Row::Clinic(Clinic {
        clinic_id: clinic,
        name: name.to_owned(),
        time_zone: new.time_zone.clone(),
        grid_minutes: new.grid_minutes,
        version: FIRST,
    });
    db.execute_all(&[rows::put(clinic, &row)?])?;
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
