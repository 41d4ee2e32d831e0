//! Who may come in, carried over a restore: a backup is older than what was taken away since.

use frontdesk_domain::{ClinicId, Timestamp};
use uuid::Uuid;

use crate::store::sql::{Db, params};
use crate::store::{StoreError, audit};

/// Users as they are now, and desks that are let in no more.
pub(super) struct Access {
    users: Vec<User>,
    revoked: Vec<Device>,
}

struct User {
    clinic: ClinicId,
    id: Uuid,
    role: String,
    password_hash: String,
    active: i64,
}

struct Device {
    clinic: ClinicId,
    id: Uuid,
    name: String,
    user: Uuid,
    revoked_at: i64,
}

impl Access {
    pub(super) fn read(db: &dyn Db) -> Result<Self, StoreError> {
        let users = db.all(
            "select clinic_id, user_id, role, password_hash, active from \"user\"",
            &[],
            |row| {
                Ok(User {
                    clinic: ClinicId(row.get("clinic_id")?),
                    id: row.get("user_id")?,
                    role: row.get("role")?,
                    password_hash: row.get("password_hash")?,
                    active: row.get("active")?,
                })
            },
        )?;
        let revoked = db.all(
            "select clinic_id, device_id, name, user_id, revoked_at from device
             where revoked_at is not null",
            &[],
            |row| {
                Ok(Device {
                    clinic: ClinicId(row.get("clinic_id")?),
                    id: row.get("device_id")?,
                    name: row.get("name")?,
                    user: row.get("user_id")?,
                    revoked_at: row.get("revoked_at")?,
                })
            },
        )?;
        Ok(Self { users, revoked })
    }

    /// Users that the backup has too keep today's password, role and whether they may sign in; a
    /// desk that was revoked stays out, whether the backup knows it or not. What differs from the
    /// backup is written down.
    pub(super) fn keep(&self, db: &dyn Db, now: Timestamp) -> Result<(), StoreError> {
        for user in &self.users {
            if user.keep(db)? {
                let by_nobody = (Uuid::nil(), Uuid::nil(), "user_kept");
                audit::append(db, user.clinic, by_nobody, user.id, now)?;
            }
        }
        for device in &self.revoked {
            if device.keep(db)? {
                let by_nobody = (Uuid::nil(), Uuid::nil(), "device_kept");
                audit::append(db, device.clinic, by_nobody, device.id, now)?;
            }
        }
        Ok(())
    }
}

impl User {
    /// Whether anything was otherwise in the backup.
    fn keep(&self, db: &dyn Db) -> Result<bool, StoreError> {
        let changed = db.execute(
            "update \"user\" set role = $3, password_hash = $4, active = $5
             where clinic_id = $1 and user_id = $2
             and (role <> $3 or password_hash <> $4 or active <> $5)",
            &params![
                self.clinic.0,
                self.id,
                self.role.as_str(),
                self.password_hash.as_str(),
                self.active
            ],
        )?;
        Ok(changed > 0)
    }
}

impl Device {
    /// Whether the backup had it otherwise, or not at all; of a clinic that is in it.
    fn keep(&self, db: &dyn Db) -> Result<bool, StoreError> {
        let changed = db.execute(
            "insert into device (clinic_id, device_id, name, user_id, revoked_at)
             select clinic_id, $2, $3, $4, $5 from clinic where clinic_id = $1
             on conflict (clinic_id, device_id) do update set revoked_at = excluded.revoked_at
             where device.revoked_at is null",
            &params![
                self.clinic.0,
                self.id,
                self.name.as_str(),
                self.user,
                self.revoked_at
            ],
        )?;
        Ok(changed > 0)
    }
}
