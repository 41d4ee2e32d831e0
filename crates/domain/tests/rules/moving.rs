use expect_test::expect;

use crate::check;

#[test]
fn a_visit_is_not_in_its_own_way() {
    check(
        "P1 Mon 9-12; booked 9-10; move v1 9:30",
        expect![[r#"
        move v1 9:30 → booked v1 09:30–10:30
        P1 Mon
          works  09:00–12:00
          busy   09:30–10:30
          free   09:00 10:30 11:00 11:30
    "#]],
    );
}

#[test]
fn a_moved_visit_keeps_its_length_unless_told() {
    check(
        "P1 Mon 9-12; booked 9-10; move v1 10; move v1 10-10:30",
        expect![[r#"
            move v1 10 → booked v1 10:00–11:00
            move v1 10-10:30 → booked v1 10:00–10:30
            P1 Mon
              works  09:00–12:00
              busy   10:00–10:30
              free   09:00 09:30 10:30 11:00 11:30
        "#]],
    );
}

#[test]
fn moving_to_where_it_is_changes_nothing() {
    check(
        "P1 Mon 9-12; booked 9; move v1 9; move v1 9 seen 1; move v1 P1 9-9:30",
        expect![[r#"
            move v1 9 → no change
            move v1 9 seen 1 → no change
            move v1 P1 9-9:30 → no change
            P1 Mon
              works  09:00–12:00
              busy   09:00–09:30
              free   09:30 10:00 10:30 11:00 11:30
        "#]],
    );
}

#[test]
fn a_move_onto_a_visit_is_refused_and_leaves_it_where_it_was() {
    check(
        "P1 Mon 9-12; booked 9; booked 10; move v1 10",
        expect![[r#"
            move v1 10 → refused slot_taken (appointment v2 10:00–10:30 by rita)
            P1 Mon
              works  09:00–12:00
              busy   09:00–09:30
              busy   10:00–10:30
              free   09:30 10:30 11:00 11:30
        "#]],
    );
}

#[test]
fn a_visit_moves_to_another_practitioner() {
    check(
        "P1 Mon 9-12; P2 Mon 9-12; booked P1 9; move v1 P2 9; show P1; show P2",
        expect![[r#"
            move v1 P2 9 → booked v1 09:00–09:30
            P1 Mon
              works  09:00–12:00
              free   09:00 09:30 10:00 10:30 11:00 11:30
            P2 Mon
              works  09:00–12:00
              busy   09:00–09:30
              free   09:30 10:00 10:30 11:00 11:30
        "#]],
    );
}

#[test]
fn the_room_follows_the_block_unless_it_was_chosen() {
    check(
        "room R1; room R2; room R3; P1 Mon 9-12 in R1; P2 Mon 9-12 in R2
         book P1 9; move v1 P2 9; book P1 10 in R3; move v2 P2 10; move v2 10 in R1",
        expect![[r#"
            book P1 9 → booked v1 09:00–09:30 in R1
            move v1 P2 9 → booked v1 09:00–09:30 in R2
            book P1 10 in R3 → booked v2 10:00–10:30 in R3
            move v2 P2 10 → booked v2 10:00–10:30 in R3
            move v2 10 in R1 → booked v2 10:00–10:30 in R1
            P1 Mon
              works  09:00–12:00
              free   09:00 09:30 10:30 11:00 11:30
            P2 Mon
              works  09:00–12:00
              busy   09:00–09:30
              busy   10:00–10:30
              free   09:30 10:30 11:00 11:30
        "#]],
    );
}

#[test]
fn only_waiting_visits_are_moved() {
    check(
        "P1 Mon 9-12; booked 9; status v1 arrived; move v1 10; status v1 cancelled; move v1 10
         status v1 fulfilled; move v1 9; status v1 pending; move v1 10",
        expect![[r#"
            move v1 10 → refused illegal_status; legal: check_in_appointment cancel_appointment
            move v1 10 → refused illegal_status; legal: 
            move v1 9 → refused illegal_status; legal: 
            move v1 10 → pending v1 10:00–10:30
            P1 Mon
              works  09:00–12:00
              busy   10:00–10:30
              free   09:00 09:30 10:30 11:00 11:30
        "#]],
    );
}

#[test]
fn a_stale_view_does_not_move() {
    check(
        "P1 Mon 9-12; booked 9; move v1 10 seen 2; move v1 11 seen 2; move v1 11 seen 3",
        expect![[r#"
            move v1 10 seen 2 → booked v1 10:00–10:30
            move v1 11 seen 2 → refused stale_version
            move v1 11 seen 3 → booked v1 11:00–11:30
            P1 Mon
              works  09:00–12:00
              busy   11:00–11:30
              free   09:00 09:30 10:00 10:30 11:30
        "#]],
    );
}

#[test]
fn a_practitioner_moves_only_between_own_slots() {
    check(
        "P1 Mon 9-12; P2 Mon 9-12; booked P1 9; booked P2 9
         move v1 P2 10 by P1; move v2 10 by P1; move v1 10 by P1; move v9 10 by P1",
        expect![[r#"
            move v1 P2 10 by P1 → refused forbidden
            move v2 10 by P1 → refused forbidden
            move v1 10 by P1 → booked v1 10:00–10:30
            move v9 10 by P1 → refused unknown_id appointment_id
            P1 Mon
              works  09:00–12:00
              busy   10:00–10:30
              free   09:00 09:30 10:30 11:00 11:30
            P2 Mon
              works  09:00–12:00
              busy   09:00–09:30
              free   09:30 10:00 10:30 11:00 11:30
        "#]],
    );
}

#[test]
fn a_move_is_decided_like_a_booking() {
    check(
        "P1 Mon 9-12; booked 9; now Mon 10; move v1 9:30; move v1 10:10; move v1 12; move v1 P9 11
         move v9 11; move v1 11-11; move v1 11",
        expect![[r#"
            move v1 9:30 → refused in_past
            move v1 10:10 → refused off_grid
            move v1 12 → refused outside_schedule
            move v1 P9 11 → refused unknown_id practitioner_id
            move v9 11 → refused unknown_id appointment_id
            move v1 11-11 → refused invalid ends_at
            move v1 11 → booked v1 11:00–11:30
            P1 Mon
              works  09:00–12:00
              busy   11:00–11:30
              free   10:00 10:30 11:30
        "#]],
    );
}
