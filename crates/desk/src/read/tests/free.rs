//! Free times from memory: never another answer than the rows would give.

use chrono::TimeDelta;
use frontdesk_domain::{Appointment, AppointmentId, AppointmentStatus, DeviceId, Kind, Row};
use uuid::Uuid;

use crate::cache::Cache;
use crate::fixture::{MASSAGE, directory, filled, hold, monday, page, snapshot, visit};
use crate::view::FreeSlotsQuery;

const TEN: &str = "2026-11-23T10:00";
const THERE: DeviceId = DeviceId(Uuid::from_u128(0xD2));

fn query(moving: Option<AppointmentId>) -> FreeSlotsQuery {
    let day = "2026-11-23".parse().unwrap();
    FreeSlotsQuery {
        service_id: MASSAGE,
        practitioner_id: None,
        from: day,
        to: day,
        moving,
    }
}

fn free(cache: &Cache, query: &FreeSlotsQuery) -> Vec<String> {
    let free = cache.look(|look| look.free_slots(query)).unwrap();
    free.slots.into_iter().map(|slot| slot.wall_start).collect()
}

/// True when ten o'clock is offered.
fn ten_is_free(cache: &Cache) -> bool {
    free(cache, &query(None)).contains(&"10:00".to_owned())
}

fn taken() -> Row {
    Row::Appointment(visit(1, TEN))
}

#[test]
fn the_same_question_at_the_same_cursor_has_the_same_answer() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    cache.apply(&page(10, vec![taken()])).unwrap();
    let first = free(&cache, &query(None));
    assert_eq!(free(&cache, &query(None)), first);
    assert!(!first.contains(&"10:00".to_owned()));
}

#[test]
fn a_page_of_the_feed_is_seen_by_the_next_question() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    assert!(ten_is_free(&cache));
    cache.apply(&page(10, vec![taken()])).unwrap();
    assert!(!ten_is_free(&cache));
    let gone = Appointment {
        status: AppointmentStatus::Cancelled,
        ..visit(1, TEN)
    };
    cache
        .apply(&page(11, vec![Row::Appointment(gone)]))
        .unwrap();
    assert!(ten_is_free(&cache));
}

#[test]
fn other_rows_at_the_same_seq_are_seen_too() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    assert!(ten_is_free(&cache));
    let mut rows = directory();
    rows.push(taken());
    cache.replace(snapshot(10, rows)).unwrap();
    assert!(!ten_is_free(&cache));
}

#[test]
fn a_hold_that_comes_or_runs_out_is_seen_without_a_change_of_the_rows() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    cache.in_contact(monday());
    cache
        .apply(&page(10, vec![Row::Hold(hold(7, TEN, THERE))]))
        .unwrap();
    assert!(!ten_is_free(&cache));
    let later = monday() + TimeDelta::minutes(3);
    cache.clock().set(later);
    cache.in_contact(later);
    assert!(ten_is_free(&cache));
}

#[test]
fn a_visit_that_is_moved_leaves_the_answer_for_others_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    cache.apply(&page(10, vec![taken()])).unwrap();
    assert!(!ten_is_free(&cache));
    let moving = query(Some(Uuid::from_u128(1).into()));
    assert!(free(&cache, &moving).contains(&"10:00".to_owned()));
    assert!(!ten_is_free(&cache));
}

#[test]
fn new_hours_are_seen_by_the_next_question() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    assert!(ten_is_free(&cache));
    let mut rows = directory().into_iter();
    let Some(Row::Schedule(mut schedule)) = rows.find(|row| row.kind() == Kind::Schedule) else {
        panic!("the fixture has a schedule");
    };
    schedule
        .blocks
        .retain(|block| block.from == "13:00".parse().unwrap());
    cache
        .apply(&page(10, vec![Row::Schedule(schedule)]))
        .unwrap();
    assert!(!ten_is_free(&cache));
}
