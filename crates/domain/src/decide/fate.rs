//! What becomes of each visit when several are decided together.

use crate::interval::shifted;
use crate::zone::WallDoubt;
use crate::{AppointmentId, Interval};
use crate::{
    ClinicZone, Fate, LocationId, PractitionerId, Reason, Refusal, ServiceId, Slot, WallDateTime,
};

/// A wall time that is not one instant, and what would be there.
pub(super) struct Doubt {
    pub(super) appointment_id: AppointmentId,
    pub(super) practitioner_id: PractitionerId,
    pub(super) service_id: ServiceId,
    pub(super) location_id: Option<LocationId>,
    pub(super) wall_start: WallDateTime,
    pub(super) minutes: i64,
    pub(super) doubt: WallDoubt,
}

impl Doubt {
    /// Refused, with the two times to choose from.
    pub(super) fn fate(&self, zone: &ClinicZone) -> Fate {
        let instants = match self.doubt {
            WallDoubt::Gap { before, after } => [before.1, after.1],
            WallDoubt::Fold { first, second } => [first, second],
        };
        let slot = |starts_at| Slot {
            starts_at,
            practitioner_id: self.practitioner_id,
            service_id: self.service_id,
            location_id: self.location_id,
            ends_at: shifted(starts_at, self.minutes),
            wall_start: zone.wall(starts_at),
        };
        Fate {
            appointment_id: self.appointment_id,
            wall_start: self.wall_start,
            starts_at: None,
            reason: Some(self.doubt.reason()),
            conflict: None,
            alternatives: instants.map(slot).to_vec(),
        }
    }
}

/// The fate of a visit whose instant is known.
pub(super) fn settled(
    appointment_id: AppointmentId,
    during: &Interval,
    zone: &ClinicZone,
    outcome: Result<(), Refusal>,
) -> Fate {
    let refusal = outcome.err();
    Fate {
        appointment_id,
        wall_start: zone.wall(during.starts_at),
        starts_at: Some(during.starts_at),
        reason: refusal.as_ref().map(|refusal| refusal.reason),
        conflict: refusal.and_then(|refusal| refusal.conflict),
        alternatives: Vec::new(),
    }
}

/// The refusal of the whole once one visit cannot be: that of the first one, with every fate.
pub(super) fn all_or_none(fates: Vec<Fate>) -> Result<(), Refusal> {
    let Some((reason, first)) = fates
        .iter()
        .find_map(|fate| Some((fate.reason?, fate.conflict.clone())))
    else {
        return Ok(());
    };
    // Only an override can be refused for want of rights once a place is asked for.
    let field = (reason == Reason::Forbidden).then(|| "override".to_owned());
    Err(Refusal {
        field,
        conflict: first,
        fates,
        ..Refusal::because(reason)
    })
}
