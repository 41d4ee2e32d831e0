use std::fmt::Write as _;

use expect_test::{Expect, expect};
use frontdesk_domain::{
    Appointment, AppointmentStatus, Exception, ExceptionId, ExceptionKind, Row,
};
use uuid::Uuid;

use crate::DeskError;
use crate::cache::Cache;
use crate::fixture::{ANNA, at, filled, page, visit};
use crate::view::{DaySheet, DaySheetQuery, FreeCell};

/// A sheet as a person would write it down.
fn text(sheet: &DaySheet) -> String {
    let mut text = format!(
        "{} today {} · {} min · {}..{}\n",
        sheet.date, sheet.today, sheet.minutes, sheet.opens, sheet.closes
    );
    for column in &sheet.columns {
        let _ = writeln!(text, "{}", column.name);
        for band in &column.bands {
            let _ = writeln!(
                text,
                "  {:?} {}..{} {} {}",
                band.kind,
                band.from,
                band.until,
                wall(&band.wall_start(), &band.wall_end()),
                band.label.as_deref().unwrap_or("-")
            );
        }
        for tile in &column.visits {
            let outside = if tile.outside_schedule {
                " outside"
            } else {
                ""
            };
            let _ = writeln!(
                text,
                "  {}..{} {} lane {}/{} {} · {}{outside}",
                tile.from,
                tile.until,
                wall(&tile.wall_start(), &tile.wall_end()),
                tile.lane + 1,
                tile.lanes,
                tile.patient_name,
                sheet.service(tile).unwrap().name
            );
        }
        let free: Vec<String> = column
            .free
            .iter()
            .map(|cell| {
                format!(
                    "{}{}",
                    cell.wall_start(),
                    if cell.watched { "*" } else { "" }
                )
            })
            .collect();
        let _ = writeln!(text, "  free {}", free.join(" "));
    }
    text
}

fn wall(from: &str, until: &str) -> String {
    format!("{from}–{until}")
}

fn sheet(cache: &Cache, date: &str) -> DaySheet {
    let query = DaySheetQuery {
        date: Some(date.parse().unwrap()),
    };
    cache.look(|look| look.day_sheet(query)).unwrap()
}

fn check(rows: Vec<Appointment>, date: &str, expected: &Expect) {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    cache
        .apply(&page(10, rows.into_iter().map(Row::Appointment).collect()))
        .unwrap();
    expected.assert_eq(&text(&sheet(&cache, date)));
}

