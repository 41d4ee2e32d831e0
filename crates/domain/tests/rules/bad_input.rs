use chrono::{DateTime, TimeDelta, Utc};
use frontdesk_domain::command::{BookAppointment, RescheduleAppointment, SeriesScope};
use frontdesk_domain::decide::{Wanted, needs, needs_given, preview};
use frontdesk_domain::{Actor, Command, Interval, Reason, Timestamp};

use crate::tell;
use crate::world::{World, id, receptionist, utc};

fn rita() -> Actor {
    receptionist("rita")
}

/// P1 works around the clock, every day.
fn always() -> World {
    let mut world = World::new();
    let practitioner_id = world.practitioner("P1");
    let mut schedule = world.schedule(practitioner_id);
    schedule.valid_from = chrono::NaiveDate::MIN;
    schedule.blocks = (1..=7)
        .map(|weekday| frontdesk_domain::ScheduleBlock {
            week: 0,
            weekday,
            from: "00:00".parse().unwrap(),
            until: "24:00".parse().unwrap(),
            location_id: None,
            service_ids: None,
        })
        .collect();
    world.facts.schedules.push(schedule);
    world.patient("ann");
    world
}

fn book(starts_at: Timestamp, ends_at: Option<Timestamp>) -> Command {
    Command::BookAppointment(BookAppointment {
        appointment_id: id(b'v', "v1"),
        patient_id: id(b'p', "ann"),
        practitioner_id: id(b'P', "P1"),
        service_id: id(b's', "S"),
        location_id: None,
        starts_at,
        ends_at,
        notes: None,
        overriding: None,
    })
}

fn refused(command: &Command) -> (Reason, Option<String>) {
    let refusal = always().run(command, &rita(), None).unwrap_err();
    (refusal.reason, refusal.field)
}

fn invalid(field: &str) -> (Reason, Option<String>) {
    (Reason::Invalid, Some(field.to_owned()))
}

#[test]
fn instants_that_cannot_be_stored_are_refused() {
    let later = utc("2027-01-04T09:00:00Z");
    for absurd in [
        DateTime::<Utc>::MIN_UTC,
        DateTime::<Utc>::MAX_UTC,
        utc("+12000-01-01T00:00:00Z"),
        utc("2027-06-30T23:59:60Z"),
        utc("2027-01-04T09:30:00.0005Z"),
    ] {
        assert_eq!(
            refused(&book(absurd, None)),
            invalid("starts_at"),
            "{absurd}"
        );
        assert_eq!(
            refused(&book(later, Some(absurd))),
            invalid("ends_at"),
            "{absurd}"
        );
    }
}

#[test]
fn lengths_are_whole_minutes_up_to_a_day() {
    let start = utc("2027-01-04T09:00:00Z");
    let after = |seconds| Some(start + TimeDelta::seconds(seconds));
    for seconds in [0, -60, 59, 61, 24 * 3600 + 60] {
        assert_eq!(
            refused(&book(start, after(seconds))),
            invalid("ends_at"),
            "{seconds}"
        );
    }
    let nanosecond = Some(start + TimeDelta::minutes(30) + TimeDelta::nanoseconds(1));
    assert_eq!(refused(&book(start, nanosecond)), invalid("ends_at"));
    for seconds in [60, 24 * 3600] {
        assert!(
            always()
                .run(&book(start, after(seconds)), &rita(), None)
                .is_ok()
        );
    }
}

#[test]
fn a_start_between_two_seconds_is_off_the_grid() {
    let start = utc("2027-01-04T09:00:00.001Z");
    assert_eq!(refused(&book(start, None)).0, Reason::OffGrid);
    assert_eq!(
        refused(&book(utc("2027-01-04T09:00:01Z"), None)).0,
        Reason::OffGrid
    );
}

#[test]
fn notes_have_a_limit_in_characters() {
    let noted = |length| {
        let Command::BookAppointment(book) = book(utc("2027-01-04T09:00:00Z"), None) else {
            unreachable!()
        };
        let notes = Some("ä".repeat(length));
        Command::BookAppointment(BookAppointment { notes, ..book })
    };
    assert_eq!(refused(&noted(2_001)), invalid("notes"));
    assert!(always().run(&noted(2_000), &rita(), None).is_ok());
}

#[test]
fn a_move_to_an_absurd_time_is_refused() {
    let mut world = always();
    world
        .run(&book(utc("2027-01-04T09:00:00Z"), None), &rita(), None)
        .unwrap();
    for starts_at in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
        let command = Command::RescheduleAppointment(RescheduleAppointment {
            appointment_id: id(b'v', "v1"),
            starts_at,
            ends_at: None,
            practitioner_id: None,
            location_id: None,
            overriding: None,
            scope: SeriesScope::This,
        });
        let refusal = world.run(&command, &rita(), None).unwrap_err();
        assert_eq!(refusal.field.as_deref(), Some("starts_at"));
    }
}

#[test]
fn needs_hold_what_a_visit_may_meet_and_stay_small_when_more_is_known() {
    let world = always();
    let start = utc("2027-01-04T09:00:00Z");
    let command = book(start, None);
    let visit = Interval::new(start, start + TimeDelta::minutes(30));
    let (named, given) = (needs(&command), needs_given(&command, None, &world.facts));
    assert_eq!(named.patients, [id(b'p', "ann")]);
    assert_eq!((named.appointments.len(), named.places.len()), (1, 0));
    let [place] = given.places[..] else {
        panic!("one place is asked for: {given:?}");
    };
    assert_eq!(place.during, visit);
    assert_eq!(place.patient_id, Some(id(b'p', "ann")));
    for absurd in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
        for ends_at in [None, Some(absurd)] {
            let during = needs_given(&book(absurd, ends_at), None, &world.facts).places[0].during;
            assert!(during.starts_at <= absurd && absurd <= during.ends_at);
        }
    }
}

#[test]
fn a_desk_is_only_warned_about_the_past() {
    let world = always();
    let by = rita();
    let command = book(utc("2027-01-02T09:00:00Z"), None);
    let wanted = Wanted {
        command: &command,
        by: &by,
        base_version: None,
    };
    let preview = preview(&wanted, &world.facts, world.now);
    assert!(preview.in_past && preview.outcome.is_ok());
    assert_eq!(refused(&command).0, Reason::InPast);
}

#[test]
fn a_grid_of_zero_and_a_cycle_of_zero_weeks_do_no_harm() {
    let said = tell::tell("/0m; P1 Mon 9-9:03 week 0/0; service T 1m; show T");
    assert!(said.contains("09:00 09:01 09:02"), "{said}");
}
