//! A clinic in which a program is played, and the comparison with the model.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDate, TimeDelta};
use frontdesk_domain::command::{CancelAppointment, UpdateAppointment};
use frontdesk_domain::{
    Appointment, AppointmentId, Command, HoldId, PatientId, PractitionerId, Role, Row, ServiceId,
    Slot,
};
use frontdesk_protocol::{Envelope, HOLD_SECONDS, Outcome, OutcomeKind};
use frontdesk_tests::{Clinic, Device, Engine, envelope, new_id, wish};
use futures_util::future::join_all;

use super::model::{Ask, Asker, Model, Verdict, Visit};
use super::plan::{DEVICES, HOLDS, Program, Round, Wish};

/// Beyond what the demo clinic has booked, so that the model begins with empty days.
const AHEAD: u64 = 50;
const DAYS: u64 = 7;
const PRACTITIONERS: usize = 2;
const PATIENTS: usize = 6;

pub(super) struct Stage {
    clinic: Clinic,
    devices: Vec<Device>,
    /// Asks what is free and never keeps anything.
    onlooker: Device,
    askers: Vec<Asker>,
    slots: Vec<Slot>,
    patients: Vec<PatientId>,
    holds: [[HoldId; HOLDS]; DEVICES],
    services: BTreeMap<AppointmentId, ServiceId>,
    model: Model,
    start: u64,
    /// The slots lie so many days ahead,
    ahead: u64,
    /// within so many days.
    days: u64,
}

/// One command that was decided.
struct Told {
    device: usize,
    ask: Ask,
    base: Option<u64>,
    outcome: Outcome,
}

impl Stage {
    pub(super) async fn set(engine: Engine) -> Self {
        let clinic = Clinic::demo_on(engine).await;
        let mut devices = Vec::new();
        for user in ["reception1", "reception2", "manager", "therapist"] {
            devices.push(clinic.device(user).await);
        }
        let onlooker = clinic.device("reception1").await;
        let askers = std::iter::zip(0.., &devices).map(|(device, it)| Asker {
            device,
            role: it.session.user.role,
            own: it.session.user.practitioner_id,
        });
        let askers: Vec<Asker> = askers.collect();
        let mut model = Model::default();
        for row in onlooker.rows().await {
            match row {
                Row::Service(it) => drop(model.services.insert(it.service_id, it)),
                Row::Location(it) => drop(model.rooms.insert(it.location_id, it.capacity)),
                Row::Clinic(_)
                | Row::Practitioner(_)
                | Row::Patient(_)
                | Row::Schedule(_)
                | Row::Exception(_)
                | Row::Appointment(_)
                | Row::Hold(_) => {}
            }
        }
        let patients = onlooker.patients().await;
        let own = askers[DEVICES - 1].own.expect("the therapist's column");
        let slots = some_slots(&onlooker, own).await;
        let date = |slot: &Slot| slot.starts_at.date_naive();
        let dates = slots.iter().map(date);
        let (first, last) = (dates.clone().min().unwrap(), dates.max().unwrap());
        let days = |from: NaiveDate, to: NaiveDate| u64::try_from((to - from).num_days()).unwrap();
        Self {
            ahead: days(onlooker.today().await, first),
            days: days(first, last) + 1,
            slots,
            patients: patients.into_iter().take(PATIENTS).collect(),
            holds: std::array::from_fn(|_| std::array::from_fn(|_| new_id())),
            services: BTreeMap::new(),
            start: onlooker.feed().await.seq,
            clinic,
            devices,
            onlooker,
            askers,
            model,
        }
    }

    /// Plays it to its end, or to where the server and the model disagree.
    pub(super) async fn play(mut self, program: &Program) -> Result<(), String> {
        for (at, round) in program.0.iter().enumerate() {
            self.round(round).await?;
            if at % 15 == 14 {
                self.compare().await?;
            }
        }
        self.compare().await?;
        self.clinic.holds_true();
        Ok(())
    }

