use expect_test::expect;
use frontdesk_domain::alternatives::{SlotWish, near};
use frontdesk_domain::command::{BookSeries, SeriesVisit};
use frontdesk_domain::decide::{Wanted, series_fates};
use frontdesk_domain::series::dates;
use frontdesk_domain::*;

use crate::check;
use crate::world::{World, id, receptionist, utc, wall};

#[test]
fn a_series_is_booked_at_once_and_can_be_repeated() {
    check(
        "P1 Mon-Fri 9-12; series s1 Mon Tue Wed 9 for ann; tell s1b
         series s1 Mon Tue Wed 9 for ann; series s1 Mon Tue Thu 9 for ann
         series s1 Mon Tue 9 for ann; series s1 Mon Tue Wed 9 for bob; cancel s1b
         series s1 Mon Tue Wed 9 for ann",
        expect![[r#"
            series s1 Mon Tue Wed 9 for ann → booked s1a 09:00–09:30, s1b, s1c
            s1b: booked Tue 5 Jan 09:00 S for ann
            series s1 Mon Tue Wed 9 for ann → no change
            series s1 Mon Tue Thu 9 for ann → refused invalid series_id
            series s1 Mon Tue 9 for ann → refused invalid series_id
            series s1 Mon Tue Wed 9 for bob → refused invalid series_id
            cancel s1b → cancelled s1b 09:00–09:30
            series s1 Mon Tue Wed 9 for ann → no change
            P1 Mon
              works  09:00–12:00
              busy   09:00–09:30
              free   09:30 10:00 10:30 11:00 11:30
        "#]],
    );
}

#[test]
fn a_series_is_booked_whole_or_not_at_all_with_every_fate() {
    check(
        "P1 Mon-Thu 9-12; P2 Mon-Fri 9-12; booked Tue 9; booked P2 Wed 9 for ann
         away P1 Thu 9-10; series s1 Mon Tue Wed Thu Fri 9 for ann; show",
        expect![[r#"
            series s1 Mon Tue Wed Thu Fri 9 for ann → refused slot_taken (appointment v1 09:00–09:30 by rita)
              s1a Mon 4 Jan 09:00 free
              s1b Tue 5 Jan 09:00 slot_taken (appointment v1 09:00–09:30 by rita)
              s1c Wed 6 Jan 09:00 patient_busy (patient v2 09:00–09:30 by rita)
              s1d Thu 7 Jan 09:00 outside_schedule (time_off x1 09:00–10:00)
              s1e Fri 8 Jan 09:00 outside_schedule
            P1 Mon
              works  09:00–12:00
              free   09:00 09:30 10:00 10:30 11:00 11:30
        "#]],
    );
}

#[test]
fn the_visits_of_a_series_are_in_each_others_way() {
    check(
        "P1 Mon-Fri 9-12; series s1 Mon Mon 9 for ann; series s2 Mon Tue 9 for bob; show",
        expect![[r#"
            series s1 Mon Mon 9 for ann → refused slot_taken (appointment s1a 09:00–09:30 by rita)
              s1a Mon 4 Jan 09:00 free
              s1b Mon 4 Jan 09:00 slot_taken (appointment s1a 09:00–09:30 by rita)
            series s2 Mon Tue 9 for bob → booked s2a 09:00–09:30, s2b
            P1 Mon
              works  09:00–12:00
              busy   09:00–09:30
              free   09:30 10:00 10:30 11:00 11:30
        "#]],
    );
}

#[test]
fn a_series_joins_a_class_while_there_are_seats() {
    check(
        "service C 60m capacity 2; P1 Mon-Fri 9-12; booked C Tue 9
         series s1 C Mon Tue Wed 9 for ann; booked C Thu 9; booked C Thu 9
         series s2 C Wed Thu 9 for bob",
        expect![[r#"
            series s1 C Mon Tue Wed 9 for ann → booked s1a 09:00–10:00, s1b, s1c
            series s2 C Wed Thu 9 for bob → refused capacity_full (appointment v6 09:00–10:00 by rita)
              s2a Wed 6 Jan 09:00 free
              s2b Thu 7 Jan 09:00 capacity_full (appointment v6 09:00–10:00 by rita)
            P1 Mon
              works  09:00–12:00
              busy   09:00–10:00
              free   10:00 10:30 11:00 11:30
        "#]],
    );
}

#[test]
fn what_has_begun_is_in_the_past() {
    check(
        "P1 Mon-Fri 9-12; now Mon 10; series s1 Mon Tue 9",
        expect![[r#"
            series s1 Mon Tue 9 → refused in_past
              s1a Mon 4 Jan 09:00 in_past
              s1b Tue 5 Jan 09:00 free
            P1 Mon
              works  09:00–12:00
              free   10:00 10:30 11:00 11:30
        "#]],
    );
}

#[test]
fn a_series_may_break_rules_where_its_user_may() {
    check(
        "P1 Mon-Fri 9-12; booked Tue 9; series s1 Mon Tue 9 over slot_taken by boss; tell s1a
         tell s1b; series s2 Wed Tue 9 for bob over slot_taken by rita",
        expect![[r#"
            series s1 Mon Tue 9 over slot_taken by boss → booked s1a 09:00–09:30, s1b
            s1a: booked Mon 4 Jan 09:00 S for ann
            s1b: booked Tue 5 Jan 09:00 S for ann, over slot_taken (because), seat 1000 of P1
            series s2 Wed Tue 9 for bob over slot_taken by rita → refused forbidden override (appointment s1b 09:00–09:30 by boss)
              s2a Wed 6 Jan 09:00 free
              s2b Tue 5 Jan 09:00 forbidden (appointment s1b 09:00–09:30 by boss)
            P1 Mon
              works  09:00–12:00
              busy   09:00–09:30
              free   09:30 10:00 10:30 11:00 11:30
        "#]],
    );
}

#[test]
fn a_weekly_series_keeps_its_wall_time_over_both_clock_changes() {
    check(
        "now 2026-10-01 0; P1 Sun 1-12
         series s1 2026-10-18 2026-10-25 2026-11-01 2027-03-21 2027-03-28 2027-04-04 2:30 only-wall
         series s2 2026-10-18 2026-10-25 2026-11-01 2027-03-21 2027-03-28 2027-04-04 10 only-wall
         tell s2a; tell s2b; tell s2e",
        expect![[r#"
            series s1 2026-10-18 2026-10-25 2026-11-01 2027-03-21 2027-03-28 2027-04-04 2:30 only-wall → refused dst_fold
              s1a Sun 18 Oct 02:30 free
              s1b Sun 25 Oct 02:30 dst_fold or 00:30Z or 01:30Z
              s1c Sun 1 Nov 02:30 free
              s1d Sun 21 Mar 02:30 free
              s1e Sun 28 Mar 02:30 dst_gap or 00:59Z or 01:00Z
              s1f Sun 4 Apr 02:30 free
            series s2 2026-10-18 2026-10-25 2026-11-01 2027-03-21 2027-03-28 2027-04-04 10 only-wall → booked s2a 10:00–10:30, s2b, s2c, s2d, s2e, s2f
            s2a: booked Sun 18 Oct 10:00 S for ann
            s2b: booked Sun 25 Oct 10:00 S for ann
            s2e: booked Sun 28 Mar 10:00 S for ann
            P1 Mon
              free
        "#]],
    );
}

#[test]
fn a_series_ends_the_holds_of_its_own_desk() {
    check(
        "P1 Mon-Fri 9-12; hold h1 9 by rita; series s1 Mon Tue 9 by otto
         series s1 Mon Tue 9 by rita",
        expect![[r#"
            hold h1 9 by rita → held
            series s1 Mon Tue 9 by otto → refused slot_taken (hold h1 09:00–09:30 by rita)
              s1a Mon 4 Jan 09:00 slot_taken (hold h1 09:00–09:30 by rita)
              s1b Tue 5 Jan 09:00 free
            series s1 Mon Tue 9 by rita → booked s1a 09:00–09:30, s1b, releases h1
            P1 Mon
              works  09:00–12:00
              busy   09:00–09:30
              free   09:30 10:00 10:30 11:00 11:30
        "#]],
    );
}

#[test]
fn rights_and_ids_come_before_any_date() {
    check(
        "P1 Mon-Fri 9-12; P2 Mon 9-12; service X 30m closed; series s1 P2 Mon 9 by P1
         series s1 P9 Mon 9; series s1 X Mon 9; booked Mon 9 as s1a for ann; series s1 Mon 9",
        expect![[r#"
            series s1 P2 Mon 9 by P1 → refused forbidden
            series s1 P9 Mon 9 → refused unknown_id practitioner_id
            series s1 X Mon 9 → refused invalid service_id
            series s1 Mon 9 → refused invalid visits
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

fn dates_of(unit: SeriesUnit, every: u16, weekdays: &[u8], count: u16, first: &str) -> String {
    let rule = SeriesRule {
        unit,
        every,
        weekdays: weekdays.to_vec(),
        count,
    };
    let berlin = ClinicZone::named("Europe/Berlin").unwrap();
    match dates(&rule, wall(first), &berlin) {
        Ok(dates) => {
            let starts = dates
                .iter()
                .map(|date| date.wall_start.0.format("%d.%m. %H:%M"));
            starts
                .map(|start| start.to_string())
                .collect::<Vec<_>>()
                .join(", ")
        }
        Err(refusal) => refusal.field.unwrap(),
    }
}

#[test]
fn a_rule_gives_its_dates_on_the_wall_clock() {
    use SeriesUnit::{Day, Month, Week};
    let monday = "2027-01-04T10:00";
    assert_eq!(
        dates_of(Day, 2, &[], 3, monday),
        "04.01. 10:00, 06.01. 10:00, 08.01. 10:00"
    );
    assert_eq!(
        dates_of(Week, 1, &[], 3, monday),
        "04.01. 10:00, 11.01. 10:00, 18.01. 10:00"
    );
    // Weeks begin on Monday: the Friday before the first visit is not made up for.
    assert_eq!(
        dates_of(Week, 2, &[5, 1], 4, "2027-01-06T10:00"),
        "08.01. 10:00, 18.01. 10:00, 22.01. 10:00, 01.02. 10:00"
    );
    assert_eq!(
        dates_of(Month, 1, &[], 4, "2027-01-31T10:00"),
        "31.01. 10:00, 31.03. 10:00, 31.05. 10:00, 31.07. 10:00"
    );
    assert_eq!(
        dates_of(Month, 12, &[], 2, "2028-02-29T10:00"),
        "29.02. 10:00, 29.02. 10:00"
    );
}

#[test]
fn a_rule_that_cannot_be_is_refused_by_its_field() {
    let day = SeriesUnit::Day;
    let monday = "2027-01-04T10:00";
    assert_eq!(dates_of(day, 0, &[], 3, monday), "every");
    assert_eq!(dates_of(day, 53, &[], 3, monday), "every");
    assert_eq!(dates_of(day, 1, &[], 0, monday), "count");
    assert_eq!(dates_of(day, 1, &[], 201, monday), "count");
    assert_eq!(dates_of(day, 1, &[0], 3, monday), "weekdays");
    assert_eq!(dates_of(day, 1, &[8], 3, monday), "weekdays");
}

/// P1 works on Mondays from 9 to 12, and 9:00 on the second one is taken.
fn plan_of_three() -> (World, BookSeries) {
    let mut world = World::new();
    let practitioner_id = world.practitioner("P1");
    let mut schedule = world.schedule(practitioner_id);
    schedule.blocks.push(ScheduleBlock {
        week: 0,
        weekday: 1,
        from: "09:00".parse().unwrap(),
        until: "12:00".parse().unwrap(),
        location_id: None,
        service_ids: None,
    });
    world.facts.schedules.push(schedule);
    let visit = |name: &str, date: &str| SeriesVisit {
        appointment_id: id(b'v', name),
        practitioner_id,
        starts_at: None,
        wall_start: Some(wall(date)),
        ends_at: None,
        location_id: None,
    };
    let series = |name: &str, visits| BookSeries {
        series_id: id(b'S', name),
        patient_id: id(b'p', "ann"),
        service_id: id(b's', "S"),
        notes: None,
        overriding: None,
        visits,
    };
    world.patient("ann");
    let taken = Command::BookSeries(series("s1", vec![visit("taken", "2027-01-11T09:00")]));
    world.run(&taken, &receptionist("rita"), None).unwrap();
    let dates = ["2027-01-04T09:00", "2027-01-11T09:00", "2027-01-18T09:00"];
    let visits = dates.iter().zip(["a", "b", "c"]);
    let plan = series("s2", visits.map(|(date, name)| visit(name, date)).collect());
    (world, plan)
}

#[test]
fn a_plan_tells_the_fates_before_the_patient_is_known_and_what_is_free_instead() {
    let (world, mut plan) = plan_of_three();
    plan.patient_id = id(b'p', "nobody");
    let wanted = Wanted {
        command: &plan,
        by: &receptionist("otto"),
        base_version: None,
    };
    let fates = series_fates(&wanted, &world.facts, world.now).unwrap();
    let reasons: Vec<_> = fates.iter().map(|fate| fate.reason).collect();
    assert_eq!(reasons, [None, Some(Reason::SlotTaken), None]);
    let command = Command::BookSeries(plan.clone());
    let wish = |fate| SlotWish::of_fate(&command, fate, &world.facts);
    assert_eq!((wish(&fates[0]), wish(&fates[2])), (None, None));
    let wish = wish(&fates[1]).unwrap();
    assert_eq!(Some(wish.starts_at), fates[1].starts_at);
    let instead = near(&wish, &world.facts, world.now);
    assert_eq!(instead[0].wall_start, wall("2027-01-11T09:30"));
}

#[test]
fn a_series_that_is_wrong_in_itself_names_no_fates() {
    let (mut world, plan) = plan_of_three();
    let mut refused = |change: &dyn Fn(&mut BookSeries)| {
        let mut plan = plan.clone();
        change(&mut plan);
        let command = Command::BookSeries(plan);
        let refusal = world
            .run(&command, &receptionist("rita"), None)
            .unwrap_err();
        assert_eq!(refusal.reason, Reason::Invalid);
        assert!(refusal.fates.is_empty());
        refusal.field.unwrap()
    };
    assert_eq!(refused(&|plan| plan.visits.clear()), "visits");
    assert_eq!(refused(&|plan| plan.visits[0].wall_start = None), "visits");
    assert_eq!(
        refused(&|plan| plan.visits[1] = plan.visits[0].clone()),
        "visits"
    );
    assert_eq!(
        refused(&|plan| plan.visits[0].starts_at = Some(utc("2027-01-04T08:00:00Z"))),
        "visits"
    );
    assert_eq!(
        refused(&|plan| plan.visits[0].ends_at = Some(utc("2027-01-04T07:00:00Z"))),
        "visits"
    );
    let many = |plan: &mut BookSeries| {
        plan.visits = (0..201)
            .map(|n| SeriesVisit {
                appointment_id: id(b'v', &format!("n{n}")),
                ..plan.visits[0].clone()
            })
            .collect();
    };
    assert_eq!(refused(&many), "visits");
    assert_eq!(
        refused(&|plan| plan.notes = Some("n".repeat(2_001))),
        "notes"
    );
}
