use frontdesk_domain::command::{CancelAppointment, Command, SeriesScope};
use frontdesk_domain::{Appointment, AppointmentStatus, CancelReason, Interval, Row, Service};
use uuid::Uuid;

use crate::Topic;
use crate::cache::{Cache, StoredWatch};
use crate::fixture::{ANNA, ME, at, directory, empty, filled, page, page_by, snapshot, visit};
use crate::view::{NoticeKind, WatchFor};

const NINE: &str = "2026-11-23T09:00";

fn watch(cache: &Cache, wants: WatchFor, draft: Option<u128>) {
    let wish = StoredWatch {
        watch_id: cache.clock().id(),
        practitioner_id: ANNA,
        during: Interval::new(at(NINE), at("2026-11-23T09:30")),
        wants,
        draft: draft.map(|id| Uuid::from_u128(id).into()),
    };
    cache.put_watch(&wish).unwrap();
}

fn nine(id: u128) -> Appointment {
    visit(id, NINE)
}

fn told(cache: &Cache) -> Vec<NoticeKind> {
    let (_, notices) = cache.read(|tx| crate::cache::notices(tx, 200)).unwrap();
    notices.iter().map(|notice| notice.kind).collect()
}

#[test]
fn a_watched_slot_that_another_user_takes_is_told_once_i29() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    watch(&cache, WatchFor::Taken, None);
    let taken = page(10, vec![Row::Appointment(nine(1))]);
    let applied = cache.apply(&taken).unwrap();
    assert!(applied.topics.contains(&Topic::Notice));
    assert_eq!(applied.told.len(), 1);
    assert_eq!(applied.told[0].by_name.as_deref(), Some("Other"));
    assert!(cache.apply(&taken).unwrap().told.is_empty());
    assert_eq!(told(&cache), [NoticeKind::Taken]);
}

#[test]
fn a_restart_tells_nothing_again_i29() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    watch(&cache, WatchFor::Taken, None);
    cache
        .apply(&page(10, vec![Row::Appointment(nine(1))]))
        .unwrap();
    drop(cache);
    let cache = empty(folder.path());
    let mut rows = directory();
    rows.push(Row::Appointment(nine(1)).at_version(11));
    assert!(cache.replace(snapshot(15, rows)).unwrap().told.is_empty());
    assert_eq!(told(&cache).len(), 1);
}

#[test]
fn what_i_did_myself_is_no_news_i29() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    watch(&cache, WatchFor::Taken, None);
    watch(&cache, WatchFor::Freed, None);
    let mine = Appointment {
        taken_by: ME,
        ..nine(1)
    };
    cache
        .apply(&page_by(ME, 10, vec![Row::Appointment(mine.clone())]))
        .unwrap();
    let given_up = Appointment {
        status: AppointmentStatus::Cancelled,
        ..mine
    };
    cache
        .apply(&page_by(ME, 11, vec![Row::Appointment(given_up)]))
        .unwrap();
    assert!(told(&cache).is_empty());
}

#[test]
fn the_first_fill_is_no_news_i29() {
    let folder = tempfile::tempdir().unwrap();
    let cache = empty(folder.path());
    watch(&cache, WatchFor::Taken, None);
    let mut rows = directory();
    rows.push(Row::Appointment(nine(1)).at_version(9));
    assert!(cache.replace(snapshot(10, rows)).unwrap().told.is_empty());
}

#[test]
fn a_snapshot_after_a_long_absence_tells_what_happened_meanwhile() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    watch(&cache, WatchFor::Taken, None);
    let mut rows = directory();
    rows.push(Row::Appointment(nine(1)).at_version(90));
    assert_eq!(cache.replace(snapshot(100, rows)).unwrap().told.len(), 1);
}

#[test]
fn the_past_is_no_news() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    watch(&cache, WatchFor::Taken, None);
    cache.clock().set(at("2026-11-23T09:01"));
    assert!(
        cache
            .apply(&page(10, vec![Row::Appointment(nine(1))]))
            .unwrap()
            .told
            .is_empty()
    );
}

