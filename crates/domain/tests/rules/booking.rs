use expect_test::expect;

use crate::check;

#[test]
fn booking_a_free_slot_takes_it() {
    check(
        "P1 Mon 9-12 /30m; booked 9:30",
        expect![[r#"
        P1 Mon
          works  09:00–12:00
          busy   09:30–10:00
          free   09:00 10:00 10:30 11:00 11:30
    "#]],
    );
}

#[test]
fn a_taken_slot_names_what_took_it() {
    check(
        "P1 Mon 9-12; booked 9:30 by rita; book 9:30 by otto; book 9-10 by otto",
        expect![[r#"
            book 9:30 by otto → refused slot_taken (appointment v1 09:30–10:00 by rita)
            book 9-10 by otto → refused slot_taken (appointment v1 09:30–10:00 by rita)
            P1 Mon
              works  09:00–12:00
              busy   09:30–10:00
              free   09:00 10:00 10:30 11:00 11:30
        "#]],
    );
}

#[test]
fn the_buffers_of_neighbours_add_up() {
    check(
        "P1 Mon 9-12; service B 30m before 10m after 20m; /10m; booked B 9
         book B 9:50; book B 10; show B",
        expect![[r#"
            book B 9:50 → refused slot_taken (appointment v1 08:50–09:50 by rita)
            book B 10 → booked v2 10:00–10:30
            P1 Mon
              works  09:00–12:00
              busy   08:50–10:50
              free   11:00 11:10 11:20 11:30
        "#]],
    );
}

#[test]
fn a_pending_request_blocks_like_a_booking() {
    check(
        "P1 Mon 9-12; service A 30m approval; book A 9; book S 9",
        expect![[r#"
            book A 9 → pending v1 09:00–09:30
            book S 9 → refused slot_taken (appointment v1 09:00–09:30 by rita)
            P1 Mon
              works  09:00–12:00
              busy   09:00–09:30
              free   09:30 10:00 10:30 11:00 11:30
        "#]],
    );
}

#[test]
fn a_class_shares_its_practitioner_only_with_the_same_class() {
    check(
        "P1 Mon 9-12; service C 60m capacity 2; service D 60m up-to 2
         book C 9; book C 9:30; book C 9 by otto; book C 10; book D 9; book S 9:30; book D 11",
        expect![[r#"
            book C 9 → booked v1 09:00–10:00
            book C 9:30 → booked v2 09:30–10:30
            book C 9 by otto → refused capacity_full (appointment v2 09:30–10:30 by rita)
            book C 10 → booked v3 10:00–11:00
            book D 9 → refused slot_taken (appointment v1 09:00–10:00 by rita)
            book S 9:30 → refused slot_taken (appointment v1 09:00–10:00 by rita)
            book D 11 → booked v4 11:00–12:00
            P1 Mon
              works  09:00–12:00
              busy   09:00–12:00
              free
        "#]],
    );
}

#[test]
fn a_patient_is_in_one_place_at_a_time() {
    check(
        "P1 Mon 9-12; P2 Mon 9-12; service B 30m after 20m
         book P1 B 9 for ann; book P2 B 9 for ann; book P2 B 9:30 for ann",
        expect![[r#"
            book P1 B 9 for ann → booked v1 09:00–09:30
            book P2 B 9 for ann → refused patient_busy (patient v1 09:00–09:30 by rita)
            book P2 B 9:30 for ann → booked v2 09:30–10:00
            P1 Mon
              works  09:00–12:00
              busy   09:00–09:50
              free   10:00 10:30 11:00 11:30
            P2 Mon
              works  09:00–12:00
              busy   09:30–10:20
              free   09:00 10:30 11:00 11:30
        "#]],
    );
}

#[test]
fn a_room_takes_as_many_visits_as_it_has_room_for() {
    check(
        "room R1 x2; P1 Mon 9-10; P2 Mon 9-10; P3 Mon 9-10
         book P1 9 in R1; book P2 9 in R1; book P3 9 in R1; book P3 9",
        expect![[r#"
            book P1 9 in R1 → booked v1 09:00–09:30 in R1
            book P2 9 in R1 → booked v2 09:00–09:30 in R1
            book P3 9 in R1 → refused location_busy (location v2 09:00–09:30 by rita)
            book P3 9 → booked v3 09:00–09:30
            P1 Mon
              works  09:00–10:00
              busy   09:00–09:30
              free   09:30
            P2 Mon
              works  09:00–10:00
              busy   09:00–09:30
              free   09:30
            P3 Mon
              works  09:00–10:00
              busy   09:00–09:30
              free   09:30
        "#]],
    );
}

#[test]
fn a_booking_goes_to_the_room_of_its_block() {
    check(
        "room R1; room R2 closed; P1 Mon 9-10 in R1; P1 Mon 10-11 in R2; book 9; book 10",
        expect![[r#"
            book 9 → booked v1 09:00–09:30 in R1
            book 10 → booked v2 10:00–10:30
            P1 Mon
              works  09:00–11:00
              busy   09:00–09:30
              busy   10:00–10:30
              free   09:30 10:30
        "#]],
    );
}

#[test]
fn outside_working_hours_is_refused() {
    check(
        "P1 Mon 9-10 11-12; book 8:30; book 9:30-10:30; book 9:30-11:30; book 12; book Tue 9",
        expect![[r#"
            book 8:30 → refused outside_schedule
            book 9:30-10:30 → refused outside_schedule
            book 9:30-11:30 → refused outside_schedule
            book 12 → refused outside_schedule
            book Tue 9 → refused outside_schedule
            P1 Mon
              works  09:00–10:00
              break  10:00–11:00
              works  11:00–12:00
              free   09:00 09:30 11:00 11:30
        "#]],
    );
}

#[test]
fn what_covers_the_hours_is_named() {
    check(
        "P1 Mon 9-12; away P1 Mon 9-10 dentist; closed Mon 11-12; book 9; book 11:30; book 8:30
         book 12",
        expect![[r#"
            book 9 → refused outside_schedule (time_off x1 09:00–10:00)
            book 11:30 → refused outside_schedule (closure x2 11:00–12:00)
            book 8:30 → refused outside_schedule
            book 12 → refused outside_schedule
            P1 Mon
              away   09:00–10:00 (dentist)
              works  10:00–11:00
              closed 11:00–12:00 ()
              free   10:00 10:30
        "#]],
    );
}

#[test]
fn a_start_off_the_grid_is_refused() {
    check(
        "P1 Mon 9:10-12; book 9:30; book 9:40; /15m; book 10:25",
        expect![[r#"
            book 9:30 → refused off_grid
            book 9:40 → booked v1 09:40–10:10
            book 10:25 → booked v2 10:25–10:55
            P1 Mon
              works  09:10–12:00
              busy   09:40–10:10
              busy   10:25–10:55
              free   09:10 10:55 11:10 11:25
        "#]],
    );
}

#[test]
fn the_past_is_refused() {
    check(
        "P1 Mon 9-12; now Mon 10:01; book 10; book 10:30",
        expect![[r#"
            book 10 → refused in_past
            book 10:30 → booked v1 10:30–11:00
            P1 Mon
              works  09:00–12:00
              busy   10:30–11:00
              free   11:00 11:30
        "#]],
    );
}

#[test]
fn the_same_id_is_the_same_booking() {
    check(
        "P1 Mon 9-12; booked 9 for ann as v1; book 9 for ann as v1; book 9-9:30 for ann as v1
         book 9:30 for ann as v1; book 9 for bob as v1; book 9 for ann note hello as v1",
        expect![[r#"
            book 9 for ann as v1 → no change
            book 9-9:30 for ann as v1 → no change
            book 9:30 for ann as v1 → refused invalid appointment_id
            book 9 for bob as v1 → refused invalid appointment_id
            book 9 for ann note hello as v1 → refused invalid appointment_id
            P1 Mon
              works  09:00–12:00
              busy   09:00–09:30
              free   09:30 10:00 10:30 11:00 11:30
        "#]],
    );
}

#[test]
fn a_repeated_booking_is_not_in_the_past_and_survives_its_cancellation() {
    check(
        "P1 Mon 9-12; booked 9 for ann as v1; now Mon 9:30; book 9 for ann as v1
         cancel v1; book 9 for ann as v1",
        expect![[r#"
            book 9 for ann as v1 → no change
            cancel v1 → cancelled v1 09:00–09:30
            book 9 for ann as v1 → no change
            P1 Mon
              works  09:00–12:00
              free   09:30 10:00 10:30 11:00 11:30
        "#]],
    );
}

#[test]
fn what_is_not_known_or_not_active_is_named() {
    check(
        "P1 Mon 9-12; service X 30m closed; room R1 closed
         book P9 9; book Y 9; book X 9; book 9 for nobody; book 9 in R9; book 9 in R1",
        expect![[r#"
            book P9 9 → refused unknown_id practitioner_id
            book Y 9 → refused unknown_id service_id
            book X 9 → refused invalid service_id
            book 9 for nobody → refused unknown_id patient_id
            book 9 in R9 → refused unknown_id location_id
            book 9 in R1 → refused invalid location_id
            P1 Mon
              works  09:00–12:00
              free   09:00 09:30 10:00 10:30 11:00 11:30
        "#]],
    );
}

#[test]
fn a_practitioner_books_only_their_own_visits() {
    check(
        "P1 Mon 9-12; P2 Mon 9-12; book P1 9 by P1; book P2 9 by P1; book P2 9 by boss",
        expect![[r#"
            book P1 9 by P1 → booked v1 09:00–09:30
            book P2 9 by P1 → refused forbidden
            book P2 9 by boss → booked v2 09:00–09:30
            P1 Mon
              works  09:00–12:00
              busy   09:00–09:30
              free   09:30 10:00 10:30 11:00 11:30
            P2 Mon
              works  09:00–12:00
              busy   09:00–09:30
              free   09:30 10:00 10:30 11:00 11:30
        "#]],
    );
}

#[test]
fn rights_come_before_ids_and_ids_before_length() {
    check(
        "P1 Mon 9-12; book P9 9 by P1; book P9 9-9; book 9-9 for nobody; book 9-9; book 9-8",
        expect![[r#"
            book P9 9 by P1 → refused forbidden
            book P9 9-9 → refused unknown_id practitioner_id
            book 9-9 for nobody → refused unknown_id patient_id
            book 9-9 → refused invalid ends_at
            book 9-8 → refused invalid ends_at
            P1 Mon
              works  09:00–12:00
              free   09:00 09:30 10:00 10:30 11:00 11:30
        "#]],
    );
}
