//! Giving visits up.

use super::step::{after, left_in_place, stepped};
use super::{Clock, Decided, Wanted, check, scope};
use crate::command::CancelAppointment;
use crate::{Appointment, AppointmentStatus, AppointmentStep, ClinicFacts, Refusal};

pub(super) fn cancel(
    wanted: &Wanted<'_, CancelAppointment>,
    facts: &ClinicFacts,
    clock: Clock,
) -> Result<Decided, Refusal> {
    let wish = wanted.command;
    let named = check::visit(wish.appointment_id, wanted.by, facts)?;
    let mut visits = scope::concerned(named, wish.scope, facts, Some(clock), is_cancellable)?;
    scope::may_act_on_all(wanted.by, &visits)?;
    let note = check::text(wish.note.as_deref(), check::LONGEST_TEXT, "note")?;
    visits.retain(|visit| visit.status != AppointmentStatus::Cancelled);
    if visits.is_empty() {
        return Ok(Decided::default());
    }
    if named.status != AppointmentStatus::Cancelled {
        after(AppointmentStep::Cancel, named, clock)?;
    }
    scope::version_of_all(wanted.base_version, &visits, facts)?;
    let mut decided = Decided::default();
    for visit in visits {
        let cancelled = Appointment {
            cancel_reason: Some(wish.reason),
            cancel_note: note.clone(),
            ..stepped(visit, AppointmentStatus::Cancelled)
        };
        let left = left_in_place(cancelled);
        decided.rows.extend(left.rows);
        decided.reseated.extend(left.reseated);
    }
    Ok(decided)
}

pub(super) fn is_cancellable(status: AppointmentStatus) -> bool {
    match status {
        AppointmentStatus::Pending | AppointmentStatus::Booked | AppointmentStatus::Arrived => true,
        AppointmentStatus::CheckedIn
        | AppointmentStatus::Fulfilled
        | AppointmentStatus::Cancelled
        | AppointmentStatus::NoShow => false,
    }
}
