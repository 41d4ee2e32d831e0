//! Sessions: opaque tokens of which only the digest is stored, bound to one device.

use std::collections::HashSet;
use std::fmt::{self, Display, Formatter};

use chrono::TimeDelta;
use frontdesk_domain::{Actor, ClinicId, DeviceId, Timestamp, UserId};
use frontdesk_protocol::{SessionClinic, SessionDevice};
use sha2::{Digest, Sha256};

use super::sql::{Db, Query, Row, params};
use super::{StoreError, audit, rows, user};

/// What a request is allowed by.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    pub(crate) clinic: ClinicId,
    pub(crate) device: DeviceId,
    pub(crate) actor: Actor,
    pub(crate) token_hash: TokenHash,
    pub(crate) expires_at: Timestamp,
    /// Whether it was opened with the secret of its device.
    pub(crate) proven: bool,
}

/// SHA-256 of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct TokenHash([u8; 32]);

impl TokenHash {
    pub(crate) fn of(token: &str) -> Self {
        Self(Sha256::digest(token.as_bytes()).into())
    }

    /// As it is written.
    pub(crate) fn read(written: &str) -> Option<Self> {
        let mut digest = [0; 32];
        hex::decode_to_slice(written, &mut digest).ok()?;
        Some(Self(digest))
    }

    fn of_row(row: &Row<'_>) -> Result<Self, StoreError> {
        row.get("token_hash").map(Self)
    }
}

impl Display for TokenHash {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

/// SHA-256 of a desk's secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SecretHash([u8; 32]);

impl SecretHash {
    pub(crate) fn of(secret: &str) -> Self {
        Self(Sha256::digest(secret.as_bytes()).into())
    }
}

/// What a sign-in is checked against.
pub(crate) struct Credentials {
    pub(crate) clinic: ClinicId,
    pub(crate) user: UserId,
    pub(crate) password_hash: String,
}

/// The credentials of this sign-in name, if it may sign in.
pub(crate) fn credentials(db: &dyn Db, login: &str) -> Result<Option<Credentials>, StoreError> {
    db.first(
        "select clinic_id, user_id, password_hash from \"user\" where login = $1 and active = 1",
        &params![login],
        |row| {
            Ok(Credentials {
                clinic: ClinicId(row.get("clinic_id")?),
                user: UserId(row.get("user_id")?),
                password_hash: row.get("password_hash")?,
            })
        },
    )
}

/// A session about to be opened.
pub(crate) struct Opening {
    pub(crate) clinic: ClinicId,
    pub(crate) user: UserId,
    /// What the password was checked against.
    pub(crate) password_hash: String,
    pub(crate) device: SessionDevice,
    pub(crate) token_hash: TokenHash,
    pub(crate) at: Timestamp,
    pub(crate) expires_at: Timestamp,
}

/// What the desk is told.
pub(crate) struct Opened {
    pub(crate) actor: Actor,
    pub(crate) clinic: SessionClinic,
    pub(crate) last_no: u64,
    /// Older sessions that ended with this.
    pub(crate) ended: Vec<TokenHash>,
}

/// Why no session was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotOpened {
    /// The user may no longer sign in, or has another password by now: whoever sets one ends every
    /// session, also the one that was being opened meanwhile.
    User,
    /// The device is shut out, or its id is another desk's.
    Device,
}

/// Opens a session; an older one of the same user on the same device ends.
pub(crate) fn open(
    db: &dyn Db,
    opening: &Opening,
) -> Result<Result<Opened, NotOpened>, StoreError> {
    let (clinic, device) = (opening.clinic, opening.device.id);
    if !still_has_password(db, opening)? {
        return Ok(Err(NotOpened::User));
    }
    let Some(actor) = user::active(db, clinic, device, opening.user)? else {
        return Ok(Err(NotOpened::User));
    };
    if !put_device(db, opening)? {
        return Ok(Err(NotOpened::Device));
    }
    let last_no = db.one(
        "select last_no from device where clinic_id = $1 and device_id = $2",
        &params![clinic.0, device.0],
        |row| row.get("last_no"),
    )?;
    let ended = end_older(db, opening)?;
    insert(db, opening)?;
    let by = (opening.user.0, device.0, "sign_in");
    audit::append(db, clinic, by, opening.user.0, opening.at)?;
    let clinic = db.one(
        "select name, time_zone from clinic where clinic_id = $1",
        &params![clinic.0],
        |row| {
            Ok(SessionClinic {
                id: clinic,
                name: row.get("name")?,
                time_zone: row.get("time_zone")?,
            })
        },
    )?;
    Ok(Ok(Opened {
        actor,
        clinic,
        last_no,
        ended,
    }))
}

/// Ends what this user has on this device, and says which of it was alive.
fn end_older(db: &dyn Db, opening: &Opening) -> Result<Vec<TokenHash>, StoreError> {
    let (clinic, device, user) = (opening.clinic.0, opening.device.id.0, opening.user.0);
    let of = params![clinic, device, user, opening.at];
    let alive = db.all(
        "select token_hash from session
         where clinic_id = $1 and device_id = $2 and user_id = $3 and revoked_at is null
           and expires_at > $4",
        &of,
        TokenHash::of_row,
    )?;
    db.execute(
        "update session set revoked_at = $4
         where clinic_id = $1 and device_id = $2 and user_id = $3 and revoked_at is null",
        &of,
    )?;
    Ok(alive)
}

