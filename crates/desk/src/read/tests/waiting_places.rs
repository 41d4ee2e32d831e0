use frontdesk_domain::command::{RescheduleAppointment, SeriesScope};
use frontdesk_domain::{
    Appointment, AppointmentStatus, Command, Location, LocationId, LocationKind, PatientId,
    Practitioner, PractitionerId, Row, Schedule, ScheduleId, SeriesId, Service,
};
use frontdesk_protocol::{ChangePage, OutcomeKind};
use uuid::Uuid;

use super::waiting::{ID, TEN, ask, booking, column, free, has_ten, outcome, refused, waiting};
use crate::cache::Cache;
use crate::fixture::{ANNA, CLINIC, EPOCH, MASSAGE, at, directory, filled, page, visit};
use crate::view::{DayColumn, DaySheetQuery, FreeSlotsQuery};

const ELEVEN: &str = "2026-11-23T11:00";

fn to(wall: &str, scope: SeriesScope) -> RescheduleAppointment {
    RescheduleAppointment {
        appointment_id: ID,
        starts_at: at(wall),
        ends_at: None,
        practitioner_id: None,
        location_id: None,
        overriding: None,
        scope,
    }
}

fn apply(cache: &Cache, version: u64, visits: impl IntoIterator<Item = Appointment>) {
    let rows = visits.into_iter().map(|visit| {
        Row::Appointment(Appointment {
            version,
            ..visit.clone()
        })
    });
    cache.apply(&page(version, rows.collect())).unwrap();
}

/// Lee comes at eleven, and is to come at ten, as soon as the server agrees.
fn moving(folder: &std::path::Path) -> (Cache, u64) {
    let cache = filled(folder);
    apply(&cache, 10, [visit(71, ELEVEN)]);
    let wish = Command::RescheduleAppointment(to(TEN, SeriesScope::This));
    let no = ask(&cache, &wish);
    (cache, no)
}

fn walls(column: &DayColumn) -> Vec<&str> {
    let waiting = column.waiting.iter();
    waiting.map(|tile| tile.wall_start.as_str()).collect()
}

#[test]
fn a_move_without_an_answer_keeps_both_places() {
    let folder = tempfile::tempdir().unwrap();
    let (cache, _) = moving(folder.path());
    let column = column(&cache);
    assert_eq!(walls(&column), ["10:00"]);
    assert_eq!(column.waiting[0].moves, Some(ID));
    assert_ne!(column.waiting[0].appointment_id, ID, "two tiles, two ids");
    assert!(column.visits[0].leaving);
    for wall in ["10:00", "11:00"] {
        assert!(!free(&column).contains(&wall.to_owned()), "{wall}");
    }
    assert!(!has_ten(&cache));
    let refusal = refused(&cache, None).unwrap();
    assert!(refusal.conflict.unwrap().by_me);
}

#[test]
fn a_visit_on_its_way_is_not_in_its_own_way() {
    let folder = tempfile::tempdir().unwrap();
    let (cache, _) = moving(folder.path());
    let half_past = "2026-11-23T10:30";
    let preview = |wall| {
        let wish = Command::RescheduleAppointment(to(wall, SeriesScope::This));
        let preview = cache.look(|look| look.preview(&wish, None)).unwrap();
        preview.outcome.err().map(|refusal| refusal.reason)
    };
    assert_eq!(preview(TEN), None);
    assert_eq!(preview(half_past), None);
    assert_eq!(refused(&cache, Some(ID)), None);
    let query = FreeSlotsQuery {
        service_id: MASSAGE,
        practitioner_id: Some(ANNA),
        from: at(TEN).date_naive(),
        to: at(TEN).date_naive(),
        moving: Some(ID),
    };
    let found = cache.look(|look| look.free_slots(&query)).unwrap();
    assert!(found.slots.iter().any(|slot| slot.wall_start == "10:00"));
    let wish = Command::RescheduleAppointment(to(half_past, SeriesScope::This));
    ask(&cache, &wish);
    assert_eq!(walls(&column(&cache)), ["10:30"], "of two wishes the last");
}

