//! Who is signed in at this desk, and which device it is for the server.

use frontdesk_domain::{Actor, ClinicId, DeviceId, PractitionerId, Role, UserId};
use frontdesk_protocol::SessionOpened;
use rusqlite::{OptionalExtension as _, Transaction, params};
use serde::Deserialize as _;
use serde::de::value::{Error, StrDeserializer};
use uuid::Uuid;

use super::watch::end_dialogs;
use super::{Cache, numbering};
use crate::error::StorageError;

/// The last sign-in of this desk. Without a token nobody is signed in, and the rest is only a name.
#[derive(Clone)]
pub(crate) struct StoredSession {
    pub(crate) token: Option<String>,
    pub(crate) user: Actor,
    pub(crate) sign_in_name: String,
    pub(crate) clinic_name: String,
    pub(crate) time_zone: String,
}

impl Cache {
    /// This desk's id for the server.
    pub(crate) fn device_id(&self) -> Result<DeviceId, StorageError> {
        let known = self.read(|tx| Ok(device(tx)?))?;
        known.map_or_else(|| Ok(self.device()?.0), Ok)
    }

    /// This desk's id for the server, and the secret that shows that it is its own; drawn at the
    /// first call.
    pub(crate) fn device(&self) -> Result<(DeviceId, String), StorageError> {
        let (id, secret) = (self.clock().id(), hex::encode(rand::random::<[u8; 32]>()));
        self.write_durably(|tx| {
            tx.execute(
                "insert into device (one, device_id, secret) values (1, ?1, ?2)
                 on conflict (one) do update set secret = coalesce(secret, excluded.secret)",
                params![id, secret],
            )?;
            let drawn = "select device_id, secret from device";
            Ok(tx.query_row(drawn, [], |sql| Ok((DeviceId(sql.get(0)?), sql.get(1)?)))?)
        })
    }

    /// The last sign-in.
    pub(crate) fn session(&self) -> Result<Option<StoredSession>, StorageError> {
        self.read(session)
    }

    /// Somebody has signed in. The server's next number is taken over when it is higher: this
    /// folder may be older than what the server has seen of this desk.
    pub(crate) fn sign_in(&self, name: &str, opened: &SessionOpened) -> Result<(), StorageError> {
        self.write_durably(|tx| {
            tx.execute("delete from session", [])?;
            tx.execute(
                "insert into session (one, token, user_id, user_name, role, practitioner_id,
                   sign_in_name, clinic_id, clinic_name, time_zone)
                 values (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                params![
                    opened.token,
                    opened.user.id.0,
                    opened.user.name,
                    role_code(opened.user.role),
                    opened.user.practitioner_id.map(|id| id.0),
                    name,
                    opened.clinic.id.0,
                    opened.clinic.name,
                    opened.clinic.time_zone,
                ],
            )?;
            // What was said to another device of this folder says nothing of this one's numbers.
            tx.execute(
                "update replica set device_ack = min(device_ack, ?1)",
                [opened.device.expected_no.saturating_sub(1)],
            )?;
            numbering::at_least(tx, opened.clinic.id, opened.device.expected_no)
        })
    }

    /// Nobody is signed in any more, and nobody's dialogs are open; the name stays for the next
    /// sign-in.
    pub(crate) fn sign_out(&self) -> Result<(), StorageError> {
        self.write_durably(|tx| {
            tx.execute("update session set token = null", [])?;
            end_dialogs(tx)
        })
    }
}

pub(super) fn device(tx: &Transaction<'_>) -> rusqlite::Result<Option<DeviceId>> {
    tx.prepare_cached("select device_id from device")?
        .query_row([], |sql| Ok(DeviceId(sql.get(0)?)))
        .optional()
}

/// The clinic whose session this is, or was: an outbox row belongs to one.
pub(super) fn clinic(tx: &Transaction<'_>) -> Result<ClinicId, StorageError> {
    let id = tx
        .prepare_cached("select clinic_id from session")?
        .query_row([], |sql| sql.get::<_, Uuid>(0))
        .optional()?;
    id.map(ClinicId)
        .ok_or_else(|| StorageError::Meaningless("a command without a clinic".to_owned()))
}

/// The user whose own doings are not told as news.
pub(super) fn user_id(tx: &Transaction<'_>) -> Result<Option<UserId>, StorageError> {
    let id = tx
        .prepare_cached("select user_id from session")?
        .query_row([], |sql| sql.get::<_, Uuid>(0))
        .optional()?;
    Ok(id.map(UserId))
}

pub(crate) fn session(tx: &Transaction<'_>) -> Result<Option<StoredSession>, StorageError> {
    let mut statement = tx.prepare_cached(
        "select token, user_id, user_name, role, practitioner_id, sign_in_name, clinic_name,
           time_zone, (select device_id from device) from session",
    )?;
    let mut rows = statement.query([])?;
    let Some(sql) = rows.next()? else {
        return Ok(None);
    };
    Ok(Some(StoredSession {
        token: sql.get(0)?,
        user: Actor {
            user_id: UserId(sql.get(1)?),
            name: sql.get(2)?,
            role: role_of(&sql.get::<_, String>(3)?)?,
            practitioner_id: sql.get::<_, Option<Uuid>>(4)?.map(PractitionerId),
            device_id: DeviceId(sql.get::<_, Option<Uuid>>(8)?.unwrap_or_default()),
        },
        sign_in_name: sql.get(5)?,
        clinic_name: sql.get(6)?,
        time_zone: sql.get(7)?,
    }))
}

fn role_code(role: Role) -> &'static str {
    match role {
        Role::Receptionist => "receptionist",
        Role::Practitioner => "practitioner",
        Role::Manager => "manager",
    }
}

/// A role that this program does not know is not taken for one that it does.
fn role_of(code: &str) -> Result<Role, StorageError> {
    Role::deserialize(StrDeserializer::<Error>::new(code))
        .map_err(|_| StorageError::Meaningless(format!("the role '{code}'")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_is_read_back_as_it_was_written_and_an_unknown_one_is_nobodys() {
        for role in [Role::Receptionist, Role::Practitioner, Role::Manager] {
            assert_eq!(role_of(role_code(role)).unwrap(), role);
        }
        let unknown = role_of("auditor").unwrap_err();
        assert!(unknown.to_string().contains("auditor"));
    }
}
