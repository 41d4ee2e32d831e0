//! Whatever is asked of a small clinic, in whatever order, by whomever: the rules and the model say
//! the same, and what is written keeps the engine's constraints ([`World::run`] asserts them).

use frontdesk_domain::command::*;
use frontdesk_domain::*;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};

use crate::model::{CLASS, Kept, Model, Visit, Who, services};
use crate::random::decided_on_both;
use crate::wish::{Wish, command, wish};
use crate::world::{MONDAY, World, actor, day, name, service, utc};

const SERVICES: [&str; 6] = ["S", "B", "C", "W", "A", "U"];
pub(crate) const PATIENTS: usize = 12;

/// 400 clinics with 50 wishes each are 20,000; `FRONTDESK_LONG=1` makes a million of them, with
/// another seed each time.
fn budget() -> Config {
    let long = std::env::var_os("FRONTDESK_LONG").is_some_and(|value| value == "1");
    Config {
        cases: if long { 20_000 } else { 400 },
        rng_seed: if long {
            RngSeed::Random
        } else {
            RngSeed::Fixed(7)
        },
        failure_persistence: None,
        max_shrink_iters: 4_096,
        ..Config::default()
    }
}

/// The clinic of the model, which may never close.
fn clinic(capacity: u16, always: bool) -> World {
    let mut world = World::new();
    world.facts.zone = ClinicZone::named("UTC").unwrap();
    let rows = services(capacity.into());
    for (index, (minutes, before, after, seats, warn, approval)) in rows.into_iter().enumerate() {
        let short = |minutes: i32| u16::try_from(minutes).unwrap();
        let seats = u16::try_from(seats).unwrap();
        world.add_service(Service {
            buffer_before_minutes: short(before),
            buffer_after_minutes: short(after),
            capacity: if index == CLASS { seats } else { 1 },
            needs_approval: approval,
            overlap_policy: match (warn, SERVICES[index]) {
                (true, _) => OverlapPolicy::Warn,
                (false, "U") => OverlapPolicy::UpTo(seats),
                (false, _) => OverlapPolicy::Exclusive,
            },
            ..service(SERVICES[index], short(minutes))
        });
    }
    world.room("R1", 1);
    world.room("R2", 2);
    for patient in 0..PATIENTS {
        world.patient(&patient.to_string());
    }
    for who in ["P1", "P2"] {
        let practitioner_id = world.practitioner(who);
        let mut schedule = world.schedule(practitioner_id);
        schedule.valid_from = day(MONDAY);
        schedule.valid_until = Some(day("2027-01-10"));
        let (from, until) = if always {
            ("00:00", "24:00")
        } else {
            ("08:00", "20:00")
        };
        schedule.blocks = (1..=if always { 7 } else { 3 })
            .map(|weekday| ScheduleBlock {
                week: 0,
                weekday,
                from: from.parse().unwrap(),
                until: until.parse().unwrap(),
                location_id: None,
                service_ids: None,
            })
            .collect();
        world.facts.schedules.push(schedule);
    }
    world.now = utc("2027-01-04T07:00:00Z");
    world
}

fn model(capacity: u16, always: bool) -> Model {
    Model {
        always,
        services: services(capacity.into()),
        now: 7 * 3600,
        visits: Vec::new(),
        kept: Vec::new(),
    }
}

pub(crate) fn who(by: Who) -> Actor {
    actor(match by {
        Who::Rita => "rita",
        Who::Otto => "otto",
        Who::Boss => "boss",
        Who::Own => "P1",
    })
}

