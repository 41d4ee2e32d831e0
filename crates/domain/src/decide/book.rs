//! Taking a slot.

use super::draft::Draft;
use super::permit::{self, Permit};
use super::place::{Place, Where};
use super::{Clock, Decided, Wanted, check, rights};
use crate::command::BookAppointment;
use crate::{
    Actor, Appointment, AppointmentStatus, ClinicFacts, Override, Refusal, SeriesId, Service,
};

pub(super) fn book(
    wanted: &Wanted<'_, BookAppointment>,
    facts: &ClinicFacts,
    clock: Clock,
) -> Result<Decided, Refusal> {
    let wish = wanted.command;
    rights::may_book_for(wanted.by, wish.practitioner_id)?;
    let service = named(wish, facts)?;
    let during = check::time(
        wish.starts_at,
        wish.ends_at,
        service.duration_minutes.into(),
    )?;
    let notes = check::text(wish.notes.as_deref(), check::LONGEST_TEXT, "notes")?;
    let overriding = permit::checked(wish.overriding.as_ref())?;
    if let Some(visit) = facts.appointments.get(&wish.appointment_id) {
        if !is_same(wish, notes.as_ref(), visit) {
            return Err(check::invalid("appointment_id"));
        }
        return Ok(Decided::default());
    }
    let place = Place {
        appointment_id: wish.appointment_id,
        practitioner_id: wish.practitioner_id,
        patient_id: wish.patient_id,
        location: Where::asked(wish.location_id),
        service,
        during,
        buffers: (service.buffer_before_minutes, service.buffer_after_minutes),
    };
    let mut draft = Draft::of(facts);
    let booking = Booking {
        place,
        notes,
        overriding: overriding.as_ref(),
        series_id: None,
    };
    booking.take(wanted.by, clock, &mut draft)?;
    Ok(draft.decided())
}

/// A visit that is to be booked, its command checked.
pub(super) struct Booking<'a> {
    pub(super) place: Place<'a>,
    pub(super) notes: Option<String>,
    pub(super) overriding: Option<&'a Override>,
    pub(super) series_id: Option<SeriesId>,
}

impl Booking<'_> {
    /// Takes the place, if it can be had.
    pub(super) fn take(
        self,
        by: &Actor,
        clock: Clock,
        draft: &mut Draft<'_>,
    ) -> Result<(), Refusal> {
        let service = self.place.service;
        clock.refuse_past(self.place.during.starts_at)?;
        let permit = Permit::given(self.overriding, service, by);
        let settled = self.place.settle(&permit, draft.facts())?;
        let visit = Appointment {
            location_id: settled.location_id,
            overridden: settled.broken.recorded(self.overriding),
            ..self.visit(by, clock, draft.facts())
        };
        draft.place(visit, settled, service, by);
        Ok(())
    }

    fn visit(self, by: &Actor, clock: Clock, facts: &ClinicFacts) -> Appointment {
        let place = self.place;
        Appointment {
            appointment_id: place.appointment_id,
            practitioner_id: place.practitioner_id,
            patient_id: place.patient_id,
            service_id: place.service.service_id,
            location_id: None,
            starts_at: place.during.starts_at,
            ends_at: place.during.ends_at,
            status: if place.service.needs_approval {
                AppointmentStatus::Pending
            } else {
                AppointmentStatus::Booked
            },
            wall_start: facts.zone.wall(place.during.starts_at),
            notes: self.notes,
            buffer_before_minutes: place.buffers.0,
            buffer_after_minutes: place.buffers.1,
            cancel_reason: None,
            cancel_note: None,
            status_path: Vec::new(),
            series_id: self.series_id,
            overridden: None,
            taken_by: by.user_id,
            taken_by_name: by.name.clone(),
            taken_at: clock.now(),
            version: 0,
        }
    }
}

/// The service, once everything that the command names is known and can be booked.
fn named<'a>(wish: &BookAppointment, facts: &'a ClinicFacts) -> Result<&'a Service, Refusal> {
    let practitioner = check::practitioner(wish.practitioner_id, facts)?;
    let service = check::service(wish.service_id, facts)?;
    if !practitioner.service_ids.contains(&wish.service_id) {
        return Err(check::invalid("service_id"));
    }
    check::patient(wish.patient_id, facts)?;
    check::location(wish.location_id, facts)?;
    Ok(service)
}

/// The same id is the same booking: a retry is applied without a change, whatever the clinic has
/// filled in (end, location) and whatever became of the visit's status since.
pub(super) fn is_same(wish: &BookAppointment, notes: Option<&String>, visit: &Appointment) -> bool {
    wish.practitioner_id == visit.practitioner_id
        && wish.patient_id == visit.patient_id
        && wish.service_id == visit.service_id
        && wish.starts_at == visit.starts_at
        && wish.ends_at.is_none_or(|at| at == visit.ends_at)
        && wish
            .location_id
            .is_none_or(|id| visit.location_id == Some(id))
        && notes == visit.notes.as_ref()
}
