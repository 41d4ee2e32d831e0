//! Free times from memory: never another answer than the rows would give.

use chrono::TimeDelta;
use frontdesk_domain::{
    Appointment, AppointmentId, AppointmentStatus, DeviceId, Kind, Reason, Row, Service,
};
use uuid::Uuid;

use crate::cache::Cache;
use crate::fixture::{ANNA, MASSAGE, at, directory, filled, hold, monday, page, snapshot, visit};
use crate::view::{BookingFormQuery, FreeSlotsQuery, SlotOffer};

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

/// Massage for three at once, after approval: two come at ten, three at half past, and one who called
/// off would have been the third at ten.
fn class(folder: &std::path::Path) -> Cache {
    let cache = filled(folder);
    let mut rows = directory().into_iter();
    let Some(Row::Service(service)) = rows.find(|row| row.kind() == Kind::Service) else {
        panic!("the fixture has a service");
    };
    let service = Service {
        capacity: 3,
        needs_approval: true,
        ..service
    };
    let gone = Appointment {
        status: AppointmentStatus::Cancelled,
        ..visit(6, TEN)
    };
    let mut rows = vec![Row::Service(service), Row::Appointment(gone)];
    let times = [TEN, TEN, HALF_PAST, HALF_PAST, HALF_PAST];
    let visits = (1..).zip(times).map(|(n, wall)| visit(n, wall));
    rows.extend(visits.map(Row::Appointment));
    cache.apply(&page(10, rows)).unwrap();
    cache
}

const HALF_PAST: &str = "2026-11-23T10:30";

/// Who sits where, as it is read: `10:00 2/3`.
fn seats(offers: &[SlotOffer]) -> Vec<String> {
    let said = |offer: &SlotOffer| {
        let seats = offer.seats.expect("the seats of a class");
        format!("{} {}/{}", offer.wall_start, seats.taken, seats.capacity)
    };
    offers.iter().map(said).collect()
}

#[test]
fn a_free_time_of_a_class_says_how_many_come_already() {
    let folder = tempfile::tempdir().unwrap();
    let cache = class(folder.path());
    let free = cache.look(|look| look.free_slots(&query(None))).unwrap();
    assert_eq!(
        seats(&free.slots)[..4],
        ["09:00 0/3", "09:30 0/3", "10:00 2/3", "11:00 0/3"]
    );
}

#[test]
fn what_is_offered_instead_of_a_full_class_says_it_too() {
    let folder = tempfile::tempdir().unwrap();
    let cache = class(folder.path());
    let wish = BookingFormQuery {
        practitioner_id: ANNA,
        starts_at: at(HALF_PAST),
        service_id: Some(MASSAGE),
        patient_id: None,
        appointment_id: None,
    };
    let form = cache.look(|look| look.booking_form(&wish)).unwrap();
    let refusal = form.refusal.unwrap();
    assert_eq!(refusal.reason, Reason::CapacityFull);
    assert_eq!(
        seats(&refusal.alternatives),
        ["10:00 2/3", "11:00 0/3", "09:30 0/3"]
    );
}

#[test]
fn what_is_no_class_has_no_seats() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    let free = cache.look(|look| look.free_slots(&query(None))).unwrap();
    assert!(free.slots.iter().all(|slot| slot.seats.is_none()));
}

#[test]
fn a_service_says_whether_it_needs_approval() {
    let folder = tempfile::tempdir().unwrap();
    let asks = |cache: &Cache| {
        let list = cache.look(|look| Ok(look.services())).unwrap();
        list.services[0].needs_approval
    };
    assert!(!asks(&filled(folder.path())));
    let folder = tempfile::tempdir().unwrap();
    assert!(asks(&class(folder.path())));
}
