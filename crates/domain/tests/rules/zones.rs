use chrono::NaiveDate;
use expect_test::expect;
use frontdesk_domain::availability::{WorkBlock, working};
use frontdesk_domain::zone::{Occurrence, WallDoubt};
use frontdesk_domain::*;

use crate::check;
use crate::world::{World, day, utc, wall};

fn zone(name: &str) -> ClinicZone {
    ClinicZone::named(name).unwrap()
}

/// Rules that changed in 2025 and 2026: old time-zone files give other answers.
#[test]
fn the_bundled_rules_are_those_of_today() {
    for (name, utc_time, shown) in [
        (
            "America/Vancouver",
            "2026-12-01T12:00:00Z",
            "2026-12-01T05:00",
        ),
        (
            "America/Edmonton",
            "2026-12-01T12:00:00Z",
            "2026-12-01T06:00",
        ),
        (
            "America/Edmonton",
            "2027-07-01T12:00:00Z",
            "2027-07-01T06:00",
        ),
        (
            "America/Winnipeg",
            "2026-12-01T12:00:00Z",
            "2026-12-01T07:00",
        ),
        (
            "Africa/Casablanca",
            "2026-12-01T12:00:00Z",
            "2026-12-01T12:00",
        ),
        (
            "Europe/Chisinau",
            "2027-03-28T00:59:00Z",
            "2027-03-28T02:59",
        ),
        (
            "Europe/Chisinau",
            "2027-03-28T01:00:00Z",
            "2027-03-28T04:00",
        ),
        ("Asia/Kolkata", "2026-12-01T12:00:00Z", "2026-12-01T17:30"),
        (
            "America/Sao_Paulo",
            "2026-12-01T12:00:00Z",
            "2026-12-01T09:00",
        ),
    ] {
        is_shown(name, utc_time, shown);
    }
}

/// The nights in which their clocks changed before the change was given up, and Morocco's last one.
#[test]
fn clocks_that_were_stopped_do_not_change() {
    for (name, utc_time, shown) in [
        (
            "America/Winnipeg",
            "2026-11-01T08:00:00Z",
            "2026-11-01T03:00",
        ),
        (
            "America/Winnipeg",
            "2027-03-14T09:00:00Z",
            "2027-03-14T04:00",
        ),
        (
            "Africa/Casablanca",
            "2026-09-19T12:00:00Z",
            "2026-09-19T13:00",
        ),
        (
            "Africa/Casablanca",
            "2026-09-20T12:00:00Z",
            "2026-09-20T12:00",
        ),
    ] {
        is_shown(name, utc_time, shown);
    }
}

fn is_shown(name: &str, utc_time: &str, shown: &str) {
    assert_eq!(zone(name).wall(utc(utc_time)), wall(shown), "{name}");
    assert_eq!(
        resolve(wall(shown), &zone(name)),
        Resolved::Exact(utc(utc_time)),
        "{name}"
    );
}

/// Cuba stays on its summer time until November 2027, says release 2026f; the newest one that is packed
/// for us is 2026e. When this fails, the row belongs into the list above, and its sentence goes from
/// docs/OPERATING.md.
#[test]
fn the_bundled_rules_do_not_know_of_cubas_winter_yet() {
    let havana = zone("America/Havana");
    let (at, by_2026f) = (utc("2026-12-01T12:00:00Z"), wall("2026-12-01T08:00"));
    assert_ne!(havana.wall(at), by_2026f);
}

#[test]
fn a_time_in_a_gap_names_the_two_nearest() {
    for (name, local, before, after) in [
        (
            "Europe/Berlin",
            "2027-03-28T02:30",
            "2027-03-28T00:59:00Z",
            "2027-03-28T01:00:00Z",
        ),
        (
            "Europe/Berlin",
            "2027-03-28T02:00",
            "2027-03-28T00:59:00Z",
            "2027-03-28T01:00:00Z",
        ),
        (
            "Europe/Chisinau",
            "2027-03-28T03:30",
            "2027-03-28T00:59:00Z",
            "2027-03-28T01:00:00Z",
        ),
        (
            "Australia/Lord_Howe",
            "2026-10-04T02:15",
            "2026-10-03T15:29:00Z",
            "2026-10-03T15:30:00Z",
        ),
        (
            "Pacific/Apia",
            "2011-12-30T12:00",
            "2011-12-30T09:59:00Z",
            "2011-12-30T10:00:00Z",
        ),
    ] {
        let zone = zone(name);
        let (before, after) = (utc(before), utc(after));
        let gap = Resolved::Gap {
            before: (zone.wall(before), before),
            after: (zone.wall(after), after),
        };
        assert_eq!(resolve(wall(local), &zone), gap, "{name}");
        assert_eq!(gap.boundary(), after);
        let doubt = gap.chosen(Some(Occurrence::First)).unwrap_err();
        assert_eq!(doubt.reason(), Reason::DstGap);
    }
}

#[test]
fn a_time_in_a_fold_is_the_users_choice() {
    for (name, local, first, second) in [
        (
            "Europe/Berlin",
            "2026-10-25T02:30",
            "2026-10-25T00:30:00Z",
            "2026-10-25T01:30:00Z",
        ),
        (
            "America/New_York",
            "2026-11-01T01:00",
            "2026-11-01T05:00:00Z",
            "2026-11-01T06:00:00Z",
        ),
        (
            "Australia/Lord_Howe",
            "2027-04-04T01:45",
            "2027-04-03T14:45:00Z",
            "2027-04-03T15:15:00Z",
        ),
    ] {
        let (first, second) = (utc(first), utc(second));
        let fold = resolve(wall(local), &zone(name));
        assert_eq!(fold, Resolved::Fold { first, second }, "{name}");
        assert_eq!(fold.chosen(Some(Occurrence::First)), Ok(first));
        assert_eq!(fold.chosen(Some(Occurrence::Second)), Ok(second));
        assert_eq!(fold.chosen(None), Err(WallDoubt::Fold { first, second }));
        assert_eq!(fold.boundary(), first);
    }
}

