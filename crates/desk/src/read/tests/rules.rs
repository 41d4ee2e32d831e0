use chrono::TimeDelta;
use frontdesk_domain::{
    Appointment, AppointmentId, AppointmentStatus, Command, ConflictKind, DeviceId, Exception,
    ExceptionId, ExceptionKind, Reason, Row, SeriesId, SeriesUnit, Service, ServiceId,
};
use uuid::Uuid;

use crate::DeskError;
use crate::cache::Cache;
use crate::fixture::{ANNA, LEE, MASSAGE, at, directory, filled, hold, monday, page, visit};
use crate::view::{
    BookingFormQuery, DayColumn, DaySheet, DaySheetQuery, SeriesBooking, SeriesCardQuery,
    SeriesChoice, SeriesPlanQuery, SeriesVisitSummary,
};

const NINE: &str = "2026-11-23T09:00";

fn column(cache: &Cache) -> DayColumn {
    sheet(cache).columns.remove(0)
}

fn sheet(cache: &Cache) -> DaySheet {
    let query = DaySheetQuery::default();
    cache.look(|look| look.day_sheet(query)).unwrap()
}

fn with(folder: &std::path::Path, rows: Vec<Row>) -> Cache {
    let cache = filled(folder);
    cache.in_contact(monday());
    cache.apply(&page(10, rows)).unwrap();
    cache
}

fn refused(cache: &Cache, wall: &str) -> Option<(Reason, Option<ConflictKind>)> {
    let query = BookingFormQuery {
        practitioner_id: ANNA,
        starts_at: at(wall),
        service_id: Some(MASSAGE),
        patient_id: None,
        appointment_id: None,
    };
    let form = cache.look(|look| look.booking_form(&query)).unwrap();
    let refusal = form.refusal?;
    Some((
        refusal.reason,
        refusal.conflict.map(|conflict| conflict.kind),
    ))
}

#[test]
fn a_slot_that_another_desk_holds_is_taken_and_says_by_whom() {
    let folder = tempfile::tempdir().unwrap();
    let there = DeviceId(Uuid::from_u128(0xD2));
    let cache = with(folder.path(), vec![Row::Hold(hold(7, NINE, there))]);
    assert_eq!(
        refused(&cache, NINE),
        Some((Reason::SlotTaken, Some(ConflictKind::Hold)))
    );
    let column = column(&cache);
    assert_eq!(column.holds.len(), 1);
    assert_eq!(column.holds[0].by_name, "Other");
    assert!(!column.holds[0].mine);
    assert!(column.free.iter().all(|cell| cell.wall_start() != "09:00"));
}

#[test]
fn my_own_hold_is_shown_and_never_in_my_way() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    cache.in_contact(monday());
    let here = cache.device_id().unwrap();
    cache
        .apply(&page(10, vec![Row::Hold(hold(7, NINE, here))]))
        .unwrap();
    assert_eq!(refused(&cache, NINE), None);
    let column = column(&cache);
    assert!(column.holds[0].mine);
    assert!(column.free.iter().any(|cell| cell.wall_start() == "09:00"));
}

fn class() -> Service {
    let rows = directory();
    let massage = rows.into_iter().find_map(|row| {
        if let Row::Service(service) = row {
            Some(service)
        } else {
            None
        }
    });
    Service {
        service_id: ServiceId(Uuid::from_u128(0x52)),
        name: "Back class".to_owned(),
        capacity: 8,
        ..massage.unwrap()
    }
}

#[test]
fn visits_of_one_class_at_one_time_are_one_tile_of_the_first_who_booked() {
    let folder = tempfile::tempdir().unwrap();
    let member = |id, minutes| Appointment {
        service_id: class().service_id,
        taken_at: monday() - TimeDelta::minutes(minutes),
        ..visit(id, NINE)
    };
    let cancelled = Appointment {
        status: AppointmentStatus::Cancelled,
        ..member(4, 9)
    };
    let rows = vec![
        Row::Service(class()),
        Row::Appointment(member(1, 1)),
        Row::Appointment(member(2, 5)),
        Row::Appointment(member(3, 3)),
        Row::Appointment(cancelled),
        Row::Appointment(visit(5, "2026-11-23T10:00")),
    ];
    let cache = with(folder.path(), rows);
    let tiles = column(&cache).visits;
    assert_eq!(tiles.len(), 2);
    assert_eq!(tiles[0].appointment_id, AppointmentId(Uuid::from_u128(2)));
    assert_eq!(tiles[0].lanes, 1);
    let class = tiles[0].class.as_ref().unwrap();
    assert_eq!((class.taken, class.capacity), (3, 8));
    assert_eq!(class.members.len(), 3);
    assert_eq!(class.starts_at, at(NINE));
    assert!(tiles[1].class.is_none());
}

