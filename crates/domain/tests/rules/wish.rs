//! What can be asked of the small clinic, by numbers, and how the model answers.

use chrono::TimeDelta;
use frontdesk_domain::command::*;
use frontdesk_domain::*;
use proptest::prelude::*;

use crate::machine::PATIENTS;
use crate::model::{CLASS, Kept, Leave, Model, Visit, Who};
use crate::world::{World, id, receptionist, utc};

const SERVICES: [&str; 6] = ["S", "B", "C", "W", "A", "U"];
const RULES: [Reason; 6] = [
    Reason::SlotTaken,
    Reason::CapacityFull,
    Reason::PatientBusy,
    Reason::LocationBusy,
    Reason::OutsideSchedule,
    Reason::OffGrid,
];

/// A visit that somebody wants.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    with: usize,
    service: usize,
    patient: usize,
    room: Option<usize>,
    /// In quarters of an hour from Monday's midnight.
    from: i32,
    /// In quarters of an hour; the service's when absent.
    length: Option<i32>,
    /// Bit by bit of [`RULES`].
    over: u8,
}

/// One thing that is asked; visits by number.
#[derive(Debug, Clone)]
pub(crate) enum Wish {
    Book(Who, Place),
    /// So many visits, each so many minutes after the one before.
    Series(Who, Place, u8, i32),
    Move(Who, usize, Place, SeriesScope),
    /// Another patient, another service.
    Update(Who, usize, Option<usize>, Option<usize>, SeriesScope),
    Cancel(Who, usize, SeriesScope),
    Step(Who, usize, AppointmentStep),
    Hold(Who, u8, usize, i32, i32),
    Pass(i64),
}

fn by() -> impl Strategy<Value = Who> {
    prop::sample::select(vec![
        Who::Rita,
        Who::Rita,
        Who::Otto,
        Who::Boss,
        Who::Boss,
        Who::Own,
    ])
}

fn place() -> impl Strategy<Value = Place> {
    let room = prop::option::of(0..2usize);
    let over = prop_oneof![3 => Just(0u8), 1 => Just(0x3f), 1 => 0..0x40u8];
    // Most of it on two mornings, so that wishes meet.
    let from = prop_oneof![6 => 32..44i32, 3 => 128..138i32, 1 => 28..300i32];
    // Half of it for a class, whose seats are the hardest.
    let service = prop_oneof![1 => Just(CLASS), 1 => 0..6usize];
    let length = prop::option::of(1..9i32);
    let whose = (0..2usize, service, 0..PATIENTS, room);
    (whose, from, length, over).prop_map(|((with, service, patient, room), from, length, over)| {
        Place {
            with,
            service,
            patient,
            room,
            from,
            length,
            over,
        }
    })
}

fn scope() -> impl Strategy<Value = SeriesScope> {
    prop_oneof![
        3 => Just(SeriesScope::This),
        1 => Just(SeriesScope::Following),
        1 => Just(SeriesScope::All),
    ]
}

fn step() -> impl Strategy<Value = AppointmentStep> {
    prop::sample::select(vec![
        AppointmentStep::Approve,
        AppointmentStep::Reject,
        AppointmentStep::Arrive,
        AppointmentStep::Arrive,
        AppointmentStep::CheckIn,
        AppointmentStep::Complete,
        AppointmentStep::MarkNoShow,
        AppointmentStep::Undo,
        AppointmentStep::Undo,
    ])
}

pub(crate) fn series() -> impl Strategy<Value = Wish> {
    let apart = prop::sample::select(vec![0, 30, 60, 24 * 60, 24 * 60]);
    (by(), place(), 1..4u8, apart)
        .prop_map(|(by, place, count, apart)| Wish::Series(by, place, count, apart))
}

pub(crate) fn wish() -> impl Strategy<Value = Wish> {
    let edit = || (by(), 0..50usize);
    let other = |most: usize| prop::option::of(0..most);
    prop_oneof![
        9 => (by(), place()).prop_map(|(by, place)| Wish::Book(by, place)),
        2 => series(),
        4 => (edit(), place(), scope()).prop_map(|((by, n), to, scope)| Wish::Move(by, n, to, scope)),
        2 => (edit(), other(PATIENTS), other(6), scope())
            .prop_map(|((by, n), patient, service, scope)| Wish::Update(by, n, patient, service, scope)),
        3 => (edit(), scope()).prop_map(|((by, n), scope)| Wish::Cancel(by, n, scope)),
        6 => (edit(), step()).prop_map(|((by, n), step)| Wish::Step(by, n, step)),
        3 => (by(), 0..4u8, 0..2usize, 32..44i32, 1..5i32)
            .prop_map(|(by, hold, with, from, length)| Wish::Hold(by, hold, with, from, length)),
        2 => prop_oneof![1..200i64, 600..7_200i64].prop_map(Wish::Pass),
    ]
}