/// The visits and holds of the clinic in the model's words, in no order.
fn seen(world: &World) -> (Vec<Visit>, Vec<Kept>) {
    let minutes = |at: Timestamp| {
        let since = at - utc("2027-01-04T00:00:00Z");
        i32::try_from(since.num_minutes()).unwrap()
    };
    let number = |id: uuid::Uuid| name(id)[1..].parse::<usize>().unwrap() - 1;
    let visits = world.facts.appointments.values().map(|row| Visit {
        name: name(row.appointment_id.0),
        with: number(row.practitioner_id.0),
        patient: name(row.patient_id.0).parse().unwrap(),
        service: SERVICES
            .iter()
            .position(|s| *s == name(row.service_id.0))
            .unwrap(),
        room: row.location_id.map(|id| number(id.0)),
        from: minutes(row.starts_at),
        until: minutes(row.ends_at),
        before: row.buffer_before_minutes.into(),
        after: row.buffer_after_minutes.into(),
        path: row.status_path.clone(),
        status: row.status,
        series: row.series_id.map(|id| name(id.0)),
        broken: row
            .overridden
            .iter()
            .flat_map(|o| o.rules.clone())
            .collect(),
    });
    let kept = world.facts.holds.iter().map(|row| Kept {
        name: name(row.hold_id.0),
        with: number(row.practitioner_id.0),
        service: None,
        from: minutes(row.starts_at),
        until: minutes(row.ends_at),
        by: match row.user_name.as_str() {
            "rita" => Who::Rita,
            "otto" => Who::Otto,
            "boss" => Who::Boss,
            _ => Who::Own,
        },
        expires: (row.expires_at - utc("2027-01-04T00:00:00Z")).num_seconds(),
    });
    let (mut visits, mut kept) = (visits.collect::<Vec<_>>(), kept.collect::<Vec<_>>());
    visits.sort_by(|a, b| a.name.cmp(&b.name));
    kept.sort_by(|a, b| a.name.cmp(&b.name));
    (visits, kept)
}

fn assert_same(world: &World, model: &Model, after: &Wish) {
    let (mut visits, mut kept) = (model.visits.clone(), model.kept.clone());
    visits.sort_by(|a, b| a.name.cmp(&b.name));
    kept.sort_by(|a, b| a.name.cmp(&b.name));
    assert_eq!(seen(world), (visits, kept), "after {after:?}");
}

fn names(world: &World) -> Vec<String> {
    let ids = world.facts.appointments.keys();
    ids.map(|id| name(id.0)).collect()
}

/// One wish, asked of both.
fn ask(world: &mut World, model: &mut Model, wish: &Wish, index: usize) {
    if let Wish::Pass(seconds) = wish {
        world.pass(chrono::TimeDelta::seconds(*seconds));
        model.now += seconds;
        let now = model.now;
        model.kept.retain(|kept| kept.expires > now);
        return;
    }
    let (outcome, expected) = if let Wish::Hold(by, hold, ..) = wish {
        let row = wish.hold(world);
        let outcome = world.hold(&row, wish.service(), &who(*by)).map(|_| ());
        let kept = Kept {
            name: format!("h{hold}"),
            ..wish.kept(model.now)
        };
        (outcome, model.keep(kept).map_err(|reason| vec![reason]))
    } else {
        let names = names(world);
        let (command, by) = command(wish, index, &names);
        let before = row_of(world, &command);
        let outcome = world.run(&command, &who(by), None).map(|_| ());
        if let Some(was) = before {
            assert_undone(&was, world);
        }
        (outcome, model.ask(wish, index, &names))
    };
    let outcome = outcome.map_err(|refusal| told(&refusal));
    assert_eq!(outcome, expected, "{wish:?} at {}", world.now);
    assert_same(world, model, wish);
}

/// The reason of a refusal, or all of them where several visits were decided.
fn told(refusal: &Refusal) -> Vec<Reason> {
    if refusal.fates.is_empty() {
        return vec![refusal.reason];
    }
    let reasons: Vec<_> = refusal
        .fates
        .iter()
        .filter_map(|fate| fate.reason)
        .collect();
    assert_eq!(
        reasons[0], refusal.reason,
        "the first bad fate is the refusal's"
    );
    reasons
}

/// The visit whose status a command steps on.
fn row_of(world: &World, command: &Command) -> Option<Appointment> {
    let (_, id) = command
        .step()
        .filter(|(step, _)| *step != AppointmentStep::Undo)?;
    world.facts.appointments.get(&id).cloned()
}

/// A step that was taken can be taken back, and then everything is as before; a cancelled visit only
/// where its place is free.
fn assert_undone(was: &Appointment, after: &World) {
    let appointment_id = was.appointment_id;
    let is = &after.facts.appointments[&appointment_id];
    if was.status == is.status {
        return;
    }
    let undo = Command::UndoStatus(StepAppointment {
        appointment_id,
        reason: None,
    });
    let mut world = after.clone();
    if let Err(refusal) = world.run(&undo, &actor("boss"), None) {
        assert!(!is.status.occupies(), "{refusal:?}");
        return;
    }
    let now = &world.facts.appointments[&appointment_id];
    let same = Appointment {
        version: was.version,
        taken_by: was.taken_by,
        taken_by_name: was.taken_by_name.clone(),
        taken_at: was.taken_at,
        overridden: was.overridden.clone(),
        ..now.clone()
    };
    assert_eq!(same, *was);
}