    async fn round(&mut self, round: &Round) -> Result<(), String> {
        match round {
            Round::Ask(batches) => {
                let told = self.ask(batches).await;
                self.follow(told)
            }
            Round::Hold { device, hold, slot } => self.hold(*device, *hold, *slot).await,
            Round::Release { device, hold } => {
                let id = self.holds[*device][*hold];
                let answer = self.devices[*device].release(id).await;
                self.model.holds.remove(&(*device, *hold));
                let gone = answer.status == 204;
                gone.then_some(()).ok_or(format!("release: {answer:?}"))
            }
            Round::Expire => {
                let longer = i64::from(HOLD_SECONDS) + 1;
                self.clinic.advance(TimeDelta::seconds(longer));
                self.model.holds.clear();
                Ok(())
            }
        }
    }

    async fn ask(&mut self, batches: &[(usize, Vec<Wish>)]) -> Vec<Told> {
        let mut asked = Vec::new();
        for (device, wishes) in batches {
            let asks = wishes.iter().map(|wish| self.ask_of(wish));
            asked.push((*device, asks.collect::<Vec<_>>()));
        }
        let sent = asked.iter().map(async |(device, asks)| {
            let sender = &self.devices[*device];
            let envelopes = asks.iter().map(|(ask, base)| {
                let mut it = envelope(sender.number(), &command(ask));
                it.base_version = *base;
                it
            });
            all_of(sender, &envelopes.collect::<Vec<_>>()).await
        });
        let answers = join_all(sent).await;
        let mut told = Vec::new();
        for ((device, asks), outcomes) in asked.into_iter().zip(answers) {
            assert_eq!(asks.len(), outcomes.len());
            let each = asks.into_iter().zip(outcomes);
            told.extend(each.map(|((ask, base), outcome)| Told {
                device,
                ask,
                base,
                outcome,
            }));
        }
        told
    }

    fn ask_of(&mut self, wish: &Wish) -> (Ask, Option<u64>) {
        let seen = |visit: &AppointmentId, seen: bool, model: &Model| {
            let row = model.visits.get(visit).filter(|_| seen);
            row.map(|row| row.version)
        };
        match wish {
            Wish::Book {
                visit,
                slot,
                patient,
                over,
            } => {
                let slot = self.slots[slot % self.slots.len()].clone();
                self.services.insert(*visit, slot.service_id);
                let patient = self.patient(*patient);
                (Ask::Book(*visit, slot, patient, over.clone()), None)
            }
            Wish::Move {
                visit,
                slot,
                over,
                seen: read,
            } => {
                let slot = self.slot_for(*visit, *slot);
                let base = seen(visit, *read, &self.model);
                (Ask::Move(*visit, slot, over.clone()), base)
            }
            Wish::Note {
                visit,
                text,
                seen: read,
            } => {
                let text = ["", "one", "two"][usize::from(*text)].to_owned();
                (Ask::Note(*visit, text), seen(visit, *read, &self.model))
            }
            Wish::Swap { visit, patient } => (Ask::Swap(*visit, self.patient(*patient)), None),
            Wish::Step {
                visit,
                step,
                seen: read,
            } => (Ask::Step(*visit, *step), seen(visit, *read, &self.model)),
            Wish::Series {
                series,
                visits,
                patient,
                over,
            } => {
                let slots = self.slots_of_one_service(visits);
                let ids = visits.iter().map(|(visit, _)| *visit);
                let (visits, patient) = (ids.zip(slots).collect(), self.patient(*patient));
                (Ask::Series(*series, visits, patient, over.clone()), None)
            }
            Wish::CancelSeries {
                visit,
                scope,
                seen: read,
            } => (Ask::Cancel(*visit, *scope), seen(visit, *read, &self.model)),
        }
    }

    fn patient(&self, any: usize) -> PatientId {
        self.patients[any % self.patients.len()]
    }

    /// One of the visit's service.
    fn slot_for(&self, visit: AppointmentId, any: usize) -> Slot {
        let service = self.services.get(&visit);
        let mut suits = self.slots.clone();
        suits.retain(|it| service.is_none_or(|id| it.service_id == *id));
        suits[any % suits.len()].clone()
    }