fn instant(minutes: i32) -> Timestamp {
    utc("2027-01-04T00:00:00Z") + TimeDelta::minutes(minutes.into())
}

fn ends_at(place: &Place) -> Option<Timestamp> {
    let length = place.length?;
    Some(instant((place.from + length) * 15))
}

fn rules(over: u8) -> Vec<Reason> {
    let named = RULES
        .iter()
        .enumerate()
        .filter(|(bit, _)| over & (1 << bit) != 0);
    named.map(|(_, rule)| *rule).collect()
}

fn overriding(over: u8) -> Option<Override> {
    (over > 0).then(|| Override {
        reason: "because".to_owned(),
        rules: rules(over),
    })
}

fn practitioner(with: usize) -> PractitionerId {
    id(b'P', ["P1", "P2"][with])
}

fn location(room: Option<usize>) -> Option<LocationId> {
    room.map(|room| id(b'R', ["R1", "R2"][room]))
}

/// One of the visits that there are, by number.
fn visit_name(number: usize, names: &[String]) -> String {
    let name = names.get(number % names.len().max(1));
    name.cloned().unwrap_or("none".to_owned())
}

/// The command of a wish, and who asks.
pub(crate) fn command(wish: &Wish, index: usize, names: &[String]) -> (Command, Who) {
    let visit = |number: &usize| visit_name(*number, names);
    match wish {
        Wish::Book(by, place) => (book(place, index), *by),
        Wish::Series(by, place, count, apart) => (book_series(place, (*count, *apart), index), *by),
        Wish::Move(by, number, to, scope) => {
            let command = Command::RescheduleAppointment(RescheduleAppointment {
                appointment_id: id(b'v', &visit(number)),
                starts_at: instant(to.from * 15),
                ends_at: None,
                practitioner_id: (to.service > 2).then(|| practitioner(to.with)),
                location_id: location(to.room),
                overriding: overriding(to.over),
                scope: *scope,
            });
            (command, *by)
        }
        Wish::Update(by, number, patient, service, scope) => {
            let command = Command::UpdateAppointment(UpdateAppointment {
                appointment_id: id(b'v', &visit(number)),
                notes: None,
                patient_id: patient.map(|patient| id(b'p', &patient.to_string())),
                service_id: service.map(|service| id(b's', SERVICES[service])),
                scope: *scope,
            });
            (command, *by)
        }
        Wish::Cancel(by, number, scope) => {
            let command = Command::CancelAppointment(CancelAppointment {
                appointment_id: id(b'v', &visit(number)),
                reason: CancelReason::Clinic,
                note: None,
                scope: *scope,
            });
            (command, *by)
        }
        Wish::Step(by, number, step) => (step_of(*step, &visit(number)), *by),
        Wish::Hold(..) | Wish::Pass(_) => panic!("{wish:?} is no command"),
    }
}

fn book(place: &Place, index: usize) -> Command {
    Command::BookAppointment(BookAppointment {
        appointment_id: id(b'v', &format!("v{index}")),
        patient_id: id(b'p', &place.patient.to_string()),
        practitioner_id: practitioner(place.with),
        service_id: id(b's', SERVICES[place.service]),
        location_id: location(place.room),
        starts_at: instant(place.from * 15),
        ends_at: ends_at(place),
        notes: None,
        overriding: overriding(place.over),
    })
}

fn book_series(place: &Place, (count, apart): (u8, i32), index: usize) -> Command {
    let later = |number: u8| TimeDelta::minutes((i32::from(number) * apart).into());
    let visits = (0..count).map(|number| SeriesVisit {
        appointment_id: id(b'v', &series_name(index, number)),
        practitioner_id: practitioner(place.with),
        starts_at: Some(instant(place.from * 15) + later(number)),
        wall_start: None,
        ends_at: ends_at(place).map(|at| at + later(number)),
        location_id: location(place.room),
    });
    Command::BookSeries(BookSeries {
        series_id: id(b'S', &format!("s{index}")),
        patient_id: id(b'p', &place.patient.to_string()),
        service_id: id(b's', SERVICES[place.service]),
        notes: None,
        overriding: overriding(place.over),
        visits: visits.collect(),
    })
}

