use frontdesk_domain::{Interval, Row};

use crate::Cache;
use crate::KeySource;
use crate::cache::open::of_version;
use crate::cache::{StoredWatch, notices};
use crate::clock::DeskClock;
use crate::fixture::{ANNA, at, config, directory, monday, page, snapshot, visit};
use crate::view::{ErrorCode, NoticeKind, WatchFor};

/// What a program of schema 1 has left: a clinic at seq 10, a command on its way, a notice.
const LEFT: &str = "
    update replica set clinic_id = x'0000000000000000000000000000000C',
        epoch = x'0000000000000000000000000000000E', seq = 10;
    insert into clinic values (x'0000000000000000000000000000000C', 'Clinic', 'Europe/Berlin', 30, 1);
    insert into device values (1, x'0000000000000000000000000000000D', 3);
    insert into session values (1, 't', x'00000000000000000000000000000001', 'Me', 'receptionist',
        null, 'me', x'0000000000000000000000000000000C', 'Clinic', 'Europe/Berlin');
    insert into outbox (no, command_id, user_id, kind, args, state, created_at) values
        (2, x'000000000000000000000000000000FF', x'00000000000000000000000000000001', 'noop', '{}',
         'sending', 0);
    insert into notice values (x'000000000000000000000000000000AA', 'taken:1', 'taken',
        x'000000000000000000000000000000A1', 0, 1, null, 0, 0);
    insert into inbox (page) values ('{}');";

fn left(folder: &std::path::Path) -> Cache {
    let file = of_version(folder, 2);
    file.execute_batch(LEFT).unwrap();
    drop(file);
    let clock = DeskClock::standing_at(monday());
    Cache::open(&config(folder, KeySource::Unencrypted), clock).unwrap()
}

#[test]
fn a_cache_of_the_version_before_takes_a_snapshot_and_keeps_its_outbox() {
    let folder = tempfile::tempdir().unwrap();
    let cache = left(folder.path());

    assert_eq!(cache.state().unwrap().cursor, None, "no page continues it");
    assert_eq!(cache.pull_from().unwrap(), None);
    assert_eq!(
        cache.row_count().unwrap(),
        1,
        "what it showed is still shown"
    );
    let unsent = cache.unsent().unwrap();
    assert_eq!(unsent.len(), 1);
    assert_eq!(unsent[0].envelope.no, 2);
    let (_, told) = cache.read(|tx| notices(tx, 10)).unwrap();
    assert_eq!(told[0].kind, NoticeKind::Taken);

    cache.replace(snapshot(15, directory())).unwrap();
    assert_eq!(
        cache.state().unwrap().cursor.map(|cursor| cursor.seq),
        Some(15)
    );
    cache
        .apply(&page(
            15,
            vec![Row::Appointment(visit(1, "2026-11-23T09:00"))],
        ))
        .unwrap();
    drop(cache);
    let clock = DeskClock::standing_at(monday());
    let again = Cache::open(&config(folder.path(), KeySource::Unencrypted), clock).unwrap();
    assert_eq!(
        again.state().unwrap().cursor.map(|cursor| cursor.seq),
        Some(16)
    );
}

#[test]
fn what_happened_before_that_snapshot_is_told_to_who_watches() {
    let folder = tempfile::tempdir().unwrap();
    let cache = left(folder.path());
    let watch = StoredWatch {
        watch_id: cache.clock().id(),
        practitioner_id: ANNA,
        during: Interval::new(at("2026-11-23T09:00"), at("2026-11-23T09:30")),
        wants: WatchFor::Taken,
        draft: None,
    };
    cache.put_watch(&watch).unwrap();
    let mut rows = directory();
    rows.push(Row::Appointment(visit(1, "2026-11-23T09:00")));
    let applied = cache.replace(snapshot(15, rows)).unwrap();
    assert_eq!(applied.told.len(), 1);
}

#[test]
fn what_the_version_before_had_set_aside_is_listed() {
    let folder = tempfile::tempdir().unwrap();
    let file = of_version(folder.path(), 3);
    file.execute_batch(
        r#"insert into session values (1, 't', x'00000000000000000000000000000001', 'Me',
            'receptionist', null, 'me', x'0000000000000000000000000000000C', 'Clinic',
            'Europe/Berlin');
         insert into outbox (clinic_id, no, command_id, user_id, kind, args, state, created_at)
            values (x'0000000000000000000000000000000C', 2, x'000000000000000000000000000000FF',
            x'00000000000000000000000000000001', 'put_patient',
            '{"patient_id":"00000000-0000-0000-0000-0000000000f1","name":"Lee Planted"}',
            'set_aside', 0);"#,
    )
    .unwrap();
    drop(file);
    let clock = DeskClock::standing_at(monday());
    let cache = Cache::open(&config(folder.path(), KeySource::Unencrypted), clock).unwrap();
    let kept = cache.look(|look| look.set_aside(9)).unwrap().commands;
    assert_eq!(kept[0].patient_name.as_deref(), Some("Lee Planted"));
    assert_eq!(kept[0].why.code, ErrorCode::ServerError);
}