#[test]
fn days_are_as_long_as_the_zone_makes_them() {
    for (name, date, minutes) in [
        ("Europe/Berlin", "2027-03-27", 1_440),
        ("Europe/Berlin", "2027-03-28", 1_380),
        ("Europe/Berlin", "2026-10-25", 1_500),
        ("Australia/Lord_Howe", "2026-10-04", 1_410),
        ("Australia/Lord_Howe", "2027-04-04", 1_470),
        ("Africa/Cairo", "2026-04-24", 1_380),
        ("Africa/Cairo", "2026-10-29", 1_500),
        ("America/Havana", "2025-11-02", 1_500),
        ("Pacific/Apia", "2011-12-30", 0),
    ] {
        assert_eq!(
            zone(name).day(day(date)).minutes(),
            minutes,
            "{name} {date}"
        );
    }
}

#[test]
fn the_wall_clock_drops_seconds_or_shows_them() {
    let berlin = zone("Europe/Berlin");
    let at = utc("2027-01-04T08:59:59.999Z");
    assert_eq!(berlin.wall(at), wall("2027-01-04T09:59"));
    assert_eq!(berlin.wall_seconds(at), "09:59:59");
    assert_eq!(berlin.date(utc("2027-01-04T23:00:00Z")), day("2027-01-05"));
}

#[test]
fn no_instant_and_no_date_makes_a_zone_fall_over() {
    for name in ["Europe/Berlin", "Pacific/Kiritimati", "Pacific/Niue", "UTC"] {
        let zone = zone(name);
        for at in [
            Timestamp::MIN_UTC,
            Timestamp::MAX_UTC,
            Timestamp::UNIX_EPOCH,
        ] {
            assert_eq!(zone.wall_seconds(at).len(), "12:34:56".len());
            let back = resolve(zone.wall(at), &zone).boundary();
            assert!((back - at).num_hours().abs() <= 24, "{name} {at}");
            assert!(zone.day(zone.date(at)).minutes() >= 0);
        }
        for date in [
            NaiveDate::MIN,
            NaiveDate::MAX,
            day("0000-01-01"),
            day("9999-12-31"),
        ] {
            assert!(zone.day(date).minutes() >= 0);
        }
    }
    assert!(ClinicZone::named("Mars/Olympus").is_err());
    assert!(ClinicZone::named("").is_err());
}

#[test]
fn a_block_over_a_fold_has_both_hours_and_a_block_over_a_gap_has_none() {
    check(
        "zone Europe/Berlin; /60m; P1 Sun 1-4; now 2026-10-01 0
         show 2026-10-25; show 2027-03-28; show 2027-03-21",
        expect![[r#"
            P1 Sun
              works  01:00–04:00
              free   01:00 02:00 02:00 03:00
            P1 Sun
              works  01:00–04:00
              free   01:00 03:00
            P1 Sun
              works  01:00–04:00
              free   01:00 02:00 03:00
        "#]],
    );
}

/// Elapsed minutes of one night block on the Sunday of a clock change.
fn night(zone_name: &str, date: &str, from: &str, until: &str) -> Vec<(i64, String)> {
    let mut world = World::new();
    world.facts.zone = zone(zone_name);
    let practitioner_id = world.practitioner("P1");
    let mut schedule = world.schedule(practitioner_id);
    schedule.blocks.push(ScheduleBlock {
        week: 0,
        weekday: 7,
        from: from.parse().unwrap(),
        until: until.parse().unwrap(),
        location_id: None,
        service_ids: None,
    });
    world.facts.schedules.push(schedule);
    let start = |block: &WorkBlock| world.facts.zone.wall(block.during.starts_at).to_string();
    let blocks = working(practitioner_id, day(date), &world.facts);
    let lengths = blocks
        .iter()
        .map(|block| (block.during.minutes(), start(block)));
    lengths.collect()
}

#[test]
fn boundaries_in_a_gap_move_to_the_jump_and_in_a_fold_to_its_first_hour() {
    let berlin = |date, from, until| night("Europe/Berlin", date, from, until);
    let spring = |from, until| berlin("2027-03-28", from, until);
    assert_eq!(
        spring("02:30", "04:00"),
        [(60, "2027-03-28T03:00".to_owned())]
    );
    assert_eq!(
        spring("01:00", "02:30"),
        [(60, "2027-03-28T01:00".to_owned())]
    );
    assert_eq!(spring("02:00", "03:00"), []);
    let autumn = |from, until| berlin("2026-10-25", from, until);
    assert_eq!(
        autumn("01:00", "04:00"),
        [(240, "2026-10-25T01:00".to_owned())]
    );
    assert_eq!(
        autumn("00:00", "02:30"),
        [(150, "2026-10-25T00:00".to_owned())]
    );
    assert_eq!(
        autumn("02:30", "03:00"),
        [(90, "2026-10-25T02:30".to_owned())]
    );
    let lord_howe = night("Australia/Lord_Howe", "2027-04-04", "01:00", "03:00");
    assert_eq!(lord_howe, [(150, "2027-04-04T01:00".to_owned())]);
}
