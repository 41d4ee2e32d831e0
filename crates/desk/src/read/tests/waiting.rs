use chrono::TimeDelta;
use frontdesk_domain::command::{BookAppointment, BookSeries, SeriesVisit};
use frontdesk_domain::{Appointment, AppointmentId, Command, Interval, Reason, Row, SeriesId};
use frontdesk_protocol::{Outcome, OutcomeKind};
use uuid::Uuid;

use crate::cache::{Cache, OutboxSlot};
use crate::fixture::{ANNA, CLINIC, EPOCH, LEE, MASSAGE, at, filled, page, visit};
use crate::view::{
    BookingFormQuery, DayColumn, DaySheetQuery, FreeCell, FreeSlotsQuery, RefusalView, WaitingTile,
};

pub(super) const TEN: &str = "2026-11-23T10:00";
pub(super) const ID: AppointmentId = AppointmentId(Uuid::from_u128(71));

pub(super) fn booking(id: AppointmentId, wall: &str) -> BookAppointment {
    BookAppointment {
        appointment_id: id,
        patient_id: LEE,
        practitioner_id: ANNA,
        service_id: MASSAGE,
        location_id: None,
        starts_at: at(wall),
        ends_at: None,
        notes: None,
        overriding: None,
    }
}

pub(super) fn ask(cache: &Cache, command: &Command) -> u64 {
    let slot = OutboxSlot {
        practitioner_id: ANNA,
        during: Interval::new(at(TEN), at(TEN) + TimeDelta::minutes(30)),
    };
    cache.store_command(command, None, Some(slot)).unwrap()
}

/// Lee is to come at ten, as soon as the server agrees.
pub(super) fn waiting(folder: &std::path::Path) -> (Cache, u64) {
    let cache = filled(folder);
    let no = ask(&cache, &Command::BookAppointment(booking(ID, TEN)));
    (cache, no)
}

pub(super) fn column(cache: &Cache) -> DayColumn {
    let sheet = cache.look(|look| look.day_sheet(DaySheetQuery::default()));
    sheet.unwrap().columns.remove(0)
}

pub(super) fn free(column: &DayColumn) -> Vec<String> {
    let free = column.free.iter();
    free.map(FreeCell::wall_start).collect()
}

pub(super) fn has_ten(cache: &Cache) -> bool {
    let query = FreeSlotsQuery {
        service_id: MASSAGE,
        practitioner_id: Some(ANNA),
        from: at(TEN).date_naive(),
        to: at(TEN).date_naive(),
        moving: None,
    };
    let found = cache.look(|look| look.free_slots(&query)).unwrap();
    found.slots.iter().any(|slot| slot.wall_start == "10:00")
}

pub(super) fn refused(cache: &Cache, appointment_id: Option<AppointmentId>) -> Option<RefusalView> {
    let query = BookingFormQuery {
        practitioner_id: ANNA,
        starts_at: at(TEN),
        service_id: Some(MASSAGE),
        patient_id: None,
        appointment_id,
    };
    cache
        .look(|look| look.booking_form(&query))
        .unwrap()
        .refusal
}

pub(super) fn outcome(cache: &Cache, no: u64, outcome: OutcomeKind, seq: u64) -> Outcome {
    let rows = cache.unsent().unwrap();
    let row = rows.iter().find(|row| row.envelope.no == no).unwrap();
    Outcome {
        no,
        id: row.envelope.id,
        outcome,
        seq,
        reason: None,
        field: None,
        conflict: None,
        alternatives: None,
        steps: None,
        changed: None,
        fates: None,
    }
}

#[test]
fn a_booking_without_an_answer_keeps_its_time_on_this_desk() {
    let folder = tempfile::tempdir().unwrap();
    let (cache, _) = waiting(folder.path());
    let column = column(&cache);
    let tile = WaitingTile {
        appointment_id: ID,
        moves: None,
        from: 600,
        until: 630,
        wall_start: "10:00".to_owned(),
        wall_end: "10:30".to_owned(),
        patient_name: "Lee Planted".to_owned(),
        service_name: "Massage".to_owned(),
    };
    assert_eq!(column.waiting, [tile]);
    assert!(column.visits.is_empty());
    assert!(!free(&column).contains(&"10:00".to_owned()));
    assert!(free(&column).contains(&"10:30".to_owned()));
    assert!(!has_ten(&cache));
}