#[test]
fn taken_and_freed_between_two_pulls_is_no_edge() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    watch(&cache, WatchFor::Taken, None);
    let gone = Appointment {
        status: AppointmentStatus::Cancelled,
        ..nine(1)
    };
    let both = page(10, vec![Row::Appointment(nine(1)), Row::Appointment(gone)]);
    assert!(cache.apply(&both).unwrap().told.is_empty());
}

#[test]
fn every_new_edge_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    watch(&cache, WatchFor::Taken, None);
    watch(&cache, WatchFor::Freed, None);
    let gone = |id| Appointment {
        status: AppointmentStatus::Cancelled,
        ..nine(id)
    };
    for (seq, row) in (10..).zip([nine(1), gone(1), nine(2)]) {
        cache
            .apply(&page(seq, vec![Row::Appointment(row)]))
            .unwrap();
    }
    let mut all = told(&cache);
    all.sort_by_key(|kind| *kind == NoticeKind::Freed);
    assert_eq!(
        all,
        [NoticeKind::Taken, NoticeKind::Taken, NoticeKind::Freed]
    );
}

/// The clinic's service as a class of two.
fn class_of_two() -> Row {
    let mut rows = directory().into_iter();
    let Some(Row::Service(service)) = rows.find(|row| matches!(row, Row::Service(_))) else {
        unreachable!("the directory has a service")
    };
    Row::Service(Service {
        capacity: 2,
        ..service
    })
}

#[test]
fn whoever_waits_for_a_full_class_is_told_each_time_that_a_seat_is_free() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    let full = vec![
        class_of_two(),
        Row::Appointment(nine(1)),
        Row::Appointment(nine(2)),
    ];
    cache.apply(&page(10, full)).unwrap();
    watch(&cache, WatchFor::Freed, None);
    let gone = |id| Appointment {
        status: AppointmentStatus::Cancelled,
        ..nine(id)
    };
    let pages = [gone(2), nine(3), gone(1), gone(3)];
    let told = (13..).zip(pages).map(|(seq, row)| {
        let applied = cache.apply(&page(seq, vec![Row::Appointment(row)]));
        applied.unwrap().told.len()
    });
    // The last one to go frees a seat of a class that has another already.
    assert_eq!(told.collect::<Vec<_>>(), [1, 0, 1, 0]);
}

#[test]
fn a_visit_beside_a_class_with_room_keeps_its_time() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    let beside = visit(2, "2026-11-23T09:15");
    let busy = vec![
        class_of_two(),
        Row::Appointment(nine(1)),
        Row::Appointment(beside.clone()),
        Row::Appointment(visit(3, "2026-11-23T09:15")),
    ];
    cache.apply(&page(10, busy)).unwrap();
    watch(&cache, WatchFor::Freed, None);
    let gone = Appointment {
        status: AppointmentStatus::Cancelled,
        ..beside
    };
    let applied = cache.apply(&page(14, vec![Row::Appointment(gone)]));
    assert!(
        applied.unwrap().told.is_empty(),
        "two of two times are left"
    );
}

#[test]
fn a_moved_visit_frees_its_old_slot_and_says_who_moved_it() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    cache
        .apply(&page(10, vec![Row::Appointment(nine(1))]))
        .unwrap();
    watch(&cache, WatchFor::Freed, None);
    let moved = Appointment {
        taken_by_name: "Mover".to_owned(),
        ..visit(1, "2026-11-23T14:00")
    };
    let applied = cache
        .apply(&page(11, vec![Row::Appointment(moved)]))
        .unwrap();
    assert_eq!(applied.told[0].by_name.as_deref(), Some("Mover"));
}

#[test]
fn an_open_dialog_and_a_watch_of_one_slot_tell_it_once_i29() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    watch(&cache, WatchFor::Taken, None);
    watch(&cache, WatchFor::Taken, Some(0xDA));
    let applied = cache
        .apply(&page(10, vec![Row::Appointment(nine(1))]))
        .unwrap();
    assert_eq!(applied.told.len(), 1);
}

