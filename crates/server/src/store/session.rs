//! Sessions: opaque tokens of which only the digest is stored, bound to one device.

use frontdesk_domain::{Actor, ClinicId, DeviceId, Timestamp, UserId};
use frontdesk_protocol::{SessionClinic, SessionDevice};
use rusqlite::{Connection, OptionalExtension, named_params};
use sha2::{Digest, Sha256};

use super::audit::{self, Act};
use super::column::Millis;
use super::{StoreError, change, user};

/// What a request is allowed by.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    pub(crate) clinic: ClinicId,
    pub(crate) device: DeviceId,
    pub(crate) actor: Actor,
    pub(crate) token_hash: TokenHash,
}

/// SHA-256 of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct TokenHash([u8; 32]);

impl TokenHash {
    pub(crate) fn of(token: &str) -> Self {
        Self(Sha256::digest(token.as_bytes()).into())
    }
}

/// What a sign-in is checked against.
pub(crate) struct Credentials {
    pub(crate) clinic: ClinicId,
    pub(crate) user: UserId,
    pub(crate) password_hash: String,
}

/// The credentials of this sign-in name, if it may sign in.
pub(crate) fn credentials(db: &Connection, login: &str) -> Result<Option<Credentials>, StoreError> {
    Ok(db
        .prepare_cached(
            "select clinic_id, user_id, password_hash from user where login = ?1 and active = 1",
        )?
        .query_row([login], |row| {
            Ok(Credentials {
                clinic: ClinicId(row.get(0)?),
                user: UserId(row.get(1)?),
                password_hash: row.get(2)?,
            })
        })
        .optional()?)
}

/// A session about to be opened.
pub(crate) struct Opening {
    pub(crate) clinic: ClinicId,
    pub(crate) user: UserId,
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
}

/// Opens a session; an older one of the same user on the same device ends. `None` when the user or
/// the device may no longer sign in.
pub(crate) fn open(db: &Connection, opening: &Opening) -> Result<Option<Opened>, StoreError> {
    let (clinic, device) = (opening.clinic, opening.device.id);
    let Some(actor) = user::active(db, clinic, device, opening.user)? else {
        return Ok(None);
    };
    db.prepare_cached(include_str!("sql/put_device.sql"))?
        .execute((clinic.0, device.0, &opening.device.name, opening.user.0))?;
    let (last_no, revoked): (u64, bool) = db
        .prepare_cached(
            "select last_no, revoked_at is not null from device
             where clinic_id = ?1 and device_id = ?2",
        )?
        .query_row((clinic.0, device.0), |row| Ok((row.get(0)?, row.get(1)?)))?;
    if revoked {
        return Ok(None);
    }
    db.prepare_cached(
        "update session set revoked_at = ?4
         where clinic_id = ?1 and device_id = ?2 and user_id = ?3 and revoked_at is null",
    )?
    .execute((clinic.0, device.0, opening.user.0, Millis(opening.at)))?;
    insert(db, opening)?;
    write_down(db, clinic, device, opening.user, "sign_in", opening.at)?;
    let clinic = db
        .prepare_cached("select name, time_zone from clinic where clinic_id = ?1")?
        .query_row([clinic.0], |row| {
            Ok(SessionClinic {
                id: clinic,
                name: row.get(0)?,
                time_zone: row.get(1)?,
            })
        })?;
    Ok(Some(Opened {
        actor,
        clinic,
        last_no,
    }))
}

fn insert(db: &Connection, opening: &Opening) -> Result<(), StoreError> {
    db.prepare_cached(
        "insert into session
         values (:token_hash, :clinic, :user, :device, :created_at, :expires_at, null)",
    )?
    .execute(named_params! {
        ":token_hash": opening.token_hash.0, ":clinic": opening.clinic.0,
        ":user": opening.user.0, ":device": opening.device.id.0,
        ":created_at": Millis(opening.at), ":expires_at": Millis(opening.expires_at),
    })?;
    Ok(())
}

/// The session of this token, if it lives.
pub(crate) fn find(
    db: &Connection,
    token_hash: TokenHash,
    now: Timestamp,
) -> Result<Option<Session>, StoreError> {
    Ok(db
        .prepare_cached(include_str!("sql/session.sql"))?
        .query_row((token_hash.0, Millis(now)), |row| {
            let device = DeviceId(row.get("device_id")?);
            Ok(Session {
                clinic: ClinicId(row.get("clinic_id")?),
                device,
                actor: user::actor(row, device)?,
                token_hash,
            })
        })
        .optional()?)
}

/// Signs out.
pub(crate) fn close(db: &Connection, session: &Session, at: Timestamp) -> Result<(), StoreError> {
    db.prepare_cached(
        "update session set revoked_at = ?2 where token_hash = ?1 and revoked_at is null",
    )?
    .execute((session.token_hash.0, Millis(at)))?;
    let user = session.actor.user_id;
    write_down(db, session.clinic, session.device, user, "sign_out", at)
}

/// Ends every session of a user.
pub(crate) fn end_all(
    db: &Connection,
    clinic: ClinicId,
    user: UserId,
    at: Timestamp,
) -> Result<(), StoreError> {
    db.execute(
        "update session set revoked_at = ?3
         where clinic_id = ?1 and user_id = ?2 and revoked_at is null",
        (clinic.0, user.0, Millis(at)),
    )?;
    Ok(())
}

/// When the last session was ended early: changes when one more is.
pub(crate) fn last_ended(db: &Connection) -> Result<Option<i64>, StoreError> {
    Ok(db
        .prepare_cached(
            "select revoked_at from session where revoked_at is not null
             order by revoked_at desc limit 1",
        )?
        .query_row((), |row| row.get(0))
        .optional()?)
}

fn write_down(
    db: &Connection,
    clinic: ClinicId,
    device: DeviceId,
    user: UserId,
    action: &str,
    at: Timestamp,
) -> Result<(), StoreError> {
    let act = Act {
        at,
        actor: user.0,
        device: device.0,
        action,
        id: user.0,
        seq: change::feed(db, clinic)?.seq,
        payload_hash: [0; 32],
    };
    audit::append(db, clinic, &act)
}
