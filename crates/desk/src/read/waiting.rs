//! What this desk has booked and nobody has agreed to yet, as the visits that it would be: in the way of
//! others like a visit, shown as what it is.

use chrono::TimeDelta;
use frontdesk_domain::command::{BookAppointment, BookSeries, SeriesVisit};
use frontdesk_domain::{Appointment, AppointmentStatus, PractitionerId, Timestamp, resolve};

use super::Look;
use super::day::Day;
use crate::cache::{self, AskedBooking, AskedFor};
use crate::error::DeskError;
use crate::view::WaitingTile;

impl Look<'_> {
    /// The visits that are asked for and not yet in the replica, by start. Usually none.
    pub(crate) fn waiting_visits(&self) -> Result<Vec<Appointment>, DeskError> {
        let mut visits = Vec::new();
        for asked in cache::asked_bookings(self.tx)? {
            match &asked.wish {
                AskedFor::Visit(book) => visits.extend(self.wish(&asked, book)),
                AskedFor::Series(series) => {
                    let all = series.visits.iter();
                    let wishes = all.filter_map(|visit| self.booking_of(series, visit));
                    visits.extend(wishes.filter_map(|book| self.wish(&asked, &book)));
                }
            }
        }
        let mut waiting = Vec::with_capacity(visits.len());
        for visit in visits {
            if !cache::is_known(self.tx, visit.appointment_id)? {
                waiting.push(visit);
            }
        }
        waiting.sort_by_key(|visit| (visit.starts_at, visit.appointment_id));
        Ok(waiting)
    }

    /// The visit as the server would make it; none when its service has gone meanwhile.
    fn wish(&self, asked: &AskedBooking, book: &BookAppointment) -> Option<Appointment> {
        let facts = &self.directory.facts;
        let service = facts.services.get(&book.service_id)?;
        let length = TimeDelta::minutes(service.duration_minutes.into());
        let ends_at = book.ends_at.or(book.starts_at.checked_add_signed(length))?;
        let mine = asked.by == self.me.user_id;
        Some(Appointment {
            appointment_id: book.appointment_id,
            practitioner_id: book.practitioner_id,
            patient_id: book.patient_id,
            service_id: book.service_id,
            location_id: book.location_id,
            starts_at: book.starts_at,
            ends_at,
            status: if service.needs_approval {
                AppointmentStatus::Pending
            } else {
                AppointmentStatus::Booked
            },
            wall_start: facts.zone.wall(book.starts_at),
            notes: book.notes.clone(),
            buffer_before_minutes: service.buffer_before_minutes,
            buffer_after_minutes: service.buffer_after_minutes,
            cancel_reason: None,
            cancel_note: None,
            status_path: Vec::new(),
            series_id: None,
            overridden: book.overriding.clone(),
            taken_by: asked.by,
            taken_by_name: if mine {
                self.me.name.clone()
            } else {
                String::new()
            },
            taken_at: asked.asked_at,
            version: 0,
        })
    }

    fn booking_of(&self, series: &BookSeries, visit: &SeriesVisit) -> Option<BookAppointment> {
        let zone = &self.directory.facts.zone;
        let at_wall = || Some(resolve(visit.wall_start?, zone).boundary());
        let starts_at: Timestamp = visit.starts_at.or_else(at_wall)?;
        Some(BookAppointment {
            appointment_id: visit.appointment_id,
            patient_id: series.patient_id,
            practitioner_id: visit.practitioner_id,
            service_id: series.service_id,
            location_id: visit.location_id,
            starts_at,
            ends_at: visit.ends_at,
            notes: series.notes.clone(),
            overriding: series.overriding.clone(),
        })
    }
}

impl Day<'_> {
    /// What waits for its answer in this column, by start.
    pub(super) fn waiting(
        &self,
        practitioner_id: PractitionerId,
    ) -> Result<Vec<WaitingTile>, DeskError> {
        let here = |visit: &&Appointment| {
            visit.practitioner_id == practitioner_id && visit.during().overlaps(&self.scale.during)
        };
        let visits = self.waiting.iter().filter(here);
        visits.map(|visit| self.waiting_tile(visit)).collect()
    }

    fn waiting_tile(&self, visit: &Appointment) -> Result<WaitingTile, DeskError> {
        let (from, until) = self.scale.offsets(visit.during().into());
        Ok(WaitingTile {
            appointment_id: visit.appointment_id,
            from,
            until,
            wall_start: self.scale.label(from),
            wall_end: self.scale.label(until),
            patient_name: self.look.patient_name(visit)?,
            service_name: self.look.service_name(visit.service_id),
        })
    }
}