#[test]
fn a_dialog_moves_its_watch_and_does_not_survive_the_process() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    watch(&cache, WatchFor::Taken, Some(0xDA));
    watch(&cache, WatchFor::Taken, Some(0xDA));
    assert_eq!(cache.read(crate::cache::watches).unwrap().len(), 1);
    drop(cache);
    let cache = empty(folder.path());
    assert!(cache.read(crate::cache::watches).unwrap().is_empty());
}

#[test]
fn buffers_take_a_slot_too() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    watch(&cache, WatchFor::Taken, None);
    let next = Appointment {
        buffer_before_minutes: 10,
        ..visit(1, "2026-11-23T09:30")
    };
    assert_eq!(
        cache
            .apply(&page(10, vec![Row::Appointment(next)]))
            .unwrap()
            .told
            .len(),
        1
    );
}

#[test]
fn a_watch_at_the_end_of_time_stops_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    let last = frontdesk_domain::Timestamp::MAX_UTC;
    let wish = StoredWatch {
        watch_id: cache.clock().id(),
        practitioner_id: ANNA,
        during: Interval::new(last - chrono::TimeDelta::hours(1), last),
        wants: WatchFor::Taken,
        draft: None,
    };
    cache.put_watch(&wish).unwrap();
    cache
        .apply(&page(10, vec![Row::Appointment(nine(1))]))
        .unwrap();
    let applied = cache.apply(&page(11, vec![Row::Appointment(nine(2))]));
    assert!(applied.unwrap().told.is_empty());
}

#[test]
fn my_own_cancellation_is_no_news_when_a_snapshot_brings_it() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    let taken = page(
        10,
        vec![Row::Appointment(nine(1)), Row::Appointment(at_ten(2))],
    );
    cache.apply(&taken).unwrap();
    watch(&cache, WatchFor::Freed, None);
    watch_ten(&cache);
    let cancel = Command::CancelAppointment(CancelAppointment {
        appointment_id: Uuid::from_u128(1).into(),
        reason: CancelReason::Patient,
        note: None,
        scope: SeriesScope::This,
    });
    cache.store_command(&cancel, None, None).unwrap();
    // Both are free again: one by me, one by somebody else.
    let applied = cache.replace(snapshot(20, directory())).unwrap();
    assert_eq!(applied.told.len(), 1);
    let slot = applied.told[0].slot.unwrap();
    assert_eq!(slot.during.starts_at, at("2026-11-23T10:00"));
}

fn at_ten(id: u128) -> Appointment {
    visit(id, "2026-11-23T10:00")
}

fn watch_ten(cache: &Cache) {
    let wish = StoredWatch {
        watch_id: cache.clock().id(),
        practitioner_id: ANNA,
        during: Interval::new(at("2026-11-23T10:00"), at("2026-11-23T10:30")),
        wants: WatchFor::Freed,
        draft: None,
    };
    cache.put_watch(&wish).unwrap();
}

#[test]
fn the_same_wish_twice_is_one_watch() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    let wish = || StoredWatch {
        watch_id: cache.clock().id(),
        practitioner_id: ANNA,
        during: Interval::new(at(NINE), at("2026-11-23T09:30")),
        wants: WatchFor::Taken,
        draft: None,
    };
    let first = cache.watch_once(wish()).unwrap();
    assert_eq!(cache.watch_once(wish()).unwrap().watch_id, first.watch_id);
    let freed = StoredWatch {
        wants: WatchFor::Freed,
        ..wish()
    };
    cache.watch_once(freed).unwrap();
    assert_eq!(cache.read(crate::cache::watches).unwrap().len(), 2);
}

#[test]
fn what_a_dialog_watches_ends_with_the_session_and_what_a_user_watches_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    watch(&cache, WatchFor::Taken, Some(1));
    watch(&cache, WatchFor::Taken, None);
    cache.sign_out().unwrap();
    let left = cache.read(crate::cache::watches).unwrap();
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].draft, None);
}
