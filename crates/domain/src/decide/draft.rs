//! Visits on their way into the calendar: each sees those that were placed before it.

use std::borrow::Cow;

use super::place::Settled;
use super::seats::{self, Moves};
use super::{Decided, Wanted};
use crate::{Actor, Appointment, AppointmentId, ClinicFacts, HoldId, ResourceNeed, Row, Service};

/// What a decision has come to so far.
pub(super) struct Draft<'a> {
    facts: Cow<'a, ClinicFacts>,
    /// Changed, in the order of the command.
    visits: Vec<Appointment>,
    /// Those of them that take seats anew.
    seated: Vec<AppointmentId>,
    moves: Moves,
    unseen: Vec<ResourceNeed>,
    released: Vec<HoldId>,
}

impl<'a> Draft<'a> {
    pub(super) fn of(facts: &'a ClinicFacts) -> Self {
        Self::on(Cow::Borrowed(facts))
    }

    /// For visits that are placed together: none is in the way of another where it was before.
    pub(super) fn without(facts: &ClinicFacts, leaving: &[&Appointment]) -> Self {
        let mut facts = facts.clone();
        for visit in leaving {
            facts.appointments.remove(&visit.appointment_id);
        }
        let stays = |id: &AppointmentId| facts.appointments.contains_key(id);
        facts.seats.retain(|(id, _), _| stays(id));
        Self::on(Cow::Owned(facts))
    }

    fn on(facts: Cow<'a, ClinicFacts>) -> Self {
        Self {
            facts,
            visits: Vec::new(),
            seated: Vec::new(),
            moves: Moves::new(),
            unseen: Vec::new(),
            released: Vec::new(),
        }
    }

    /// The calendar with what was placed so far.
    pub(super) fn facts(&self) -> &ClinicFacts {
        &self.facts
    }

    /// Seats a visit in the place that was settled for it.
    pub(super) fn place(
        &mut self,
        visit: Appointment,
        settled: Settled,
        service: &Service,
        by: &Actor,
    ) {
        let Settled {
            broken, released, ..
        } = settled;
        let unseen = seats::take(&visit, &broken, service, &self.facts, &mut self.moves);
        self.unseen.extend(unseen);
        let own = self.facts.holds.iter().filter(|hold| {
            hold.device_id == by.device_id
                && hold.practitioner_id == visit.practitioner_id
                && hold.during().overlaps(&visit.during())
        });
        let fulfilled: Vec<_> = own.map(|hold| hold.hold_id).collect();
        for hold_id in fulfilled.into_iter().chain(released) {
            if !self.released.contains(&hold_id) {
                self.released.push(hold_id);
            }
        }
        if let Cow::Owned(facts) = &mut self.facts {
            facts.seats.extend(&self.moves);
        }
        self.seated.push(visit.appointment_id);
        self.keep(visit);
    }

    /// A visit whose patient, who is free, is another one; its other seats stay.
    pub(super) fn swap_patient(&mut self, visit: Appointment) {
        let seat = (visit.appointment_id, visit.patient_id.into());
        self.moves.insert(seat, 1);
        self.seated.push(visit.appointment_id);
        self.keep(visit);
    }

    /// A visit that stays where it is.
    pub(super) fn keep(&mut self, visit: Appointment) {
        if let Cow::Owned(facts) = &mut self.facts {
            let row = visit.clone();
            facts.appointments.insert(row.appointment_id, row);
        }
        self.visits.push(visit);
    }

    /// Everything in one decision.
    pub(super) fn decided(self) -> Decided {
        let Self {
            facts,
            visits,
            seated: mut reseated,
            moves,
            unseen,
            released,
        } = self;
        let mut occupancy: Vec<_> = visits
            .iter()
            .filter(|visit| reseated.contains(&visit.appointment_id))
            .flat_map(|visit| seats::rows(visit, &moves, &facts))
            .collect();
        for (id, _) in moves.keys() {
            if !reseated.contains(id)
                && let Some(other) = facts.appointments.get(id)
            {
                reseated.push(*id);
                occupancy.extend(seats::rows(other, &moves, &facts));
            }
        }
        Decided {
            rows: visits.into_iter().map(Row::Appointment).collect(),
            reseated,
            occupancy,
            released,
            unseen,
        }
    }
}

/// The visit as taken now by who asks.
pub(super) fn taken_by<C>(
    visit: Appointment,
    wanted: &Wanted<'_, C>,
    clock: super::Clock,
) -> Appointment {
    Appointment {
        taken_by: wanted.by.user_id,
        taken_by_name: wanted.by.name.clone(),
        taken_at: clock.now(),
        ..visit
    }
}
