use expect_test::expect;

use crate::check;

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
