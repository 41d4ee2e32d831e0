//! What is free instead. All losers of a race ask for it at the same seq, so the answer is kept
//! for (seq, service, practitioner, start), and the visits it is made from are kept up to date.

use std::collections::{BTreeMap, HashMap};

use frontdesk_domain::alternatives::{self, SlotWish, near};
use frontdesk_domain::{
    Appointment, ClinicFacts, ClinicId, Command, Interval, PractitionerId, Reason, Refusal, Row,
    ServiceId, Slot, Timestamp,
};
use rusqlite::Connection;

use super::{StoreError, load};

/// Two weeks of visits each; a clinic that refuses in more than these weeks at once reads again.
const WINDOWS: usize = 4;

type Key = (PractitionerId, ServiceId, Timestamp, Option<Timestamp>);

/// See the module.
#[derive(Default)]
pub(crate) struct Alternatives {
    windows: Vec<Window>,
}

struct Window {
    span: Interval,
    facts: ClinicFacts,
    answers: HashMap<Key, Vec<Slot>>,
}

/// The slot that a refused command wanted, if another slot would help.
pub(crate) fn wish(command: &Command, facts: &ClinicFacts, refusal: &Refusal) -> Option<SlotWish> {
    if !another_slot_helps(refusal.reason) {
        return None;
    }
    SlotWish::behind(command, facts)
}

fn another_slot_helps(reason: Reason) -> bool {
    match reason {
        Reason::SlotTaken
        | Reason::CapacityFull
        | Reason::PatientBusy
        | Reason::LocationBusy
        | Reason::OutsideSchedule
        | Reason::InPast
        | Reason::DstGap
        | Reason::DstFold
        | Reason::OffGrid => true,
        Reason::IllegalStatus
        | Reason::StaleVersion
        | Reason::Dependency
        | Reason::UnknownId
        | Reason::Invalid
        | Reason::Forbidden => false,
    }
}

impl Alternatives {
    /// At most three slots with the same practitioner, then at most three with others.
    pub(crate) fn near(
        &mut self,
        db: &Connection,
        clinic: ClinicId,
        wish: &SlotWish,
        directories: &ClinicFacts,
        now: Timestamp,
    ) -> Result<Vec<Slot>, StoreError> {
        let span = alternatives::span(wish.starts_at, now);
        let window = self.window(db, clinic, span, directories)?;
        let key = (
            wish.practitioner_id,
            wish.service_id,
            wish.starts_at,
            wish.ends_at,
        );
        let personal = window.is_personal(wish);
        if !personal
            && let Some(slots) = window.answers.get(&key)
            && slots.iter().all(|slot| slot.starts_at >= now)
        {
            return Ok(slots.clone());
        }
        let slots = near(wish, &window.facts, now);
        if !personal {
            window.answers.insert(key, slots.clone());
        }
        Ok(slots)
    }

    /// Rows that the running transaction wrote: answers of an older seq are forgotten.
    pub(crate) fn note(&mut self, rows: &[Row]) {
        for row in rows {
            let Row::Appointment(visit) = row else {
                continue;
            };
            for window in &mut self.windows {
                window.note(visit);
            }
        }
    }

    fn window(
        &mut self,
        db: &Connection,
        clinic: ClinicId,
        span: Interval,
        directories: &ClinicFacts,
    ) -> Result<&mut Window, StoreError> {
        let known = self.windows.iter().position(|w| w.span.contains(&span));
        let index = match known {
            Some(index) => index,
            None => {
                if self.windows.len() >= WINDOWS {
                    self.windows.remove(0);
                }
                self.windows
                    .push(Window::read(db, clinic, span, directories)?);
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
    fn read(
        db: &Connection,
        clinic: ClinicId,
        span: Interval,
        directories: &ClinicFacts,
    ) -> Result<Self, StoreError> {
        let span = span.widened(24 * 60, 24 * 60);
        let facts = ClinicFacts {
            patients: BTreeMap::new(),
            seats: BTreeMap::new(),
            appointments: load::visits(db, clinic, span)?,
            ..directories.clone()
        };
        Ok(Self {
            span,
            facts,
            answers: HashMap::new(),
        })
    }

    /// The patient has visits of their own here, or a visit is being moved: the common answer may
    /// not fit.
    fn is_personal(&self, wish: &SlotWish) -> bool {
        let moved = wish
            .ignoring
            .is_some_and(|id| self.facts.appointments.contains_key(&id));
        let mut visits = self.facts.appointments.values();
        moved || visits.any(|visit| Some(visit.patient_id) == wish.patient_id)
    }

    fn note(&mut self, visit: &Appointment) {
        self.answers.clear();
        let known = &mut self.facts.appointments;
        if visit.status.occupies() && visit.occupied().overlaps(&self.span) {
            known.insert(visit.appointment_id, visit.clone());
        } else {
            known.remove(&visit.appointment_id);
        }
    }
}