/// False when this device may not be used by whoever asks.
fn put_device(db: &dyn Db, opening: &Opening) -> Result<bool, StoreError> {
    let SessionDevice { id, name, secret } = &opening.device;
    let secret = secret.as_deref().map(SecretHash::of);
    let touched = db.execute(
        include_str!("sql/put_device.sql"),
        &params![
            opening.clinic.0,
            id.0,
            name,
            opening.user.0,
            secret.map(|hash| hash.0),
        ],
    )?;
    Ok(touched == 1)
}

/// True where this account has signed in on this desk with its secret before: a desk is drawn in a
/// moment, and whoever has one password could draw a thousand.
pub(crate) fn is_known(
    db: &dyn Db,
    login: &str,
    device: DeviceId,
    secret: SecretHash,
) -> Result<bool, StoreError> {
    db.exists(
        include_str!("sql/known_at_desk.sql"),
        &params![login, device.0, secret.0],
    )
}

/// Touches the user's row, so that who sets a new password waits for the end of this transaction, or
/// this one for theirs.
fn still_has_password(db: &dyn Db, opening: &Opening) -> Result<bool, StoreError> {
    let touched = db.execute(
        "update \"user\" set active = active
         where clinic_id = $1 and user_id = $2 and password_hash = $3",
        &params![opening.clinic.0, opening.user.0, &opening.password_hash],
    )?;
    Ok(touched == 1)
}

fn insert(db: &dyn Db, opening: &Opening) -> Result<(), StoreError> {
    db.execute(
        "insert into session
           (token_hash, clinic_id, user_id, device_id, created_at, expires_at, proven)
         values ($1, $2, $3, $4, $5, $6, $7)",
        &params![
            opening.token_hash.0,
            opening.clinic.0,
            opening.user.0,
            opening.device.id.0,
            opening.at,
            opening.expires_at,
            // A wrong one has opened nothing.
            i64::from(opening.device.secret.is_some()),
        ],
    )?;
    Ok(())
}

/// The session of this token, if it lives.
pub(crate) fn find(
    db: &dyn Db,
    token_hash: TokenHash,
    now: Timestamp,
) -> Result<Option<Session>, StoreError> {
    let (sql, params) = query(&[token_hash], now);
    db.first(&sql, &params, read)
}

/// Finds the sessions of these tokens that live.
pub(crate) fn query(tokens: &[TokenHash], now: Timestamp) -> Query {
    let (list, params) = rows::listed_after(now, tokens.iter().map(|token| token.0));
    let sql = include_str!("sql/session.sql").replace("$tokens", &list.join(", "));
    (sql.into(), params)
}

pub(crate) fn read(row: &Row<'_>) -> Result<Session, StoreError> {
    let device = DeviceId(row.get("device_id")?);
    Ok(Session {
        clinic: ClinicId(row.get("clinic_id")?),
        device,
        actor: user::actor(row, device)?,
        token_hash: TokenHash(row.get("token_hash")?),
        expires_at: row.get("expires_at")?,
        proven: row.get("proven")?,
    })
}

/// Signs out.
pub(crate) fn close(db: &dyn Db, session: &Session, at: Timestamp) -> Result<(), StoreError> {
    db.execute(
        "update session set revoked_at = $2 where token_hash = $1 and revoked_at is null",
        &params![session.token_hash.0, at],
    )?;
    let user = session.actor.user_id.0;
    let by = (user, session.device.0, "sign_out");
    audit::append(db, session.clinic, by, user, at)
}

/// Ends every session of a user.
pub(crate) fn end_all(
    db: &dyn Db,
    clinic: ClinicId,
    user: UserId,
    at: Timestamp,
) -> Result<(), StoreError> {
    db.execute(
        "update session set revoked_at = $3
         where clinic_id = $1 and user_id = $2 and revoked_at is null",
        &params![clinic.0, user.0, at],
    )?;
    Ok(())
}

/// How many sessions were ended early of late, and when the last: changes when one more is, also by
/// an instance whose clock is behind. When an old one falls out, somebody reads once too often.
pub(crate) type Stamp = (u64, Option<i64>);

/// Sessions that were ended early of late.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ended {
    pub(crate) stamp: Stamp,
    /// Those that would live otherwise.
    pub(crate) tokens: HashSet<TokenHash>,
}

/// What was ended of late; none when nothing has changed since.
pub(crate) fn ended(
    db: &dyn Db,
    now: Timestamp,
    since: Option<Stamp>,
) -> Result<Option<Ended>, StoreError> {
    let of_late = params![now - OF_LATE];
    let stamp = db.one(
        "select count(*) as n, max(revoked_at) as last from session where revoked_at > $1",
        &of_late,
        |row| Ok((row.get("n")?, row.get("last")?)),
    )?;
    if since == Some(stamp) {
        return Ok(None);
    }
    let tokens = db.all(
        "select token_hash from session where revoked_at > $1 and expires_at > $1",
        &of_late,
        TokenHash::of_row,
    )?;
    Ok(Some(Ended {
        stamp,
        tokens: tokens.into_iter().collect(),
    }))
}

/// Clocks of instances differ by less.
const OF_LATE: TimeDelta = TimeDelta::hours(1);
