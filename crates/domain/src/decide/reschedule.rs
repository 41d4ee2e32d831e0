//! Moving visits.

use super::draft::{Draft, taken_by};
use super::fate::{self, Doubt};
use super::permit::{self, Permit};
use super::place::{Place, Where, followed_location, usual_location};
use super::shift::{Shift, Target};
use super::{Clock, Decided, Wanted, check, rights, scope, step};
use crate::command::{RescheduleAppointment, SeriesScope};
use crate::zone::WallDoubt;
use crate::{
    Appointment, AppointmentStatus, ClinicFacts, Interval, Override, PractitionerId, Refusal,
    Service,
};

pub(super) fn reschedule(
    wanted: &Wanted<'_, RescheduleAppointment>,
    facts: &ClinicFacts,
    clock: Clock,
) -> Result<Decided, Refusal> {
    let wish = wanted.command;
    if let Some(to) = wish.practitioner_id {
        rights::may_book_for(wanted.by, to)?;
    }
    let named = check::visit(wish.appointment_id, wanted.by, facts)?;
    let visits = scope::concerned(named, wish.scope, facts, Some(clock), is_movable)?;
    scope::may_act_on_all(wanted.by, &visits)?;
    for visit in &visits {
        named_rows(wish, visit, facts)?;
    }
    if !is_movable(named.status) {
        return Err(step::illegal(named, clock));
    }
    check::time(wish.starts_at, wish.ends_at, named.during().minutes())?;
    let overriding = permit::checked(wish.overriding.as_ref())?;
    let shift = Shift::of(wish, named, &facts.zone);
    let mut moves = visits
        .iter()
        .map(|visit| Move::of(wish, visit, &shift, facts))
        .collect::<Result<Vec<_>, _>>()?;
    moves.retain(|each| !each.is_there(wish));
    if moves.is_empty() {
        return Ok(Decided::default());
    }
    scope::version_of_all(wanted.base_version, &visits, facts)?;
    let journey = Journey {
        wanted,
        overriding: overriding.as_ref(),
        clock,
    };
    match wish.scope {
        SeriesScope::This => journey.alone(&moves, facts),
        SeriesScope::Following | SeriesScope::All => journey.together(&moves, facts),
    }
}

/// Where a move leads while nobody has agreed to it.
pub(super) fn wished(
    wish: &RescheduleAppointment,
    facts: &ClinicFacts,
    clock: Clock,
) -> Vec<Appointment> {
    let Some(named) = facts.appointments.get(&wish.appointment_id) else {
        return Vec::new();
    };
    let visits = scope::concerned(named, wish.scope, facts, Some(clock), is_movable);
    let shift = Shift::of(wish, named, &facts.zone);
    let moves = visits.unwrap_or_default().into_iter();
    moves
        .filter(|visit| is_movable(visit.status))
        .filter_map(|visit| Move::of(wish, visit, &shift, facts).ok())
        .filter(|each| !each.is_there(wish))
        .filter_map(|each| each.there(wish, facts))
        .collect()
}

pub(super) fn is_movable(status: AppointmentStatus) -> bool {
    match status {
        AppointmentStatus::Pending | AppointmentStatus::Booked => true,
        AppointmentStatus::Arrived
        | AppointmentStatus::CheckedIn
        | AppointmentStatus::Fulfilled
        | AppointmentStatus::Cancelled
        | AppointmentStatus::NoShow => false,
    }
}

/// The visit's service, once everything that the command names is known and can be booked. What the
/// visit keeps is not asked again: a service that was given up can still be moved.
fn named_rows<'a>(
    wish: &RescheduleAppointment,
    visit: &Appointment,
    facts: &'a ClinicFacts,
) -> Result<&'a Service, Refusal> {
    let practitioner_id = wish.practitioner_id.unwrap_or(visit.practitioner_id);
    let practitioner = check::practitioner(practitioner_id, facts)?;
    let moves_over = practitioner_id != visit.practitioner_id;
    if moves_over && !practitioner.service_ids.contains(&visit.service_id) {
        return Err(check::invalid("practitioner_id"));
    }
    check::location(wish.location_id, facts)?;
    check::service_of(visit, facts)
}

/// One visit on its way.
struct Move<'a> {
    visit: &'a Appointment,
    practitioner_id: PractitionerId,
    service: &'a Service,
    to: Target,
}

