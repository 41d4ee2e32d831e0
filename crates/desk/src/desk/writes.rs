//! The writes of the command table, besides signing in and out.

use std::sync::Arc;

use chrono::TimeDelta;
use frontdesk_domain::command::{
    BookAppointment, CancelAppointment, PutPatient, RescheduleAppointment,
};
use frontdesk_domain::{AppointmentId, AppointmentStatus, Command, Interval, Service};

use super::Desk;
use super::submit::Submitted;
use crate::Topic;
use crate::cache::{self, OutboxSlot, StoredWatch};
use crate::error::DeskError;
use crate::read::Look;
use crate::read::wall::{hh_mm, hh_mm_end};
use crate::view::{
    BookingDraft, CloseBooking, NoArguments, OpenBooking, PatientMatch, Progress, UnwatchSlot,
    VisitCancelled, VisitPlaced, Watch, WatchFor, WatchSlot, Written,
};

/// A visit lasts at most so long, and so does what can be watched.
const LONGEST_HOURS: i64 = 24;

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
    /// As [`Self::book_appointment`].
    pub async fn reschedule_appointment(
        &self,
        command: RescheduleAppointment,
    ) -> Result<Written<VisitPlaced>, DeskError> {
        let had = self.slot_of(command.appointment_id).await?;
        let slot = had.map(|had| OutboxSlot {
            practitioner_id: command.practitioner_id.unwrap_or(had.practitioner_id),
            during: moved(had.during, &command),
        });
        let wish = Command::RescheduleAppointment(command.clone());
        let submitted = self.submit(wish, None, slot).await?;
        self.look(move |look| {
            let id = command.appointment_id;
            let waiting = || waiting_move(look, id, slot);
            placed(look, id, &submitted, waiting)
        })
        .await
    }

    /// Give a visit up.
    ///
    /// # Errors
    /// As [`Self::book_appointment`].
    pub async fn cancel_appointment(
        &self,
        command: CancelAppointment,
    ) -> Result<Written<VisitCancelled>, DeskError> {
        let id = command.appointment_id;
        let slot = self.slot_of(id).await?;
        let submitted = self
            .submit(Command::CancelAppointment(command), None, slot)
            .await?;
        self.look(move |look| {
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
        })
        .await
    }

    /// Create or change a patient.
    ///
    /// # Errors
    /// `refused` for a wrong field, `offline`, `signed_out`; `server_error` when no answer came in
    /// time: trying again with the same id is safe.
    pub async fn put_patient(
        &self,
        command: PutPatient,
    ) -> Result<Written<PatientMatch>, DeskError> {
        let id = command.patient_id;
        let submitted = self
            .submit(Command::PutPatient(command), None, None)
            .await?;
        if submitted.progress == Progress::Waiting {
            return Err(DeskError::NoAnswer);
        }
        self.look(move |look| {
            let patient = cache::patient_of(look.tx, id)?.ok_or(DeskError::NotFound("patient"))?;
            let value = crate::read::patient_match(patient);
            Ok(Written {
                value,
                generation: submitted.generation,
            })
        })
        .await
    }

    /// A booking dialog opens: draws the ids that make every retry the same booking, and watches
    /// the slot.
    ///
    /// # Errors
    /// `signed_out`, or the cache cannot be written.
    pub async fn open_booking(
        &self,
        request: OpenBooking,
    ) -> Result<Written<BookingDraft>, DeskError> {
        let clock = &self.core().clock;
        let appointment_id = request.appointment_id.unwrap_or(AppointmentId(clock.id()));
        let draft = BookingDraft {
            appointment_id,
            new_patient_id: clock.id().into(),
        };
        let watch = StoredWatch {
            watch_id: clock.id(),
            practitioner_id: request.practitioner_id,
            during: watchable(request.starts_at, request.ends_at)?,
            wants: WatchFor::Taken,
            draft: Some(appointment_id),
        };
        self.look(|_| Ok(())).await?;
        let cache = Arc::clone(&self.core().cache);
        self.core()
            .blocking(move || cache.put_watch(&watch))
            .await?;
        Ok(self.written(draft, Topic::Watch))
    }

    /// The dialog closes: the slot is no longer watched for it.
    ///
    /// # Errors
    /// When the cache cannot be written.
    pub async fn close_booking(
        &self,
        request: CloseBooking,
    ) -> Result<Written<NoArguments>, DeskError> {
        let cache = Arc::clone(&self.core().cache);
        self.core()
            .blocking(move || cache.end_dialog(request.appointment_id))
            .await?;
        Ok(self.written(NoArguments {}, Topic::Watch))
    }

    /// Ask to be told when another user takes (or frees) a slot. Asking twice is one watch.
    ///
    /// # Errors
    /// `invalid` for an empty or too long time, `not_found` for the practitioner, `signed_out`.
    pub async fn watch_slot(&self, request: WatchSlot) -> Result<Written<Watch>, DeskError> {
        let wish = StoredWatch {
            watch_id: self.core().clock.id(),
            practitioner_id: request.practitioner_id,
            during: watchable(request.starts_at, request.ends_at)?,
            wants: request.on,
            draft: None,
        };
        let whose = request.practitioner_id;
        self.look(
            move |look| match look.directory.facts.practitioners.get(&whose) {
                Some(_) => Ok(()),
                None => Err(DeskError::NotFound("practitioner")),
            },
        )
        .await?;
        let cache = Arc::clone(&self.core().cache);
        let watch = self.core().blocking(move || {
            if let Some(same) = cache.same_watch(&wish)? {
                return Ok(same);
            }
            cache.put_watch(&wish)?;
            Ok(wish)
        });
        let watch = watch.await?;
        let view = self.look(move |look| look.watch(&watch)).await?;
        Ok(self.written(view, Topic::Watch))
    }

    /// No longer. A watch that is gone already is no error.
    ///
    /// # Errors
    /// When the cache cannot be written.
    pub async fn unwatch_slot(
        &self,
        request: UnwatchSlot,
    ) -> Result<Written<NoArguments>, DeskError> {
        let cache = Arc::clone(&self.core().cache);
        self.core()
            .blocking(move || cache.end_watch(request.watch_id))
            .await?;
        Ok(self.written(NoArguments {}, Topic::Watch))
    }

    /// All notices have been read.
    ///
    /// # Errors
    /// When the cache cannot be written.
    pub async fn mark_notices_seen(
        &self,
        _: NoArguments,
    ) -> Result<Written<NoArguments>, DeskError> {
        let cache = Arc::clone(&self.core().cache);
        self.core().blocking(move || cache.see_notices()).await?;
        Ok(self.written(NoArguments {}, Topic::Notice))
    }

    fn written<T>(&self, value: T, topic: Topic) -> Written<T> {
        Written {
            value,
            generation: self.core().announcer.now([topic]),
        }
    }
}

