//! Facts for the bookings of a group, read together before the first of them is decided. Those of one
//! are good for it as long as nothing was written that its own search would have found otherwise;
//! where that is not certain, it searches by itself.

use frontdesk_domain::decide::{self, Decided, Occupancy};
use frontdesk_domain::{ClinicFacts, Command, Needs, Row};
use frontdesk_protocol::parse_command;
use uuid::Uuid;

use super::execute::Batch;
use super::{load, request};

/// See the module.
#[derive(Default)]
pub(crate) struct Ahead {
    /// What is enough for one booking each.
    enough_for: Vec<Needs>,
    /// True while it stands in the clinic's facts.
    is_lent: bool,
    read: load::Rows,
}

impl Ahead {
    /// What was read for these stands in the facts now.
    pub(super) fn lent_for(enough_for: Vec<Needs>) -> Self {
        Self {
            enough_for,
            is_lent: true,
            read: load::Rows::default(),
        }
    }

    /// Makes room in the facts for those of one command.
    pub(super) fn take_back(&mut self, facts: &mut ClinicFacts) {
        if std::mem::take(&mut self.is_lent) {
            self.read.exchange(facts);
        }
        load::forget(facts);
    }

    /// The facts for this command, if they are known already. They are for one decision.
    pub(super) fn lend(&mut self, command: &Command, facts: &mut ClinicFacts) -> bool {
        if self.enough_for.is_empty() || !matches!(command, Command::BookAppointment(_)) {
            return false;
        }
        let needs = needs(command, facts);
        let Some(known) = self.enough_for.iter().position(|known| *known == needs) else {
            return false;
        };
        self.enough_for.swap_remove(known);
        self.read.exchange(facts);
        self.is_lent = true;
        true
    }

    /// This is about to be written: whoever might have found it searches again.
    pub(super) fn note(&mut self, decided: &Decided, facts: &ClinicFacts) {
        if self.enough_for.is_empty() {
            return;
        }
        let rows = decided.rows.iter().map(Row::id);
        let ids: Vec<Uuid> = rows.chain(decided.reseated.iter().map(|id| id.0)).collect();
        let was_read = |id: &Uuid| {
            let lent = self.is_lent && load::knows(facts, *id);
            lent || self.read.has(*id)
        };
        if ids.iter().any(was_read) {
            self.enough_for.clear();
        }
        self.enough_for.retain(|needs| {
            let named = needs.appointments.iter().map(|id| id.0);
            let mut named = named.chain(needs.patients.iter().map(|id| id.0));
            let meets = |seat: &Occupancy| is_sought(seat, needs, facts);
            !named.any(|id| ids.contains(&id)) && !decided.occupancy.iter().any(meets)
        });
    }
}

/// As the search for what stands in the way finds it.
fn is_sought(seat: &Occupancy, needs: &Needs, facts: &ClinicFacts) -> bool {
    let is_room = || {
        let mut rooms = facts.locations.keys();
        rooms.any(|room| seat.resource_id == (*room).into())
    };
    needs.places.iter().any(|place| {
        let patient = place.patient_id.map(Into::into);
        place.during.overlaps(&seat.during)
            && (seat.resource_id == place.practitioner_id.into()
                || Some(seat.resource_id) == patient
                || is_room())
    })
}

/// What the bookings among these commands need, as far as directories say.
pub(super) fn needs_of(batches: &[&Batch], facts: &ClinicFacts) -> Vec<Needs> {
    let commands = batches.iter().flat_map(|batch| &batch.commands);
    let bookings = commands.filter(|envelope| envelope.kind == "book_appointment");
    let commands = bookings.filter_map(|one| parse_command(&one.kind, &one.args).ok());
    let possible = commands.filter(|command| request::out_of_range(command).is_none());
    possible.map(|command| needs(&command, facts)).collect()
}

/// A booking's needs are known before any row is.
fn needs(booking: &Command, facts: &ClinicFacts) -> Needs {
    Needs {
        places: decide::needs_given(booking, None, facts).places,
        ..decide::needs(booking)
    }
}
