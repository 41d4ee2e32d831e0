use expect_test::expect;
use frontdesk_domain::alternatives::{SlotWish, near, span};
use frontdesk_domain::command::BookAppointment;
use frontdesk_domain::{Command, Interval};

use crate::check;
use crate::world::{World, id, utc};

#[test]
fn the_nearest_come_first_and_the_same_practitioner_before_others() {
    check(
        "P1 Mon 9-12; P2 Mon 9-10; P3 Mon 11-12; booked P1 10; instead P1 10; show P1",
        expect![[r#"
            instead P1 10 → P1 Mon 4 09:30, P1 Mon 4 10:30, P1 Mon 4 09:00, P2 Mon 4 09:30, P2 Mon 4 09:00, P3 Mon 4 11:00
            P1 Mon
              works  09:00–12:00
              busy   10:00–10:30
              free   09:00 09:30 10:30 11:00 11:30
        "#]],
    );
}

#[test]
fn other_days_are_searched_when_the_day_is_full() {
    check(
        "P1 Mon 9-10; P1 Wed 9-10; P1 Fri 9-10; booked 9; booked 9:30; instead 9; show",
        expect![[r#"
            instead 9 → P1 Wed 6 09:00, P1 Wed 6 09:30, P1 Fri 8 09:00
            P1 Mon
              works  09:00–10:00
              busy   09:00–10:00
              free
        "#]],
    );
}

#[test]
fn nothing_is_offered_after_two_weeks_or_in_the_past() {
    check(
        "P1 Mon 9-10 from 2027-01-18; now Mon 8; instead Mon 8:30; instead Mon 9:30
         now 2027-01-18 9:10; instead 2027-01-18 9; instead Mon 8:30; show",
        expect![[r#"
            instead Mon 8:30 →
            instead Mon 9:30 → P1 Mon 18 09:00
            instead 2027-01-18 9 → P1 Mon 18 09:30, P1 Mon 25 09:00, P1 Mon 25 09:30
            instead Mon 8:30 → P1 Mon 18 09:30, P1 Mon 25 09:00, P1 Mon 25 09:30
            P1 Mon
              free
        "#]],
    );
}

#[test]
fn nothing_is_offered_while_the_patient_is_busy() {
    check(
        "P1 Mon 9-11; P2 Mon 9-11; booked P2 9-10 for ann; booked P1 10 for bob
         instead P1 10 for ann; show P1",
        expect![[r#"
            instead P1 10 for ann → P1 Mon 4 10:30, P1 Mon 11 09:00, P1 Mon 11 09:30, P2 Mon 4 10:00, P2 Mon 4 10:30, P2 Mon 11 09:00
            P1 Mon
              works  09:00–11:00
              busy   10:00–10:30
              free   09:00 09:30 10:30
        "#]],
    );
}

#[test]
fn a_visit_that_moves_is_not_in_its_own_way_and_keeps_its_length() {
    check(
        "P1 Mon 9-11; booked 9-10; instead 9:30 not v1; instead 9:30; show",
        expect![[r#"
            instead 9:30 not v1 → P1 Mon 4 10:00, P1 Mon 11 09:00, P1 Mon 11 09:30
            instead 9:30 → P1 Mon 4 10:00, P1 Mon 4 10:30, P1 Mon 11 09:00
            P1 Mon
              works  09:00–11:00
              busy   09:00–10:00
              free   10:00 10:30
        "#]],
    );
}

#[test]
fn a_wish_is_read_from_its_command() {
    let mut world = World::new();
    world.practitioner("P1");
    let book = BookAppointment {
        appointment_id: id(b'v', "v1"),
        patient_id: id(b'p', "ann"),
        practitioner_id: id(b'P', "P1"),
        service_id: id(b's', "S"),
        location_id: None,
        starts_at: utc("2027-01-04T08:00:00Z"),
        ends_at: Some(utc("2027-01-04T09:00:00Z")),
        notes: None,
        overriding: None,
    };
    let wish = SlotWish::behind(&Command::BookAppointment(book.clone()), &world.facts).unwrap();
    assert_eq!(
        (wish.starts_at, wish.ends_at),
        (book.starts_at, book.ends_at)
    );
    assert_eq!(wish.patient_id, Some(book.patient_id));
    assert!(SlotWish::behind(&Command::Noop(Default::default()), &world.facts).is_none());
}

#[test]
fn the_span_holds_every_visit_that_alternatives_may_meet() {
    let (now, starts_at) = (utc("2027-01-01T00:00:00Z"), utc("2027-01-10T10:00:00Z"));
    let reach = Interval::new(now, utc("2027-01-24T10:00:00Z").max(starts_at));
    assert!(span(starts_at, now).contains(&reach));
}

#[test]
fn an_absurd_wish_offers_nothing_and_does_not_fall_over() {
    let mut world = World::new();
    let practitioner_id = world.practitioner("P1");
    for starts_at in [
        chrono::DateTime::UNIX_EPOCH,
        chrono::DateTime::<chrono::Utc>::MAX_UTC,
        chrono::DateTime::<chrono::Utc>::MIN_UTC,
    ] {
        let wish = SlotWish {
            practitioner_id,
            service_id: id(b's', "S"),
            starts_at,
            ends_at: Some(chrono::DateTime::<chrono::Utc>::MAX_UTC),
            patient_id: None,
            ignoring: None,
        };
        assert!(near(&wish, &world.facts, world.now).is_empty());
    }
}