#[test]
fn a_day_names_each_service_once_and_one_more_visit_keeps_their_order() {
    let folder = tempfile::tempdir().unwrap();
    let of = |id, wall, service_id| {
        Row::Appointment(Appointment {
            service_id,
            ..visit(id, wall)
        })
    };
    let mut rows = vec![
        Row::Service(class()),
        of(1, "2026-11-23T10:00", class().service_id),
        of(2, "2026-11-23T11:00", MASSAGE),
        of(3, "2026-11-23T14:00", class().service_id),
    ];
    let earlier = of(4, NINE, MASSAGE);
    let cache = with(folder.path(), rows.clone());
    let before = sheet(&cache);
    assert_eq!(services(&before), ["Back class", "Massage", "Back class"]);
    assert_eq!(before.services.len(), 2);
    rows.push(earlier);
    let folder = tempfile::tempdir().unwrap();
    let after = sheet(&with(folder.path(), rows));
    assert_eq!(after.services, before.services);
    assert_eq!(services(&after)[0], "Massage");
}

fn services(sheet: &DaySheet) -> Vec<&str> {
    let tiles = sheet.columns[0].visits.iter();
    tiles
        .map(|tile| sheet.service(tile).unwrap().name.as_str())
        .collect()
}

#[test]
fn what_waits_for_approval_is_listed_from_today_on() {
    let folder = tempfile::tempdir().unwrap();
    let pending = |id, wall| {
        Row::Appointment(Appointment {
            status: AppointmentStatus::Pending,
            ..visit(id, wall)
        })
    };
    let rows = vec![
        pending(1, "2026-11-22T09:00"),
        pending(3, "2026-11-24T09:00"),
        pending(2, "2026-11-23T09:00"),
        Row::Appointment(visit(4, "2026-11-23T10:00")),
    ];
    let cache = with(folder.path(), rows);
    let list = cache.look(|look| look.approvals_after(look.now)).unwrap();
    let ids: Vec<_> = list
        .visits
        .iter()
        .map(|visit| visit.appointment_id.0.as_u128())
        .collect();
    assert_eq!(ids, [2, 3]);
    assert!(list.visits.iter().all(|visit| visit.can_decide));
    assert_eq!(list.visits[0].taken_by_name, "Other");
}

fn weekly(wall: &str, count: u16) -> SeriesPlanQuery {
    SeriesPlanQuery {
        practitioner_id: ANNA,
        service_id: MASSAGE,
        patient_id: Some(LEE),
        starts_at: at(wall),
        unit: SeriesUnit::Week,
        every: 1,
        weekdays: Vec::new(),
        count,
        choices: Vec::new(),
        series_id: None,
    }
}

#[test]
fn a_plan_says_what_becomes_of_every_date_and_takes_decisions() {
    let folder = tempfile::tempdir().unwrap();
    let rows = vec![Row::Appointment(visit(1, "2026-11-30T09:00"))];
    let cache = with(folder.path(), rows);
    let mut query = weekly(NINE, 3);
    let plan = cache.look(|look| look.series_plan(&query)).unwrap();
    assert_eq!((plan.visits, plan.open), (2, 1));
    let refusal = plan.dates[1].refusal.as_ref().unwrap();
    assert_eq!(refusal.reason, Reason::SlotTaken);
    assert!((1..=3).contains(&refusal.alternatives.len()));
    assert_eq!(plan.dates[2].wall_end, "09:30");

    query.choices = vec![SeriesChoice {
        date: plan.dates[1].rule_date,
        skip: false,
        starts_at: Some(refusal.alternatives[0].starts_at),
        practitioner_id: None,
        location_id: None,
    }];
    let shifted = cache.look(|look| look.series_plan(&query)).unwrap();
    assert_eq!((shifted.visits, shifted.open), (3, 0));
    assert!(shifted.dates[1].shifted);
    assert_eq!(shifted.dates[1].rule_date, plan.dates[1].rule_date);

    query.choices[0].skip = true;
    let skipped = cache.look(|look| look.series_plan(&query)).unwrap();
    assert_eq!((skipped.visits, skipped.open), (2, 0));
    assert!(skipped.dates[1].skipped && skipped.dates[1].refusal.is_none());
}