#[test]
fn a_second_booking_at_its_time_is_refused_here_and_the_same_one_again_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let (cache, _) = waiting(folder.path());
    let refusal = refused(&cache, None).unwrap();
    assert_eq!(refusal.reason, Reason::SlotTaken);
    let conflict = refusal.conflict.unwrap();
    assert!(conflict.by_me && conflict.waiting);
    assert_eq!(refused(&cache, Some(ID)), None);
    let mut busy = booking(AppointmentId(Uuid::from_u128(72)), TEN);
    let preview = |book: &BookAppointment| {
        let command = Command::BookAppointment(book.clone());
        let preview = cache.look(|look| look.preview(&command, None)).unwrap();
        preview.outcome.err().map(|refusal| refusal.reason)
    };
    assert_eq!(preview(&busy), Some(Reason::SlotTaken));
    assert_eq!(preview(&booking(ID, TEN)), None);
    busy.starts_at = at("2026-11-23T11:00");
    assert_eq!(preview(&busy), None);
}

#[test]
fn it_becomes_the_visit_when_the_replica_shows_it() {
    let folder = tempfile::tempdir().unwrap();
    let (cache, no) = waiting(folder.path());
    // The answer may be here before the rows are.
    let applied = outcome(&cache, no, OutcomeKind::Applied, 11);
    cache.decide(CLINIC, EPOCH, &[applied]).unwrap();
    assert_eq!(column(&cache).waiting.len(), 1);
    let booked = Appointment {
        appointment_id: ID,
        ..visit(71, TEN)
    };
    cache
        .apply(&page(10, vec![Row::Appointment(booked)]))
        .unwrap();
    let column = column(&cache);
    assert_eq!((column.waiting.len(), column.visits.len()), (0, 1));
    assert!(!has_ten(&cache));
}

#[test]
fn it_goes_when_it_is_refused_withdrawn_or_dismissed() {
    let folder = tempfile::tempdir().unwrap();
    let (cache, no) = waiting(folder.path());
    assert!(!has_ten(&cache));
    let rejected = outcome(&cache, no, OutcomeKind::Rejected, 10);
    cache.decide(CLINIC, EPOCH, &[rejected]).unwrap();
    assert!(column(&cache).waiting.is_empty());
    assert!(has_ten(&cache), "also where the answer was kept in memory");
    let no = ask(&cache, &Command::BookAppointment(booking(ID, TEN)));
    assert!(!has_ten(&cache));
    cache.withdraw(CLINIC, no).unwrap();
    assert!(has_ten(&cache));
}

#[test]
fn every_visit_of_a_series_that_waits_keeps_its_time() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    let on = |id, wall: &str| SeriesVisit {
        appointment_id: AppointmentId(Uuid::from_u128(id)),
        practitioner_id: ANNA,
        starts_at: None,
        wall_start: Some(wall.parse().unwrap()),
        ends_at: None,
        location_id: None,
    };
    let series = BookSeries {
        series_id: SeriesId(Uuid::from_u128(70)),
        patient_id: LEE,
        service_id: MASSAGE,
        notes: None,
        overriding: None,
        visits: vec![on(71, "2026-11-30T10:00"), on(72, TEN)],
    };
    ask(&cache, &Command::BookSeries(series.clone()));
    let column = column(&cache);
    assert_eq!(column.waiting.len(), 1);
    assert!(!free(&column).contains(&"10:00".to_owned()));
    let again = Command::BookSeries(series);
    let preview = cache.look(|look| look.preview(&again, None)).unwrap();
    assert!(preview.outcome.is_ok(), "it is not in its own way");
}