#[test]
fn a_day_shows_hours_breaks_visits_and_what_is_free() {
    let visits = vec![visit(1, "2026-11-23T09:30"), visit(2, "2026-11-23T13:00")];
    check(
        visits,
        "2026-11-23",
        &expect![[r#"
        2026-11-23 today 2026-11-23 · 1440 min · 540..900
        Anna Berg
          Working 540..720 09:00–12:00 -
          Break 720..780 12:00–13:00 -
          Working 780..900 13:00–15:00 -
          570..600 09:30–10:00 lane 1/1 Lee Planted · Massage
          780..810 13:00–13:30 lane 1/1 Lee Planted · Massage
          free 09:00 10:00 10:30 11:00 11:30 13:30 14:00 14:30
    "#]],
    );
}

#[test]
fn overlapping_visits_stand_side_by_side_and_strays_are_marked() {
    let visits = vec![
        visit(1, "2026-11-24T09:00"),
        visit(2, "2026-11-24T09:15"),
        visit(3, "2026-11-24T07:30"),
    ];
    check(
        visits,
        "2026-11-24",
        &expect![[r#"
        2026-11-24 today 2026-11-23 · 1440 min · 420..900
        Anna Berg
          Working 540..720 09:00–12:00 -
          Break 720..780 12:00–13:00 -
          Working 780..900 13:00–15:00 -
          450..480 07:30–08:00 lane 1/1 Lee Planted · Massage outside
          540..570 09:00–09:30 lane 1/2 Lee Planted · Massage
          555..585 09:15–09:45 lane 2/2 Lee Planted · Massage
          free 10:00 10:30 11:00 11:30 13:00 13:30 14:00 14:30
    "#]],
    );
}

#[test]
fn a_cancelled_visit_is_not_on_the_board() {
    let gone = Appointment {
        status: AppointmentStatus::Cancelled,
        ..visit(1, "2026-11-23T09:00")
    };
    check(
        vec![gone],
        "2026-11-23",
        &expect![[r#"
        2026-11-23 today 2026-11-23 · 1440 min · 540..900
        Anna Berg
          Working 540..720 09:00–12:00 -
          Break 720..780 12:00–13:00 -
          Working 780..900 13:00–15:00 -
          free 09:00 09:30 10:00 10:30 11:00 11:30 13:00 13:30 14:00 14:30
    "#]],
    );
}

#[test]
fn what_has_passed_is_not_free() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    cache.clock().set(at("2026-11-23T13:45"));
    let free: Vec<String> = sheet(&cache, "2026-11-23").columns[0]
        .free
        .iter()
        .map(FreeCell::wall_start)
        .collect();
    assert_eq!(free, ["14:00", "14:30"]);
}

#[test]
fn time_off_is_a_band_with_its_reason() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    let off = Exception {
        exception_id: ExceptionId(Uuid::from_u128(0x99)),
        practitioner_id: Some(ANNA),
        kind: ExceptionKind::TimeOff,
        from: "2026-11-23T10:00".parse().unwrap(),
        until: "2026-11-23T15:00".parse().unwrap(),
        reason: "Training".to_owned(),
        version: 0,
    };
    cache.apply(&page(10, vec![Row::Exception(off)])).unwrap();
    expect![[r#"
        2026-11-23 today 2026-11-23 · 1440 min · 540..600
        Anna Berg
          Working 540..600 09:00–10:00 -
          TimeOff 600..900 10:00–15:00 Training
          free 09:00 09:30
    "#]]
    .assert_eq(&text(&sheet(&cache, "2026-11-23")));
}

#[test]
fn new_hours_are_on_the_next_sheet_of_a_date_that_was_shown_before() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    let before = sheet(&cache, "2026-11-23");
    assert_eq!(sheet(&cache, "2026-11-23"), before);
    let closed = Exception {
        exception_id: ExceptionId(Uuid::from_u128(0x9A)),
        practitioner_id: None,
        kind: ExceptionKind::Closure,
        from: "2026-11-23T00:00".parse().unwrap(),
        until: "2026-11-24T00:00".parse().unwrap(),
        reason: "Holiday".to_owned(),
        version: 0,
    };
    let row = Row::Exception(closed);
    cache.apply(&page(10, vec![row])).unwrap();
    let after = sheet(&cache, "2026-11-23");
    assert!(after.columns[0].free.is_empty());
    assert_eq!(after.columns[0].bands.len(), 1);
}

fn hours(date: &str) -> (u16, String) {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    let sheet = sheet(&cache, date);
    let lines: Vec<String> = sheet
        .hours
        .iter()
        .take(5)
        .map(|line| format!("{}={}", line.offset, line.label))
        .collect();
    (sheet.minutes, lines.join(" "))
}

#[test]
fn hour_lines_are_right_on_days_of_23_and_25_hours() {
    let spring = "0=00:00 60=01:00 120=03:00 180=04:00 240=05:00".to_owned();
    assert_eq!(hours("2027-03-28"), (23 * 60, spring));
    let autumn = "0=00:00 60=01:00 120=02:00 180=02:00 240=03:00".to_owned();
    assert_eq!(hours("2026-10-25"), (25 * 60, autumn));
}

#[test]
fn visits_stand_at_elapsed_minutes_after_a_change_of_the_clocks() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    let row = Row::Appointment(visit(1, "2027-03-28T09:00"));
    cache.apply(&page(10, vec![row])).unwrap();
    let tile = sheet(&cache, "2027-03-28").columns[0].visits[0].clone();
    assert_eq!(
        (
            tile.from,
            tile.wall_start.as_deref(),
            tile.wall_end.as_deref()
        ),
        (480, Some("09:00"), Some("09:30"))
    );
    assert!(!tile.outside_schedule);
}

#[test]
fn free_starts_are_instants_after_the_days_first_also_after_a_change_of_the_clocks() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    for date in ["2026-11-24", "2027-03-28", "2027-10-31"] {
        let sheet = sheet(&cache, date);
        let cell = &sheet.columns[0].free[0];
        assert_eq!(cell.wall_start(), "09:00", "{date}");
        assert_eq!(sheet.instant(cell.from), at(&format!("{date}T09:00")));
    }
}

#[test]
fn what_is_the_same_everywhere_does_not_travel() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    let here = Appointment {
        status: AppointmentStatus::Arrived,
        ..visit(2, "2026-11-23T09:15")
    };
    let rows = vec![visit(3, "2026-11-23T14:00"), here];
    let rows = rows.into_iter().map(Row::Appointment).collect();
    cache.apply(&page(10, rows)).unwrap();
    let sheet = sheet(&cache, "2026-11-23");
    let column = &sheet.columns[0];
    let tiles = column.visits.iter().map(serde_json::to_string);
    let free = column.free.iter().take(1).map(serde_json::to_string);
    let bands = column.bands.iter().take(1).map(serde_json::to_string);
    let told: Result<Vec<String>, _> = tiles.chain(free).chain(bands).collect();
    expect![[r#"
        {"appointment_id":"00000000-0000-0000-0000-000000000002","from":555,"until":585,"patient_name":"Lee Planted","service":0,"status":"arrived","version":12}
        {"appointment_id":"00000000-0000-0000-0000-000000000003","from":840,"until":870,"patient_name":"Lee Planted","service":0,"version":11}
        {"from":600,"until":630}
        {"kind":"working","from":540,"until":720}"#]]
    .assert_eq(&told.unwrap().join("\n"));
    let json = serde_json::to_string(&sheet).unwrap();
    assert_eq!(serde_json::from_str::<DaySheet>(&json).unwrap(), sheet);
}

#[test]
fn nobody_signed_in_reads_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    cache.sign_out().unwrap();
    let refused = cache.look(|look| look.day_sheet(DaySheetQuery::default()));
    assert!(matches!(refused, Err(DeskError::SignedOut)));
}