fn watchable(
    starts_at: frontdesk_domain::Timestamp,
    ends_at: frontdesk_domain::Timestamp,
) -> Result<Interval, DeskError> {
    if ends_at <= starts_at {
        return Err(DeskError::invalid("ends_at", "is not after 'starts_at'"));
    }
    if ends_at - starts_at > TimeDelta::hours(LONGEST_HOURS) {
        return Err(DeskError::invalid(
            "ends_at",
            "is more than 24 hours after 'starts_at'",
        ));
    }
    Ok(Interval::new(starts_at, ends_at))
}

/// The time that a booking asks for, as far as this desk can tell.
fn booked_slot(look: &Look<'_>, command: &BookAppointment) -> OutboxSlot {
    let service: Option<&Service> = look.directory.facts.services.get(&command.service_id);
    let length = service.map_or(0, |service| i64::from(service.duration_minutes));
    let ends_at = command
        .ends_at
        .unwrap_or(command.starts_at + TimeDelta::minutes(length));
    OutboxSlot {
        practitioner_id: command.practitioner_id,
        during: Interval::new(command.starts_at, ends_at),
    }
}

fn moved(had: Interval, command: &RescheduleAppointment) -> Interval {
    let ends_at = command
        .ends_at
        .unwrap_or(command.starts_at + (had.ends_at - had.starts_at));
    Interval::new(command.starts_at, ends_at)
}

/// The visit as the calendar shows it; what was asked for while the answer is not here.
fn placed(
    look: &Look<'_>,
    id: AppointmentId,
    submitted: &Submitted,
    waiting: impl FnOnce() -> Result<VisitPlaced, DeskError>,
) -> Result<Written<VisitPlaced>, DeskError> {
    let value = match submitted.progress {
        Progress::Waiting => waiting()?,
        Progress::Confirmed => {
            let visit = cache::visit(look.tx, id)?.ok_or(DeskError::NotFound("appointment"))?;
            let slot = OutboxSlot {
                practitioner_id: visit.practitioner_id,
                during: visit.during(),
            };
            VisitPlaced {
                progress: Progress::Confirmed,
                status: visit.status,
                patient_name: look.patient_name(&visit)?,
                service_name: look.service_name(visit.service_id),
                ..at_slot(look, id, slot)
            }
        }
    };
    Ok(Written {
        value,
        generation: submitted.generation,
    })
}

fn waiting_booking(
    look: &Look<'_>,
    command: &BookAppointment,
    slot: OutboxSlot,
) -> Result<VisitPlaced, DeskError> {
    let patient = cache::patient_of(look.tx, command.patient_id)?;
    let service = look.directory.facts.services.get(&command.service_id);
    let approval = service.is_some_and(|service| service.needs_approval);
    Ok(VisitPlaced {
        status: if approval {
            AppointmentStatus::Pending
        } else {
            AppointmentStatus::Booked
        },
        patient_name: patient.map(|patient| patient.name).unwrap_or_default(),
        service_name: look.service_name(command.service_id),
        ..at_slot(look, command.appointment_id, slot)
    })
}

fn waiting_move(
    look: &Look<'_>,
    id: AppointmentId,
    slot: Option<OutboxSlot>,
) -> Result<VisitPlaced, DeskError> {
    let visit = cache::visit(look.tx, id)?.ok_or(DeskError::NotFound("appointment"))?;
    let here = OutboxSlot {
        practitioner_id: visit.practitioner_id,
        during: visit.during(),
    };
    Ok(VisitPlaced {
        status: visit.status,
        patient_name: look.patient_name(&visit)?,
        service_name: look.service_name(visit.service_id),
        ..at_slot(look, id, slot.unwrap_or(here))
    })
}

fn at_slot(look: &Look<'_>, id: AppointmentId, slot: OutboxSlot) -> VisitPlaced {
    let zone = &look.directory.facts.zone;
    VisitPlaced {
        appointment_id: id,
        progress: Progress::Waiting,
        status: AppointmentStatus::Booked,
        patient_name: String::new(),
        practitioner_name: look.practitioner_name(slot.practitioner_id),
        service_name: String::new(),
        date: zone.date(slot.during.starts_at),
        wall_start: hh_mm(zone, slot.during.starts_at),
        wall_end: hh_mm_end(zone, slot.during),
    }
}