#[test]
fn the_rules_and_the_plain_model_say_the_same() {
    let wishes = prop::collection::vec(wish(), 50);
    let mut runner = TestRunner::new(budget());
    let mut count = std::cell::Cell::new((0u32, 0u32));
    let outcome = runner.run(
        &(1..=8u16, any::<bool>(), wishes),
        |(capacity, always, wishes)| {
            let (mut world, mut model) = (clinic(capacity, always), model(capacity, always));
            for (index, wish) in wishes.iter().enumerate() {
                let seq = world.seq;
                ask(&mut world, &mut model, wish, index);
                let (asked, applied) = count.get();
                count.set((asked + 1, applied + u32::from(world.seq > seq)));
            }
            Ok(())
        },
    );
    outcome.unwrap();
    let (asked, applied) = *count.get_mut();
    assert!(asked >= 20_000, "{asked} wishes");
    assert!(
        applied * 5 > asked,
        "only {applied} of {asked} were applied"
    );
}

proptest! {
    #![proptest_config(Config { cases: 64, ..budget() })]

    #[test]
    fn what_the_steps_of_loading_name_is_enough(
        capacity in 1..=4u16,
        always: bool,
        wishes in prop::collection::vec(wish(), 40),
    ) {
        let mut world = clinic(capacity, always);
        for (index, wish) in wishes.iter().enumerate() {
            if let Wish::Pass(seconds) = wish {
                world.pass(chrono::TimeDelta::seconds(*seconds));
            } else if let Wish::Hold(by, ..) = wish {
                drop(world.hold(&wish.hold(&world), wish.service(), &who(*by)));
            } else {
                let (command, by) = command(wish, index, &names(&world));
                let [on_few, on_all] = decided_on_both(&world, &command, &who(by));
                prop_assert_eq!(on_few, on_all, "{:?}", wish);
                drop(world.run(&command, &who(by), None));
            }
        }
    }

    #[test]
    fn a_series_is_what_its_visits_are_one_by_one(
        capacity in 1..=3u16,
        wishes in prop::collection::vec(wish(), 30),
        series in crate::wish::series(),
    ) {
        let mut world = clinic(capacity, false);
        for (index, wish) in wishes.iter().enumerate().filter(|(_, wish)| wish.is_command()) {
            let (command, by) = command(wish, index, &names(&world));
            drop(world.run(&command, &who(by), None));
        }
        let (command, by) = command(&series, 99, &[]);
        let Command::BookSeries(all) = &command else { panic!("a series is asked for") };
        let mut singly = world.clone();
        let outcome = world.run(&command, &who(by), None);
        let reasons: Vec<_> = all.visits.iter().map(|visit| {
            let book = Command::BookAppointment(BookAppointment {
                appointment_id: visit.appointment_id,
                patient_id: all.patient_id,
                practitioner_id: visit.practitioner_id,
                service_id: all.service_id,
                location_id: visit.location_id,
                starts_at: visit.starts_at.unwrap(),
                ends_at: visit.ends_at,
                notes: None,
                overriding: all.overriding.clone(),
            });
            singly.run(&book, &who(by), None).err().map(|refusal| refusal.reason)
        }).collect();
        match outcome {
            Ok(_) => {
                prop_assert!(reasons.iter().all(Option::is_none));
                for visit in &all.visits {
                    let row = |world: &World| Appointment {
                        series_id: None,
                        version: 0,
                        ..world.facts.appointments[&visit.appointment_id].clone()
                    };
                    prop_assert_eq!(row(&world), row(&singly));
                }
            }
            Err(refusal) if refusal.fates.is_empty() => {
                prop_assert_eq!(reasons[0], Some(refusal.reason));
            }
            Err(refusal) => {
                let fates: Vec<_> = refusal.fates.iter().map(|fate| fate.reason).collect();
                prop_assert_eq!(fates, reasons);
            }
        }
    }
}
