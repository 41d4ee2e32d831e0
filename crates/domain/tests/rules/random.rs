//! Random clinics and what is asked of them.

use chrono::TimeDelta;
use frontdesk_domain::command::{
    BookAppointment, CancelAppointment, RescheduleAppointment, SeriesScope,
};
use frontdesk_domain::decide::{Decided, Wanted, needs, needs_given};
use frontdesk_domain::*;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::brute;
use crate::world::{MONDAY, World, day, decide_seeing, id, receptionist, service};

/// So many cases, always the same ones; with `FRONTDESK_LONG=1` a hundred times as many, and others each
/// time.
pub(crate) fn cases(usual: u32) -> ProptestConfig {
    let long = std::env::var_os("FRONTDESK_LONG").is_some_and(|value| value == "1");
    ProptestConfig {
        cases: if long { 100 * usual } else { usual },
        rng_seed: if long {
            RngSeed::Random
        } else {
            RngSeed::Fixed(7)
        },
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

pub(crate) const PRACTITIONERS: [&str; 2] = ["P1", "P2"];
pub(crate) const SERVICES: [&str; 4] = ["S", "B", "C", "U"];
/// Random times are multiples of this many minutes; the grid is another.
pub(crate) const STEP: u16 = 15;

/// A wish, by numbers: what to do, with whom, what, when (steps from Monday's midnight), for whom,
/// where, and whether to give an end.
pub(crate) type Step = (u8, usize, usize, u16, u8, u8, Option<u16>);
/// A block: practitioner, weekday, from and length in steps, week of two, room, only which service.
pub(crate) type Block = (usize, u8, u16, u16, u16, u8, u8);
/// An exception: kind, whose, from and length in steps.
type Deviation = (u8, usize, u16, u16);

pub(crate) fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = (
        0..6u8,
        0..2usize,
        0..4usize,
        20..80u16,
        0..6u8,
        0..4u8,
        prop::option::of(1..8u16),
    );
    prop::collection::vec(step, 1..40)
}

pub(crate) fn clinic() -> impl Strategy<Value = World> {
    let block = (
        0..2usize,
        1..4u8,
        24..72u16,
        4..40u16,
        0..2u16,
        0..4u8,
        0..8u8,
    );
    let deviation = (0..3u8, 0..3usize, 0..190u16, 1..60u16);
    (
        prop::collection::vec(block, 1..8),
        prop::collection::vec(deviation, 0..4),
        prop::sample::select(vec![15u16, 20, 30]),
    )
        .prop_map(|(blocks, deviations, grid)| build(&blocks, &deviations, grid))
}

pub(crate) fn build(blocks: &[Block], deviations: &[Deviation], grid_minutes: u16) -> World {
    let mut world = World::new();
    world.facts.grid_minutes = grid_minutes;
    world.add_service(Service {
        buffer_before_minutes: 10,
        buffer_after_minutes: 15,
        ..service("B", 45)
    });
    world.add_service(Service {
        capacity: 3,
        buffer_after_minutes: 5,
        ..service("C", 60)
    });
    world.add_service(Service {
        overlap_policy: OverlapPolicy::UpTo(2),
        ..service("U", 20)
    });
    world.room("R1", 1);
    world.room("R2", 2);
    for who in PRACTITIONERS {
        let practitioner_id = world.practitioner(who);
        let mut schedule = world.schedule(practitioner_id);
        schedule.cycle_weeks = 2;
        let own = blocks.iter().filter(|block| PRACTITIONERS[block.0] == who);
        schedule.blocks = own.map(weekly).collect();
        world.facts.schedules.push(schedule);
    }
    for (index, deviation) in deviations.iter().enumerate() {
        let exception = exception(index, deviation);
        world.facts.exceptions.push(exception);
    }
    world
}

pub(crate) fn weekly(&(_, weekday, from, length, week, room, only): &Block) -> ScheduleBlock {
    let time = |steps: u16| WallTime::from_minutes((steps * STEP).min(24 * 60)).unwrap();
    ScheduleBlock {
        week,
        weekday,
        from: time(from),
        until: time(from + length),
        location_id: room_of(room),
        service_ids: (only == 0).then(|| vec![id(b's', "S"), id(b's', "C")]),
    }
}

fn exception(index: usize, &(kind, whose, from, length): &Deviation) -> Exception {
    let at = |steps: u16| {
        let midnight = day(MONDAY).and_time(chrono::NaiveTime::MIN);
        WallDateTime(midnight + TimeDelta::minutes(i64::from(steps * STEP)))
    };
    Exception {
        exception_id: id(b'x', &format!("x{index}")),
        practitioner_id: PRACTITIONERS.get(whose).map(|name| id(b'P', name)),
        kind: [
            ExceptionKind::TimeOff,
            ExceptionKind::Closure,
            ExceptionKind::ExtraHours,
        ][usize::from(kind)],
        from: at(from),
        until: at(from + length),
        reason: String::new(),
        version: 0,
    }
}

fn room_of(number: u8) -> Option<LocationId> {
    match number {
        1 => Some(id(b'R', "R1")),
        2 => Some(id(b'R', "R2")),
        _ => None,
    }
}

pub(crate) fn command(world: &mut World, index: usize, step: &Step) -> Command {
    let &(verb, who, what, when, patient, room, length) = step;
    let at = |steps: u16| world.at(day(MONDAY), u32::from(steps * STEP));
    let (starts_at, ends_at) = (at(when), length.map(|steps| at(when + steps)));
    let appointment_id = id(
        b'v',
        &format!("v{}", usize::from(patient) * 3 % (index + 1)),
    );
    match verb {
        0 => Command::CancelAppointment(CancelAppointment {
            appointment_id,
            reason: CancelReason::Clinic,
            note: None,
            scope: SeriesScope::This,
        }),
        1 => Command::RescheduleAppointment(RescheduleAppointment {
            appointment_id,
            starts_at,
            ends_at,
            practitioner_id: (room > 0).then(|| id(b'P', PRACTITIONERS[who])),
            location_id: room_of(room),
            overriding: None,
            scope: SeriesScope::This,
        }),
        _ => Command::BookAppointment(BookAppointment {
            appointment_id: id(b'v', &format!("v{index}")),
            patient_id: world.patient(&format!("p{patient}")),
            practitioner_id: id(b'P', PRACTITIONERS[who]),
            service_id: id(b's', SERVICES[what]),
            location_id: room_of(room),
            starts_at,
            ends_at,
            notes: None,
            overriding: None,
        }),
    }
}

/// Runs the steps; [`World::run`] asserts the engine's constraints after each.
pub(crate) fn live(world: &mut World, steps: &[Step]) {
    for (index, step) in steps.iter().enumerate() {
        let command = command(world, index, step);
        let before = world.facts.appointments.clone();
        if let Err(refusal) = world.run(&command, &receptionist("rita"), None) {
            assert_eq!(before, world.facts.appointments);
            assert_fair(world, &command, &refusal);
        }
    }
}

/// What is decided on just the facts that the steps of loading ask for, and what on everything.
pub(crate) fn decided_on_both(
    world: &World,
    command: &Command,
    by: &Actor,
) -> [Result<Decided, Refusal>; 2] {
    let wanted = Wanted {
        command,
        by,
        base_version: None,
    };
    let mut few = lean(world, command);
    let mut load = |few: &mut ClinicFacts, need: &ResourceNeed| {
        let sits = world
            .occupancy
            .iter()
            .filter(|row| row.resource_id == need.resource_id && row.during.overlaps(&need.during));
        for row in sits {
            let visit = &world.facts.appointments[&row.appointment_id];
            few.appointments.insert(row.appointment_id, visit.clone());
            let seats = world.facts.seats.iter();
            few.seats
                .extend(seats.filter(|((id, _), _)| *id == row.appointment_id));
        }
    };
    let on_few = decide_seeing(&wanted, &mut few, world.now, &mut load);
    let mut all = world.facts.clone();
    [
        on_few,
        decide_seeing(&wanted, &mut all, world.now, &mut |_, _| {}),
    ]
}

/// Just the facts that the first two steps of loading ask for, as an engine would load them.
fn lean(world: &World, command: &Command) -> ClinicFacts {
    let named = needs(command);
    let mut lean = world.facts.clone();
    let all = std::mem::take(&mut lean.appointments);
    let series_of = named.series_of.and_then(|id| all.get(&id)?.series_id);
    let mut load = |suits: &dyn Fn(&Appointment) -> bool| {
        let rows = all.iter().filter(|(_, visit)| suits(visit));
        lean.appointments
            .extend(rows.map(|(id, visit)| (*id, visit.clone())));
    };
    load(&|visit| {
        let of_series = visit.series_id.is_some()
            && (visit.series_id == named.series || visit.series_id == series_of);
        of_series || named.appointments.contains(&visit.appointment_id)
    });
    lean.patients.retain(|id, _| named.patients.contains(id));
    let places = needs_given(command, None, &lean).places;
    lean.appointments
        .extend(all.into_iter().filter(|(_, visit)| {
            visit.status.occupies()
                && places.iter().any(|place| {
                    let theirs = visit.practitioner_id == place.practitioner_id
                        || visit.location_id.is_some()
                        || Some(visit.patient_id) == place.patient_id;
                    theirs && visit.occupied().overlaps(&place.during)
                })
        }));
    lean.holds.retain(|hold| {
        places.iter().any(|place| {
            hold.practitioner_id == place.practitioner_id && hold.during().overlaps(&place.during)
        })
    });
    lean.seats
        .retain(|(id, _), _| lean.appointments.contains_key(id));
    lean
}

/// Other desks keep slots: practitioner, from and length in steps.
pub(crate) fn holds() -> impl Strategy<Value = Vec<(usize, u16, u16)>> {
    prop::collection::vec((0..2usize, 20..80u16, 1..5u16), 0..5)
}

/// Puts the holds down, over visits and over each other too.
pub(crate) fn keep(world: &mut World, holds: &[(usize, u16, u16)]) {
    let at = |steps: u16| world.at(day(MONDAY), u32::from(steps * STEP));
    let otto = receptionist("otto");
    let rows = holds.iter().enumerate();
    let rows = rows.map(|(index, (who, from, length))| Hold {
        hold_id: id(b'H', &format!("h{index}")),
        practitioner_id: id(b'P', PRACTITIONERS[*who]),
        starts_at: at(*from),
        ends_at: at(from + length),
        user_id: otto.user_id,
        user_name: otto.name.clone(),
        device_id: otto.device_id,
        expires_at: world.now + TimeDelta::seconds(180),
        version: 1,
    });
    world.facts.holds = rows.collect();
}

/// I22: who is refused for lack of room would have been one too many.
fn assert_fair(world: &World, command: &Command, refusal: &Refusal) {
    let Command::BookAppointment(book) = command else {
        return;
    };
    let service = &world.facts.services[&book.service_id];
    let minutes = TimeDelta::minutes(service.duration_minutes.into());
    let visit = Interval::new(
        book.starts_at,
        book.ends_at.unwrap_or(book.starts_at + minutes),
    );
    let occupied = visit.widened(service.buffer_before_minutes, service.buffer_after_minutes);
    let minutes_of = |during: Interval| {
        (0..during.minutes()).map(move |m| during.starts_at + TimeDelta::minutes(m))
    };
    let with = |visit: &Appointment| visit.practitioner_id == book.practitioner_id;
    let one_too_many = match refusal.reason {
        Reason::SlotTaken => minutes_of(occupied).any(|at| brute::count(world, at, with) > 0),
        Reason::CapacityFull => {
            let capacity = usize::from(service.class_capacity().unwrap());
            minutes_of(occupied).any(|at| brute::count(world, at, with) >= capacity)
        }
        Reason::PatientBusy => minutes_of(visit).any(|at| {
            brute::count(world, at, |v| {
                v.patient_id == book.patient_id && v.during().has(at)
            }) > 0
        }),
        Reason::LocationBusy => world.facts.locations.values().any(|room| {
            let here = |visit: &Appointment| visit.location_id == Some(room.location_id);
            minutes_of(occupied)
                .any(|at| brute::count(world, at, here) >= usize::from(room.capacity))
        }),
        Reason::OutsideSchedule
        | Reason::InPast
        | Reason::DstGap
        | Reason::DstFold
        | Reason::OffGrid
        | Reason::IllegalStatus
        | Reason::StaleVersion
        | Reason::Dependency
        | Reason::UnknownId
        | Reason::Invalid
        | Reason::Forbidden => true,
    };
    assert!(
        one_too_many,
        "{command:?} was refused without need: {refusal:?}"
    );
}

/// Practitioners work round the clock; visits of a class come and go, every third of them in a room
/// for two, and what there is room for is booked on just the facts that are asked for.
pub(crate) fn crowd(steps: &[(bool, u16, u16, usize)]) {
    let days = (0..2).flat_map(|who| (1..=7).map(move |weekday| (who, weekday, 0, 96, 0, 0, 1)));
    let mut world = build(&days.collect::<Vec<_>>(), &[], 15);
    for schedule in &mut world.facts.schedules {
        schedule.cycle_weeks = 1;
    }
    for (index, (stays, from, length, other)) in steps.iter().enumerate() {
        let at = |steps: u16| world.at(day(MONDAY), u32::from(steps * STEP));
        let book = BookAppointment {
            appointment_id: id(b'v', &format!("v{index}")),
            patient_id: id(b'p', &format!("p{index}")),
            practitioner_id: id(b'P', PRACTITIONERS[index % 2]),
            service_id: id(b's', "C"),
            location_id: (index % 3 == 0).then(|| id(b'R', "R2")),
            starts_at: at(*from),
            ends_at: Some(at(from + length)),
            notes: None,
            overriding: None,
        };
        let cancel = CancelAppointment {
            appointment_id: id(b'v', &format!("v{}", other % (index + 1))),
            reason: CancelReason::Patient,
            note: None,
            scope: SeriesScope::This,
        };
        world.patient(&format!("p{index}"));
        let command = if *stays {
            Command::BookAppointment(book)
        } else {
            Command::CancelAppointment(cancel)
        };
        let [on_few, on_all] = decided_on_both(&world, &command, &receptionist("rita"));
        assert_eq!(on_few, on_all, "{command:?}");
        if let Err(refusal) = world.run(&command, &receptionist("rita"), None) {
            assert_fair(&world, &command, &refusal);
        }
    }
}
