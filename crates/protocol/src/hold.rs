//! `PUT /v1/holds/{hold_id}` and `DELETE`: a slot kept while a booking dialog is open. A hold carries
//! no number, is never kept by a desk for later, and the same id renews it.

use frontdesk_domain::{PractitionerId, ServiceId, Timestamp};
use serde::{Deserialize, Serialize};

/// How long a hold lasts from its last renewal.
pub const HOLD_SECONDS: u32 = 180;

/// Body of the PUT. The answer is the [`frontdesk_domain::Hold`], or a 409 problem `slot_taken` with
/// the `conflict`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PutHold {
    /// Whose time.
    pub practitioner_id: PractitionerId,
    /// First instant.
    pub starts_at: Timestamp,
    /// First instant after, at most 24 hours later.
    pub ends_at: Timestamp,
    /// What it is for, where that is known: of a class a hold is one seat, also when nobody has
    /// booked it yet. Nobody is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_id: Option<ServiceId>,
}
