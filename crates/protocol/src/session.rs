//! Signing in and out.

use chrono::{DateTime, Utc};
use frontdesk_domain::{ClinicId, DeviceId, PractitionerId, Role, UserId};
use serde::{Deserialize, Serialize};

/// Body of `POST /v1/session`.
#[derive(Clone, Serialize, Deserialize)]
pub struct SignIn {
    /// Sign-in name.
    pub user: String,
    /// Clear text; never logged.
    pub password: String,
    /// The desk that asks.
    pub device: SessionDevice,
}

impl std::fmt::Debug for SignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignIn")
            .field("device", &self.device)
            .finish_non_exhaustive()
    }
}

/// The desk that asks.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionDevice {
    /// Made by the desk, once.
    pub id: DeviceId,
    /// Shown to a manager, e.g. the machine's name.
    pub name: String,
    /// Shows that the id is this desk's own: others are told the id, nobody the secret. Drawn by the
    /// desk, once, at most 1,024 bytes; the first one that an id shows is asked for ever after.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
}

impl std::fmt::Debug for SessionDevice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SessionDevice")
            .field("id", &self.id)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// Answer of `POST /v1/session`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionOpened {
    /// Opaque bearer token.
    pub token: String,
    /// When it ends, by the server's clock.
    pub expires_at: DateTime<Utc>,
    /// Who.
    pub user: SessionUser,
    /// Where.
    pub clinic: SessionClinic,
    /// What the server knows of this desk.
    pub device: DeviceState,
}

impl std::fmt::Debug for SessionOpened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SessionOpened")
            .field("user", &self.user)
            .field("clinic", &self.clinic)
            .field("device", &self.device)
            .finish_non_exhaustive()
    }
}

/// The signed-in user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionUser {
    /// Their id.
    pub id: UserId,
    /// Shown name.
    pub name: String,
    /// Their rights.
    pub role: Role,
    /// The practitioner that they are, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub practitioner_id: Option<PractitionerId>,
}

/// The user's clinic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionClinic {
    /// Its id.
    pub id: ClinicId,
    /// Shown name.
    pub name: String,
    /// IANA zone.
    pub time_zone: String,
}

/// What the server knows of a desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceState {
    /// The desk.
    pub id: DeviceId,
    /// The number of its next command.
    pub expected_no: u64,
}
