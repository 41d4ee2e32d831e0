use expect_test::expect;

use crate::check;

#[test]
fn a_rule_that_is_broken_on_purpose_is_recorded_and_the_others_are_not() {
    check(
        "service W 30m warn; P1 Mon 9-12; booked W 9
         book W 9 over slot_taken,patient_busy,off_grid; tell v2; tell v1; book W 9",
        expect![[r#"
            book W 9 over slot_taken,patient_busy,off_grid → booked v2 09:00–09:30 over slot_taken
            v2: booked Mon 4 Jan 09:00 W for patient2, over slot_taken (because), seat 1000 of P1
            v1: booked Mon 4 Jan 09:00 W for patient1
            book W 9 → refused slot_taken (appointment v1 09:00–09:30 by rita)
            P1 Mon
              works  09:00–12:00
              busy   09:00–09:30
              free   09:30 10:00 10:30 11:00 11:30
        "#]],
    );
}

/// A `warn` service that nobody overrides behaves as an exclusive one.
#[test]
fn without_an_override_warn_is_exclusive() {
    check(
        "service W 30m warn; P1 Mon 9-12; booked 9; book W 9; book W 9 over off_grid
         book W 9 over slot_taken",
        expect![[r#"
            book W 9 → refused slot_taken (appointment v1 09:00–09:30 by rita)
            book W 9 over off_grid → refused slot_taken (appointment v1 09:00–09:30 by rita)
            book W 9 over slot_taken → booked v2 09:00–09:30 over slot_taken
            P1 Mon
              works  09:00–12:00
              busy   09:00–09:30
              free   09:30 10:00 10:30 11:00 11:30
        "#]],
    );
}

#[test]
fn every_broken_rule_must_be_named() {
    check(
        "service W 30m warn; P1 Mon 9-12; booked W 9 for ann
         book W 9:10 for ann over off_grid; book W 9:10 for ann over off_grid,slot_taken
         book W 9:10 for ann over patient_busy,off_grid,slot_taken; tell v2",
        expect![[r#"
            book W 9:10 for ann over off_grid → refused slot_taken (appointment v1 09:00–09:30 by rita)
            book W 9:10 for ann over off_grid,slot_taken → refused patient_busy (patient v1 09:00–09:30 by rita)
            book W 9:10 for ann over patient_busy,off_grid,slot_taken → booked v2 09:10–09:40 over off_grid,slot_taken,patient_busy
            v2: booked Mon 4 Jan 09:10 W for ann, over off_grid,slot_taken,patient_busy (because), seat 1000 of P1, seat 1000 of ann
            P1 Mon
              works  09:00–12:00
              busy   09:00–09:40
              free   10:00 10:30 11:00 11:30
        "#]],
    );
}

#[test]
fn an_overlap_is_the_managers_to_allow_unless_the_service_only_warns() {
    check(
        "P1 Mon 9-12; booked 9; book 9 over slot_taken by rita; book 9 over slot_taken by P1
         book 9 over slot_taken by boss; tell v2; book 9 over slot_taken by boss; tell v3",
        expect![[r#"
            book 9 over slot_taken by rita → refused forbidden override (appointment v1 09:00–09:30 by rita)
            book 9 over slot_taken by P1 → refused forbidden override (appointment v1 09:00–09:30 by rita)
            book 9 over slot_taken by boss → booked v2 09:00–09:30 over slot_taken
            v2: booked Mon 4 Jan 09:00 S for patient2, over slot_taken (because), seat 1000 of P1
            book 9 over slot_taken by boss → booked v3 09:00–09:30 over slot_taken
            v3: booked Mon 4 Jan 09:00 S for patient3, over slot_taken (because), seat 1001 of P1
            P1 Mon
              works  09:00–12:00
              busy   09:00–09:30
              free   09:30 10:00 10:30 11:00 11:30
        "#]],
    );
}

#[test]
fn hours_and_grid_are_anybodys_to_break_who_may_book_there() {
    check(
        "room R1; P1 Mon 9-12 in R1; P2 Mon 9-12; book 12 over outside_schedule
         book 9:10 over off_grid by P1; book 7 over off_grid
         book P2 7 over outside_schedule by P1; tell v1; tell v2; show",
        expect![[r#"
            book 12 over outside_schedule → booked v1 12:00–12:30 over outside_schedule
            book 9:10 over off_grid by P1 → booked v2 09:10–09:40 in R1 over off_grid
            book 7 over off_grid → refused outside_schedule
            book P2 7 over outside_schedule by P1 → refused forbidden
            v1: booked Mon 4 Jan 12:00 S for patient1, over outside_schedule (because)
            v2: booked Mon 4 Jan 09:10 S for patient2, over off_grid (because)
            P1 Mon
              works  09:00–12:00
              busy   09:10–09:40
              busy   12:00–12:30
              free   10:00 10:30 11:00 11:30
        "#]],
    );
}

#[test]
fn a_visit_on_an_overflow_seat_still_blocks() {
    check(
        "P1 Mon 9-12; booked 9; book 9-10 over slot_taken by boss; book 9:30; cancel v1
         book 9; cancel v2; book 9",
        expect![[r#"
            book 9-10 over slot_taken by boss → booked v2 09:00–10:00 over slot_taken
            book 9:30 → refused slot_taken (appointment v2 09:00–10:00 by boss)
            cancel v1 → cancelled v1 09:00–09:30
            book 9 → refused slot_taken (appointment v2 09:00–10:00 by boss)
            cancel v2 → cancelled v2 09:00–10:00 over slot_taken
            book 9 → booked v3 09:00–09:30
            P1 Mon
              works  09:00–12:00
              busy   09:00–09:30
              free   09:30 10:00 10:30 11:00 11:30
        "#]],
    );
}

#[test]
fn a_full_class_and_a_full_room_take_one_more_by_override() {
    check(
        "room R1; service C 60m capacity 2; P1 Mon 9-10 in R1; P2 Mon 9-10; room R2 x2
         booked C 9 in R2; booked C 9 in R2; book C 9 in R2
         book C 9 in R2 over capacity_full by boss
         book C 9 in R2 over capacity_full,location_busy by boss; tell v3
         book P2 9 in R2 over location_busy by boss; tell v4",
        expect![[r#"
            book C 9 in R2 → refused capacity_full (appointment v2 09:00–10:00 by rita)
            book C 9 in R2 over capacity_full by boss → refused location_busy (location v2 09:00–10:00 by rita)
            book C 9 in R2 over capacity_full,location_busy by boss → booked v3 09:00–10:00 in R2 over capacity_full,location_busy
            v3: booked Mon 4 Jan 09:00 C for patient3, over capacity_full,location_busy (because), seat 1000 of P1, seat 1000 of R2
            book P2 9 in R2 over location_busy by boss → booked v4 09:00–09:30 in R2 over location_busy
            v4: booked Mon 4 Jan 09:00 S for patient4, over location_busy (because), seat 1001 of R2
            P1 Mon
              works  09:00–10:00
              busy   09:00–10:00
              free
            P2 Mon
              works  09:00–10:00
              busy   09:00–09:30
              free   09:30
        "#]],
    );
}

#[test]
fn another_service_breaks_into_a_class_on_an_overflow_seat() {
    check(
        "service C 60m capacity 3; P1 Mon 9-12; booked C 9; book 9:30 over slot_taken by boss
         tell v2; book C 9; book C 9:30 over slot_taken by boss; cancel v2; book C 9",
        expect![[r#"
            book 9:30 over slot_taken by boss → booked v2 09:30–10:00 over slot_taken
            v2: booked Mon 4 Jan 09:30 S for patient2, over slot_taken (because), seat 1000 of P1
            book C 9 → refused slot_taken (appointment v2 09:30–10:00 by boss)
            book C 9:30 over slot_taken by boss → booked v3 09:30–10:30 over slot_taken
            cancel v2 → cancelled v2 09:30–10:00 over slot_taken
            book C 9 → booked v4 09:00–10:00
            P1 Mon
              works  09:00–12:00
              busy   09:00–10:30
              free   10:30 11:00 11:30
        "#]],
    );
}

#[test]
fn a_held_slot_can_be_broken_into_where_the_service_warns() {
    check(
        "service W 30m warn; P1 Mon 9-12; hold h1 9 by rita; book W 9 by otto
         book W 9 over slot_taken by otto; tell v1; book 9 by rita",
        expect![[r#"
            hold h1 9 by rita → held
            book W 9 by otto → refused slot_taken (hold h1 09:00–09:30 by rita)
            book W 9 over slot_taken by otto → booked v1 09:00–09:30 over slot_taken
            v1: booked Mon 4 Jan 09:00 W for patient1, over slot_taken (because), seat 1000 of P1
            book 9 by rita → refused slot_taken (appointment v1 09:00–09:30 by otto)
            P1 Mon
              works  09:00–12:00
              busy   09:00–09:30
              free   09:30 10:00 10:30 11:00 11:30
        "#]],
    );
}

#[test]
fn a_move_keeps_no_override_and_takes_a_new_one() {
    check(
        "P1 Mon 9-12; booked 9; book 9 over slot_taken by boss; move v2 10; tell v2
         move v2 9 by boss; move v2 9 over slot_taken by boss; tell v2",
        expect![[r#"
            book 9 over slot_taken by boss → booked v2 09:00–09:30 over slot_taken
            move v2 10 → booked v2 10:00–10:30
            v2: booked Mon 4 Jan 10:00 S for patient2
            move v2 9 by boss → refused slot_taken (appointment v1 09:00–09:30 by rita)
            move v2 9 over slot_taken by boss → booked v2 09:00–09:30 over slot_taken
            v2: booked Mon 4 Jan 09:00 S for patient2, over slot_taken (because), seat 1000 of P1
            P1 Mon
              works  09:00–12:00
              busy   09:00–09:30
              free   09:30 10:00 10:30 11:00 11:30
        "#]],
    );
}

#[test]
fn an_override_has_a_reason_and_only_rules_that_can_be_broken() {
    check(
        "P1 Mon 9-12; book 9 over in_past; book 9 over slot_taken,forbidden; now Mon 10
         book 9 over outside_schedule",
        expect![[r#"
            book 9 over in_past → refused invalid override
            book 9 over slot_taken,forbidden → refused invalid override
            book 9 over outside_schedule → refused in_past
            P1 Mon
              works  09:00–12:00
              free   10:00 10:30 11:00 11:30
        "#]],
    );
}

#[test]
fn an_undone_cancellation_breaks_again_what_it_broke_for_who_may() {
    check(
        "P1 Mon 9-12; booked 9; book 9 over slot_taken by boss; cancel v2; undo v2 by rita
         undo v2 by boss; tell v2",
        expect![[r#"
            book 9 over slot_taken by boss → booked v2 09:00–09:30 over slot_taken
            cancel v2 → cancelled v2 09:00–09:30 over slot_taken
            undo v2 by rita → refused slot_taken (appointment v1 09:00–09:30 by rita)
            undo v2 by boss → booked v2 09:00–09:30 over slot_taken
            v2: booked Mon 4 Jan 09:00 S for patient2, over slot_taken (because), seat 1000 of P1
            P1 Mon
              works  09:00–12:00
              busy   09:00–09:30
              free   09:30 10:00 10:30 11:00 11:30
        "#]],
    );
}

#[test]
fn a_broken_rule_that_no_longer_is_one_is_forgotten() {
    check(
        "P1 Mon 9-12; booked 9; book 9 over slot_taken by boss; cancel v2; cancel v1; undo v2
         tell v2",
        expect![[r#"
            book 9 over slot_taken by boss → booked v2 09:00–09:30 over slot_taken
            cancel v2 → cancelled v2 09:00–09:30 over slot_taken
            cancel v1 → cancelled v1 09:00–09:30
            undo v2 → booked v2 09:00–09:30
            v2: booked Mon 4 Jan 09:00 S for patient2
            P1 Mon
              works  09:00–12:00
              busy   09:00–09:30
              free   09:30 10:00 10:30 11:00 11:30
        "#]],
    );
}