#[test]
fn a_move_is_over_when_the_replica_shows_it_or_it_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (cache, no) = moving(folder.path());
    let applied = outcome(&cache, no, OutcomeKind::Applied, 12);
    cache.decide(CLINIC, EPOCH, &[applied]).unwrap();
    assert_eq!(walls(&column(&cache)), ["10:00"]);
    apply(&cache, 11, [visit(71, TEN)]);
    assert!(column(&cache).waiting.is_empty());
    assert!(!column(&cache).visits[0].leaving);

    let folder = tempfile::tempdir().unwrap();
    let (cache, no) = moving(folder.path());
    assert!(!has_ten(&cache));
    let rejected = outcome(&cache, no, OutcomeKind::Rejected, 11);
    cache.decide(CLINIC, EPOCH, &[rejected]).unwrap();
    assert!(column(&cache).waiting.is_empty());
    assert!(has_ten(&cache));
}

#[test]
fn a_refused_booking_keeps_its_time_until_the_replica_shows_who_has_it() {
    let folder = tempfile::tempdir().unwrap();
    let (cache, no) = waiting(folder.path());
    let rejected = outcome(&cache, no, OutcomeKind::Rejected, 11);
    cache.decide(CLINIC, EPOCH, &[rejected]).unwrap();
    assert!(!has_ten(&cache));
    apply(&cache, 10, [visit(75, TEN)]);
    let column = column(&cache);
    assert_eq!((column.waiting.len(), column.visits.len()), (0, 1));
    assert!(!has_ten(&cache));
}

#[test]
fn a_move_that_the_feed_says_is_decided_waits_no_longer_wherever_the_visit_is() {
    let folder = tempfile::tempdir().unwrap();
    let (cache, no) = moving(folder.path());
    assert_eq!(walls(&column(&cache)), ["10:00"]);
    let elsewhere = Row::Appointment(visit(71, "2026-11-23T09:00"));
    let told = ChangePage {
        device_ack: no,
        ..page(11, vec![elsewhere])
    };
    cache.apply(&told).unwrap();
    assert!(column(&cache).waiting.is_empty());
    assert!(has_ten(&cache));
}

#[test]
fn a_later_wish_to_stay_takes_back_the_one_before() {
    let folder = tempfile::tempdir().unwrap();
    let (cache, _) = moving(folder.path());
    let stay = Command::RescheduleAppointment(to(ELEVEN, SeriesScope::This));
    ask(&cache, &stay);
    assert!(column(&cache).waiting.is_empty());
    assert!(!column(&cache).visits[0].leaving);
}

#[test]
fn a_visit_that_is_given_up_meanwhile_goes_nowhere() {
    let folder = tempfile::tempdir().unwrap();
    let (cache, _) = moving(folder.path());
    let given_up = Appointment {
        status: AppointmentStatus::Cancelled,
        ..visit(71, ELEVEN)
    };
    apply(&cache, 11, [given_up]);
    assert!(column(&cache).waiting.is_empty());
    assert!(has_ten(&cache));
}

#[test]
fn every_visit_of_a_series_that_is_to_move_keeps_its_new_time() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    let of_series = |id, wall| Appointment {
        series_id: Some(SeriesId(Uuid::from_u128(70))),
        ..visit(id, wall)
    };
    let next_week = "2026-11-30T11:00";
    apply(
        &cache,
        10,
        [of_series(71, ELEVEN), of_series(72, next_week)],
    );
    let all = Command::RescheduleAppointment(to(TEN, SeriesScope::Following));
    ask(&cache, &all);
    assert_eq!(walls(&column(&cache)), ["10:00"]);
    let query = DaySheetQuery {
        date: Some(at(next_week).date_naive()),
    };
    let sheet = cache.look(|look| look.day_sheet(query)).unwrap();
    assert_eq!(walls(&sheet.columns[0]), ["10:00"]);
    assert!(sheet.columns[0].visits[0].leaving);
}

