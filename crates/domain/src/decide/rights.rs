//! Who may do what, and who may see what.

use crate::{Actor, OverlapPolicy, PractitionerId, Reason, Refusal, Role, Service};

/// Receptionists and managers act for everybody, practitioners on their own visits.
pub(super) fn may_book_for(by: &Actor, practitioner_id: PractitionerId) -> Result<(), Refusal> {
    if acts_for(by, practitioner_id) {
        return Ok(());
    }
    Err(Refusal::because(Reason::Forbidden))
}

pub(super) fn acts_for(by: &Actor, practitioner_id: PractitionerId) -> bool {
    match by.role {
        Role::Receptionist | Role::Manager => true,
        Role::Practitioner => by.practitioner_id == Some(practitioner_id),
    }
}

/// True when this user may break this rule for a visit of this service, with a reason: hours and
/// grid for whoever may book there; what is taken only where the service's policy is `warn`, or as
/// a manager. All other rules hold for everybody.
#[must_use]
pub fn may_override(rule: Reason, service: &Service, by: &Actor) -> bool {
    match rule {
        Reason::OutsideSchedule | Reason::OffGrid => true,
        Reason::SlotTaken | Reason::CapacityFull | Reason::PatientBusy | Reason::LocationBusy => {
            by.role == Role::Manager || service.overlap_policy == OverlapPolicy::Warn
        }
        Reason::InPast
        | Reason::DstGap
        | Reason::DstFold
        | Reason::IllegalStatus
        | Reason::StaleVersion
        | Reason::Dependency
        | Reason::UnknownId
        | Reason::Invalid
        | Reason::Forbidden => false,
    }
}

/// True when the user may read who took a slot, and when. Everybody who books works with the
/// calendar, where it stands anyway; a role that only asks for free times (a kiosk's) may not.
pub(super) fn sees_who(by: &Actor) -> bool {
    match by.role {
        Role::Receptionist | Role::Practitioner | Role::Manager => true,
    }
}
