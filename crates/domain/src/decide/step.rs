//! The steps of a visit's status.

use super::draft::{Draft, taken_by};
use super::permit::Permit;
use super::place::Place;
use super::{Clock, Decided, Wanted, check, rights};
use crate::command::StepAppointment;
use crate::{
    Actor, Appointment, AppointmentStatus, AppointmentStep, CancelReason, ClinicFacts, Reason,
    Refusal, Row, Timestamp,
};

/// All steps in the order of the day.
const STEPS: [AppointmentStep; 8] = [
    AppointmentStep::Approve,
    AppointmentStep::Reject,
    AppointmentStep::Arrive,
    AppointmentStep::CheckIn,
    AppointmentStep::Complete,
    AppointmentStep::MarkNoShow,
    AppointmentStep::Cancel,
    AppointmentStep::Undo,
];

/// The steps that a visit's status allows now, in the order of the day.
#[must_use]
pub fn legal_steps(visit: &Appointment, now: Timestamp) -> Vec<AppointmentStep> {
    let legal = |step: &AppointmentStep| {
        let waits = *step == AppointmentStep::MarkNoShow && now < visit.starts_at;
        next(*step, visit.status, &visit.status_path).is_some() && !waits
    };
    STEPS.into_iter().filter(legal).collect()
}

/// Those of [`legal_steps`] that this user may take: all, or none on another practitioner's visit.
#[must_use]
pub fn legal_steps_for(visit: &Appointment, by: &Actor, now: Timestamp) -> Vec<AppointmentStep> {
    if !rights::acts_for(by, visit.practitioner_id) {
        return Vec::new();
    }
    legal_steps(visit, now)
}

pub(super) fn step(
    wanted: &Wanted<'_, StepAppointment>,
    step: AppointmentStep,
    facts: &ClinicFacts,
    clock: Clock,
) -> Result<Decided, Refusal> {
    let wish = wanted.command;
    let visit = check::visit(wish.appointment_id, wanted.by, facts)?;
    let said = check::text(wish.reason.as_deref(), check::LONGEST_TEXT, "reason")?;
    if is_done(step, visit) {
        return Ok(Decided::default());
    }
    let status = after(step, visit, clock)?;
    check::version(wanted.base_version, visit.version, facts)?;
    if step == AppointmentStep::Undo {
        return undo(wanted, visit, status, facts, clock);
    }
    let mut stepped = stepped(visit, status);
    if step == AppointmentStep::Reject {
        stepped.cancel_reason = Some(CancelReason::Clinic);
        stepped.cancel_note = said;
    }
    Ok(left_in_place(stepped))
}

/// The status after a step.
///
/// # Errors
/// `illegal_status` with the steps that are legal. That a visit has not begun is for the server's
/// clock to say.
pub(super) fn after(
    step: AppointmentStep,
    visit: &Appointment,
    clock: Clock,
) -> Result<AppointmentStatus, Refusal> {
    let waits = match (step, clock) {
        (AppointmentStep::MarkNoShow, Clock::Server(now)) => now < visit.starts_at,
        _ => false,
    };
    next(step, visit.status, &visit.status_path)
        .filter(|_| !waits)
        .ok_or_else(|| illegal(visit, clock))
}

/// The refusal of what the visit's status does not allow.
pub(super) fn illegal(visit: &Appointment, clock: Clock) -> Refusal {
    Refusal {
        steps: legal_steps(visit, clock.now()),
        ..Refusal::because(Reason::IllegalStatus)
    }
}

/// The visit one step on.
pub(super) fn stepped(visit: &Appointment, status: AppointmentStatus) -> Appointment {
    let mut stepped = visit.clone();
    stepped.status_path.push(visit.status);
    stepped.status = status;
    stepped
}

/// A visit that stays in its place, or gives it up when its status occupies nothing.
pub(super) fn left_in_place(visit: Appointment) -> Decided {
    let reseated = if visit.status.occupies() {
        Vec::new()
    } else {
        vec![visit.appointment_id]
    };
    Decided {
        rows: vec![Row::Appointment(visit)],
        reseated,
        ..Decided::default()
    }
}

/// The status that a step leads to, if it is legal.
fn next(
    step: AppointmentStep,
    status: AppointmentStatus,
    path: &[AppointmentStatus],
) -> Option<AppointmentStatus> {
    use AppointmentStatus as Is;
    match (step, status) {
        // What has to be approved anew is afterwards what it was.
        (AppointmentStep::Approve, Is::Pending) => Some(path.last().copied().unwrap_or(Is::Booked)),
        (AppointmentStep::Reject, Is::Pending)
        | (AppointmentStep::Cancel, Is::Pending | Is::Booked | Is::Arrived) => Some(Is::Cancelled),
        (AppointmentStep::Arrive, Is::Booked) => Some(Is::Arrived),
        (AppointmentStep::CheckIn, Is::Arrived) => Some(Is::CheckedIn),
        (AppointmentStep::Complete, Is::CheckedIn) => Some(Is::Fulfilled),
        (AppointmentStep::MarkNoShow, Is::Booked) => Some(Is::NoShow),
        // No step led here: a booking did, or an edit.
        (AppointmentStep::Undo, Is::Pending) => None,
        (AppointmentStep::Undo, _) => path.last().copied(),
        (
            AppointmentStep::Approve
            | AppointmentStep::Reject
            | AppointmentStep::Arrive
            | AppointmentStep::CheckIn
            | AppointmentStep::Complete
            | AppointmentStep::MarkNoShow
            | AppointmentStep::Cancel,
            _,
        ) => None,
    }
}

/// True when a visit can have come through `path` to this status, step by step.
#[must_use]
pub fn leads_to(path: &[AppointmentStatus], status: AppointmentStatus) -> bool {
    let steps = path.iter().zip(path.iter().skip(1).chain([&status]));
    let mut steps = steps.map(|(from, to)| (*from, *to));
    steps.all(|(from, to)| STEPS.iter().any(|step| next(*step, from, &[]) == Some(to)))
}

/// True when the visit's last step was this one: asked twice, done once.
fn is_done(step: AppointmentStep, visit: &Appointment) -> bool {
    let Some((from, before)) = visit.status_path.split_last() else {
        return false;
    };
    step != AppointmentStep::Undo && next(step, *from, before) == Some(visit.status)
}

/// Back to the status before. A cancelled visit takes its place again, by the rules of a booking but
/// that it may have begun.
fn undo(
    wanted: &Wanted<'_, StepAppointment>,
    visit: &Appointment,
    status: AppointmentStatus,
    facts: &ClinicFacts,
    clock: Clock,
) -> Result<Decided, Refusal> {
    let mut undone = Appointment {
        status,
        cancel_reason: None,
        cancel_note: None,
        ..visit.clone()
    };
    undone.status_path.pop();
    if visit.status.occupies() {
        return Ok(left_in_place(undone));
    }
    let service = check::service_of(visit, facts)?;
    check::practitioner(visit.practitioner_id, facts)?;
    let overridden = visit.overridden.as_ref();
    let permit = Permit::recorded(overridden, service, wanted.by);
    let settled = Place::of(visit, service).settle(&permit, facts)?;
    undone.overridden = settled.broken.recorded(overridden);
    let mut draft = Draft::of(facts);
    let taken = taken_by(undone, wanted, clock);
    draft.place(taken, settled, service, wanted.by);
    Ok(draft.decided())
}
