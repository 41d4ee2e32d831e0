//! What can be asked of the small clinic, by numbers.

use chrono::TimeDelta;
use frontdesk_domain::command::*;
use frontdesk_domain::*;
use proptest::prelude::*;

use crate::machine::PATIENTS;
use crate::model::{CLASS, Kept, Who};
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
    pub(crate) with: usize,
    pub(crate) service: usize,
    pub(crate) patient: usize,
    pub(crate) room: Option<usize>,
    /// In quarters of an hour from Monday's midnight.
    pub(crate) from: i32,
    /// In quarters of an hour; the service's when absent.
    pub(crate) length: Option<i32>,
    /// Bit by bit of [`RULES`].
    pub(crate) over: u8,
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
    /// With whom, for which service if it is said, from when, how long.
    Hold(Who, u8, usize, Option<usize>, i32, i32),
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
    let from = prop_oneof![6 => 32..44i32, 3 => 128..138i32, 3 => 28..400i32];
    // Half of it for a class, whose seats are the hardest.
    let service = prop_oneof![1 => Just(CLASS), 1 => 0..6usize];
    let length = prop::option::of(prop_oneof![4 => 1..9i32, 1 => 9..=96i32]);
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
        3 => (by(), 0..4u8, 0..2usize, other(6), 32..44i32, 1..5i32).prop_map(
            |(by, hold, with, service, from, length)| {
                Wish::Hold(by, hold, with, service, from, length)
            },
        ),
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

pub(crate) fn rules(over: u8) -> Vec<Reason> {
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
pub(crate) fn visit_name(number: usize, names: &[String]) -> String {
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

pub(crate) fn series_name(index: usize, number: u8) -> String {
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
    /// False for a hold and for time that passes, which are no commands.
    pub(crate) fn is_command(&self) -> bool {
        match self {
            Self::Book(..)
            | Self::Series(..)
            | Self::Move(..)
            | Self::Update(..)
            | Self::Cancel(..)
            | Self::Step(..) => true,
            Self::Hold(..) | Self::Pass(_) => false,
        }
    }

    /// The row of a hold.
    pub(crate) fn hold(&self, world: &World) -> Hold {
        let Self::Hold(_, hold, with, _, from, length) = self else {
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

    /// What a hold is said to be for.
    pub(crate) fn service(&self) -> Option<ServiceId> {
        let Self::Hold(_, _, _, service, ..) = self else {
            panic!("{self:?} is no hold");
        };
        service.map(|service| id(b's', SERVICES[service]))
    }

    /// The same for the model.
    pub(crate) fn kept(&self, now: i64) -> Kept {
        let Self::Hold(by, hold, with, service, from, length) = self else {
            panic!("{self:?} is no hold");
        };
        Kept {
            name: format!("h{hold}"),
            with: *with,
            service: *service,
            from: from * 15,
            until: (from + length) * 15,
            by: *by,
            expires: now + 180,
        }
    }
}
