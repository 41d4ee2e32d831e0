use frontdesk_domain::{Epoch, Kind, Row};
use frontdesk_protocol::{ChangePage, Cursor, Removed};
use uuid::Uuid;

use crate::cache::{Cache, visit as read_visit};
use crate::fixture::{EPOCH, directory, empty, filled, page, snapshot, visit};
use crate::{StorageError, Topic};

fn cursor(cache: &Cache) -> Option<Cursor> {
    cache.state().unwrap().cursor
}

fn at(seq: u64) -> Option<Cursor> {
    Some(Cursor { epoch: EPOCH, seq })
}

fn start_of(cache: &Cache, id: u128) -> Option<String> {
    let id = Uuid::from_u128(id).into();
    let visit = cache.read(|tx| read_visit(tx, id)).unwrap();
    visit.map(|visit| visit.wall_start.to_string())
}

fn monday(id: u128, time: &str) -> Row {
    Row::Appointment(visit(id, &format!("2026-11-23T{time}")))
}

#[test]
fn rows_and_cursor_come_together_i4() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    let applied = cache.apply(&page(10, vec![monday(1, "09:00")])).unwrap();
    assert_eq!(applied.topics, [Topic::Appointment].into());
    assert_eq!(cursor(&cache), at(11));
    assert_eq!(start_of(&cache, 1).as_deref(), Some("2026-11-23T09:00"));
}

#[test]
fn a_page_that_fails_leaves_neither_rows_nor_cursor_i4() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    let mut broken = page(10, vec![monday(1, "09:00"), monday(2, "10:00")]);
    cache
        .write(|tx| {
            Ok(tx.execute_batch(
                "create trigger no_second before insert on appointment
                 when new.appointment_id = x'00000000000000000000000000000002'
                 begin select raise(abort, 'disk full'); end;",
            )?)
        })
        .unwrap();
    broken.device_ack = 5;
    assert!(cache.apply(&broken).is_err());
    assert_eq!(cursor(&cache), at(10));
    assert_eq!(start_of(&cache, 1), None);
    assert_eq!(cache.state().unwrap().device_ack, 0);
}

/// What is decided ends what waits: never before its rows are there.
#[test]
fn a_number_is_acknowledged_with_the_end_of_its_delta() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    let first = ChangePage {
        device_ack: 7,
        more: true,
        ..page(10, vec![monday(1, "09:00")])
    };
    let last = ChangePage {
        device_ack: 7,
        ..page(11, vec![monday(2, "10:00")])
    };
    cache.apply(&first).unwrap();
    assert_eq!(cache.state().unwrap().device_ack, 0);
    cache.apply(&last).unwrap();
    assert_eq!(cache.state().unwrap().device_ack, 7);
}

/// A look may begin before the services change and ask for them after.
#[test]
fn a_directory_of_an_older_look_is_not_kept() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    let name = |cache: &Cache| {
        let services = cache.look(|look| Ok(look.services())).unwrap().services;
        services[0].name.clone()
    };
    let drops = cache.drops();
    cache
        .read(|tx| {
            let visits = "select count(*) from appointment";
            tx.query_row(visits, [], |sql| sql.get::<_, u64>(0))?;
            let mut rows = directory();
            for row in &mut rows {
                if let Row::Service(service) = row {
                    service.name = "Acupuncture".to_owned();
                }
            }
            cache.replace(snapshot(20, rows))?;
            cache.directory(tx, drops).map(drop)
        })
        .unwrap();
    assert_eq!(name(&cache), "Acupuncture");
}

#[test]
fn a_cursor_never_goes_back_within_an_epoch_i5() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    cache.apply(&page(10, vec![monday(1, "09:00")])).unwrap();
    let again = cache.apply(&page(10, vec![monday(1, "11:00")])).unwrap();
    assert!(again.topics.is_empty());
    assert_eq!(start_of(&cache, 1).as_deref(), Some("2026-11-23T09:00"));
    let old = cache.replace(snapshot(7, directory())).unwrap();
    assert!(old.topics.is_empty());
    assert_eq!(cursor(&cache), at(11));
}

#[test]
fn a_feed_that_has_gone_back_takes_its_rows_and_the_cursor_with_it_i6() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    cache.apply(&page(10, vec![monday(1, "09:00")])).unwrap();
    let asked_at = cache.state().unwrap().cursor;
    cache
        .replace_since(snapshot(7, directory()), asked_at)
        .unwrap();
    assert_eq!(cursor(&cache), at(7));
    assert_eq!(start_of(&cache, 1), None);
}

