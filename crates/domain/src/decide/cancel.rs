//! Giving a visit up.

use super::{Decided, Wanted, check};
use crate::command::CancelAppointment;
use crate::{Appointment, AppointmentStatus, ClinicFacts, Reason, Refusal, Row};

pub(super) fn cancel(
    wanted: &Wanted<'_, CancelAppointment>,
    facts: &ClinicFacts,
) -> Result<Decided, Refusal> {
    let wish = wanted.command;
    let visit = facts
        .appointments
        .get(&wish.appointment_id)
        .ok_or_else(|| Refusal::of_field(Reason::UnknownId, "appointment_id"))?;
    check::may_book_for(wanted.by, visit.practitioner_id)?;
    let note = check::text(wish.note.as_deref(), check::LONGEST_TEXT, "note")?;
    match visit.status {
        AppointmentStatus::Cancelled => return Ok(Decided::default()),
        AppointmentStatus::Pending | AppointmentStatus::Booked | AppointmentStatus::Arrived => {}
        AppointmentStatus::CheckedIn | AppointmentStatus::Fulfilled | AppointmentStatus::NoShow => {
            return Err(Refusal::because(Reason::IllegalStatus));
        }
    }
    check::version(wanted.base_version, visit.version)?;
    let cancelled = Appointment {
        status: AppointmentStatus::Cancelled,
        cancel_reason: Some(wish.reason),
        cancel_note: note,
        ..visit.clone()
    };
    Ok(Decided {
        reseated: vec![cancelled.appointment_id],
        rows: vec![Row::Appointment(cancelled)],
        occupancy: Vec::new(),
        released: Vec::new(),
    })
}
