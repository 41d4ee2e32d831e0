//! The users of a clinic: who may sign in, and with which rights.

use frontdesk_domain::{Actor, ClinicId, DeviceId, PractitionerId, Role, Timestamp, UserId};
use uuid::Uuid;

use super::column::{Text, text};
use super::sql::{Db, Row, params};
use super::{StoreError, audit, session};

/// Why a user could not be added or changed.
#[derive(Debug, thiserror::Error)]
pub enum UserError {
    /// The sign-in name exists.
    #[error(
        "The user '{0}' exists already: choose another sign-in name, or set a new password with `user passwd`."
    )]
    Taken(String),
    /// The sign-in name does not exist.
    #[error("There is no user '{0}': `user list` shows who can sign in.")]
    Unknown(String),
    /// The sign-in name cannot be used.
    #[error(
        "A sign-in name has 1 to 64 letters, digits, dots, dashes or underscores, in lower case: '{0}' does not fit."
    )]
    BadLogin(String),
    /// The password is too short.
    #[error("A password has at least 8 characters: choose a longer one.")]
    ShortPassword,
    /// The practitioner does not exist.
    #[error("There is no practitioner with this id in the clinic.")]
    NoPractitioner,
    /// No desk of this id has signed in.
    #[error("There is no desk with the id {0}: `device list` shows them.")]
    UnknownDevice(DeviceId),
}

/// A user to be added.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// Sign-in name.
    pub login: String,
    /// Shown name.
    pub name: String,
    /// Rights.
    pub role: Role,
    /// The practitioner that they are, if any.
    pub practitioner_id: Option<PractitionerId>,
}

/// A user as listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedUser {
    /// Sign-in name.
    pub login: String,
    /// Shown name.
    pub name: String,
    /// Rights.
    pub role: Role,
    /// False when they can no longer sign in.
    pub active: bool,
    /// The name of the clinic that they work for.
    pub clinic: String,
}

/// This user on this device with their rights, if they may still work here.
pub(crate) fn active(
    db: &dyn Db,
    clinic: ClinicId,
    device: DeviceId,
    user: UserId,
) -> Result<Option<Actor>, StoreError> {
    db.first(
        "select user_id, name, role, practitioner_id from \"user\"
         where clinic_id = $1 and user_id = $2 and active = 1",
        &params![clinic.0, user.0],
        |row| actor(row, device),
    )
}

/// The actor in a row with the user's columns.
pub(crate) fn actor(row: &Row<'_>, device_id: DeviceId) -> Result<Actor, StoreError> {
    let practitioner: Option<Uuid> = row.get("practitioner_id")?;
    Ok(Actor {
        user_id: UserId(row.get("user_id")?),
        name: row.get("name")?,
        role: row.get::<Text<Role>>("role")?.0,
        practitioner_id: practitioner.map(PractitionerId),
        device_id,
    })
}

/// How a user has ever signed in on this device, if at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trace {
    /// With the secret of the device: nobody else has it.
    OnThisDesk,
    /// Under its id only, which every desk is told. Who has shown the secret since, shows that the id
    /// is theirs now, and not that it was then.
    UnderThisId,
}

/// How this user has ever signed in on this device.
pub(crate) fn trace(
    db: &dyn Db,
    clinic: ClinicId,
    device: DeviceId,
    user: UserId,
) -> Result<Option<Trace>, StoreError> {
    db.first(
        include_str!("sql/trace.sql"),
        &params![clinic.0, device.0, user.0],
        |row| {
            let proven = row.get("proven")?;
            Ok(if proven {
                Trace::OnThisDesk
            } else {
                Trace::UnderThisId
            })
        },
    )
}

/// Everybody of this file.
pub(crate) fn list(db: &dyn Db) -> Result<Vec<ListedUser>, StoreError> {
    db.all(
        "select u.login, u.name, u.role, u.active, c.name as clinic
         from \"user\" u join clinic c on c.clinic_id = u.clinic_id order by u.login",
        &[],
        |row| {
            Ok(ListedUser {
                login: row.get("login")?,
                name: row.get("name")?,
                role: row.get::<Text<Role>>("role")?.0,
                active: row.get("active")?,
                clinic: row.get("clinic")?,
            })
        },
    )
}

