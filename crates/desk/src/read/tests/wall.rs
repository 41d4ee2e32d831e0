use frontdesk_domain::ClinicZone;

use crate::read::wall::{DayScale, face};

/// How long the day is and what its minutes are said to show, where that is not themselves; everything that
/// is not said is checked to be so.
fn odd(zone: &str, date: &str, offsets: &[u16]) -> (u16, Vec<String>) {
    let zone = ClinicZone::named(zone).unwrap();
    let scale = DayScale::of(&zone, date.parse().unwrap());
    for offset in 0..=scale.minutes {
        let shown = scale.odd_label(offset);
        let said = shown.clone().unwrap_or_else(|| face(offset.into()));
        assert_eq!(said, scale.label(offset), "{offset}");
        assert_ne!(shown, Some(face(offset.into())), "{offset}");
    }
    let labels = offsets.iter().map(|offset| {
        let label = scale.odd_label(*offset);
        format!("{offset}={}", label.as_deref().unwrap_or("itself"))
    });
    (scale.minutes, labels.collect())
}

#[test]
fn an_ordinary_day_shows_its_minutes() {
    let (minutes, labels) = odd("Europe/Berlin", "2026-11-23", &[0, 600, 1_440]);
    assert_eq!(minutes, 1_440);
    assert_eq!(labels, ["0=itself", "600=itself", "1440=itself"]);
}

#[test]
fn a_day_that_skips_an_hour_says_what_the_wall_shows_after_it() {
    let (minutes, labels) = odd("Europe/Berlin", "2027-03-28", &[119, 120, 480, 1_380]);
    assert_eq!(minutes, 23 * 60);
    assert_eq!(
        labels,
        ["119=itself", "120=03:00", "480=09:00", "1380=24:00"]
    );
}

#[test]
fn a_day_that_has_an_hour_twice_says_what_the_wall_shows_from_the_second_one_on() {
    let (minutes, labels) = odd("Europe/Berlin", "2026-10-25", &[179, 180, 600, 1_500]);
    assert_eq!(minutes, 25 * 60);
    assert_eq!(
        labels,
        ["179=itself", "180=02:00", "600=09:00", "1500=24:00"]
    );
}

#[test]
fn half_an_hour_is_skipped_or_twice_on_lord_howe_island() {
    let (minutes, labels) = odd("Australia/Lord_Howe", "2026-10-04", &[119, 120, 510, 1_410]);
    assert_eq!(minutes, 23 * 60 + 30);
    assert_eq!(
        labels,
        ["119=itself", "120=02:30", "510=09:00", "1410=24:00"]
    );
    let (minutes, labels) = odd("Australia/Lord_Howe", "2027-04-04", &[119, 120, 570, 1_470]);
    assert_eq!(minutes, 24 * 60 + 30);
    assert_eq!(
        labels,
        ["119=itself", "120=01:30", "570=09:00", "1470=24:00"]
    );
}

#[test]
fn a_day_without_a_midnight_says_all_of_its_times() {
    let (minutes, labels) = odd("Africa/Cairo", "2026-04-24", &[0, 480]);
    assert_eq!(minutes, 23 * 60);
    assert_eq!(labels, ["0=01:00", "480=09:00"]);
}