fn series_name(index: usize, number: u8) -> String {
    match number {
        0 => format!("v{index}"),
        _ => format!("v{index}+{number}"),
    }
}

fn step_of(step: AppointmentStep, visit: &str) -> Command {
    let on = StepAppointment {
        appointment_id: id(b'v', visit),
        reason: None,
    };
    match step {
        AppointmentStep::Approve => Command::ApproveAppointment(on),
        AppointmentStep::Reject => Command::RejectAppointment(on),
        AppointmentStep::Arrive => Command::ArriveAppointment(on),
        AppointmentStep::CheckIn => Command::CheckInAppointment(on),
        AppointmentStep::Complete => Command::CompleteAppointment(on),
        AppointmentStep::MarkNoShow => Command::MarkAppointmentNoShow(on),
        AppointmentStep::Undo => Command::UndoStatus(on),
        AppointmentStep::Cancel => panic!("cancelled by its own wish"),
    }
}

impl Wish {
    /// The row of a hold.
    pub(crate) fn hold(&self, world: &World) -> Hold {
        let Self::Hold(_, hold, with, from, length) = self else {
            panic!("{self:?} is no hold");
        };
        let nobody = receptionist("nobody");
        Hold {
            hold_id: id(b'H', &format!("h{hold}")),
            practitioner_id: practitioner(*with),
            starts_at: instant(from * 15),
            ends_at: instant((from + length) * 15),
            user_id: nobody.user_id,
            user_name: nobody.name,
            device_id: nobody.device_id,
            expires_at: world.now,
            version: 0,
        }
    }

    /// The same for the model.
    pub(crate) fn kept(&self, now: i64) -> Kept {
        let Self::Hold(by, hold, with, from, length) = self else {
            panic!("{self:?} is no hold");
        };
        Kept {
            name: format!("h{hold}"),
            with: *with,
            from: from * 15,
            until: (from + length) * 15,
            by: *by,
            expires: now + 180,
        }
    }
}

use AppointmentStatus as Is;

/// Every step that there is.
const STEPS: [(AppointmentStep, Is, Is); 8] = [
    (AppointmentStep::Approve, Is::Pending, Is::Booked),
    (AppointmentStep::Reject, Is::Pending, Is::Cancelled),
    (AppointmentStep::Arrive, Is::Booked, Is::Arrived),
    (AppointmentStep::CheckIn, Is::Arrived, Is::CheckedIn),
    (AppointmentStep::Complete, Is::CheckedIn, Is::Fulfilled),
    (AppointmentStep::MarkNoShow, Is::Booked, Is::NoShow),
    (AppointmentStep::Cancel, Is::Booked, Is::Cancelled),
    (AppointmentStep::Cancel, Is::Arrived, Is::Cancelled),
];

/// Nothing or all: the reasons of the visits that cannot be.
type Answer = Result<(), Vec<Reason>>;

impl Model {
    pub(crate) fn ask(&mut self, wish: &Wish, index: usize, names: &[String]) -> Answer {
        let named = |number: usize| visit_name(number, names);
        match wish {
            Wish::Book(by, place) => {
                let visit = self.wanted(place, &format!("v{index}"));
                Self::may(*by, &visit).map_err(|r| vec![r])?;
                self.take(visit, *by, Leave::Asked(&rules(place.over)))
                    .map_err(|r| vec![r])
            }
            Wish::Series(by, place, count, apart) => {
                self.series(*by, place, (*count, *apart), index)
            }
            Wish::Move(by, number, to, scope) => self.moves(*by, &named(*number), to, *scope),
            Wish::Update(by, number, patient, service, scope) => {
                self.updates(*by, &named(*number), (*patient, *service), *scope)
            }
            Wish::Cancel(by, number, scope) => self.cancels(*by, &named(*number), *scope),
            Wish::Step(by, number, step) => {
                let stepped = self.steps(*by, &named(*number), *step);
                stepped.map_err(|reason| vec![reason])
            }
            Wish::Hold(..) | Wish::Pass(_) => panic!("{wish:?} is no command"),
        }
    }

