//! The writes on visits: all of them go the one way of [`Desk::submit`].

use frontdesk_domain::{AppointmentId, Command};

use super::Desk;
use super::placed::{booked_slot, moved, placed, waiting_booking, waiting_move};
use super::submit::Submitted;
use crate::cache::{self, OutboxSlot};
use crate::error::DeskError;
use crate::read::Look;
use crate::read::wall::hh_mm;
use crate::view::{
    BookAppointment, EditCancel, EditReschedule, EditStep, EditUpdate, SeriesBooked, SeriesBooking,
    VisitCancelled, VisitPlaced, VisitStepped, Written,
};

impl Desk {
    /// Take a slot for a patient.
    ///
    /// # Errors
    /// `refused` with what took the slot and what is free, `forbidden`, `offline` (nothing was
    /// booked), `signed_out`.
    pub async fn book_appointment(
        &self,
        command: BookAppointment,
    ) -> Result<Written<VisitPlaced>, DeskError> {
        let asked = command.clone();
        let slot = self.look(move |look| Ok(booked_slot(look, &asked))).await?;
        let wish = Command::BookAppointment(command.clone());
        let submitted = self.submit(wish, None, Some(slot)).await?;
        self.let_go(command.appointment_id);
        self.look(move |look| {
            let id = command.appointment_id;
            let waiting = || waiting_booking(look, &command, slot);
            placed(look, id, &submitted, waiting)
        })
        .await
    }

    /// Move a visit.
    ///
    /// # Errors
    /// As [`Self::book_appointment`]; `stale_version` with the fields that somebody else changed.
    pub async fn reschedule_appointment(
        &self,
        edit: EditReschedule,
    ) -> Result<Written<VisitPlaced>, DeskError> {
        let EditReschedule {
            base_version,
            command,
        } = edit;
        let had = self.slot_of(command.appointment_id).await?;
        let slot = had.map(|had| OutboxSlot {
            practitioner_id: command.practitioner_id.unwrap_or(had.practitioner_id),
            during: moved(had.during, &command),
        });
        let id = command.appointment_id;
        let wish = Command::RescheduleAppointment(command);
        let submitted = self.submit(wish, base_version, slot).await?;
        self.look(move |look| placed(look, id, &submitted, || waiting_move(look, id, slot)))
            .await
    }

    /// Change what a visit is about, not where it is.
    ///
    /// # Errors
    /// As [`Self::reschedule_appointment`].
    pub async fn update_appointment(
        &self,
        edit: EditUpdate,
    ) -> Result<Written<VisitPlaced>, DeskError> {
        let id = edit.command.appointment_id;
        let slot = self.slot_of(id).await?;
        let wish = Command::UpdateAppointment(edit.command);
        let submitted = self.submit(wish, edit.base_version, slot).await?;
        self.look(move |look| placed(look, id, &submitted, || waiting_move(look, id, slot)))
            .await
    }

    /// Give a visit up.
    ///
    /// # Errors
    /// As [`Self::reschedule_appointment`].
    pub async fn cancel_appointment(
        &self,
        edit: EditCancel,
    ) -> Result<Written<VisitCancelled>, DeskError> {
        let id = edit.command.appointment_id;
        let slot = self.slot_of(id).await?;
        let wish = Command::CancelAppointment(edit.command);
        let submitted = self.submit(wish, edit.base_version, slot).await?;
        self.look(move |look| cancelled(look, id, &submitted)).await
    }

    /// Take several slots for a patient, all or none.
    ///
    /// # Errors
    /// As [`Self::book_appointment`], with every date's fate; `invalid` without a patient or a date.
    pub async fn book_series(
        &self,
        request: SeriesBooking,
    ) -> Result<Written<SeriesBooked>, DeskError> {
        let (command, slot) = self.look(move |look| look.series_command(&request)).await?;
        let asked = command.clone();
        let wish = Command::BookSeries(command);
        let submitted = self.submit(wish, None, Some(slot)).await?;
        self.look(move |look| {
            let value = look.series_booked(&asked, submitted.progress)?;
            Ok(Written {
                value,
                generation: submitted.generation,
            })
        })
        .await
    }

    async fn step(
        &self,
        id: AppointmentId,
        command: Command,
        base_version: Option<u64>,
    ) -> Result<Written<VisitStepped>, DeskError> {
        let slot = self.slot_of(id).await?;
        let submitted = self.submit(command, base_version, slot).await?;
        self.look(move |look| stepped(look, id, &submitted)).await
    }
}

macro_rules! steps {
    ($($(#[doc = $doc:literal])* $method:ident: $command:ident,)*) => {
        impl Desk {$(
            $(#[doc = $doc])*
            ///
            /// # Errors
            /// As [`Self::reschedule_appointment`]; `illegal_status` with the steps that are legal.
            pub async fn $method(
                &self,
                edit: EditStep,
            ) -> Result<Written<VisitStepped>, DeskError> {
                let id = edit.command.appointment_id;
                self.step(id, Command::$command(edit.command), edit.base_version).await
            }
        )*}
    };
}

steps! {
    /// Agree to a visit that waits for approval.
    approve_appointment: ApproveAppointment,
    /// Decline a visit that waits for approval.
    reject_appointment: RejectAppointment,
    /// The patient is here.
    arrive_appointment: ArriveAppointment,
    /// The patient is in the room.
    check_in_appointment: CheckInAppointment,
    /// The visit is done.
    complete_appointment: CompleteAppointment,
    /// The patient did not come.
    mark_appointment_no_show: MarkAppointmentNoShow,
    /// Take the last status step back.
    undo_status: UndoStatus,
}

/// The visit as the calendar shows it: while the answer is not here, as it stood.
fn stepped(
    look: &Look<'_>,
    id: AppointmentId,
    submitted: &Submitted,
) -> Result<Written<VisitStepped>, DeskError> {
    let visit = cache::visit(look.tx, id)?.ok_or(DeskError::NotFound("appointment"))?;
    let zone = &look.directory.facts.zone;
    let value = VisitStepped {
        appointment_id: id,
        progress: submitted.progress,
        status: visit.status,
        patient_name: look.patient_name(&visit)?,
        practitioner_name: look.practitioner_name(visit.practitioner_id),
        date: zone.date(visit.starts_at),
        wall_start: hh_mm(zone, visit.starts_at),
    };
    Ok(Written {
        value,
        generation: submitted.generation,
    })
}

fn cancelled(
    look: &Look<'_>,
    id: AppointmentId,
    submitted: &Submitted,
) -> Result<Written<VisitCancelled>, DeskError> {
    let visit = cache::visit(look.tx, id)?.ok_or(DeskError::NotFound("appointment"))?;
    let zone = &look.directory.facts.zone;
    let value = VisitCancelled {
        appointment_id: id,
        progress: submitted.progress,
        date: zone.date(visit.starts_at),
        wall_start: hh_mm(zone, visit.starts_at),
        practitioner_name: look.practitioner_name(visit.practitioner_id),
    };
    Ok(Written {
        value,
        generation: submitted.generation,
    })
}
