//! What one desk asked and was told, kept by somebody who outlives every server (I9, I10, I16).

use std::collections::BTreeMap;

use frontdesk_domain::{AppointmentId, AppointmentStatus, Command, PatientId, Slot};
use frontdesk_protocol::{Envelope, Outcome, OutcomeKind};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _};

use crate::{Device, envelope, soon, wish};

/// A desk that books and cancels at random and remembers every answer.
#[derive(Debug)]
pub struct Diary<'a> {
    device: &'a Device,
    slots: &'a [Slot],
    patient: PatientId,
    random: StdRng,
    decided: Vec<(Wanted, Envelope, Outcome)>,
    /// Sent, and no answer came.
    waiting: Option<(Wanted, Envelope)>,
}

#[derive(Debug, Clone, Copy)]
enum Wanted {
    Booked(AppointmentId),
    Cancelled(AppointmentId),
}

impl<'a> Diary<'a> {
    /// An empty one; the same seed asks for the same.
    #[must_use]
    pub fn of(device: &'a Device, slots: &'a [Slot], patient: PatientId, seed: u64) -> Self {
        Self {
            device,
            slots,
            patient,
            random: StdRng::seed_from_u64(seed),
            decided: Vec::new(),
            waiting: None,
        }
    }

    /// One command after the other, until `goes_on` says no after an answer, or one stays without.
    ///
    /// # Panics
    /// When the server complains.
    pub async fn work(&mut self, goes_on: impl Fn() -> bool) {
        loop {
            let (wanted, command) = self.next();
            let envelope = envelope(self.device.number(), &command);
            let answered = self
                .device
                .send_or_lose(std::slice::from_ref(&envelope))
                .await;
            let Some(mut page) = answered else {
                self.waiting = Some((wanted, envelope));
                return;
            };
            self.decided
                .push((wanted, envelope, page.outcomes.remove(0)));
            if !goes_on() {
                return;
            }
        }
    }

    fn next(&mut self) -> (Wanted, Command) {
        let booked = self
            .decided
            .iter()
            .rev()
            .filter_map(|(wanted, _, outcome)| {
                let applied = outcome.outcome == OutcomeKind::Applied;
                match wanted {
                    Wanted::Booked(visit) if applied => Some(*visit),
                    Wanted::Booked(_) | Wanted::Cancelled(_) => None,
                }
            });
        let booked: Vec<AppointmentId> = booked.take(20).collect();
        if let (true, Some(visit)) = (
            self.random.random_bool(0.3),
            booked.choose(&mut self.random),
        ) {
            let cancel = Command::CancelAppointment(wish::cancelling(*visit));
            return (Wanted::Cancelled(*visit), cancel);
        }
        let slot = self.slots.choose(&mut self.random).unwrap();
        let booking = wish::booking(slot, self.patient);
        let visit = booking.appointment_id;
        (Wanted::Booked(visit), Command::BookAppointment(booking))
    }

    /// The same number again, until there is an answer.
    ///
    /// # Panics
    /// When none comes.
    pub async fn ask_again(&mut self) {
        let Some((wanted, envelope)) = self.waiting.take() else {
            return;
        };
        let outcome = soon("an answer at last", self.asked(&envelope)).await;
        self.decided.push((wanted, envelope, outcome));
    }

    /// Some of what was decided, sent once more: the first answer again.
    ///
    /// # Panics
    /// When it is another one.
    pub async fn compare_some(&mut self) {
        let newest = self.decided.iter().rev().take(3);
        let mut some: Vec<usize> = (0..newest.len())
            .map(|back| self.decided.len() - 1 - back)
            .collect();
        if !self.decided.is_empty() {
            some.push(self.random.random_range(0..self.decided.len()));
        }
        for at in some {
            let (_, envelope, first) = &self.decided[at];
            let again = soon("the stored answer", self.asked(envelope)).await;
            assert_eq!(&again, first, "I10");
        }
    }

    async fn asked(&self, envelope: &Envelope) -> Outcome {
        loop {
            let answered = self
                .device
                .send_or_lose(std::slice::from_ref(envelope))
                .await;
            if let Some(mut page) = answered {
                return page.outcomes.remove(0);
            }
        }
    }

    /// What was booked by the first so many answers, whatever became of it later.
    pub fn booked(&self, answers: usize) -> impl Iterator<Item = AppointmentId> {
        let applied = |(wanted, _, outcome): &(Wanted, Envelope, Outcome)| match wanted {
            Wanted::Booked(visit) if outcome.outcome == OutcomeKind::Applied => Some(*visit),
            Wanted::Booked(_) | Wanted::Cancelled(_) => None,
        };
        self.decided[..answers].iter().filter_map(applied)
    }

    /// What was applied is so, and what was refused is not.
    ///
    /// # Panics
    /// When it is otherwise.
    pub fn is_so(&self, rows: &BTreeMap<AppointmentId, AppointmentStatus>) {
        self.was_so(self.decided.len(), rows);
    }

    /// The same at a moment when only so many answers had come: whatever was asked later may be so.
    ///
    /// # Panics
    /// When it is otherwise.
    pub fn was_so(&self, answers: usize, rows: &BTreeMap<AppointmentId, AppointmentStatus>) {
        let mut expected = BTreeMap::new();
        for (wanted, _, outcome) in &self.decided[..answers] {
            let applied = outcome.outcome == OutcomeKind::Applied;
            match (wanted, applied) {
                (Wanted::Booked(visit), true) => {
                    expected.insert(*visit, Some(AppointmentStatus::Booked));
                }
                (Wanted::Booked(visit), false) => {
                    expected.insert(*visit, None);
                }
                (Wanted::Cancelled(visit), true) => {
                    expected.insert(*visit, Some(AppointmentStatus::Cancelled));
                }
                (Wanted::Cancelled(visit), false) => panic!("{visit:?}: {outcome:?}"),
            }
        }
        let later = self.decided[answers..].iter().map(|(wanted, ..)| wanted);
        for wanted in later.chain(self.waiting.iter().map(|(wanted, _)| wanted)) {
            let (Wanted::Booked(visit) | Wanted::Cancelled(visit)) = wanted;
            expected.remove(visit);
        }
        for (visit, status) in expected {
            assert_eq!(rows.get(&visit).copied(), status, "I16: {visit:?}");
        }
    }
}