#[test]
fn a_page_that_leaves_a_hole_is_not_applied() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    let refused = cache.apply(&page(12, vec![monday(1, "09:00")]));
    assert!(matches!(
        refused,
        Err(StorageError::Gap {
            from: 12,
            cursor: 10
        })
    ));
    assert_eq!(cursor(&cache), at(10));
}

#[test]
fn a_page_of_another_epoch_is_not_applied() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    let mut foreign = page(10, vec![monday(1, "09:00")]);
    foreign.epoch = Epoch(Uuid::from_u128(0xEE));
    assert!(matches!(
        cache.apply(&foreign),
        Err(StorageError::Gap { .. })
    ));
}

#[test]
fn an_older_version_never_replaces_a_newer_one() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    cache
        .apply(&page(10, vec![monday(1, "09:00"), monday(1, "10:00")]))
        .unwrap();
    let mut late = page(11, vec![monday(1, "09:00"), monday(2, "14:00")]);
    late.upserts[0].row = monday(1, "09:00").at_version(11);
    late.removed.push(Removed {
        kind: Kind::Appointment,
        id: Uuid::from_u128(1),
        seq: 11,
    });
    cache.apply(&late).unwrap();
    assert_eq!(start_of(&cache, 1).as_deref(), Some("2026-11-23T10:00"));
    assert_eq!(cursor(&cache), at(13));
}

#[test]
fn a_removed_row_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    cache.apply(&page(10, vec![monday(1, "09:00")])).unwrap();
    let mut gone = page(11, Vec::new());
    gone.to = 12;
    gone.removed.push(Removed {
        kind: Kind::Appointment,
        id: Uuid::from_u128(1),
        seq: 12,
    });
    let applied = cache.apply(&gone).unwrap();
    assert_eq!(applied.topics, [Topic::Appointment].into());
    assert_eq!(start_of(&cache, 1), None);
}

#[test]
fn a_delta_of_several_pages_is_shown_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    let mut first = page(10, vec![monday(1, "09:00")]);
    first.more = true;
    let nothing = cache.apply(&first).unwrap();
    assert!(nothing.topics.is_empty());
    assert_eq!(cursor(&cache), at(10));
    assert_eq!(start_of(&cache, 1), None);
    assert_eq!(cache.pull_from().unwrap(), at(11));

    let applied = cache.apply(&page(11, vec![monday(2, "10:00")])).unwrap();
    assert_eq!(applied.changes.len(), 2);
    assert_eq!(cursor(&cache), at(12));
    assert!(start_of(&cache, 1).is_some() && start_of(&cache, 2).is_some());
    assert_eq!(cache.pull_from().unwrap(), at(12));
}

#[test]
fn a_half_read_delta_goes_on_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    let mut first = page(10, vec![monday(1, "09:00")]);
    first.more = true;
    cache.apply(&first).unwrap();
    drop(cache);
    let cache = empty(folder.path());
    assert_eq!(cache.pull_from().unwrap(), at(11));
    cache.apply(&page(11, vec![monday(2, "10:00")])).unwrap();
    assert!(start_of(&cache, 1).is_some());
}

#[test]
fn a_page_from_the_cursor_makes_waiting_pages_needless() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    let mut first = page(10, vec![monday(1, "09:00")]);
    first.more = true;
    cache.apply(&first).unwrap();
    cache
        .apply(&page(10, vec![monday(1, "09:00"), monday(2, "10:00")]))
        .unwrap();
    assert_eq!(cursor(&cache), at(12));
    assert_eq!(cache.pull_from().unwrap(), at(12));
}

#[test]
fn a_snapshot_replaces_every_row_and_the_cursor_with_them_i8() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    cache.apply(&page(10, vec![monday(1, "09:00")])).unwrap();
    let mut rows = directory();
    rows.push(monday(2, "10:00").at_version(20));
    cache.replace(snapshot(20, rows)).unwrap();
    assert_eq!(cursor(&cache), at(20));
    assert_eq!(start_of(&cache, 1), None);
    assert!(start_of(&cache, 2).is_some());
}

#[test]
fn another_clinic_finds_an_empty_cache_i8() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    cache.belong_to(Uuid::from_u128(0xCC).into()).unwrap();
    assert_eq!(cursor(&cache), None);
    assert_eq!(cache.row_count().unwrap(), 0);
}

#[test]
fn a_moved_visit_is_one_visit() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    cache.apply(&page(10, vec![monday(1, "09:00")])).unwrap();
    cache.apply(&page(11, vec![monday(1, "14:00")])).unwrap();
    let visits: i64 = cache
        .read(|tx| Ok(tx.query_row("select count(*) from appointment", [], |sql| sql.get(0))?))
        .unwrap();
    assert_eq!(visits, 1);
    assert_eq!(start_of(&cache, 1).as_deref(), Some("2026-11-23T14:00"));
}
