use expect_test::expect;

use crate::check;

#[test]
fn a_held_slot_is_refused_to_other_desks_and_not_free() {
    check(
        "P1 Mon 9-11; hold h1 9 by rita; book 9 by otto; book 9:30 by otto; show
         book 9 by rita; show",
        expect![[r#"
            hold h1 9 by rita → held
            book 9 by otto → refused slot_taken (hold h1 09:00–09:30 by rita)
            book 9:30 by otto → booked v1 09:30–10:00
            P1 Mon
              works  09:00–11:00
              busy   09:00–10:00
              free   10:00 10:30
            book 9 by rita → booked v2 09:00–09:30, releases h1
            P1 Mon
              works  09:00–11:00
              busy   09:00–10:00
              free   10:00 10:30
        "#]],
    );
}

#[test]
fn a_booking_ends_the_holds_of_its_own_desk_on_the_slot() {
    check(
        "P1 Mon 9-12; hold h1 9 by rita; hold h2 11 by rita; book 9 by rita; book 11 by otto
         later 181s; book 11 by otto",
        expect![[r#"
            hold h1 9 by rita → held
            hold h2 11 by rita → held
            book 9 by rita → booked v1 09:00–09:30, releases h1
            book 11 by otto → refused slot_taken (hold h2 11:00–11:30 by rita)
            book 11 by otto → booked v2 11:00–11:30
            P1 Mon
              works  09:00–12:00
              busy   09:00–09:30
              busy   11:00–11:30
              free   09:30 10:00 10:30 11:30
        "#]],
    );
}

#[test]
fn a_hold_ends_by_itself_unless_it_is_renewed() {
    check(
        "P1 Mon 9-10; hold h1 9 by rita; later 179s; book 9 by otto; hold h1 9 by rita
         later 179s; book 9 by otto; later 1s; book 9 by otto",
        expect![[r#"
            hold h1 9 by rita → held
            book 9 by otto → refused slot_taken (hold h1 09:00–09:30 by rita)
            hold h1 9 by rita → held
            book 9 by otto → refused slot_taken (hold h1 09:00–09:30 by rita)
            book 9 by otto → booked v1 09:00–09:30
            P1 Mon
              works  09:00–10:00
              busy   09:00–09:30
              free   09:30
        "#]],
    );
}

#[test]
fn a_desk_keeps_eight_slots_at_once_and_no_more() {
    check(
        "P1 Mon 9-14
         hold h1 9 by rita; hold h2 9:30 by rita; hold h3 10 by rita; hold h4 10:30 by rita
         hold h5 11 by rita; hold h6 11:30 by rita; hold h7 12 by rita; hold h8 12:30 by rita
         hold h9 13 by rita; hold h8 13 by rita; hold h9 13:30 by otto; later 180s; hold h9 9 by rita",
        expect![[r#"
            hold h1 9 by rita → held
            hold h2 9:30 by rita → held
            hold h3 10 by rita → held
            hold h4 10:30 by rita → held
            hold h5 11 by rita → held
            hold h6 11:30 by rita → held
            hold h7 12 by rita → held
            hold h8 12:30 by rita → held
            hold h9 13 by rita → refused capacity_full
            hold h8 13 by rita → held
            hold h9 13:30 by otto → held
            hold h9 9 by rita → held
            P1 Mon
              works  09:00–14:00
              busy   09:00–09:30
              free   09:30 10:00 10:30 11:00 11:30 12:00 12:30 13:00 13:30
        "#]],
    );
}

#[test]
fn a_hold_is_not_placed_over_a_visit_or_another_desks_hold_by_a_manager_neither() {
    check(
        "service B 30m before 10m after 10m; P1 Mon 9-12; booked B 10; hold h1 9:45 by rita
         hold h2 9:30-9:50 by rita; hold h3 9:30 by otto; hold h4 9 by otto
         hold h5 9:30-10 by boss; hold h6 9:30-9:50 by boss",
        expect![[r#"
            hold h1 9:45 by rita → refused slot_taken (appointment v1 09:50–10:40 by rita)
            hold h2 9:30-9:50 by rita → held
            hold h3 9:30 by otto → refused slot_taken (appointment v1 09:50–10:40 by rita)
            hold h4 9 by otto → held
            hold h5 9:30-10 by boss → refused slot_taken (appointment v1 09:50–10:40 by rita)
            hold h6 9:30-9:50 by boss → refused slot_taken (hold h2 09:30–09:50 by rita)
            P1 Mon
              works  09:00–12:00
              busy   09:00–10:40
              free   11:00 11:30
        "#]],
    );
}

#[test]
fn the_same_id_moves_the_hold_and_is_its_own_desks_alone() {
    check(
        "P1 Mon 9-12; hold h1 9 by rita; hold h1 10 by rita; hold h1 11 by otto
         book 9 by otto; book 10 by otto",
        expect![[r#"
            hold h1 9 by rita → held
            hold h1 10 by rita → held
            hold h1 11 by otto → refused forbidden hold_id
            book 9 by otto → booked v1 09:00–09:30
            book 10 by otto → refused slot_taken (hold h1 10:00–10:30 by rita)
            P1 Mon
              works  09:00–12:00
              busy   09:00–09:30
              busy   10:00–10:30
              free   09:30 10:30 11:00 11:30
        "#]],
    );
}

#[test]
fn a_managers_booking_removes_the_hold_that_is_in_its_way() {
    check(
        "P1 Mon 9-12; hold h1 9 by rita; hold h2 9:30 by otto; book 9 by boss
         hold h1 9 by rita; book 9:30 by otto",
        expect![[r#"
            hold h1 9 by rita → held
            hold h2 9:30 by otto → held
            book 9 by boss → booked v1 09:00–09:30, releases h1
            hold h1 9 by rita → refused slot_taken (appointment v1 09:00–09:30 by boss)
            book 9:30 by otto → booked v2 09:30–10:00, releases h2
            P1 Mon
              works  09:00–12:00
              busy   09:00–10:00
              free   10:00 10:30 11:00 11:30
        "#]],
    );
}

#[test]
fn a_practitioner_holds_only_their_own_time() {
    check(
        "P1 Mon 9-12; P2 Mon 9-12; hold h1 P2 9 by P1; hold h1 P1 9 by P1
         hold h2 P9 9 by rita; hold h3 9-9 by rita",
        expect![[r#"
            hold h1 P2 9 by P1 → refused forbidden
            hold h1 P1 9 by P1 → held
            hold h2 P9 9 by rita → refused unknown_id practitioner_id
            hold h3 9-9 by rita → refused invalid ends_at
            P1 Mon
              works  09:00–12:00
              busy   09:00–09:30
              free   09:30 10:00 10:30 11:00 11:30
            P2 Mon
              works  09:00–12:00
              free   09:00 09:30 10:00 10:30 11:00 11:30
        "#]],
    );
}

#[test]
fn in_a_class_a_hold_counts_as_one_seat() {
    check(
        "service C 60m capacity 3; P1 Mon 9-10; booked C 9; hold h1 9-10 by rita
         book C 9 by otto; book C 9 by otto; book C 9 by rita; hold h2 9-10 by otto",
        expect![[r#"
            hold h1 9-10 by rita → held
            book C 9 by otto → booked v2 09:00–10:00
            book C 9 by otto → refused capacity_full (hold h1 09:00–10:00 by rita)
            book C 9 by rita → booked v3 09:00–10:00, releases h1
            hold h2 9-10 by otto → refused slot_taken (appointment v3 09:00–10:00 by rita)
            P1 Mon
              works  09:00–10:00
              busy   09:00–10:00
              free
        "#]],
    );
}

/// Two receptionists open the first seats of a class at once; for anything else one hold is enough.
#[test]
fn a_class_that_nobody_has_booked_yet_is_held_seat_by_seat_by_whoever_says_that_it_is_one() {
    check(
        "service C 60m capacity 2; service A 60m; service X 60m closed; P1 Mon 9-10
         hold h1 C 9-10 by rita; hold h2 9-10 by otto; hold h2 A 9-10 by otto; hold h2 X 9-10 by otto
         hold h2 C 9-10 by otto; hold h3 C 9-10 by boss; book C 9 by rita; hold h3 C 9-10 by boss
         book C 9 by otto",
        expect![[r#"
            hold h1 C 9-10 by rita → held
            hold h2 9-10 by otto → refused slot_taken (hold h1 09:00–10:00 by rita)
            hold h2 A 9-10 by otto → refused slot_taken (hold h1 09:00–10:00 by rita)
            hold h2 X 9-10 by otto → refused invalid service_id
            hold h2 C 9-10 by otto → held
            hold h3 C 9-10 by boss → refused slot_taken (hold h1 09:00–10:00 by rita)
            book C 9 by rita → booked v1 09:00–10:00, releases h1
            hold h3 C 9-10 by boss → refused slot_taken (appointment v1 09:00–10:00 by rita)
            book C 9 by otto → booked v2 09:00–10:00, releases h2
            P1 Mon
              works  09:00–10:00
              busy   09:00–10:00
              free
        "#]],
    );
}

#[test]
fn a_manager_removes_holds_of_a_class_only_when_it_is_full() {
    check(
        "service C 60m capacity 2; P1 Mon 9-10; hold h1 9-10 by rita; book C 9 by boss
         book C 9 by boss",
        expect![[r#"
            hold h1 9-10 by rita → held
            book C 9 by boss → booked v1 09:00–10:00
            book C 9 by boss → booked v2 09:00–10:00, releases h1
            P1 Mon
              works  09:00–10:00
              busy   09:00–10:00
              free
        "#]],
    );
}

#[test]
fn the_buffers_of_a_booking_may_not_reach_into_a_hold() {
    check(
        "service B 30m before 10m; P1 Mon 9-12; hold h1 9:30 by rita; book B 10 by otto
         book S 10 by otto",
        expect![[r#"
            hold h1 9:30 by rita → held
            book B 10 by otto → refused slot_taken (hold h1 09:30–10:00 by rita)
            book S 10 by otto → booked v1 10:00–10:30
            P1 Mon
              works  09:00–12:00
              busy   09:30–10:30
              free   09:00 10:30 11:00 11:30
        "#]],
    );
}

#[test]
fn a_hold_is_no_obstacle_to_a_room_or_a_patient() {
    check(
        "room R1; P1 Mon 9-10 in R1; P2 Mon 9-10 in R1; hold h1 P1 9 by rita
         book P2 9 by otto; show P1",
        expect![[r#"
            hold h1 P1 9 by rita → held
            book P2 9 by otto → booked v1 09:00–09:30 in R1
            P1 Mon
              works  09:00–10:00
              busy   09:00–09:30
              free   09:30
        "#]],
    );
}
