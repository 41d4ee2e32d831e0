use expect_test::expect;

use crate::check;
use crate::tell::tell_in;
use crate::world::World;

#[test]
fn notes_are_written_and_cleared_and_equal_ones_change_nothing() {
    check(
        "P1 Mon 9-10; booked 9 note loud for ann; update v1 say quiet; tell v1
         update v1 say quiet; update v1; tell v1",
        expect![[r#"
            update v1 say quiet → booked v1 09:00–09:30
            v1: booked Mon 4 Jan 09:00 S for ann, notes quiet
            update v1 say quiet → no change
            update v1 → no change
            v1: booked Mon 4 Jan 09:00 S for ann, notes quiet
            P1 Mon
              works  09:00–10:00
              busy   09:00–09:30
              free   09:30
        "#]],
    );
}

#[test]
fn another_patient_must_be_free() {
    check(
        "P1 Mon 9-10; P2 Mon 9-10; booked P1 9 for ann; booked P2 9 for bob
         update v1 for bob; update v1 for cat; tell v1; book P2 9:30 for ann
         update v1 for cat",
        expect![[r#"
            update v1 for bob → refused patient_busy (patient v2 09:00–09:30 by rita)
            update v1 for cat → booked v1 09:00–09:30
            v1: booked Mon 4 Jan 09:00 S for cat
            book P2 9:30 for ann → booked v3 09:30–10:00
            update v1 for cat → no change
            P1 Mon
              works  09:00–10:00
              busy   09:00–09:30
              free   09:30
            P2 Mon
              works  09:00–10:00
              busy   09:00–10:00
              free
        "#]],
    );
}

#[test]
fn another_service_brings_its_buffers_which_must_fit() {
    check(
        "service B 30m before 10m after 10m; P1 Mon 9-12; booked 9; booked 9:30; update v1 B
         cancel v2; update v1 B; tell v1; book 9:30; book 10",
        expect![[r#"
            update v1 B → refused slot_taken (appointment v2 09:30–10:00 by rita)
            cancel v2 → cancelled v2 09:30–10:00
            update v1 B → booked v1 09:00–09:30
            v1: booked Mon 4 Jan 09:00 B for patient1
            book 9:30 → refused slot_taken (appointment v1 08:50–09:40 by rita)
            book 10 → booked v3 10:00–10:30
            P1 Mon
              works  09:00–12:00
              busy   08:50–09:40
              busy   10:00–10:30
              free   10:30 11:00 11:30
        "#]],
    );
}

#[test]
fn another_service_must_be_one_that_the_block_takes() {
    check(
        "service B 30m; P1 Mon 9-10 only S; P1 Mon 10-11; booked 9; booked 10; update v1 B
         update v2 B; closed Mon 10-11; update v2 S",
        expect![[r#"
            update v1 B → refused outside_schedule
            update v2 B → booked v2 10:00–10:30
            update v2 S → booked v2 10:00–10:30
            P1 Mon
              works  09:00–10:00
              closed 10:00–11:00 ()
              busy   09:00–09:30
              busy   10:00–10:30
              free   09:30
        "#]],
    );
}

#[test]
fn a_class_is_joined_only_where_there_is_a_seat() {
    check(
        "service C 60m capacity 2; P1 Mon 9-12; booked C 9; booked 10; update v1 S; tell v1
         update v1 C; booked C 9; booked C 11; update v1 S; show C",
        expect![[r#"
            update v1 S → booked v1 09:00–10:00
            v1: booked Mon 4 Jan 09:00 S for patient1
            update v1 C → booked v1 09:00–10:00
            update v1 S → refused slot_taken (appointment v3 09:00–10:00 by rita)
            P1 Mon
              works  09:00–12:00
              busy   09:00–10:30
              busy   11:00–12:00
              free   10:30 11:00
        "#]],
    );
}

#[test]
fn a_finished_visit_takes_notes_only_and_a_cancelled_one_nothing() {
    check(
        "P1 Mon 9-10; booked 9 for ann; arrive v1; check-in v1; update v1 say fine
         update v1 for bob; cancel v1; complete v1; update v1 say well; undo v1; undo v1
         cancel v1; update v1 say gone",
        expect![[r#"
            arrive v1 → arrived v1 09:00–09:30
            check-in v1 → checked-in v1 09:00–09:30
            update v1 say fine → checked-in v1 09:00–09:30
            update v1 for bob → refused illegal_status; legal: complete_appointment undo_status
            cancel v1 → refused illegal_status; legal: complete_appointment undo_status
            complete v1 → fulfilled v1 09:00–09:30
            update v1 say well → fulfilled v1 09:00–09:30
            undo v1 → checked-in v1 09:00–09:30
            undo v1 → arrived v1 09:00–09:30
            cancel v1 → cancelled v1 09:00–09:30
            update v1 say gone → refused illegal_status; legal: undo_status
            P1 Mon
              works  09:00–10:00
              free   09:00 09:30
        "#]],
    );
}

#[test]
fn an_update_leaves_an_allowed_overlap_alone() {
    check(
        "P1 Mon 9-10; booked 9 for ann; book 9 for bob over slot_taken by boss
         update v2 for cat; update v1 for dan; tell v2; tell v1",
        expect![[r#"
            book 9 for bob over slot_taken by boss → booked v2 09:00–09:30 over slot_taken
            update v2 for cat → booked v2 09:00–09:30 over slot_taken
            update v1 for dan → booked v1 09:00–09:30
            v2: booked Mon 4 Jan 09:00 S for cat, over slot_taken (because), seat 1000 of P1
            v1: booked Mon 4 Jan 09:00 S for dan
            P1 Mon
              works  09:00–10:00
              busy   09:00–09:30
              free   09:30
        "#]],
    );
}

#[test]
fn a_practitioner_updates_only_their_own_visits() {
    check(
        "P1 Mon 9-10; P2 Mon 9-10; booked P2 9; update v1 say hello by P1
         update v1 say hello by P2; update v9 say hello",
        expect![[r#"
            update v1 say hello by P1 → refused forbidden
            update v1 say hello by P2 → booked v1 09:00–09:30
            update v9 say hello → refused unknown_id appointment_id
            P1 Mon
              works  09:00–10:00
              free   09:00 09:30
            P2 Mon
              works  09:00–10:00
              busy   09:00–09:30
              free   09:30
        "#]],
    );
}

#[test]
fn leave_over_one_visit_is_none_over_those_that_came_later() {
    check(
        "service B 30m after 60m; P1 Mon 9-12; booked 9; book 9 over slot_taken by boss; booked 10
         update v2 B by rita; update v2 B by boss; tell v2",
        expect![[r#"
            book 9 over slot_taken by boss → booked v2 09:00–09:30 over slot_taken
            update v2 B by rita → refused slot_taken (appointment v3 10:00–10:30 by rita)
            update v2 B by boss → booked v2 09:00–09:30 over slot_taken
            v2: booked Mon 4 Jan 09:00 B for patient2, over slot_taken (because), seat 1000 of P1
            P1 Mon
              works  09:00–12:00
              busy   09:00–10:30
              free   10:30 11:00 11:30
        "#]],
    );
}

#[test]
fn leave_over_a_visit_is_kept_where_nobody_else_is_met() {
    check(
        "service B 30m after 30m; P1 Mon 9-12; booked 9; book 9 over slot_taken by boss; booked 10
         update v2 B by rita; tell v2; update v2 S by rita",
        expect![[r#"
            book 9 over slot_taken by boss → booked v2 09:00–09:30 over slot_taken
            update v2 B by rita → booked v2 09:00–09:30 over slot_taken
            v2: booked Mon 4 Jan 09:00 B for patient2, over slot_taken (because), seat 1000 of P1
            update v2 S by rita → booked v2 09:00–09:30 over slot_taken
            P1 Mon
              works  09:00–12:00
              busy   09:00–09:30
              busy   10:00–10:30
              free   09:30 10:30 11:00 11:30
        "#]],
    );
}

#[test]
fn leave_over_a_stranger_is_none_over_the_fellows_of_a_class_that_is_left() {
    check(
        "service C 60m capacity 3; service D 60m; P1 Mon 9-12; booked 9; booked C 9:30 by rita
         book C 9 over slot_taken by boss; tell v3; update v3 D by rita; update v3 D by boss; tell v3",
        expect![[r#"
            book C 9 over slot_taken by boss → booked v3 09:00–10:00 over slot_taken
            v3: booked Mon 4 Jan 09:00 C for patient3, over slot_taken (because), seat 1000 of P1
            update v3 D by rita → refused slot_taken (appointment v2 09:30–10:30 by rita)
            update v3 D by boss → booked v3 09:00–10:00 over slot_taken
            v3: booked Mon 4 Jan 09:00 D for patient3, over slot_taken (because), seat 1000 of P1
            P1 Mon
              works  09:00–12:00
              busy   09:00–10:30
              free   10:30 11:00 11:30
        "#]],
    );
}

#[test]
fn another_service_that_needs_approval_is_approved_anew() {
    check(
        "service A 30m approval; service B 30m approval; P1 Mon 9-12; booked 9; arrive v1; update v1 A
         tell v1; may v1; undo v1; update v1 B; approve v1; tell v1; approve v1; undo v1; cancel v1
         undo v1; update v1 S; tell v1; undo v1; tell v1",
        expect![[r#"
            arrive v1 → arrived v1 09:00–09:30
            update v1 A → pending v1 09:00–09:30
            v1: pending Mon 4 Jan 09:00 A for patient1 < booked < arrived
            may v1 → approve_appointment reject_appointment cancel_appointment
            undo v1 → refused illegal_status; legal: approve_appointment reject_appointment cancel_appointment
            update v1 B → pending v1 09:00–09:30
            approve v1 → arrived v1 09:00–09:30
            v1: arrived Mon 4 Jan 09:00 B for patient1 < booked < arrived < pending
            approve v1 → no change
            undo v1 → pending v1 09:00–09:30
            cancel v1 → cancelled v1 09:00–09:30
            undo v1 → pending v1 09:00–09:30
            update v1 S → arrived v1 09:00–09:30
            v1: arrived Mon 4 Jan 09:00 S for patient1 < booked
            undo v1 → booked v1 09:00–09:30
            v1: booked Mon 4 Jan 09:00 S for patient1
            P1 Mon
              works  09:00–12:00
              busy   09:00–09:30
              free   09:30 10:00 10:30 11:00 11:30
        "#]],
    );
}

#[test]
fn another_service_that_needs_no_approval_does_not_wait_for_one() {
    check(
        "service A 30m approval; P1 Mon 9-12; booked A 9; update v1 S; tell v1; undo v1; update v1 A
         approve v1; update v1 say quiet; tell v1",
        expect![[r#"
            update v1 S → booked v1 09:00–09:30
            v1: booked Mon 4 Jan 09:00 S for patient1
            undo v1 → refused illegal_status; legal: arrive_appointment cancel_appointment
            update v1 A → pending v1 09:00–09:30
            approve v1 → booked v1 09:00–09:30
            update v1 say quiet → booked v1 09:00–09:30
            v1: booked Mon 4 Jan 09:00 A for patient1 < booked < pending, notes quiet
            P1 Mon
              works  09:00–12:00
              busy   09:00–09:30
              free   09:30 10:00 10:30 11:00 11:30
        "#]],
    );
}

#[test]
fn who_makes_a_visit_wait_for_approval_is_who_asks_for_it() {
    let mut world = World::new();
    let mut asked_by = |story: &str| {
        tell_in(&mut world, story);
        let visits = world.facts.appointments.values();
        visits.map(|visit| visit.taken_by_name.clone()).next_back()
    };
    let day = "service A 30m approval; service B 30m approval; P1 Mon 9-12; booked 9 by rita";
    assert_eq!(asked_by(day).as_deref(), Some("rita"));
    let by = |who: &str, story: &str| format!("update v1 {story} by {who}");
    for (story, who) in [
        (by("rudi", "say quiet"), "rita"),
        (by("rudi", "A"), "rudi"),
        (by("rita", "say loud"), "rudi"),
        (by("rita", "B"), "rita"),
        (by("rudi", "S"), "rita"),
    ] {
        assert_eq!(asked_by(&story).as_deref(), Some(who), "{story}");
    }
}
