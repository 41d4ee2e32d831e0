use expect_test::expect;

use crate::check;

#[test]
fn this_and_the_following_move_by_as_much_of_the_wall_clock() {
    check(
        "P1 Mon-Fri 9-12; P2 Mon-Fri 9-12; series s1 Mon Tue Wed 9
         move s1b 10 Tue scope following; tell s1a; tell s1b; tell s1c
         move s1a P2 Mon 9-9:30 scope all; tell s1c",
        expect![[r#"
            series s1 Mon Tue Wed 9 → booked s1a 09:00–09:30, s1b, s1c
            move s1b 10 Tue scope following → booked s1b 10:00–10:30, s1c
            s1a: booked Mon 4 Jan 09:00 S for ann
            s1b: booked Tue 5 Jan 10:00 S for ann
            s1c: booked Wed 6 Jan 10:00 S for ann
            move s1a P2 Mon 9-9:30 scope all → booked s1a 09:00–09:30, s1b, s1c
            s1c: booked Wed 6 Jan 10:00 S for ann
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
fn visits_that_move_together_are_not_in_each_others_way() {
    check(
        "P1 Mon-Fri 9-12; series s1 Mon Tue Wed 9; move s1a Tue 9 scope all; tell s1a
         tell s1c; show",
        expect![[r#"
            series s1 Mon Tue Wed 9 → booked s1a 09:00–09:30, s1b, s1c
            move s1a Tue 9 scope all → booked s1a 09:00–09:30, s1b, s1c
            s1a: booked Tue 5 Jan 09:00 S for ann
            s1c: booked Thu 7 Jan 09:00 S for ann
            P1 Mon
              works  09:00–12:00
              free   09:00 09:30 10:00 10:30 11:00 11:30
        "#]],
    );
}

#[test]
fn a_move_of_a_series_is_refused_whole_with_every_fate() {
    check(
        "P1 Mon-Wed 9-12; booked Tue 10; series s1 Mon Tue Wed 9; move s1a Mon 10 scope all
         move s1a Tue 9 scope all; tell s1c; move s1a Wed 9 scope following",
        expect![[r#"
            series s1 Mon Tue Wed 9 → booked s1a 09:00–09:30, s1b, s1c
            move s1a Mon 10 scope all → refused slot_taken (appointment v1 10:00–10:30 by rita)
              s1a Mon 4 Jan 10:00 free
              s1b Tue 5 Jan 10:00 slot_taken (appointment v1 10:00–10:30 by rita)
              s1c Wed 6 Jan 10:00 free
            move s1a Tue 9 scope all → refused outside_schedule
              s1a Tue 5 Jan 09:00 free
              s1b Wed 6 Jan 09:00 free
              s1c Thu 7 Jan 09:00 outside_schedule
            s1c: booked Wed 6 Jan 09:00 S for ann
            move s1a Wed 9 scope following → refused outside_schedule
              s1a Wed 6 Jan 09:00 free
              s1b Thu 7 Jan 09:00 outside_schedule
              s1c Fri 8 Jan 09:00 outside_schedule
            P1 Mon
              works  09:00–12:00
              busy   09:00–09:30
              free   09:30 10:00 10:30 11:00 11:30
        "#]],
    );
}

#[test]
fn what_is_past_or_finished_stays() {
    check(
        "P1 Mon-Fri 9-12; series s1 Mon Tue Wed Thu 9; cancel s1c; now Tue 8
         move s1b Tue 10 scope all; tell s1a; tell s1c; tell s1d",
        expect![[r#"
            series s1 Mon Tue Wed Thu 9 → booked s1a 09:00–09:30, s1b, s1c, s1d
            cancel s1c → cancelled s1c 09:00–09:30
            move s1b Tue 10 scope all → booked s1b 10:00–10:30, s1d
            s1a: booked Mon 4 Jan 09:00 S for ann
            s1c: cancelled Wed 6 Jan 09:00 S for ann < booked, patient (nothing said)
            s1d: booked Thu 7 Jan 10:00 S for ann
            P1 Mon
              works  09:00–12:00
              busy   09:00–09:30
              free
        "#]],
    );
}

#[test]
fn a_shift_over_a_clock_change_is_decided_date_by_date() {
    check(
        "now 2026-10-01 0; P1 Sun 1-12
         series s1 2026-10-18 2026-10-25 2026-11-01 2027-03-28 9 only-wall
         move s1a 2026-10-18 10 scope all; tell s1b; tell s1d
         move s1a 2026-10-18 2:30 scope all; move s1a 2026-10-18 3 scope all; tell s1d",
        expect![[r#"
            series s1 2026-10-18 2026-10-25 2026-11-01 2027-03-28 9 only-wall → booked s1a 09:00–09:30, s1b, s1c, s1d
            move s1a 2026-10-18 10 scope all → booked s1a 10:00–10:30, s1b, s1c, s1d
            s1b: booked Sun 25 Oct 10:00 S for ann
            s1d: booked Sun 28 Mar 10:00 S for ann
            move s1a 2026-10-18 2:30 scope all → refused dst_fold
              s1a Sun 18 Oct 02:30 free
              s1b Sun 25 Oct 02:30 dst_fold or 00:30Z or 01:30Z
              s1c Sun 1 Nov 02:30 free
              s1d Sun 28 Mar 02:30 dst_gap or 00:59Z or 01:00Z
            move s1a 2026-10-18 3 scope all → booked s1a 03:00–03:30, s1b, s1c, s1d
            s1d: booked Sun 28 Mar 03:00 S for ann
            P1 Mon
              free
        "#]],
    );
}

#[test]
fn the_rest_of_a_series_is_cancelled() {
    check(
        "P1 Mon-Fri 9-12; series s1 Mon Tue Wed 9; now Tue 8; cancel s1b scope following
         tell s1a; cancel s1b scope all; undo s1c; cancel s1b scope all; cancel s1a scope all",
        expect![[r#"
            series s1 Mon Tue Wed 9 → booked s1a 09:00–09:30, s1b, s1c
            cancel s1b scope following → cancelled s1b 09:00–09:30, s1c
            s1a: booked Mon 4 Jan 09:00 S for ann
            cancel s1b scope all → no change
            undo s1c → booked s1c 09:00–09:30
            cancel s1b scope all → cancelled s1c 09:00–09:30
            cancel s1a scope all → cancelled s1a 09:00–09:30
            P1 Mon
              works  09:00–12:00
              free
        "#]],
    );
}

#[test]
fn a_series_is_updated_as_far_as_it_can_be() {
    check(
        "service B 30m after 30m; P1 Mon-Fri 9-12; series s1 Mon Tue Wed 9 for ann
         booked Wed 9:30; update s1a scope all say hello; tell s1c; update s1a scope all B
         update s1a scope all for bob; tell s1b",
        expect![[r#"
            series s1 Mon Tue Wed 9 for ann → booked s1a 09:00–09:30, s1b, s1c
            update s1a scope all say hello → booked s1a 09:00–09:30, s1b, s1c
            s1c: booked Wed 6 Jan 09:00 S for ann, notes hello
            update s1a scope all B → refused slot_taken (appointment v4 09:30–10:00 by rita)
              s1a Mon 4 Jan 09:00 free
              s1b Tue 5 Jan 09:00 free
              s1c Wed 6 Jan 09:00 slot_taken (appointment v4 09:30–10:00 by rita)
            update s1a scope all for bob → booked s1a 09:00–09:30, s1b, s1c
            s1b: booked Tue 5 Jan 09:00 S for bob, notes hello
            P1 Mon
              works  09:00–12:00
              busy   09:00–09:30
              free   09:30 10:00 10:30 11:00 11:30
        "#]],
    );
}

#[test]
fn a_scope_needs_a_series() {
    check(
        "P1 Mon 9-12; booked 9; move v1 10 scope all; cancel v1 scope following
         update v1 scope all say x",
        expect![[r#"
            move v1 10 scope all → refused invalid scope
            cancel v1 scope following → refused invalid scope
            update v1 scope all say x → refused invalid scope
            P1 Mon
              works  09:00–12:00
              busy   09:00–09:30
              free   09:30 10:00 10:30 11:00 11:30
        "#]],
    );
}

#[test]
fn the_base_version_covers_every_visit_concerned() {
    check(
        "P1 Mon-Fri 9-12; series s1 Mon Tue Wed 9; update s1c say x
         move s1a Mon 10 scope all seen 2; move s1a Mon 10 seen 2
         cancel s1b scope following seen 2; cancel s1b scope following seen 4
         update s1a say y scope all seen 3",
        expect![[r#"
            series s1 Mon Tue Wed 9 → booked s1a 09:00–09:30, s1b, s1c
            update s1c say x → booked s1c 09:00–09:30
            move s1a Mon 10 scope all seen 2 → refused stale_version
            move s1a Mon 10 seen 2 → booked s1a 10:00–10:30
            cancel s1b scope following seen 2 → refused stale_version
            cancel s1b scope following seen 4 → cancelled s1b 09:00–09:30, s1c
            update s1a say y scope all seen 3 → refused stale_version
            P1 Mon
              works  09:00–12:00
              busy   10:00–10:30
              free   09:00 09:30 10:30 11:00 11:30
        "#]],
    );
}

#[test]
fn a_practitioner_edits_a_series_only_if_all_of_it_is_theirs() {
    check(
        "P1 Mon-Fri 9-12; P2 Mon-Fri 9-12; series s1 Mon Tue 9; move s1b P2 Tue 9
         cancel s1a scope all by P1; cancel s1a by P1",
        expect![[r#"
            series s1 Mon Tue 9 → booked s1a 09:00–09:30, s1b
            move s1b P2 Tue 9 → booked s1b 09:00–09:30
            cancel s1a scope all by P1 → refused forbidden
            cancel s1a by P1 → cancelled s1a 09:00–09:30
            P1 Mon
              works  09:00–12:00
              free   09:00 09:30 10:00 10:30 11:00 11:30
            P2 Mon
              works  09:00–12:00
              free   09:00 09:30 10:00 10:30 11:00 11:30
        "#]],
    );
}

#[test]
fn a_series_moves_into_an_overlap_by_override() {
    check(
        "P1 Mon-Fri 9-12; booked Tue 10; series s1 Mon Tue 9
         move s1a Mon 10 scope all over slot_taken by boss; tell s1a; tell s1b",
        expect![[r#"
            series s1 Mon Tue 9 → booked s1a 09:00–09:30, s1b
            move s1a Mon 10 scope all over slot_taken by boss → booked s1a 10:00–10:30, s1b
            s1a: booked Mon 4 Jan 10:00 S for ann
            s1b: booked Tue 5 Jan 10:00 S for ann, over slot_taken (because), seat 1000 of P1
            P1 Mon
              works  09:00–12:00
              busy   10:00–10:30
              free   09:00 09:30 10:30 11:00 11:30
        "#]],
    );
}
