use expect_test::expect;

use crate::check;

#[test]
fn a_day_is_working_time_and_its_grid() {
    check(
        "P1 Mon 9-12 /30m",
        expect![[r#"
        P1 Mon
          works  09:00–12:00
          free   09:00 09:30 10:00 10:30 11:00 11:30
    "#]],
    );
}

#[test]
fn the_gap_between_two_blocks_is_a_break() {
    check(
        "P1 Mon 9-10 11-12",
        expect![[r#"
        P1 Mon
          works  09:00–10:00
          break  10:00–11:00
          works  11:00–12:00
          free   09:00 09:30 11:00 11:30
    "#]],
    );
}

#[test]
fn visits_are_taken_out_with_their_buffers() {
    check(
        "P1 Mon 9-12; service B 30m before 5m after 10m; booked B 10; show; show B",
        expect![[r#"
            P1 Mon
              works  09:00–12:00
              busy   09:55–10:40
              free   09:00 11:00 11:30
            P1 Mon
              works  09:00–12:00
              busy   09:55–10:40
              free   09:00 11:00 11:30
        "#]],
    );
}

#[test]
fn buffers_may_lie_outside_working_hours_but_the_visit_may_not() {
    check(
        "P1 Mon 9-10; service B 30m before 30m after 30m; show B; book B 9:30; book B 10",
        expect![[r#"
            P1 Mon
              works  09:00–10:00
              free   09:00 09:30
            book B 9:30 → booked v1 09:30–10:00
            book B 10 → refused outside_schedule
        "#]],
    );
}

#[test]
fn time_off_covers_work_and_keeps_the_grid_of_the_block() {
    check(
        "P1 Mon 9-12; away P1 Mon 9:50-10:40 dentist",
        expect![[r#"
        P1 Mon
          works  09:00–09:50
          away   09:50–10:40 (dentist)
          works  10:40–12:00
          free   09:00 11:00 11:30
    "#]],
    );
}

#[test]
fn a_closure_covers_time_off_and_concerns_everybody() {
    check(
        "P1 Mon 9-12; P2 Mon 10-13; away P1 Mon 9-11 dentist; closed Mon 10-12 power cut",
        expect![[r#"
            P1 Mon
              away   09:00–10:00 (dentist)
              closed 10:00–12:00 (power cut)
              free
            P2 Mon
              closed 10:00–12:00 (power cut)
              works  12:00–13:00
              free   12:00 12:30
        "#]],
    );
}

#[test]
fn extra_hours_stand_beside_the_weekly_hours() {
    check(
        "P1 Mon 9-11; extra P1 Mon 10-12",
        expect![[r#"
        P1 Mon
          works  09:00–11:00
          extra  11:00–12:00
          free   09:00 09:30 10:00 10:30 11:00 11:30
    "#]],
    );
}

#[test]
fn extra_hours_have_the_grid_of_their_own_start() {
    check(
        "extra P1 Mon 9:10-10:30; P1 Tue 9-12; show Mon",
        expect![[r#"
            P1 Mon
              extra  09:10–10:30
              free   09:10 09:40
        "#]],
    );
}

#[test]
fn a_visit_may_span_blocks_that_touch() {
    check(
        "P1 Mon 9-10 10-11; service L 60m; show L; book L 9:30",
        expect![[r#"
            P1 Mon
              works  09:00–11:00
              free   09:00 09:30 10:00
            book L 9:30 → booked v1 09:30–10:30
        "#]],
    );
}

#[test]
fn a_visit_may_span_midnight_where_work_goes_on() {
    check(
        "P1 Mon 23-24; P1 Tue 0-1; service L 60m; show L; book L 23:30",
        expect![[r#"
            P1 Mon
              works  23:00–00:00
              free   23:00 23:30
            book L 23:30 → booked v1 23:30–00:30
        "#]],
    );
}

#[test]
fn a_block_may_restrict_its_services() {
    check(
        "service L 60m; P1 Mon 9-10 only L; P1 Mon 10-11; show L; show S; book S 9; book L 9:30",
        expect![[r#"
            P1 Mon
              works  09:00–11:00
              free   09:00 09:30 10:00
            P1 Mon
              works  09:00–11:00
              free   10:00 10:30
            book S 9 → refused outside_schedule
            book L 9:30 → booked v1 09:30–10:30
        "#]],
    );
}

#[test]
fn weeks_of_a_cycle_take_turns() {
    check(
        "P1 Mon 9-10 week 0/2 from 2027-01-06; P1 Mon 14-15 week 1/2 from 2027-01-06
         show 2027-01-04; show 2027-01-11; show 2027-01-18",
        expect![[r#"
            P1 Mon
              free
            P1 Mon
              works  14:00–15:00
              free   14:00 14:30
            P1 Mon
              works  09:00–10:00
              free   09:00 09:30
        "#]],
    );
}

#[test]
fn the_latest_version_that_is_valid_on_the_date_holds() {
    check(
        "P1 Mon-Tue 9-10; P1 Mon 14-15 from 2027-01-04 until 2027-01-04; show Mon; show Tue",
        expect![[r#"
            P1 Mon
              works  14:00–15:00
              free   14:00 14:30
            P1 Tue
              works  09:00–10:00
              free   09:00 09:30
        "#]],
    );
}

#[test]
fn what_has_passed_is_not_free() {
    check(
        "P1 Mon 9-12; now Mon 10:10",
        expect![[r#"
        P1 Mon
          works  09:00–12:00
          free   10:30 11:00 11:30
    "#]],
    );
}

#[test]
fn a_start_that_is_now_is_free() {
    check(
        "P1 Mon 9-12; now Mon 10; book 10",
        expect![[r#"
        book 10 → booked v1 10:00–10:30
        P1 Mon
          works  09:00–12:00
          busy   10:00–10:30
          free   10:30 11:00 11:30
    "#]],
    );
}

#[test]
fn a_class_stays_free_until_it_is_full() {
    check(
        "P1 Mon 9-11; service C 60m capacity 2; booked C 9; show C; booked C 9; show C; show S",
        expect![[r#"
            P1 Mon
              works  09:00–11:00
              busy   09:00–10:00
              free   09:00 09:30 10:00
            P1 Mon
              works  09:00–11:00
              busy   09:00–10:00
              free   10:00
            P1 Mon
              works  09:00–11:00
              busy   09:00–10:00
              free   10:00 10:30
        "#]],
    );
}

#[test]
fn a_full_room_is_not_offered() {
    check(
        "room R1; P1 Mon 9-11 in R1; P2 Mon 9-11 in R1; booked P1 9; show P2",
        expect![[r#"
            P2 Mon
              works  09:00–11:00
              free   09:30 10:00 10:30
        "#]],
    );
}

#[test]
fn of_overlapping_blocks_the_one_whose_room_is_free_counts() {
    check(
        "room R1; room R2; P1 Mon 9-10 in R1; P1 Mon 9-10 in R2; P2 Mon 9-10 in R1
         booked P2 9; show P1; book P1 9",
        expect![[r#"
            P1 Mon
              works  09:00–10:00
              free   09:00 09:30
            book P1 9 → booked v2 09:00–09:30 in R2
        "#]],
    );
}

#[test]
fn a_cancelled_visit_is_free_again() {
    check(
        "P1 Mon 9-10; booked 9; cancel v1",
        expect![[r#"
        cancel v1 → cancelled v1 09:00–09:30
        P1 Mon
          works  09:00–10:00
          free   09:00 09:30
    "#]],
    );
}
