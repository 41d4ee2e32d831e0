//! Commands that the server could not take: kept on this desk until a person decides.

use frontdesk_domain::{AppointmentId, CommandId, ServiceId, Timestamp};
use serde::de::value::{Error, StrDeserializer};
use serde::{Deserialize, Serialize};

use super::{ErrorView, NoticeSlot, PatientMatch, Progress, WallInstant};

/// What was asked for: the write of the command table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Asked {
    /// Take a slot for a patient.
    BookAppointment,
    /// Move a visit.
    RescheduleAppointment,
    /// Change what a visit is about.
    UpdateAppointment,
    /// Give a visit up.
    CancelAppointment,
    /// Agree to a visit that waits for approval.
    ApproveAppointment,
    /// Decline a visit that waits for approval.
    RejectAppointment,
    /// The patient is here.
    ArriveAppointment,
    /// The patient is in the room.
    CheckInAppointment,
    /// The visit is done.
    CompleteAppointment,
    /// The patient did not come.
    MarkAppointmentNoShow,
    /// Take the last status step back.
    UndoStatus,
    /// Take several slots for a patient.
    BookSeries,
    /// Create or change a patient.
    PutPatient,
}

impl Asked {
    /// One English word for desktops and terminals; the window has its own.
    #[must_use]
    pub fn noun(self) -> &'static str {
        match self {
            Self::BookAppointment => "booking",
            Self::RescheduleAppointment => "move",
            Self::UpdateAppointment => "change",
            Self::CancelAppointment => "cancellation",
            Self::ApproveAppointment => "approval",
            Self::RejectAppointment => "rejection",
            Self::ArriveAppointment => "arrival",
            Self::CheckInAppointment => "check-in",
            Self::CompleteAppointment => "completion",
            Self::MarkAppointmentNoShow => "no-show",
            Self::UndoStatus => "undo",
            Self::BookSeries => "series",
            Self::PutPatient => "patient's record",
        }
    }

    /// By the kind that travels; none for one that nobody asks for.
    pub(crate) fn of_kind(kind: &str) -> Option<Self> {
        Self::deserialize(StrDeserializer::<Error>::new(kind)).ok()
    }
}

/// A command that was set aside.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct SetAsideCommand {
    /// Its id; another one after it was sent again in vain.
    pub command_id: CommandId,
    /// What was asked for.
    pub asked: Asked,
    /// When, on the clinic's wall.
    pub asked_at: WallInstant,
    /// For whom, as far as this desk knows.
    pub patient_name: Option<String>,
    /// What for, if it is about a visit.
    pub service_name: Option<String>,
    /// The time in question, if it is about a visit.
    pub slot: Option<NoticeSlot>,
    /// The visit that it would change, if it is there already.
    pub appointment_id: Option<AppointmentId>,
    /// What was to be booked, so that it can be asked for at another time.
    pub booking: Option<KeptBooking>,
    /// What was to be changed, so that it can be changed otherwise.
    pub update: Option<KeptUpdate>,
    /// What the server said.
    pub why: ErrorView,
}

/// A booking that was set aside, as far as another one like it needs it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct KeptBooking {
    /// For whom.
    pub patient: PatientMatch,
    /// What for.
    pub service_id: ServiceId,
    /// First instant after.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub ends_at: Timestamp,
    /// Free text.
    pub notes: Option<String>,
}

/// A change of a visit that was set aside; what it left alone is absent.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct KeptUpdate {
    /// For whom instead.
    pub patient: Option<PatientMatch>,
    /// What for instead.
    pub service_id: Option<ServiceId>,
    /// Free text; empty where it was to be cleared.
    pub notes: Option<String>,
}

impl std::fmt::Debug for KeptUpdate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeptUpdate")
            .field("service_id", &self.service_id)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for KeptBooking {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeptBooking")
            .field("service_id", &self.service_id)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for SetAsideCommand {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SetAsideCommand")
            .field("command_id", &self.command_id)
            .field("asked", &self.asked)
            .field("why", &self.why)
            .finish_non_exhaustive()
    }
}

/// What was set aside on this desk, oldest first, at most 200.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct SetAsideList {
    /// The commands.
    pub commands: Vec<SetAsideCommand>,
}

/// Send it again, in the name of whoever is signed in now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct ResendCommand {
    /// Which.
    pub command_id: CommandId,
}

/// It is no longer wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct DismissCommand {
    /// Which.
    pub command_id: CommandId,
}

/// It was sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct CommandResent {
    /// Applied, or on its way.
    pub progress: Progress,
}

#[cfg(test)]
mod tests {
    use frontdesk_domain::Command;

    use super::*;

    #[test]
    fn whatever_a_server_decides_can_be_asked_for_again() {
        let unknown: Vec<_> = Command::KINDS
            .into_iter()
            .filter(|kind| Asked::of_kind(kind).is_none())
            .collect();
        assert_eq!(unknown, ["noop"]);
    }
}
