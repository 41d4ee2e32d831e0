//! Every zone of the bundled database, 2020 to 2035: no instant and no slot is lost or doubled.

use std::collections::BTreeSet;

use chrono::{NaiveDate, TimeDelta};
use frontdesk_domain::availability::{SlotQuery, free_slots};
use frontdesk_domain::series::dates;
use frontdesk_domain::*;
use jiff::tz::TimeZoneDatabase;

use crate::world::{World, day, id, utc, wall};

fn names() -> Vec<String> {
    let bundled = TimeZoneDatabase::bundled();
    let names: Vec<_> = bundled
        .available()
        .map(|name| name.as_str().to_owned())
        .collect();
    assert!(names.len() > 500, "only {} zones are bundled", names.len());
    names
}

/// The instants at which a zone's clocks change.
fn changes(name: &str) -> Vec<Timestamp> {
    let zone = TimeZoneDatabase::bundled().get(name).unwrap();
    let from: jiff::Timestamp = "2020-01-01T00:00:00Z".parse().unwrap();
    let until = utc("2036-01-01T00:00:00Z");
    let offset = |at: jiff::Timestamp| zone.to_offset(at);
    let before = |at: jiff::Timestamp| at - jiff::SignedDuration::from_secs(1);
    zone.following(from)
        .map(|step| step.timestamp())
        .filter(|at| offset(*at) != offset(before(*at)))
        .map(|at| Timestamp::from_timestamp(at.as_second(), 0).unwrap())
        .take_while(|at| *at < until)
        .collect()
}

/// One zone of each set of rules (many are names of the same), with the dates around its changes and one
/// of each half-year; all other days are of 24 hours at one offset.
fn kinds() -> Vec<(String, BTreeSet<NaiveDate>)> {
    let mut known = BTreeSet::new();
    let mut kinds = Vec::new();
    for name in names() {
        let zone = ClinicZone::named(&name).unwrap();
        let changes = changes(&name);
        let shown = changes.iter().map(|at| (*at, zone.wall(*at)));
        let at_first = zone.wall(utc("2020-01-01T00:00:00Z"));
        if known.insert((at_first, shown.collect::<Vec<_>>())) {
            let around = |at: &Timestamp| {
                let date = zone.date(*at);
                [date.pred_opt().unwrap(), date, date.succ_opt().unwrap()]
            };
            let changing = changes.iter().flat_map(around);
            kinds.push((name, changing.chain(plain_days()).collect()));
        }
    }
    assert!(kinds.len() > 70, "only {} kinds of zones", kinds.len());
    kinds
}

fn plain_days() -> impl Iterator<Item = NaiveDate> {
    let of_year = |year| [(year, 1, 20), (year, 7, 20)];
    (2020..=2035)
        .flat_map(of_year)
        .map(|(year, month, day)| NaiveDate::from_ymd_opt(year, month, day).unwrap())
}

#[test]
fn each_day_begins_where_the_one_before_ended() {
    for (name, dates) in kinds() {
        let zone = ClinicZone::named(&name).unwrap();
        for date in dates {
            let during = zone.day(date);
            let next = zone.day(date.succ_opt().unwrap());
            assert_eq!(during.ends_at, next.starts_at, "{name} {date}");
            assert!(
                (20 * 60..=28 * 60).contains(&during.minutes()),
                "{name} {date}"
            );
            let last = during.ends_at - TimeDelta::seconds(1);
            assert_eq!(
                (zone.date(during.starts_at), zone.date(last)),
                (date, date),
                "{name}"
            );
        }
    }
}

#[test]
fn each_wall_time_of_a_changing_day_comes_back() {
    for (name, dates) in kinds() {
        let zone = ClinicZone::named(&name).unwrap();
        for date in dates {
            for minute in (0..24 * 60).step_by(15) {
                let midnight = date.and_time(chrono::NaiveTime::MIN);
                let shown = WallDateTime(midnight + TimeDelta::minutes(minute));
                let is_shown = |at: Timestamp| assert_eq!(zone.wall(at), shown, "{name} {at}");
                match resolve(shown, &zone) {
                    Resolved::Exact(at) => is_shown(at),
                    Resolved::Fold { first, second } => {
                        is_shown(first);
                        is_shown(second);
                        assert!(first < second, "{name} {shown}");
                    }
                    Resolved::Gap { before, after } => {
                        assert!(before.0 < shown && shown < after.0, "{name} {shown}");
                        assert_eq!(after.1 - before.1, TimeDelta::minutes(1), "{name} {shown}");
                    }
                }
            }
        }
    }
}

/// A clinic that is open around the clock.
fn always(name: &str) -> World {
    let mut world = World::new();
    world.facts.zone = ClinicZone::named(name).unwrap();
    world.now = utc("2019-12-01T00:00:00Z");
    let practitioner_id = world.practitioner("P1");
    let mut schedule = world.schedule(practitioner_id);
    schedule.valid_from = day("2019-12-02");
    schedule.blocks = (1..=7)
        .map(|weekday| ScheduleBlock {
            week: 0,
            weekday,
            from: "00:00".parse().unwrap(),
            until: "24:00".parse().unwrap(),
            location_id: None,
            service_ids: None,
        })
        .collect();
    world.facts.schedules.push(schedule);
    world
}

#[test]
fn no_slot_is_lost_or_doubled_when_the_clocks_change() {
    for (name, dates) in kinds() {
        let world = always(&name);
        let zone = &world.facts.zone;
        for date in dates {
            let query = SlotQuery {
                service_id: id(b's', "S"),
                practitioner_id: None,
                from: date,
                to: date,
                ignoring: None,
            };
            let slots = free_slots(&query, &world.facts, world.now);
            let during = zone.day(date);
            let expected = (0..during.minutes() / 30)
                .map(|half_hour| during.starts_at + TimeDelta::minutes(half_hour * 30));
            let starts: Vec<_> = slots.iter().map(|slot| slot.starts_at).collect();
            assert_eq!(starts, expected.collect::<Vec<_>>(), "{name} {date}");
            for slot in &slots {
                assert_eq!(slot.wall_start, zone.wall(slot.starts_at), "{name}");
                let back = match resolve(slot.wall_start, zone) {
                    Resolved::Exact(at) => at == slot.starts_at,
                    Resolved::Fold { first, second } => [first, second].contains(&slot.starts_at),
                    Resolved::Gap { .. } => false,
                };
                assert!(back, "{name}: {} shows {}", slot.starts_at, slot.wall_start);
            }
        }
    }
}

#[test]
fn a_weekly_series_stays_at_its_wall_time_for_two_years_in_every_zone() {
    let rule = SeriesRule {
        unit: SeriesUnit::Week,
        every: 1,
        weekdays: Vec::new(),
        count: 105,
    };
    for (name, _) in kinds() {
        let zone = ClinicZone::named(&name).unwrap();
        let series = dates(&rule, wall("2026-01-04T10:00"), &zone).unwrap();
        assert_eq!(series.len(), 105);
        for (week, date) in series.iter().enumerate() {
            let expected = wall("2026-01-04T10:00").0 + TimeDelta::weeks(week.try_into().unwrap());
            assert_eq!(date.wall_start.0, expected, "{name}");
            let Resolved::Exact(at) = date.resolved else {
                panic!("{name}: 10:00 on {expected} is in doubt");
            };
            assert_eq!(zone.wall(at).0, expected, "{name}");
        }
    }
}