    fn slots_of_one_service(&mut self, visits: &[(AppointmentId, usize)]) -> Vec<Slot> {
        let service = self.slots[visits[0].1 % self.slots.len()].service_id;
        let mut suits = self.slots.clone();
        suits.retain(|it| it.service_id == service);
        let slots = visits.iter().map(|(visit, slot)| {
            self.services.insert(*visit, service);
            suits[slot % suits.len()].clone()
        });
        slots.collect()
    }

    /// The feed has one order, and every outcome says where in it the command was decided.
    fn follow(&mut self, mut told: Vec<Told>) -> Result<(), String> {
        told.sort_by_key(|it| it.outcome.seq);
        while !told.is_empty() {
            let seq = told[0].outcome.seq;
            let mut here: Vec<Told> = Vec::new();
            while told.first().is_some_and(|it| it.outcome.seq == seq) {
                here.push(told.remove(0));
            }
            // The one that made this number comes before those that found it made.
            let made = here.iter().position(|it| {
                let mut trial = self.model.clone();
                let verdict = trial.decide(self.askers[it.device], &it.ask, it.base, seq);
                it.outcome.outcome == OutcomeKind::Applied && verdict == Verdict::Changed
            });
            if let Some(made) = made {
                let first = here.remove(made);
                here.insert(0, first);
            }
            for it in here {
                self.same(&it)?;
            }
        }
        Ok(())
    }

    fn same(&mut self, it: &Told) -> Result<(), String> {
        let by = self.askers[it.device];
        let before = self.model.clone();
        let verdict = self.model.decide(by, &it.ask, it.base, it.outcome.seq);
        let expected = match verdict {
            Verdict::Changed | Verdict::Unchanged => None,
            Verdict::Refused(reason) => Some(reason),
        };
        if it.outcome.reason == expected {
            return Ok(());
        }
        Err(format!(
            "{by:?} asked {:?} from {:?}: the model says {verdict:?}, the server {:?}; visits {:#?} holds {:?}",
            it.ask, it.base, it.outcome, before.visits, before.holds
        ))
    }

    async fn hold(&mut self, device: usize, hold: usize, slot: usize) -> Result<(), String> {
        let by = self.askers[device];
        if by.role == Role::Practitioner {
            return Ok(());
        }
        let slot = self.slots[slot % self.slots.len()].clone();
        let id = self.holds[device][hold];
        let answer = self.devices[device].hold(id, &slot).await;
        let expected = if self.model.hold(device, hold, &slot) {
            200
        } else {
            409
        };
        if answer.status == expected {
            return Ok(());
        }
        Err(format!("{by:?} holds {slot:?}: {expected}, but {answer:?}"))
    }

    /// The rows of the feed are the model's, and what is offered is what the model has free.
    async fn compare(&mut self) -> Result<(), String> {
        let page = self.onlooker.changes(self.start).await;
        let mut rows = BTreeMap::new();
        for upsert in page.upserts {
            if let Row::Appointment(row) = upsert.row {
                rows.insert(row.appointment_id, seen(row));
            }
        }
        if rows != self.model.visits {
            return Err(format!(
                "rows {rows:#?}, the model {:#?}",
                self.model.visits
            ));
        }
        let held = self.onlooker.holds().await;
        let held: BTreeSet<HoldId> = held.into_iter().map(|it| it.hold_id).collect();
        let kept = self.model.holds.keys();
        let kept: BTreeSet<HoldId> = kept
            .map(|(device, hold)| self.holds[*device][*hold])
            .collect();
        if !kept.is_subset(&held) {
            return Err(format!("held {held:?}, the model {kept:?}"));
        }
        self.compare_free().await
    }

