//! Between the lock and the write: who asks, what depends on what, the facts, and `domain`.

use std::collections::hash_map::Entry;

use frontdesk_domain::alternatives::SlotWish;
use frontdesk_domain::decide::{self, Decided, OVERFLOW, Occupancy, Wanted};
use frontdesk_domain::{Actor, ClinicFacts, Command, Reason, Refusal, Service, UserId};
use frontdesk_protocol::{Envelope, Outcome, OutcomeKind, parse_command};

use super::alternatives::{Asking, WINDOWS};
use super::column::Json;
use super::execute::{Batch, Engine};
use super::sql::{Db, params};
use super::user::Trace;
use super::{StoreError, load, user};

/// How many other slots a date of a series gets.
const OF_A_FATE: usize = 3;

impl Engine<'_> {
    pub(super) fn decide(
        &mut self,
        batch: &Batch,
        envelope: &Envelope,
    ) -> Result<Result<(UserId, Decided), Refusal>, StoreError> {
        let command = match parse_command(&envelope.kind, &envelope.args) {
            Ok(command) => command,
            Err(field) => return Ok(Err(Refusal::of_field(Reason::Invalid, &field))),
        };
        if let Some(refusal) = missing_dependency(self.db, batch, envelope)? {
            return Ok(Err(refusal));
        }
        if let Some(refusal) = super::request::out_of_range(&command) {
            return Ok(Err(refusal));
        }
        let asked = envelope.user_id.unwrap_or(batch.user);
        match self.trace(batch, asked)? {
            Some(Trace::OnThisDesk) => {}
            Some(Trace::UnderThisId) => {
                let as_sender = self.decide_as(batch.user, batch, envelope, &command)?;
                if let Err(refusal) = as_sender {
                    return Ok(Err(refusal));
                }
            }
            None => return Ok(Err(Refusal::of_field(Reason::Forbidden, "user_id"))),
        }
        self.decide_as(asked, batch, envelope, &command)
    }

    /// Whether the session may speak for who asks. Unless both of them have shown the desk's secret,
    /// both have to be allowed what is asked: ids of desks are known to every desk.
    fn trace(&self, batch: &Batch, asked: UserId) -> Result<Option<Trace>, StoreError> {
        if asked == batch.user {
            return Ok(Some(Trace::OnThisDesk));
        }
        let known = &self.caches.known.sessions;
        let own = batch.session.and_then(|token| known.get(&token)?.as_ref());
        let proven = own.is_some_and(|session| session.proven);
        let trace = user::trace(self.db, batch.clinic, batch.device, asked)?;
        Ok(trace.map(|trace| if proven { trace } else { Trace::UnderThisId }))
    }

    fn decide_as(
        &mut self,
        user: UserId,
        batch: &Batch,
        envelope: &Envelope,
        command: &Command,
    ) -> Result<Result<(UserId, Decided), Refusal>, StoreError> {
        let Some(actor) = self.actor(batch, user)? else {
            return Ok(Err(Refusal::of_field(Reason::Forbidden, "user_id")));
        };
        let (head, epoch) = (self.head(batch.clinic)?.seq, self.head(batch.clinic)?.epoch);
        let of_before = envelope.base_epoch.is_some_and(|seen| seen != epoch);
        let wanted = Wanted {
            command,
            by: &actor,
            // What was seen before the clinic was set back to an older day is as good as not seen.
            base_version: envelope
                .base_version
                .map(|seen| if of_before || seen > head { 0 } else { seen }),
        };
        let decided = self.decide_for(batch, &wanted)?;
        Ok(decided.map(|decided| (user, decided)))
    }

    /// This user at this desk, if they may still work here. Asked once in a transaction.
    fn actor(&mut self, batch: &Batch, user: UserId) -> Result<Option<Actor>, StoreError> {
        let (clinic, device) = (batch.clinic, batch.device);
        let known = match self.caches.known.users.entry((clinic, user)) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => unknown.insert(user::active(self.db, clinic, device, user)?),
        };
        Ok(known.clone().map(|actor| Actor {
            device_id: device,
            ..actor
        }))
    }

    fn decide_for(
        &mut self,
        batch: &Batch,
        wanted: &Wanted<'_, Command>,
    ) -> Result<Result<Decided, Refusal>, StoreError> {
        let (db, clinic, now) = (self.db, batch.clinic, self.now);
        let head = self.head(clinic)?.clone();
        let cached = self.caches.at(db, clinic, &head)?;
        let (command, base) = (wanted.command, wanted.base_version);
        load::load(db, clinic, command, base, cached)?;
        let mut refusal = loop {
            match decide::decide(wanted, &cached.facts, now) {
                Ok(decided) if decided.unseen.is_empty() => {
                    tell_above(&decided, &cached.facts);
                    return Ok(Ok(decided));
                }
                Ok(decided) => load::look_at(db, clinic, decided.unseen, &mut cached.facts)?,
                Err(refusal) => break refusal,
            }
        };
        let asking = Asking {
            clinic,
            device: batch.device,
            facts: &cached.facts,
            now,
        };
        let alternatives = &mut cached.alternatives;
        if refusal.reason.another_slot_helps()
            && let Some(wish) = SlotWish::behind(command, &cached.facts)
        {
            refusal.alternatives = alternatives.near(db, &wish, asking)?;
        }
        // For the first few dates of a series; the desk finds more in its own cache.
        let mut fates = refusal.fates.iter_mut();
        let mut helped = 0;
        while helped < WINDOWS
            && let Some(fate) = fates.next()
        {
            if let Some(wish) = SlotWish::of_fate(command, fate, &cached.facts) {
                fate.alternatives = alternatives.near(db, &wish, asking)?;
                fate.alternatives.truncate(OF_A_FATE);
                helped += 1;
            }
        }
        Ok(Err(refusal))
    }
}

/// Where no constraint counts (ADR 21). Only a decision that had to look farther can come to that.
fn tell_above(decided: &Decided, facts: &ClinicFacts) {
    if facts.seen.is_empty() {
        return;
    }
    let seats = decided.occupancy.iter();
    for taken in seats.filter(|taken| is_above(taken, facts)) {
        tracing::warn!(
            visit = %taken.appointment_id,
            resource = %taken.resource_id.0,
            seat = taken.seat,
            "a visit sits above the capacity: those beside it hang together for too long"
        );
    }
}

fn is_above(taken: &Occupancy, facts: &ClinicFacts) -> bool {
    let room = facts.locations.get(&taken.resource_id.0.into());
    let class = taken
        .share_key
        .and_then(|id| facts.services.get(&id.into()));
    let seats = room
        .map(|room| room.capacity)
        .or_else(|| class.and_then(Service::class_capacity));
    (seats.unwrap_or(1) + 1..OVERFLOW).contains(&taken.seat)
}

fn missing_dependency(
    db: &dyn Db,
    batch: &Batch,
    envelope: &Envelope,
) -> Result<Option<Refusal>, StoreError> {
    let Some(no) = envelope.depends_on else {
        return Ok(None);
    };
    let outcome: Option<Json<Outcome>> = db.first(
        "select outcome from command where clinic_id = $1 and device_id = $2 and no = $3",
        &params![batch.clinic.0, batch.device.0, no],
        |row| row.get("outcome"),
    )?;
    Ok(match outcome.map(|json| json.0.outcome) {
        Some(OutcomeKind::Applied) => None,
        Some(OutcomeKind::Rejected) => Some(Refusal::because(Reason::Dependency)),
        None => Some(Refusal::of_field(Reason::Invalid, "depends_on")),
    })
}