impl<'a> Move<'a> {
    fn of(
        wish: &RescheduleAppointment,
        visit: &'a Appointment,
        shift: &Shift,
        facts: &'a ClinicFacts,
    ) -> Result<Self, Refusal> {
        Ok(Self {
            visit,
            practitioner_id: wish.practitioner_id.unwrap_or(visit.practitioner_id),
            service: named_rows(wish, visit, facts)?,
            to: shift.target(visit, &facts.zone)?,
        })
    }

    fn is_there(&self, wish: &RescheduleAppointment) -> bool {
        self.practitioner_id == self.visit.practitioner_id
            && self.to.during.as_ref().ok() == Some(&self.visit.during())
            && wish
                .location_id
                .is_none_or(|id| self.visit.location_id == Some(id))
    }

    /// The visit at its new place, whatever is in the way there; none where the wall clock is in doubt.
    fn there(&self, wish: &RescheduleAppointment, facts: &ClinicFacts) -> Option<Appointment> {
        let during = self.to.during.as_ref().ok()?;
        let (who, what_for) = (self.practitioner_id, self.visit.service_id);
        let chosen = wish.location_id;
        let location = chosen.or_else(|| followed_location(self.visit, facts));
        Some(Appointment {
            practitioner_id: who,
            location_id: location.or_else(|| usual_location(who, what_for, *during, facts)),
            starts_at: during.starts_at,
            ends_at: during.ends_at,
            wall_start: facts.zone.wall(during.starts_at),
            buffer_before_minutes: self.service.buffer_before_minutes,
            buffer_after_minutes: self.service.buffer_after_minutes,
            ..self.visit.clone()
        })
    }

    fn doubt(&self, doubt: WallDoubt) -> Doubt {
        Doubt {
            appointment_id: self.visit.appointment_id,
            practitioner_id: self.practitioner_id,
            service_id: self.visit.service_id,
            location_id: None,
            wall_start: self.to.wall_start,
            minutes: self.to.minutes,
            doubt,
        }
    }
}

struct Journey<'a> {
    wanted: &'a Wanted<'a, RescheduleAppointment>,
    overriding: Option<&'a Override>,
    clock: Clock,
}

impl Journey<'_> {
    fn alone(&self, moves: &[Move<'_>], facts: &ClinicFacts) -> Result<Decided, Refusal> {
        let mut draft = Draft::of(facts);
        for each in moves {
            if let Ok(during) = each.to.during {
                self.go(each, during, &mut draft)?;
            }
        }
        Ok(draft.decided())
    }

    fn together(&self, moves: &[Move<'_>], facts: &ClinicFacts) -> Result<Decided, Refusal> {
        let leaving: Vec<_> = moves.iter().map(|each| each.visit).collect();
        let mut draft = Draft::without(facts, &leaving);
        let mut fates = Vec::with_capacity(moves.len());
        for each in moves {
            fates.push(match each.to.during {
                Ok(during) => {
                    let gone = self.go(each, during, &mut draft);
                    fate::settled(each.visit.appointment_id, &during, &facts.zone, gone)
                }
                Err(doubt) => each.doubt(doubt).fate(&facts.zone),
            });
        }
        fate::all_or_none(fates)?;
        Ok(draft.decided())
    }

    fn go(&self, each: &Move<'_>, during: Interval, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let Move { visit, service, .. } = *each;
        let facts = draft.facts();
        let asked = self.wanted.command.location_id;
        let buffers = (service.buffer_before_minutes, service.buffer_after_minutes);
        let place = Place {
            appointment_id: visit.appointment_id,
            practitioner_id: each.practitioner_id,
            patient_id: visit.patient_id,
            location: Where::asked(asked.or_else(|| followed_location(visit, facts))),
            service,
            during,
            buffers,
        };
        self.clock.refuse_past(during.starts_at)?;
        let permit = Permit::given(self.overriding, service, self.wanted.by);
        let settled = place.settle(&permit, facts)?;
        let moved = Appointment {
            practitioner_id: each.practitioner_id,
            location_id: settled.location_id,
            starts_at: during.starts_at,
            ends_at: during.ends_at,
            wall_start: facts.zone.wall(during.starts_at),
            buffer_before_minutes: buffers.0,
            buffer_after_minutes: buffers.1,
            overridden: settled.broken.recorded(self.overriding),
            ..visit.clone()
        };
        let moved = taken_by(moved, self.wanted, self.clock);
        draft.place(moved, settled, service, self.wanted.by);
        Ok(())
    }
}
