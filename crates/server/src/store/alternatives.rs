//! What is free instead. All losers of a race ask for it at the same seq, so the answer is kept
//! for (seq, service, practitioner, start), and the visits it is made from are kept up to date.

use std::collections::HashMap;

use frontdesk_domain::alternatives::{self, SlotWish, near_in};
use frontdesk_domain::availability::Ledger;
use frontdesk_domain::{
    Appointment, AppointmentId, ClinicFacts, ClinicId, DeviceId, Interval, PractitionerId, Row,
    ServiceId, Slot, Timestamp,
};

use super::StoreError;
use super::ledger::ledger;
use super::sql::Db;

/// Two weeks of visits each; a clinic that refuses in more than these weeks at once reads again.
pub(crate) const WINDOWS: usize = 4;

type Key = (PractitionerId, ServiceId, Timestamp, Option<Timestamp>);

/// See the module.
#[derive(Default)]
pub(crate) struct Alternatives {
    windows: Vec<Window>,
}

struct Window {
    span: Interval,
    ledger: Ledger,
    /// With whom each visit of the ledger is.
    whose: HashMap<AppointmentId, PractitionerId>,
    answers: HashMap<Key, Vec<Slot>>,
}

/// Who looks for another slot, and when.
#[derive(Clone, Copy)]
pub(crate) struct Asking<'a> {
    pub(crate) clinic: ClinicId,
    pub(crate) device: DeviceId,
    /// Holds and directories of the clinic.
    pub(crate) facts: &'a ClinicFacts,
    pub(crate) now: Timestamp,
}

impl Alternatives {
    /// At most three slots with the same practitioner, then at most three with others.
    pub(crate) fn near(
        &mut self,
        db: &dyn Db,
        wish: &SlotWish,
        asking: Asking<'_>,
    ) -> Result<Vec<Slot>, StoreError> {
        let span = alternatives::span(wish.starts_at, asking.now);
        let window = self.window(db, span, asking)?;
        let key = (
            wish.practitioner_id,
            wish.service_id,
            wish.starts_at,
            wish.ends_at,
        );
        let personal = window.is_personal(wish, asking);
        if !personal
            && let Some(slots) = window.answers.get(&key)
            && slots.iter().all(|slot| slot.starts_at >= asking.now)
        {
            return Ok(slots.clone());
        }
        // What the asking desk itself keeps is not in its way.
        let others = asking.facts.holds.iter();
        let others = others.filter(|hold| hold.device_id != asking.device);
        let others = others.map(|hold| (hold.practitioner_id, hold.during().into()));
        window.ledger.replace_holds(others);
        let slots = near_in(wish, asking.facts, &window.ledger, asking.now);
        if !personal {
            window.answers.insert(key, slots.clone());
        }
        Ok(slots)
    }

    /// Rows that the running transaction wrote: answers of an older seq are forgotten.
    pub(crate) fn note(&mut self, rows: &[Row]) {
        for window in &mut self.windows {
            window.answers.clear();
            for row in rows {
                if let Row::Appointment(visit) = row {
                    window.note(visit);
                }
            }
        }
    }

    fn window(
        &mut self,
        db: &dyn Db,
        span: Interval,
        asking: Asking<'_>,
    ) -> Result<&mut Window, StoreError> {
        let known = self.windows.iter().position(|w| w.span.contains(&span));
        let index = match known {
            Some(index) => index,
            None => {
                if self.windows.len() >= WINDOWS {
                    self.windows.remove(0);
                }
                self.windows.push(Window::read(db, span, asking)?);
                self.windows.len() - 1
            }
        };
        self.windows
            .get_mut(index)
            .ok_or_else(|| StoreError::Corrupt("a window is missing".to_owned()))
    }
}

impl Window {
    /// A day more on each side, so that wishes of the same week share it.
    fn read(db: &dyn Db, span: Interval, asking: Asking<'_>) -> Result<Self, StoreError> {
        let span = span.widened(24 * 60, 24 * 60);
        let ledger = ledger(db, asking.clinic, span)?;
        let claims = ledger.claims();
        let whose = claims.map(|claim| (claim.appointment_id, claim.practitioner_id));
        Ok(Self {
            span,
            whose: whose.collect(),
            ledger,
            answers: HashMap::new(),
        })
    }

    /// The patient has visits of their own here, a visit is being moved, or the desk keeps a slot:
    /// the common answer may not fit.
    fn is_personal(&self, wish: &SlotWish, asking: Asking<'_>) -> bool {
        let moved = wish.ignoring.is_some_and(|id| self.whose.contains_key(&id));
        let mut holds = asking.facts.holds.iter();
        let holds = holds.any(|hold| hold.device_id == asking.device);
        let mut claims = self.ledger.claims();
        moved || holds || claims.any(|claim| Some(claim.patient_id) == wish.patient_id)
    }

    fn note(&mut self, visit: &Appointment) {
        let id = visit.appointment_id;
        if let Some(whose) = self.whose.remove(&id) {
            self.ledger.remove_of(whose, id);
        }
        if visit.status.occupies() && visit.occupied().overlaps(&self.span) {
            self.ledger.put(visit.into());
            self.whose.insert(id, visit.practitioner_id);
        }
    }
}
