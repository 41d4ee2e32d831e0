use chrono::TimeDelta;
use frontdesk_domain::{
    AppointmentStatus, DeviceId, Interval, Kind, Override, Reason, Row, SeriesId,
};
use frontdesk_protocol::Removed;
use uuid::Uuid;

use crate::Topic;
use crate::cache::{Cache, StoredWatch, all_holds, left_behind, visit as stored};
use crate::fixture::{ANNA, at, filled, hold, monday, page, visit};
use crate::view::WatchFor;

const NINE: &str = "2026-11-23T09:00";
const THERE: DeviceId = DeviceId(Uuid::from_u128(0xD2));

/// How many holds the desk believes in.
fn believed(cache: &Cache) -> usize {
    let day = Interval::new(at("2026-11-23T00:00"), at("2026-11-24T00:00"));
    let (now, contact) = (cache.clock().now(), cache.last_contact());
    let holds = cache.read(|tx| all_holds(tx, day, now, contact)).unwrap();
    holds.len()
}

fn held(folder: &std::path::Path) -> Cache {
    let cache = filled(folder);
    cache.in_contact(monday());
    let applied = cache
        .apply(&page(10, vec![Row::Hold(hold(7, NINE, THERE))]))
        .unwrap();
    assert!(applied.topics.contains(&Topic::Hold));
    cache
}

#[test]
fn a_hold_comes_with_the_feed_and_goes_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let cache = held(folder.path());
    assert_eq!(believed(&cache), 1);
    let mut gone = page(11, Vec::new());
    (gone.to, gone.head) = (12, 12);
    gone.removed = vec![Removed {
        kind: Kind::Hold,
        id: Uuid::from_u128(7),
        seq: 12,
    }];
    let applied = cache.apply(&gone).unwrap();
    assert!(applied.topics.contains(&Topic::Hold));
    assert_eq!(believed(&cache), 0);
}

#[test]
fn an_expired_hold_keeps_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let cache = held(folder.path());
    cache.clock().set(monday() + TimeDelta::minutes(3));
    cache.in_contact(monday() + TimeDelta::minutes(3));
    assert_eq!(believed(&cache), 0);
}

#[test]
fn a_desk_without_contact_for_three_minutes_ignores_holds() {
    let folder = tempfile::tempdir().unwrap();
    let cache = held(folder.path());
    cache.in_contact(monday() - TimeDelta::minutes(3));
    assert_eq!(believed(&cache), 0);
    cache.in_contact(monday() - TimeDelta::seconds(179));
    assert_eq!(believed(&cache), 1);
}

#[test]
fn a_hold_is_no_edge_of_a_watch() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    cache.in_contact(monday());
    for wants in [WatchFor::Taken, WatchFor::Freed] {
        let watch = StoredWatch {
            watch_id: cache.clock().id(),
            practitioner_id: ANNA,
            during: Interval::new(at(NINE), at("2026-11-23T09:30")),
            wants,
            draft: None,
        };
        cache.put_watch(&watch).unwrap();
    }
    let applied = cache
        .apply(&page(10, vec![Row::Hold(hold(7, NINE, THERE))]))
        .unwrap();
    assert!(applied.told.is_empty());
    assert!(!applied.topics.contains(&Topic::Notice));
}

#[test]
fn what_the_rules_add_to_a_visit_is_read_back_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    let mut row = visit(1, NINE);
    row.status = AppointmentStatus::Arrived;
    row.status_path = vec![AppointmentStatus::Pending, AppointmentStatus::Booked];
    row.series_id = Some(SeriesId(Uuid::from_u128(0x5E)));
    row.overridden = Some(Override {
        reason: "agreed".to_owned(),
        rules: vec![Reason::OffGrid, Reason::OutsideSchedule],
    });
    let sent = page(10, vec![Row::Appointment(row)]);
    cache.apply(&sent).unwrap();
    let read = cache
        .read(|tx| stored(tx, Uuid::from_u128(1).into()))
        .unwrap();
    assert_eq!(
        read.map(Row::Appointment).as_ref(),
        Some(&sent.upserts[0].row)
    );
}

#[test]
fn only_a_living_hold_of_this_desk_without_a_dialog_or_a_visit_is_taken_over() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    let mine = cache.device_id().unwrap();
    let during = Interval::new(at(NINE), at("2026-11-23T09:30"));
    let left = |cache: &Cache| {
        let now = cache.clock().now();
        let left = cache.read(|tx| left_behind(tx, ANNA, during, now));
        left.unwrap().map(|id| id.0.as_u128())
    };
    let rows = [(7, THERE), (8, mine)].map(|(id, device)| Row::Hold(hold(id, NINE, device)));
    cache.apply(&page(10, rows.to_vec())).unwrap();
    assert_eq!(left(&cache), Some(8));

    let of_dialog = StoredWatch {
        watch_id: cache.clock().id(),
        practitioner_id: ANNA,
        during,
        wants: WatchFor::Taken,
        draft: Some(Uuid::from_u128(8).into()),
    };
    cache.put_watch(&of_dialog).unwrap();
    assert_eq!(left(&cache), None, "its dialog is open");
    cache.end_all_dialogs().unwrap();
    assert_eq!(left(&cache), Some(8));

    let booked = Row::Appointment(visit(8, "2026-11-24T09:00"));
    cache.apply(&page(12, vec![booked])).unwrap();
    assert_eq!(left(&cache), None, "its visit is there");
}

#[test]
fn an_expired_hold_is_not_taken_over() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    let mine = cache.device_id().unwrap();
    let row = Row::Hold(hold(8, NINE, mine));
    cache.apply(&page(10, vec![row])).unwrap();
    let during = Interval::new(at(NINE), at("2026-11-23T09:30"));
    let late = monday() + TimeDelta::minutes(3);
    let left = cache.read(|tx| left_behind(tx, ANNA, during, late));
    assert_eq!(left.unwrap(), None);
}
