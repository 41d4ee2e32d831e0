//! A day as a script reads it: every visit says in its own place what the page looks up, works out or
//! takes for granted, so that what the page is sent may change without a script's noticing.

use chrono::NaiveDate;
use frontdesk_desk::view::{
    Band, BandKind, ClassSeats, DayColumn, DaySheet, FreeCell, HoldTile, HourLine, VisitTile,
    WaitingTile,
};
use frontdesk_domain::{AppointmentId, AppointmentStatus, PractitionerId, ServiceId, Timestamp};
use serde::Serialize;

/// A day in full.
#[derive(Serialize)]
pub(crate) struct Day<'a> {
    date: NaiveDate,
    today: NaiveDate,
    minutes: u16,
    grid_minutes: u16,
    hours: &'a [HourLine],
    opens: u16,
    closes: u16,
    columns: Vec<Column<'a>>,
}

#[derive(Serialize)]
struct Column<'a> {
    practitioner_id: PractitionerId,
    name: &'a str,
    bands: Vec<Stretch<'a>>,
    visits: Vec<Visit<'a>>,
    holds: Vec<Held<'a>>,
    waiting: Vec<Waiting<'a>>,
    free: Vec<Start>,
}

#[derive(Serialize)]
struct Stretch<'a> {
    kind: BandKind,
    from: u16,
    until: u16,
    wall: String,
    label: Option<&'a str>,
}

#[derive(Serialize)]
struct Visit<'a> {
    appointment_id: AppointmentId,
    from: u16,
    until: u16,
    buffer_before: u16,
    buffer_after: u16,
    lane: u16,
    lanes: u16,
    wall_start: String,
    wall_end: String,
    patient_name: &'a str,
    service_name: &'a str,
    service_id: Option<ServiceId>,
    status: AppointmentStatus,
    class: Option<&'a ClassSeats>,
    overridden: bool,
    in_series: bool,
    outside_schedule: bool,
    leaving: bool,
    version: u64,
}

#[derive(Serialize)]
struct Waiting<'a> {
    appointment_id: AppointmentId,
    is_move: bool,
    from: u16,
    until: u16,
    wall_start: &'a str,
    wall_end: &'a str,
    patient_name: &'a str,
    service_name: &'a str,
}

#[derive(Serialize)]
struct Held<'a> {
    from: u16,
    until: u16,
    starts_at: Timestamp,
    ends_at: Timestamp,
    wall_start: String,
    wall_end: String,
    by_name: &'a str,
    mine: bool,
}

#[derive(Serialize)]
struct Start {
    from: u16,
    until: u16,
    starts_at: Timestamp,
    wall_start: String,
    watched: bool,
}

impl<'a> Day<'a> {
    /// All that the sheet says, spelled out.
    pub(crate) fn of(sheet: &'a DaySheet) -> Self {
        Self {
            date: sheet.date,
            today: sheet.today,
            minutes: sheet.minutes,
            grid_minutes: sheet.grid_minutes,
            hours: &sheet.hours,
            opens: sheet.opens,
            closes: sheet.closes,
            columns: sheet
                .columns
                .iter()
                .map(|column| Column::of(sheet, column))
                .collect(),
        }
    }
}

impl<'a> Column<'a> {
    fn of(sheet: &'a DaySheet, column: &'a DayColumn) -> Self {
        let visits = column.visits.iter();
        let free = column.free.iter();
        Self {
            practitioner_id: column.practitioner_id,
            name: &column.name,
            bands: column.bands.iter().map(Stretch::of).collect(),
            visits: visits.map(|tile| Visit::of(sheet, tile)).collect(),
            holds: column.holds.iter().map(Held::of).collect(),
            waiting: column.waiting.iter().map(Waiting::of).collect(),
            free: free.map(|cell| Start::of(sheet, cell)).collect(),
        }
    }
}

impl<'a> Stretch<'a> {
    fn of(band: &'a Band) -> Self {
        Self {
            kind: band.kind,
            from: band.from,
            until: band.until,
            wall: format!("{}–{}", band.wall_start(), band.wall_end()),
            label: band.label.as_deref(),
        }
    }
}

impl<'a> Visit<'a> {
    fn of(sheet: &'a DaySheet, tile: &'a VisitTile) -> Self {
        let service = sheet.service(tile);
        Self {
            appointment_id: tile.appointment_id,
            from: tile.from,
            until: tile.until,
            buffer_before: tile.buffer_before,
            buffer_after: tile.buffer_after,
            lane: tile.lane,
            lanes: tile.lanes,
            wall_start: tile.wall_start(),
            wall_end: tile.wall_end(),
            patient_name: &tile.patient_name,
            service_name: service.map_or("", |service| &service.name),
            service_id: service.map(|service| service.service_id),
            status: tile.status,
            class: tile.class.as_ref(),
            overridden: tile.overridden,
            in_series: tile.in_series,
            outside_schedule: tile.outside_schedule,
            leaving: tile.leaving,
            version: tile.version,
        }
    }
}

impl<'a> Waiting<'a> {
    fn of(tile: &'a WaitingTile) -> Self {
        Self {
            appointment_id: tile.moves.unwrap_or(tile.appointment_id),
            is_move: tile.moves.is_some(),
            from: tile.from,
            until: tile.until,
            wall_start: &tile.wall_start,
            wall_end: &tile.wall_end,
            patient_name: &tile.patient_name,
            service_name: &tile.service_name,
        }
    }
}

impl<'a> Held<'a> {
    fn of(hold: &'a HoldTile) -> Self {
        Self {
            from: hold.from,
            until: hold.until,
            starts_at: hold.starts_at,
            ends_at: hold.ends_at,
            wall_start: hold.wall_start(),
            wall_end: hold.wall_end(),
            by_name: &hold.by_name,
            mine: hold.mine,
        }
    }
}

impl Start {
    fn of(sheet: &DaySheet, cell: &FreeCell) -> Self {
        Self {
            from: cell.from,
            until: cell.until,
            starts_at: sheet.instant(cell.from),
            wall_start: cell.wall_start(),
            watched: cell.watched,
        }
    }
}
