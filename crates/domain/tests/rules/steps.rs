use expect_test::expect;

use crate::check;

#[test]
fn a_visit_goes_its_way_and_every_step_can_be_taken_back() {
    check(
        "service A 30m approval; P1 Mon 9-10; book A 9; tell v1; approve v1; arrive v1
         check-in v1; complete v1; tell v1; undo v1; undo v1; undo v1; undo v1; tell v1
         undo v1",
        expect![[r#"
            book A 9 → pending v1 09:00–09:30
            v1: pending Mon 4 Jan 09:00 A for patient1
            approve v1 → booked v1 09:00–09:30
            arrive v1 → arrived v1 09:00–09:30
            check-in v1 → checked-in v1 09:00–09:30
            complete v1 → fulfilled v1 09:00–09:30
            v1: fulfilled Mon 4 Jan 09:00 A for patient1 < pending < booked < arrived < checked-in
            undo v1 → checked-in v1 09:00–09:30
            undo v1 → arrived v1 09:00–09:30
            undo v1 → booked v1 09:00–09:30
            undo v1 → pending v1 09:00–09:30
            v1: pending Mon 4 Jan 09:00 A for patient1
            undo v1 → refused illegal_status; legal: approve_appointment reject_appointment cancel_appointment
            P1 Mon
              works  09:00–10:00
              busy   09:00–09:30
              free   09:30
        "#]],
    );
}

#[test]
fn the_legal_steps_are_named_in_the_order_of_the_day() {
    check(
        "service A 30m approval; P1 Mon 9-10; booked A 9; may v1; approve v1; may v1
         now Mon 9; may v1; arrive v1; may v1; check-in v1; may v1; complete v1; may v1
         undo v1; undo v1; undo v1; no-show v1; may v1; undo v1; cancel v1; may v1",
        expect![[r#"
            may v1 → approve_appointment reject_appointment cancel_appointment
            approve v1 → booked v1 09:00–09:30
            may v1 → arrive_appointment cancel_appointment undo_status
            may v1 → arrive_appointment mark_appointment_no_show cancel_appointment undo_status
            arrive v1 → arrived v1 09:00–09:30
            may v1 → check_in_appointment cancel_appointment undo_status
            check-in v1 → checked-in v1 09:00–09:30
            may v1 → complete_appointment undo_status
            complete v1 → fulfilled v1 09:00–09:30
            may v1 → undo_status
            undo v1 → checked-in v1 09:00–09:30
            undo v1 → arrived v1 09:00–09:30
            undo v1 → booked v1 09:00–09:30
            no-show v1 → noshow v1 09:00–09:30
            may v1 → undo_status
            undo v1 → booked v1 09:00–09:30
            cancel v1 → cancelled v1 09:00–09:30
            may v1 → undo_status
            P1 Mon
              works  09:00–10:00
              free   09:00 09:30
        "#]],
    );
}

#[test]
fn an_illegal_step_is_refused_with_the_legal_ones() {
    check(
        "P1 Mon 9-10; booked 9; approve v1; reject v1; check-in v1; complete v1; undo v1
         arrive v1; approve v1; complete v1; check-in v1; cancel v1; arrive v1",
        expect![[r#"
            approve v1 → refused illegal_status; legal: arrive_appointment cancel_appointment
            reject v1 → refused illegal_status; legal: arrive_appointment cancel_appointment
            check-in v1 → refused illegal_status; legal: arrive_appointment cancel_appointment
            complete v1 → refused illegal_status; legal: arrive_appointment cancel_appointment
            undo v1 → refused illegal_status; legal: arrive_appointment cancel_appointment
            arrive v1 → arrived v1 09:00–09:30
            approve v1 → refused illegal_status; legal: check_in_appointment cancel_appointment undo_status
            complete v1 → refused illegal_status; legal: check_in_appointment cancel_appointment undo_status
            check-in v1 → checked-in v1 09:00–09:30
            cancel v1 → refused illegal_status; legal: complete_appointment undo_status
            arrive v1 → refused illegal_status; legal: complete_appointment undo_status
            P1 Mon
              works  09:00–10:00
              busy   09:00–09:30
              free   09:30
        "#]],
    );
}

#[test]
fn a_step_that_is_done_is_applied_without_a_change() {
    check(
        "service A 30m approval; P1 Mon 9-10; booked A 9; approve v1; approve v1
         approve v1 seen 1; arrive v1; arrive v1; check-in v1; check-in v1; complete v1
         complete v1; tell v1",
        expect![[r#"
            approve v1 → booked v1 09:00–09:30
            approve v1 → no change
            approve v1 seen 1 → no change
            arrive v1 → arrived v1 09:00–09:30
            arrive v1 → no change
            check-in v1 → checked-in v1 09:00–09:30
            check-in v1 → no change
            complete v1 → fulfilled v1 09:00–09:30
            complete v1 → no change
            v1: fulfilled Mon 4 Jan 09:00 A for patient1 < pending < booked < arrived < checked-in
            P1 Mon
              works  09:00–10:00
              busy   09:00–09:30
              free   09:30
        "#]],
    );
}

#[test]
fn a_rejected_visit_says_why_and_frees_its_slot() {
    check(
        "service A 30m approval; P1 Mon 9-10; booked A 9 for ann
         reject v1 saying no-referral; tell v1; reject v1; book 9 for bob; undo v1",
        expect![[r#"
            reject v1 saying no-referral → cancelled v1 09:00–09:30
            v1: cancelled Mon 4 Jan 09:00 A for ann < pending, clinic (no-referral)
            reject v1 → no change
            book 9 for bob → booked v2 09:00–09:30
            undo v1 → refused slot_taken (appointment v2 09:00–09:30 by rita)
            P1 Mon
              works  09:00–10:00
              busy   09:00–09:30
              free   09:30
        "#]],
    );
}

#[test]
fn nobody_is_a_no_show_before_the_visit_has_begun() {
    check(
        "P1 Mon 9-10; booked 9; now Mon 8:59; no-show v1; now Mon 9; no-show v1; no-show v1
         tell v1; book 9:30; undo v1; arrive v1",
        expect![[r#"
            no-show v1 → refused illegal_status; legal: arrive_appointment cancel_appointment
            no-show v1 → noshow v1 09:00–09:30
            no-show v1 → no change
            v1: noshow Mon 4 Jan 09:00 S for patient1 < booked
            book 9:30 → booked v2 09:30–10:00
            undo v1 → booked v1 09:00–09:30
            arrive v1 → arrived v1 09:00–09:30
            P1 Mon
              works  09:00–10:00
              busy   09:00–10:00
              free
        "#]],
    );
}

#[test]
fn a_no_show_keeps_its_time() {
    check(
        "P1 Mon 9-10; booked 9; now Mon 9; no-show v1; book 9",
        expect![[r#"
            no-show v1 → noshow v1 09:00–09:30
            book 9 → refused slot_taken (appointment v1 09:00–09:30 by rita)
            P1 Mon
              works  09:00–10:00
              busy   09:00–09:30
              free   09:30
        "#]],
    );
}

#[test]
fn undoing_a_cancellation_takes_the_slot_again_if_it_is_free() {
    check(
        "P1 Mon 9-10; booked 9 for ann by rita; cancel v1; undo v1 by otto; tell v1; book 9
         cancel v1; booked 9 for bob; undo v1; cancel v2; hold h1 9 by otto; undo v1",
        expect![[r#"
            cancel v1 → cancelled v1 09:00–09:30
            undo v1 by otto → booked v1 09:00–09:30
            v1: booked Mon 4 Jan 09:00 S for ann
            book 9 → refused slot_taken (appointment v1 09:00–09:30 by otto)
            cancel v1 → cancelled v1 09:00–09:30
            undo v1 → refused slot_taken (appointment v2 09:00–09:30 by rita)
            cancel v2 → cancelled v2 09:00–09:30
            hold h1 9 by otto → held
            undo v1 → refused slot_taken (hold h1 09:00–09:30 by otto)
            P1 Mon
              works  09:00–10:00
              busy   09:00–09:30
              free   09:30
        "#]],
    );
}

#[test]
fn undoing_a_cancellation_is_not_refused_for_the_past() {
    check(
        "P1 Mon 9-10; booked 9 for ann; cancel v1; now Mon 11; undo v1; tell v1",
        expect![[r#"
            cancel v1 → cancelled v1 09:00–09:30
            undo v1 → booked v1 09:00–09:30
            v1: booked Mon 4 Jan 09:00 S for ann
            P1 Mon
              works  09:00–10:00
              busy   09:00–09:30
              free
        "#]],
    );
}

#[test]
fn undoing_a_cancellation_asks_hours_and_patient_like_a_booking() {
    check(
        "P1 Mon 9-10; P2 Mon 9-10; booked 9 for ann; cancel v1; booked P2 9 for ann; undo v1
         cancel v2; away P1 Mon 9-10; undo v1",
        expect![[r#"
            cancel v1 → cancelled v1 09:00–09:30
            undo v1 → refused patient_busy (patient v2 09:00–09:30 by rita)
            cancel v2 → cancelled v2 09:00–09:30
            undo v1 → refused outside_schedule (time_off x1 09:00–10:00)
            P1 Mon
              away   09:00–10:00 ()
              free
            P2 Mon
              works  09:00–10:00
              free   09:00 09:30
        "#]],
    );
}

#[test]
fn an_undone_cancellation_keeps_the_room_in_which_it_was() {
    check(
        "room R1; room R2; P1 Mon 9-10 in R1; P2 Mon 9-10; booked P1 9 in R2 for ann
         cancel v1; booked P2 9 in R2 for bob; undo v1; cancel v2; undo v1",
        expect![[r#"
            cancel v1 → cancelled v1 09:00–09:30 in R2
            undo v1 → refused location_busy (location v2 09:00–09:30 by rita)
            cancel v2 → cancelled v2 09:00–09:30 in R2
            undo v1 → booked v1 09:00–09:30 in R2
            P1 Mon
              works  09:00–10:00
              busy   09:00–09:30
              free   09:30
            P2 Mon
              works  09:00–10:00
              free   09:00 09:30
        "#]],
    );
}

#[test]
fn a_practitioner_steps_only_their_own_visits() {
    check(
        "service A 30m approval; P1 Mon 9-10; P2 Mon 9-10; booked P1 A 9; booked P2 A 9
         approve v1 by P1; approve v2 by P1; may v2 by P1; may v2 by P2; reject v9 by P1",
        expect![[r#"
            approve v1 by P1 → booked v1 09:00–09:30
            approve v2 by P1 → refused forbidden
            may v2 by P1 → 
            may v2 by P2 → approve_appointment reject_appointment cancel_appointment
            reject v9 by P1 → refused unknown_id appointment_id
            P1 Mon
              works  09:00–10:00
              busy   09:00–09:30
              free   09:30
            P2 Mon
              works  09:00–10:00
              busy   09:00–09:30
              free   09:30
        "#]],
    );
}

#[test]
fn a_step_on_a_changed_visit_is_refused() {
    check(
        "P1 Mon 9-10; booked 9; arrive v1 seen 2; undo v1 seen 2; undo v1 seen 3; tell v1",
        expect![[r#"
            arrive v1 seen 2 → arrived v1 09:00–09:30
            undo v1 seen 2 → refused stale_version
            undo v1 seen 3 → booked v1 09:00–09:30
            v1: booked Mon 4 Jan 09:00 S for patient1
            P1 Mon
              works  09:00–10:00
              busy   09:00–09:30
              free   09:30
        "#]],
    );
}