    async fn compare_free(&self) -> Result<(), String> {
        let all: BTreeSet<&Slot> = self.slots.iter().collect();
        let services: BTreeSet<ServiceId> = all.iter().map(|it| it.service_id).collect();
        for service in services {
            let offered = self.onlooker.offered(service, self.ahead, self.days).await;
            let offered: BTreeSet<&Slot> = offered.iter().filter(|it| all.contains(it)).collect();
            let free = all.iter().copied();
            let free = free.filter(|it| it.service_id == service && self.model.offers(it));
            let free: BTreeSet<&Slot> = free.collect();
            if offered != free {
                let wrong: Vec<_> = offered.symmetric_difference(&free).collect();
                let name = &self.model.services[&service].name;
                return Err(format!("I22, I26: {name} is free or not at {wrong:?}"));
            }
        }
        Ok(())
    }
}

/// What is too much for one request is decided in part; the rest is sent again.
async fn all_of(sender: &Device, envelopes: &[Envelope]) -> Vec<Outcome> {
    let mut outcomes = Vec::new();
    while outcomes.len() < envelopes.len() {
        let answer = sender.send(&envelopes[outcomes.len()..]).await;
        assert!(!answer.outcomes.is_empty(), "nothing was decided");
        outcomes.extend(answer.outcomes);
    }
    outcomes
}

fn command(ask: &Ask) -> Command {
    match ask {
        Ask::Book(id, slot, patient, over) => {
            let mut booking = wish::booking(slot, *patient);
            booking.appointment_id = *id;
            booking.overriding = wish::overriding(over).filter(|it| !it.rules.is_empty());
            Command::BookAppointment(booking)
        }
        Ask::Move(id, slot, over) => {
            let mut moving = wish::moving(*id, slot);
            moving.overriding = wish::overriding(over).filter(|it| !it.rules.is_empty());
            Command::RescheduleAppointment(moving)
        }
        Ask::Note(id, text) => Command::UpdateAppointment(wish::noting(*id, text)),
        Ask::Swap(id, patient) => Command::UpdateAppointment(UpdateAppointment {
            notes: None,
            patient_id: Some(*patient),
            ..wish::noting(*id, "")
        }),
        Ask::Step(id, step) => wish::step(*step, *id),
        Ask::Series(id, visits, patient, over) => {
            let slots: Vec<Slot> = visits.iter().map(|(_, slot)| slot.clone()).collect();
            let mut series = wish::series(&slots, *patient);
            series.series_id = *id;
            series.overriding = wish::overriding(over).filter(|it| !it.rules.is_empty());
            for (visit, (id, _)) in std::iter::zip(&mut series.visits, visits) {
                visit.appointment_id = *id;
            }
            Command::BookSeries(series)
        }
        Ask::Cancel(id, scope) => Command::CancelAppointment(CancelAppointment {
            scope: *scope,
            ..wish::cancelling(*id)
        }),
    }
}

fn seen(row: Appointment) -> Visit {
    Visit {
        during: row.during(),
        practitioner: row.practitioner_id,
        service: row.service_id,
        patient: row.patient_id,
        location: row.location_id,
        status: row.status,
        path: row.status_path,
        broken: row.overridden.map_or(Vec::new(), |it| it.rules),
        notes: row.notes,
        series: row.series_id,
        version: row.version,
    }
}

/// Few enough that visits meet: two practitioners, one of them the therapist, on one day each.
async fn some_slots(device: &Device, own: PractitionerId) -> Vec<Slot> {
    let mut slots = Vec::new();
    for service in device.services().await {
        slots.extend(device.offered(service.service_id, AHEAD, DAYS).await);
    }
    let mut counts = BTreeMap::<PractitionerId, usize>::new();
    for slot in &slots {
        *counts.entry(slot.practitioner_id).or_default() += 1;
    }
    let mut busiest: Vec<_> = counts.into_iter().filter(|(who, _)| *who != own).collect();
    busiest.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let mut chosen: Vec<_> = busiest.into_iter().map(|(who, _)| who).collect();
    chosen.truncate(PRACTITIONERS - 1);
    chosen.push(own);
    slots.sort();
    let mut days = BTreeMap::new();
    slots.retain(|slot| {
        let day = slot.starts_at.date_naive();
        let first = *days.entry(slot.practitioner_id).or_insert(day);
        chosen.contains(&slot.practitioner_id) && day == first
    });
    assert!(slots.iter().any(|slot| slot.practitioner_id == own));
    slots
}
