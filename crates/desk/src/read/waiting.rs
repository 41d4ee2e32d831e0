//! What this desk has booked or moved and nobody has agreed to yet, as the visits that it would be: in
//! the way of others like a visit, shown as what it is. A visit that is to move keeps its old place too.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use frontdesk_domain::command::{BookAppointment, BookSeries, RescheduleAppointment, SeriesVisit};
use frontdesk_domain::{
    Appointment, AppointmentId, AppointmentStatus, Command, Interval, PractitionerId, Timestamp,
    decide, resolve,
};
use uuid::Uuid;

use super::Look;
use super::day::Day;
use crate::cache::{self, AskedFor, AskedPlace};
use crate::error::DeskError;
use crate::view::WaitingTile;

/// A place that is asked for.
pub(crate) struct WaitingVisit {
    /// As it would be; its id is nobody's where it is the new place of a visit that has one.
    pub(crate) visit: Appointment,
    /// The visit that it will be, or is.
    pub(crate) of: AppointmentId,
}

impl WaitingVisit {
    /// The new place of a visit that stands elsewhere until then.
    fn is_move(&self) -> bool {
        self.of != self.visit.appointment_id
    }
}

/// What the new place of a visit is called beside the visit itself: never what another one is.
fn new_place_of(id: AppointmentId) -> AppointmentId {
    AppointmentId(Uuid::from_u128(!id.0.as_u128()))
}

impl Look<'_> {
    /// What is asked for and not yet in the replica, by start; of several wishes for a visit the last.
    /// Usually none.
    pub(crate) fn waiting_visits(&self) -> Result<Vec<WaitingVisit>, DeskError> {
        let mut places = BTreeMap::new();
        for asked in cache::asked_places(self.tx)? {
            if let AskedFor::Move(to) = &asked.wish {
                places.remove(&new_place_of(to.appointment_id));
            }
            let visits = self.asked_for(&asked)?;
            places.extend(
                visits
                    .into_iter()
                    .map(|each| (each.visit.appointment_id, each)),
            );
        }
        let mut waiting: Vec<WaitingVisit> = places.into_values().collect();
        waiting.sort_by_key(|each| (each.visit.starts_at, each.visit.appointment_id));
        Ok(waiting)
    }

    fn asked_for(&self, asked: &AskedPlace) -> Result<Vec<WaitingVisit>, DeskError> {
        let wishes: Vec<Appointment> = match &asked.wish {
            AskedFor::Move(to) => return self.moves(asked, to),
            AskedFor::Visit(book) => self.wish(asked, book).into_iter().collect(),
            AskedFor::Series(series) => {
                let all = series.visits.iter();
                let books = all.filter_map(|visit| self.booking_of(series, visit));
                books.filter_map(|book| self.wish(asked, &book)).collect()
            }
        };
        let mut new = Vec::with_capacity(wishes.len());
        for visit in wishes {
            if !cache::is_known(self.tx, visit.appointment_id)? {
                let of = visit.appointment_id;
                new.push(WaitingVisit { visit, of });
            }
        }
        Ok(new)
    }

    fn moves(
        &self,
        asked: &AskedPlace,
        to: &RescheduleAppointment,
    ) -> Result<Vec<WaitingVisit>, DeskError> {
        let needs = decide::needs(&Command::RescheduleAppointment(to.clone()));
        let mut facts = self.directory.facts.clone();
        self.know(&mut facts, &self.named(&needs)?, &[])?;
        let places = decide::wished_moves(to, &facts, self.now).into_iter();
        let waiting = places.map(|visit| WaitingVisit {
            of: visit.appointment_id,
            visit: Appointment {
                appointment_id: new_place_of(visit.appointment_id),
                taken_by: asked.by,
                taken_by_name: self.name_of(asked),
                taken_at: asked.asked_at,
                ..visit
            },
        });
        Ok(waiting.collect())
    }

    /// The visit as the server would make it; none when its service has gone meanwhile.
    fn wish(&self, asked: &AskedPlace, book: &BookAppointment) -> Option<Appointment> {
        let facts = &self.directory.facts;
        let service = facts.services.get(&book.service_id)?;
        let length = TimeDelta::minutes(service.duration_minutes.into());
        let ends_at = book.ends_at.or(book.starts_at.checked_add_signed(length))?;
        let during = Interval::new(book.starts_at, ends_at);
        let usual = || decide::usual_location(book.practitioner_id, book.service_id, during, facts);
        Some(Appointment {
            appointment_id: book.appointment_id,
            practitioner_id: book.practitioner_id,
            patient_id: book.patient_id,
            service_id: book.service_id,
            location_id: book.location_id.or_else(usual),
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
            taken_by_name: self.name_of(asked),
            taken_at: asked.asked_at,
            version: 0,
        })
    }

    /// Who else has asked on this desk is nobody's here to know.
    fn name_of(&self, asked: &AskedPlace) -> String {
        if asked.by == self.me.user_id {
            self.me.name.clone()
        } else {
            String::new()
        }
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
        let here = |WaitingVisit { visit, .. }: &&WaitingVisit| {
            visit.practitioner_id == practitioner_id && visit.during().overlaps(&self.scale.during)
        };
        let waiting = self.waiting.iter().filter(here);
        waiting.map(|each| self.waiting_tile(each)).collect()
    }

    /// True when a visit is to go elsewhere.
    pub(super) fn is_leaving(&self, id: AppointmentId) -> bool {
        let mut waiting = self.waiting.iter();
        waiting.any(|each| each.is_move() && each.of == id)
    }

    fn waiting_tile(&self, each: &WaitingVisit) -> Result<WaitingTile, DeskError> {
        let visit = &each.visit;
        let (from, until) = self.scale.offsets(visit.during().into());
        Ok(WaitingTile {
            appointment_id: visit.appointment_id,
            moves: each.is_move().then_some(each.of),
            from,
            until,
            wall_start: self.scale.label(from),
            wall_end: self.scale.label(until),
            patient_name: self.look.patient_name(visit)?,
            service_name: self.look.service_name(visit.service_id),
        })
    }
}