/// Anna and Ben work in the same room, which takes one visit at a time.
fn sharing_a_room(folder: &std::path::Path) -> Cache {
    let cache = filled(folder);
    let ben = PractitionerId(Uuid::from_u128(0xB2));
    let room = Location {
        location_id: LocationId(Uuid::from_u128(0x10)),
        name: "Room 1".to_owned(),
        kind: LocationKind::Room,
        capacity: 1,
        active: true,
        version: 0,
    };
    let mut rows = Vec::new();
    for row in directory() {
        match row {
            Row::Practitioner(anna) => rows.push(Row::Practitioner(Practitioner {
                practitioner_id: ben,
                name: "Ben".to_owned(),
                ..anna
            })),
            Row::Schedule(mut plan) => {
                for block in &mut plan.blocks {
                    block.location_id = Some(room.location_id);
                }
                rows.push(Row::Schedule(Schedule {
                    schedule_id: ScheduleId(Uuid::from_u128(0x72)),
                    practitioner_id: ben,
                    ..plan.clone()
                }));
                rows.push(Row::Schedule(plan));
            }
            Row::Clinic(_)
            | Row::Service(_)
            | Row::Location(_)
            | Row::Patient(_)
            | Row::Exception(_)
            | Row::Appointment(_)
            | Row::Hold(_) => {}
        }
    }
    rows.push(Row::Location(room));
    cache.apply(&page(10, rows)).unwrap();
    cache
}

#[test]
fn the_room_of_what_waits_is_taken_too() {
    let folder = tempfile::tempdir().unwrap();
    let cache = sharing_a_room(folder.path());
    let of_ben = |cache: &Cache| {
        let sheet = cache.look(|look| look.day_sheet(DaySheetQuery::default()));
        free(&sheet.unwrap().columns[1])
    };
    let ten = "10:00".to_owned();
    assert!(of_ben(&cache).contains(&ten));
    ask(&cache, &Command::BookAppointment(booking(ID, TEN)));
    assert!(!of_ben(&cache).contains(&ten), "Anna is to have the room");

    let folder = tempfile::tempdir().unwrap();
    let cache = sharing_a_room(folder.path());
    apply(&cache, 14, [visit(71, ELEVEN)]);
    assert!(of_ben(&cache).contains(&ten));
    let wish = Command::RescheduleAppointment(to(TEN, SeriesScope::This));
    ask(&cache, &wish);
    assert!(!of_ben(&cache).contains(&ten), "and moves into it");
}

#[test]
fn what_has_begun_does_not_move_with_its_series() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    let of_series = |id, wall| Appointment {
        series_id: Some(SeriesId(Uuid::from_u128(70))),
        ..visit(id, wall)
    };
    apply(
        &cache,
        10,
        [of_series(71, ELEVEN), of_series(72, "2026-11-22T11:00")],
    );
    let all = RescheduleAppointment {
        starts_at: at("2026-11-24T11:00"),
        ..to(TEN, SeriesScope::All)
    };
    ask(&cache, &Command::RescheduleAppointment(all));
    assert!(column(&cache).waiting.is_empty(), "yesterday's stays");
    assert!(column(&cache).visits[0].leaving);
}

#[test]
fn a_seat_that_waits_is_counted_with_those_that_are_taken() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    let rows = directory().into_iter().filter_map(|row| match row {
        Row::Service(service) => Some(Row::Service(Service {
            capacity: 3,
            ..service
        })),
        Row::Clinic(_)
        | Row::Location(_)
        | Row::Practitioner(_)
        | Row::Patient(_)
        | Row::Schedule(_)
        | Row::Exception(_)
        | Row::Appointment(_)
        | Row::Hold(_) => None,
    });
    let other = Row::Appointment(visit(75, TEN));
    let rows: Vec<Row> = rows.chain([other]).collect();
    cache.apply(&page(10, rows)).unwrap();
    let mut mine = booking(ID, TEN);
    mine.patient_id = PatientId(Uuid::from_u128(99));
    ask(&cache, &Command::BookAppointment(mine));
    let seats = column(&cache).visits[0].class.clone().unwrap();
    assert_eq!((seats.taken, seats.waiting, seats.capacity), (1, 1, 3));
    let query = FreeSlotsQuery {
        service_id: MASSAGE,
        practitioner_id: Some(ANNA),
        from: at(TEN).date_naive(),
        to: at(TEN).date_naive(),
        moving: None,
    };
    let found = cache.look(|look| look.free_slots(&query)).unwrap();
    let ten = found.slots.iter().find(|slot| slot.wall_start == "10:00");
    assert_eq!(ten.unwrap().seats.unwrap().taken, 2);
}
