//! The server dies in the middle of its work, again and again (I9, I10, I11, I16): whatever it had
//! answered is so, and whatever is asked again gets the first answer.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use frontdesk_domain::{AppointmentId, AppointmentStatus, Command, Slot};
use frontdesk_protocol::{Envelope, Outcome, OutcomeKind};
use frontdesk_tests::{Clinic, Device, Engine, envelope, rounds, soon, wish};
use futures_util::future::join_all;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use tokio::sync::Notify;

frontdesk_tests::both_engines! {
    what_a_killed_server_had_answered_stays_so_and_what_it_had_not_is_answered_once,
}

const DEVICES: usize = 8;

async fn what_a_killed_server_had_answered_stays_so_and_what_it_had_not_is_answered_once(
    engine: Engine,
) {
    let mut clinic = Clinic::program_on(engine).await;
    let devices = clinic.devices(DEVICES).await;
    let slots = devices[0].free_slots_within(60).await;
    let patients = devices[0].patients().await;
    let mut random = StdRng::seed_from_u64(7);
    let mut desks: Vec<Diary<'_>> = devices
        .iter()
        .map(|device| Diary {
            device,
            slots: &slots,
            patient: patients[random.random_range(0..patients.len())],
            random: StdRng::seed_from_u64(random.random()),
            decided: Vec::new(),
            waiting: None,
        })
        .collect();
    for round in 0..rounds(30, 300) {
        let load = Load::until(random.random_range(0..80));
        let powerless = engine == Engine::Postgres && round % 3 == 2;
        let end = async {
            soon("so many answers", load.reached.notified()).await;
            if powerless {
                clinic.crash_database();
            } else {
                clinic.kill().await;
            }
            load.over.store(true, Ordering::SeqCst);
        };
        let working = join_all(desks.iter_mut().map(|desk| desk.work(&load)));
        tokio::join!(working, end);
        if !powerless {
            clinic.restart().await;
        }
        join_all(desks.iter_mut().map(Diary::ask_again)).await;
        join_all(desks.iter_mut().map(Diary::compare_some)).await;
        clinic.holds_true();
    }
    let rows = devices[0].appointments().await;
    let rows: BTreeMap<_, _> = rows
        .iter()
        .map(|row| (row.appointment_id, row.status))
        .collect();
    for desk in &desks {
        desk.is_so(&rows);
    }
    clinic.verify().await;
}

/// How long everybody works.
struct Load {
    answers: AtomicUsize,
    enough: usize,
    reached: Notify,
    over: AtomicBool,
}

impl Load {
    fn until(enough: usize) -> Self {
        let load = Self {
            answers: AtomicUsize::new(0),
            enough,
            reached: Notify::new(),
            over: AtomicBool::new(false),
        };
        load.count(0);
        load
    }

    fn count(&self, answers: usize) {
        if self.answers.fetch_add(answers, Ordering::SeqCst) + answers >= self.enough {
            self.reached.notify_one();
        }
    }
}

/// What one desk asked and was told.
struct Diary<'a> {
    device: &'a Device,
    slots: &'a [Slot],
    patient: frontdesk_domain::PatientId,
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

impl Diary<'_> {
    /// One command after the other, until one stays without an answer.
    async fn work(&mut self, load: &Load) {
        while !load.over.load(Ordering::SeqCst) {
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
            load.count(1);
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
    async fn ask_again(&mut self) {
        let Some((wanted, envelope)) = self.waiting.take() else {
            return;
        };
        let outcome = soon("an answer at last", self.asked(&envelope)).await;
        self.decided.push((wanted, envelope, outcome));
    }

    /// Some of what was decided, sent once more: the first answer again.
    async fn compare_some(&mut self) {
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

    /// What was applied is so, and what was refused is not.
    fn is_so(&self, rows: &BTreeMap<AppointmentId, AppointmentStatus>) {
        let mut expected = BTreeMap::new();
        for (wanted, _, outcome) in &self.decided {
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
        for (visit, status) in expected {
            assert_eq!(rows.get(&visit).copied(), status, "I16: {visit:?}");
        }
    }
}