    fn wanted(&self, place: &Place, name: &str) -> Visit {
        let (minutes, before, after, _, _, approval) = self.services[place.service];
        Visit {
            name: name.to_owned(),
            with: place.with,
            patient: place.patient,
            service: place.service,
            room: place.room,
            from: place.from * 15,
            until: place.from * 15 + place.length.map_or(minutes, |quarters| quarters * 15),
            before,
            after,
            path: Vec::new(),
            status: if approval { Is::Pending } else { Is::Booked },
            series: None,
            broken: Vec::new(),
        }
    }

    /// A new place.
    fn take(&mut self, visit: Visit, by: Who, leave: Leave<'_>) -> Result<(), Reason> {
        if self.has_passed(visit.from) {
            return Err(Reason::InPast);
        }
        self.take_anyway(visit, by, leave)
    }

    fn take_anyway(&mut self, mut visit: Visit, by: Who, leave: Leave<'_>) -> Result<(), Reason> {
        let (broken, removed) = self.place(&visit, by, leave)?;
        visit.broken = broken;
        self.seat(visit, by, &removed);
        Ok(())
    }

    fn series(
        &mut self,
        by: Who,
        place: &Place,
        (count, apart): (u8, i32),
        index: usize,
    ) -> Answer {
        Self::may_with(by, place.with).map_err(|r| vec![r])?;
        let visits = (0..count).map(|number| {
            let mut visit = self.wanted(place, &series_name(index, number));
            visit.from += i32::from(number) * apart;
            visit.until += i32::from(number) * apart;
            visit.series = Some(format!("s{index}"));
            visit
        });
        let visits: Vec<_> = visits.collect();
        let named = rules(place.over);
        self.all(visits, |model, visit| {
            model.take(visit, by, Leave::Asked(&named))
        })
    }

    /// All of them, or none with the reasons.
    fn all(
        &mut self,
        visits: Vec<Visit>,
        each: impl Fn(&mut Self, Visit) -> Result<(), Reason>,
    ) -> Answer {
        let mut tried = self.clone();
        let refused: Vec<_> = visits
            .into_iter()
            .filter_map(|visit| each(&mut tried, visit).err())
            .collect();
        if !refused.is_empty() {
            return Err(refused);
        }
        *self = tried;
        Ok(())
    }

    fn named(&self, name: &str) -> Result<Visit, Vec<Reason>> {
        let visit = self.visits.iter().find(|visit| visit.name == name);
        visit.cloned().ok_or_else(|| vec![Reason::UnknownId])
    }

    /// The visits that an edit is for, once the user may act on all of them.
    fn concerned(
        &self,
        by: Who,
        name: &str,
        scope: SeriesScope,
        allows: &[Is],
    ) -> Result<Vec<Visit>, Vec<Reason>> {
        let named = self.named(name)?;
        Self::may(by, &named).map_err(|r| vec![r])?;
        if scope == SeriesScope::This {
            return Ok(vec![named]);
        }
        if named.series.is_none() {
            return Err(vec![Reason::Invalid]);
        }
        let mut visits = self.visits.clone();
        visits.retain(|visit| {
            let mine = visit.series == named.series
                && (scope == SeriesScope::All || visit.from >= named.from)
                && !self.has_passed(visit.from)
                && allows.contains(&visit.status);
            mine || visit.name == named.name
        });
        visits.sort_by_key(|visit| (visit.from, id::<AppointmentId>(b'v', &visit.name)));
        for visit in &visits {
            Self::may(by, visit).map_err(|r| vec![r])?;
        }
        Ok(visits)
    }

    fn moves(&mut self, by: Who, name: &str, to: &Place, scope: SeriesScope) -> Answer {
        let with = (to.service > 2).then_some(to.with);
        if let Some(with) = with {
            Self::may_with(by, with).map_err(|r| vec![r])?;
        }
        let allows = [Is::Pending, Is::Booked];
        let visits = self.concerned(by, name, scope, &allows)?;
        let named = self.named(name)?;
        if !allows.contains(&named.status) {
            return Err(vec![Reason::IllegalStatus]);
        }
        let shift = to.from * 15 - named.from;
        let moved = visits.into_iter().map(|mut visit| {
            let was = visit.clone();
            visit.with = with.unwrap_or(visit.with);
            visit.room = to.room.or(visit.room);
            visit.from += shift;
            visit.until += shift;
            (visit != was, visit)
        });
        let mut moved: Vec<_> = moved.filter(|(moves, _)| *moves).map(|(_, v)| v).collect();
        for visit in &mut moved {
            (_, visit.before, visit.after, ..) = self.services[visit.service];
        }
        let leaving: Vec<_> = moved.iter().map(|visit| visit.name.clone()).collect();
        let mut rest = self.clone();
        rest.visits.retain(|visit| !leaving.contains(&visit.name));
        let named = rules(to.over);
        rest.all(moved, |model, visit| {
            model.take(visit, by, Leave::Asked(&named))
        })?;
        *self = rest;
        Ok(())
    }

