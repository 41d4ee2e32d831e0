use std::fmt::Write as _;

use chrono::{NaiveTime, TimeDelta};
use expect_test::expect;
use frontdesk_domain::command::BookAppointment;
use frontdesk_domain::decide::Wanted;
use frontdesk_domain::{Command, LocationId};

use crate::check;
use crate::tell::tell_in;
use crate::world::{MONDAY, World, day, decide_seeing, id, receptionist};

#[test]
fn a_group_is_seated_anew_when_the_sweep_has_room() {
    // v1 sits on seat 1, v2 on seat 2, v3 on seat 1, v1 goes: 9:30–10:30 finds no single seat free
    // (v3 has 1 from 10, v2 has 2 until 10), though never more than one of them is there at once.
    check(
        "/30m; P1 Mon 9-12; service C 60m capacity 2
         book C 9-10 as v1; book C 9-10 as v2; book C 10-11 as v3; cancel v1; book C 9:30-10:30 as v4
         show C",
        expect![[r#"
            book C 9-10 as v1 → booked v1 09:00–10:00
            book C 9-10 as v2 → booked v2 09:00–10:00
            book C 10-11 as v3 → booked v3 10:00–11:00
            cancel v1 → cancelled v1 09:00–10:00
            book C 9:30-10:30 as v4 → booked v4 09:30–10:30, reseats v3
            P1 Mon
              works  09:00–12:00
              busy   09:00–11:00
              free   10:30 11:00
        "#]],
    );
}

#[test]
fn a_room_is_seated_anew_too() {
    check(
        "room R1 x2; P1 Mon 9-12; P2 Mon 9-12; P3 Mon 9-12; P4 Mon 9-12
         book P1 9-10 in R1; book P2 9-10 in R1; book P3 10-11 in R1; cancel v1
         book P4 9:30-10:30 in R1; book P1 9:30-10 in R1; book P1 9-9:30 in R1; show P4",
        expect![[r#"
            book P1 9-10 in R1 → booked v1 09:00–10:00 in R1
            book P2 9-10 in R1 → booked v2 09:00–10:00 in R1
            book P3 10-11 in R1 → booked v3 10:00–11:00 in R1
            cancel v1 → cancelled v1 09:00–10:00 in R1
            book P4 9:30-10:30 in R1 → booked v4 09:30–10:30 in R1, reseats v3
            book P1 9:30-10 in R1 → refused location_busy (location v4 09:30–10:30 by rita)
            book P1 9-9:30 in R1 → booked v5 09:00–09:30 in R1
            P4 Mon
              works  09:00–12:00
              busy   09:30–10:30
              free   09:00 10:30 11:00 11:30
        "#]],
    );
}

#[test]
fn a_moved_visit_gives_up_its_old_seat() {
    check(
        "P1 Mon 9-12; service C 60m capacity 2; book C 9; book C 9; move v1 9:30; book C 10:30
         move v2 9:30; book C 9:30; show C",
        expect![[r#"
            book C 9 → booked v1 09:00–10:00
            book C 9 → booked v2 09:00–10:00
            move v1 9:30 → booked v1 09:30–10:30
            book C 10:30 → booked v3 10:30–11:30
            move v2 9:30 → booked v2 09:30–10:30
            book C 9:30 → refused capacity_full (appointment v2 09:30–10:30 by rita)
            P1 Mon
              works  09:00–12:00
              busy   09:30–11:30
              free   10:30 11:00
        "#]],
    );
}

#[test]
fn a_group_is_seated_anew_however_long_it_hangs_together() {
    // 24 hours each, over five days: never more than two at once. Whoever moves up meets others, who
    // are looked at then.
    check(
        "zone UTC; /60m; room R1 x2; service E 1440m; P1 Mon-Sun 0-24; P2 Mon-Sun 0-24
         P3 Mon-Sun 0-24; now Mon 0
         booked P1 E Tue 12 in R1 as a; booked P2 E Mon 14 in R1 as l; booked P1 E Wed 13 in R1 as x
         booked P2 E Wed 12 in R1 as b; cancel x; booked P1 E Thu 11 in R1 as r
         book P3 E Wed 10 in R1 as c; book P3 E Thu 10 in R1 as d; show P3 Wed",
        expect![[r#"
            cancel x → cancelled x 13:00–13:00 in R1
            book P3 E Wed 10 in R1 as c → booked c 10:00–10:00 in R1, reseats b, reseats r
            book P3 E Thu 10 in R1 as d → refused location_busy (location r 11:00–11:00 by rita)
            P3 Wed
              works  00:00–00:00
              busy   10:00–00:00
              free   00:00 01:00 02:00 03:00 04:00 05:00 06:00 07:00 08:00 09:00
        "#]],
    );
}

#[test]
fn a_group_without_an_end_is_looked_at_for_a_month_or_two_and_the_visit_sits_above_the_rest() {
    for (days, others, seat) in [(1, 1, 2), (3, 3, 2), (20, 20, 2), (100, 0, 3)] {
        let (world, last) = chain(days);
        let wanted = Wanted {
            command: &last,
            by: &receptionist("rita"),
            base_version: None,
        };
        let mut rounds = 0;
        let mut facts = world.facts.clone();
        let decided = decide_seeing(&wanted, &mut facts, world.now, &mut |_, _| rounds += 1);
        let decided = decided.unwrap();
        let room = id::<LocationId>(b'R', "R1").into();
        let mut seats = decided
            .occupancy
            .iter()
            .filter(|row| row.resource_id == room);
        let own = seats.find(|row| row.appointment_id == id(b'v', "last"));
        assert_eq!(own.map(|row| row.seat), Some(seat), "{days} days");
        assert_eq!(decided.reseated.len(), 1 + others, "{days} days");
        assert!(rounds <= 6, "{rounds} rounds for {days} days");
    }
}

/// A room for two in which visits of a day each hang together for so many days, and one more that
/// fits in once each of them changes its seat.
fn chain(days: u16) -> (World, Command) {
    let mut story = "zone UTC; /60m; room R1 x2; service E 1440m
        P1 Mon-Sun 0-24; P2 Mon-Sun 0-24; P3 Mon-Sun 0-24; now Mon 0
        booked P1 E Mon 12 in R1 as v; booked P1 E Tue 13 in R1 as x
        booked P2 E Tue 12 in R1 as c0; cancel x"
        .to_owned();
    for n in 1..days {
        let at = day(MONDAY).and_time(NaiveTime::MIN) + TimeDelta::hours((36 + 23 * n).into());
        let who = ["P2", "P1"][usize::from(n % 2)];
        let at = at.format("%F %H:%M");
        write!(story, "; booked {who} E {at} in R1 as c{n}").unwrap();
    }
    let mut world = World::new();
    tell_in(&mut world, &story);
    let last = BookAppointment {
        appointment_id: id(b'v', "last"),
        patient_id: world.patient("last"),
        practitioner_id: id(b'P', "P3"),
        service_id: id(b's', "E"),
        location_id: Some(id(b'R', "R1")),
        starts_at: world.at(day(MONDAY), 34 * 60),
        ends_at: None,
        notes: None,
        overriding: None,
    };
    (world, Command::BookAppointment(last))
}