/// Adds a user to a clinic.
pub(crate) fn add(
    db: &dyn Db,
    clinic: ClinicId,
    id: UserId,
    user: &NewUser,
    password_hash: &str,
    at: Timestamp,
) -> Result<(), StoreError> {
    check_login(&user.login)?;
    if find(db, &user.login)?.is_some() {
        return Err(UserError::Taken(user.login.clone()).into());
    }
    check_practitioner(db, clinic, user.practitioner_id)?;
    db.execute(
        include_str!("sql/add_user.sql"),
        &params![
            clinic.0,
            id.0,
            &user.login,
            &user.name,
            text(&user.role)?,
            user.practitioner_id.map(|id| id.0),
            password_hash,
        ],
    )?;
    write_down(db, clinic, id, "user_add", at)
}

/// Sets a new password and ends every session of the user.
pub(crate) fn passwd(
    db: &dyn Db,
    login: &str,
    password_hash: &str,
    at: Timestamp,
) -> Result<(), StoreError> {
    let (clinic, user) = known(db, login)?;
    db.execute(
        "update \"user\" set password_hash = $3 where clinic_id = $1 and user_id = $2",
        &params![clinic.0, user.0, password_hash],
    )?;
    session::end_all(db, clinic, user, at)?;
    write_down(db, clinic, user, "user_passwd", at)
}

/// Lets a user sign in or not, and ends every session of theirs.
pub(crate) fn set_active(
    db: &dyn Db,
    login: &str,
    active: bool,
    at: Timestamp,
) -> Result<(), StoreError> {
    let (clinic, user) = known(db, login)?;
    db.execute(
        "update \"user\" set active = $3 where clinic_id = $1 and user_id = $2",
        &params![clinic.0, user.0, i64::from(active)],
    )?;
    session::end_all(db, clinic, user, at)?;
    let action = if active {
        "user_enable"
    } else {
        "user_disable"
    };
    write_down(db, clinic, user, action, at)
}

/// Gives a user other rights and ends every session of theirs: a desk is told rights at the sign-in.
/// Without a practitioner they stay the one that they are.
pub(crate) fn set_role(
    db: &dyn Db,
    login: &str,
    role: Role,
    practitioner: Option<PractitionerId>,
    at: Timestamp,
) -> Result<(), StoreError> {
    let (clinic, user) = known(db, login)?;
    check_practitioner(db, clinic, practitioner)?;
    db.execute(
        "update \"user\" set role = $3, practitioner_id = coalesce($4, practitioner_id)
         where clinic_id = $1 and user_id = $2",
        &params![clinic.0, user.0, text(&role)?, practitioner.map(|id| id.0)],
    )?;
    session::end_all(db, clinic, user, at)?;
    write_down(db, clinic, user, "user_role", at)
}

fn check_practitioner(
    db: &dyn Db,
    clinic: ClinicId,
    practitioner: Option<PractitionerId>,
) -> Result<(), StoreError> {
    let known = "select 1 from practitioner where clinic_id = $1 and practitioner_id = $2";
    match practitioner {
        Some(id) if !db.exists(known, &params![clinic.0, id.0])? => {
            Err(UserError::NoPractitioner.into())
        }
        Some(_) | None => Ok(()),
    }
}

/// What can be signed in with.
pub(crate) fn check_login(login: &str) -> Result<(), UserError> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c);
    if (1..=64).contains(&login.len()) && login.chars().all(fits) {
        Ok(())
    } else {
        Err(UserError::BadLogin(login.to_owned()))
    }
}

fn find(db: &dyn Db, login: &str) -> Result<Option<(ClinicId, UserId)>, StoreError> {
    db.first(
        "select clinic_id, user_id from \"user\" where login = $1",
        &params![login],
        |row| Ok((ClinicId(row.get("clinic_id")?), UserId(row.get("user_id")?))),
    )
}

fn known(db: &dyn Db, login: &str) -> Result<(ClinicId, UserId), StoreError> {
    let unknown = || UserError::Unknown(login.to_owned()).into();
    find(db, login)?.ok_or_else(unknown)
}

/// Acts outside a desk: the user concerned stands for the actor, and no device.
fn write_down(
    db: &dyn Db,
    clinic: ClinicId,
    user: UserId,
    action: &str,
    at: Timestamp,
) -> Result<(), StoreError> {
    audit::append(db, clinic, (user.0, Uuid::nil(), action), user.0, at)
}