#[test]
fn a_date_on_a_holiday_says_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let closed = Exception {
        exception_id: ExceptionId(Uuid::from_u128(0xEE)),
        practitioner_id: None,
        kind: ExceptionKind::Closure,
        from: "2026-11-30T00:00".parse().unwrap(),
        until: "2026-12-01T00:00".parse().unwrap(),
        reason: "Founder's day".to_owned(),
        version: 1,
    };
    let cache = with(folder.path(), vec![Row::Exception(closed)]);
    let query = weekly(NINE, 2);
    let plan = cache.look(|look| look.series_plan(&query)).unwrap();
    let refusal = plan.dates[1].refusal.as_ref().unwrap();
    let conflict = refusal.conflict.as_ref().unwrap();
    assert_eq!(conflict.kind, ConflictKind::Closure);
    assert_eq!(conflict.label.as_deref(), Some("Founder's day"));
}

#[test]
fn a_series_says_which_of_its_visits_an_edit_of_several_takes_along() {
    let folder = tempfile::tempdir().unwrap();
    let series_id = SeriesId(Uuid::from_u128(0x5E));
    let of_series = |id, wall, status| {
        Row::Appointment(Appointment {
            series_id: Some(series_id),
            status,
            ..visit(id, wall)
        })
    };
    let rows = vec![
        of_series(1, "2026-11-16T09:00", AppointmentStatus::Booked),
        of_series(2, "2026-11-30T09:00", AppointmentStatus::Booked),
        of_series(3, "2026-12-07T09:00", AppointmentStatus::Arrived),
        of_series(4, "2026-12-14T09:00", AppointmentStatus::Cancelled),
    ];
    let cache = with(folder.path(), rows);
    let query = SeriesCardQuery { series_id };
    let card = cache.look(|look| look.series_card(query)).unwrap();
    let said =
        |visit: &SeriesVisitSummary| (visit.can_reschedule, visit.can_update, visit.can_cancel);
    assert_eq!(
        card.visits.iter().map(said).collect::<Vec<_>>(),
        [
            (false, false, false),
            (true, true, true),
            (false, true, true),
            (false, false, false),
        ]
    );
}

#[test]
fn a_date_that_the_clocks_skip_offers_both_neighbours() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    let query = SeriesPlanQuery {
        unit: SeriesUnit::Day,
        ..weekly("2027-03-27T02:30", 2)
    };
    let plan = cache.look(|look| look.series_plan(&query)).unwrap();
    let gap = &plan.dates[1];
    assert_eq!((gap.starts_at, gap.wall_start.as_str()), (None, "02:30"));
    let refusal = gap.refusal.as_ref().unwrap();
    assert_eq!(refusal.reason, Reason::DstGap);
    assert_eq!(refusal.alternatives.len(), 2);
}

#[test]
fn every_try_of_a_series_names_the_same_visits_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    let booking = SeriesBooking {
        series_id: SeriesId(cache.clock().id()),
        plan: weekly(NINE, 5),
        notes: None,
        overriding: None,
    };
    let ids = |booking: &SeriesBooking| -> Vec<AppointmentId> {
        let (command, _) = cache.look(|look| look.series_command(booking)).unwrap();
        command
            .visits
            .iter()
            .map(|visit| visit.appointment_id)
            .collect()
    };
    let first = ids(&booking);
    assert_eq!(first, ids(&booking));
    assert!(first.is_sorted());
    assert_eq!(first[0].0.get_version_num(), 7);

    let mut skipping = booking.clone();
    skipping.plan.choices = vec![SeriesChoice {
        date: at(NINE).date_naive(),
        skip: true,
        starts_at: None,
        practitioner_id: None,
        location_id: None,
    }];
    assert_eq!(ids(&skipping), first[1..]);

    skipping.plan.patient_id = None;
    let refused = cache
        .look(|look| look.series_command(&skipping))
        .unwrap_err();
    assert!(matches!(
        refused,
        DeskError::Invalid {
            field: "patient_id",
            ..
        }
    ));
}

#[test]
fn a_series_on_its_way_is_not_in_its_own_way() {
    let folder = tempfile::tempdir().unwrap();
    let cache = with(folder.path(), Vec::new());
    let plan = weekly(NINE, 3);
    let series_id = SeriesId(Uuid::from_u128(70));
    let booking = SeriesBooking {
        series_id,
        plan: plan.clone(),
        notes: None,
        overriding: None,
    };
    let (command, slot) = cache.look(|look| look.series_command(&booking)).unwrap();
    cache
        .store_command(&Command::BookSeries(command), None, Some(slot))
        .unwrap();
    let open = |series_id| {
        let query = SeriesPlanQuery {
            series_id,
            ..plan.clone()
        };
        cache.look(|look| look.series_plan(&query)).unwrap().open
    };
    assert_eq!(open(Some(series_id)), 0);
    assert_eq!(open(None), 3, "another one at the same times is");
}
