//! The desks of a clinic: which ones have signed in, and which are shut out.

use frontdesk_domain::{ClinicId, DeviceId, Timestamp};
use uuid::Uuid;

use super::sql::{Db, params};
use super::user::UserError;
use super::{StoreError, audit};

/// A desk as listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedDevice {
    /// Its id, which it has made itself.
    pub id: DeviceId,
    /// As it calls itself.
    pub name: String,
    /// Sign-in name of whoever signed in on it last.
    pub login: String,
    /// True when nobody can sign in on it any more.
    pub revoked: bool,
    /// The name of the clinic.
    pub clinic: String,
}

/// Every desk of this database, by name.
pub(crate) fn list(db: &dyn Db) -> Result<Vec<ListedDevice>, StoreError> {
    db.all(
        "select d.device_id, d.name, u.login, d.revoked_at, c.name as clinic
         from device d join clinic c on c.clinic_id = d.clinic_id
         join \"user\" u on u.clinic_id = d.clinic_id and u.user_id = d.user_id
         order by d.name, d.device_id",
        &[],
        |row| {
            Ok(ListedDevice {
                id: DeviceId(row.get("device_id")?),
                name: row.get("name")?,
                login: row.get("login")?,
                revoked: row.get::<Option<i64>>("revoked_at")?.is_some(),
                clinic: row.get("clinic")?,
            })
        },
    )
}

/// Shuts a desk out, in every clinic that it has signed in to, and ends its sessions.
pub(crate) fn revoke(db: &dyn Db, device: DeviceId, at: Timestamp) -> Result<(), StoreError> {
    let clinics = db.all(
        "select clinic_id from device where device_id = $1 order by clinic_id",
        &params![device.0],
        |row| row.get("clinic_id").map(ClinicId),
    )?;
    if clinics.is_empty() {
        return Err(UserError::UnknownDevice(device).into());
    }
    for clinic in clinics {
        // First, so that a sign-in that is under way comes before all of this or after it.
        db.execute(
            "update device set revoked_at = coalesce(revoked_at, $3)
             where clinic_id = $1 and device_id = $2",
            &params![clinic.0, device.0, at],
        )?;
        db.execute(
            "update session set revoked_at = $3
             where clinic_id = $1 and device_id = $2 and revoked_at is null",
            &params![clinic.0, device.0, at],
        )?;
        let by = (Uuid::nil(), device.0, "device_revoke");
        audit::append(db, clinic, by, device.0, at)?;
    }
    Ok(())
}
