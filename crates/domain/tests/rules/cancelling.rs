use expect_test::expect;

use crate::check;

#[test]
fn a_cancelled_visit_frees_its_slot() {
    check(
        "P1 Mon 9-10; booked 9; cancel v1; book 9",
        expect![[r#"
        cancel v1 → cancelled v1 09:00–09:30
        book 9 → booked v2 09:00–09:30
        P1 Mon
          works  09:00–10:00
          busy   09:00–09:30
          free   09:30
    "#]],
    );
}

#[test]
fn a_second_cancel_changes_nothing() {
    check(
        "P1 Mon 9-10; booked 9; cancel v1; cancel v1; cancel v1 seen 1",
        expect![[r#"
            cancel v1 → cancelled v1 09:00–09:30
            cancel v1 → no change
            cancel v1 seen 1 → no change
            P1 Mon
              works  09:00–10:00
              free   09:00 09:30
        "#]],
    );
}

#[test]
fn past_visits_can_be_cancelled() {
    check(
        "P1 Mon 9-10; booked 9; now Tue 9; cancel v1",
        expect![[r#"
            cancel v1 → cancelled v1 09:00–09:30
            P1 Mon
              works  09:00–10:00
              free
        "#]],
    );
}

#[test]
fn visits_that_took_place_are_not_cancelled() {
    check(
        "P1 Mon 9-10; booked 9; status v1 fulfilled; cancel v1; status v1 checked-in; cancel v1
         status v1 noshow; cancel v1; status v1 arrived; cancel v1",
        expect![[r#"
            cancel v1 → refused illegal_status; legal: 
            cancel v1 → refused illegal_status; legal: complete_appointment
            cancel v1 → refused illegal_status; legal: 
            cancel v1 → cancelled v1 09:00–09:30
            P1 Mon
              works  09:00–10:00
              free   09:00 09:30
        "#]],
    );
}

#[test]
fn what_moved_meanwhile_is_not_cancelled_blindly() {
    check(
        "P1 Mon 9-10; booked 9; move v1 9:30; cancel v1 seen 2; cancel v1 seen 3",
        expect![[r#"
            move v1 9:30 → booked v1 09:30–10:00
            cancel v1 seen 2 → refused stale_version
            cancel v1 seen 3 → cancelled v1 09:30–10:00
            P1 Mon
              works  09:00–10:00
              free   09:00 09:30
        "#]],
    );
}

#[test]
fn a_practitioner_cancels_only_their_own() {
    check(
        "P1 Mon 9-10; P2 Mon 9-10; booked P2 9; cancel v1 by P1; cancel v1 by P2; cancel v9",
        expect![[r#"
            cancel v1 by P1 → refused forbidden
            cancel v1 by P2 → cancelled v1 09:00–09:30
            cancel v9 → refused unknown_id appointment_id
            P1 Mon
              works  09:00–10:00
              free   09:00 09:30
            P2 Mon
              works  09:00–10:00
              free   09:00 09:30
        "#]],
    );
}