    fn updates(
        &mut self,
        by: Who,
        name: &str,
        (patient, service): (Option<usize>, Option<usize>),
        scope: SeriesScope,
    ) -> Answer {
        let mut allows = vec![Is::Pending, Is::Booked, Is::Arrived];
        if patient.is_none() && service.is_none() {
            allows.extend([Is::CheckedIn, Is::Fulfilled, Is::NoShow]);
        }
        let visits = self.concerned(by, name, scope, &allows)?;
        if !allows.contains(&self.named(name)?.status) {
            return Err(vec![Reason::IllegalStatus]);
        }
        let edited = visits.into_iter().map(|was| {
            let mut visit = was.clone();
            visit.patient = patient.unwrap_or(was.patient);
            visit.service = service.unwrap_or(was.service);
            if visit.service != was.service {
                (_, visit.before, visit.after, ..) = self.services[visit.service];
            }
            if visit.patient != was.patient {
                visit.broken.retain(|rule| *rule != Reason::PatientBusy);
            }
            (was, visit)
        });
        let edited: Vec<_> = edited.filter(|(was, visit)| was != visit).collect();
        let replaced = |was: &Visit, visit: &Visit| was.service != visit.service;
        let leaving = edited.iter().filter(|(was, visit)| replaced(was, visit));
        let leaving: Vec<_> = leaving.map(|(was, _)| was.name.clone()).collect();
        let mut rest = self.clone();
        rest.visits.retain(|visit| !leaving.contains(&visit.name));
        let visits = edited.into_iter().map(|(_, visit)| visit).collect();
        rest.all(visits, |model, visit| {
            if leaving.contains(&visit.name) {
                let recorded = visit.broken.clone();
                return model.take_anyway(visit, by, Leave::Kept(&recorded));
            }
            model.only_patient(&visit)?;
            model.write(visit);
            Ok(())
        })?;
        *self = rest;
        Ok(())
    }

    fn cancels(&mut self, by: Who, name: &str, scope: SeriesScope) -> Answer {
        let allows = [Is::Pending, Is::Booked, Is::Arrived];
        let mut visits = self.concerned(by, name, scope, &allows)?;
        visits.retain(|visit| visit.status != Is::Cancelled);
        if !visits.is_empty()
            && ![&allows[..], &[Is::Cancelled]]
                .concat()
                .contains(&self.named(name)?.status)
        {
            return Err(vec![Reason::IllegalStatus]);
        }
        for mut visit in visits {
            visit.path.push(visit.status);
            visit.status = Is::Cancelled;
            self.write(visit);
        }
        Ok(())
    }

    fn steps(&mut self, by: Who, name: &str, step: AppointmentStep) -> Result<(), Reason> {
        let mut visit = self.named(name).map_err(|reasons| reasons[0])?;
        Self::may(by, &visit)?;
        if step == AppointmentStep::Undo {
            let was = visit.status;
            visit.status = visit.path.pop().ok_or(Reason::IllegalStatus)?;
            if was == Is::Cancelled {
                let recorded = visit.broken.clone();
                return self.take_anyway(visit, by, Leave::Recorded(&recorded));
            }
            self.write(visit);
            return Ok(());
        }
        let (_, from, to) = STEPS.into_iter().find(|(of, ..)| *of == step).unwrap();
        if visit.status == to && visit.path.last() == Some(&from) {
            return Ok(());
        }
        let waits = step == AppointmentStep::MarkNoShow && i64::from(visit.from) * 60 > self.now;
        if visit.status != from || waits {
            return Err(Reason::IllegalStatus);
        }
        visit.path.push(from);
        visit.status = to;
        self.write(visit);
        Ok(())
    }
}
