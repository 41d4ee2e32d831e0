//! How close reading a day is to the raw select (design §9): a clinic of 50 columns and 200,000
//! visits in a cache, the clinic-day and one practitioner's free slots, beside SQLite alone on the
//! same file. Prints times and ratios: `cargo run --release -p frontdesk-desk --example day_read`.

use std::hint::black_box;
use std::path::Path;

use anyhow::Context as _;
use chrono::{Datelike as _, Days, NaiveDate, NaiveTime, TimeDelta};
use frontdesk_desk::clock::DeskClock;
use frontdesk_desk::view::DaySheetQuery;
use frontdesk_desk::{Cache, DeskConfig, KeySource, Snapshot};
use frontdesk_domain::{
    Appointment, AppointmentStatus, Clinic, ClinicZone, Epoch, OverlapPolicy, Patient,
    Practitioner, Row, Schedule, ScheduleBlock, Service, UserId, WallDateTime, resolve,
};
use frontdesk_protocol::{SCHEMA, SnapshotHeader};
use rusqlite::Connection;
use uuid::Uuid;

const COLUMNS: u128 = 50;
const PATIENTS: u128 = 20_000;
const DAYS: u64 = 260;
const ROUNDS: u32 = 200;

fn main() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let clock = DeskClock::of_the_machine();
    let date = NaiveDate::from_ymd_opt(2026, 11, 23).context("a date")?;
    let config = DeskConfig {
        server: "http://127.0.0.1:9".to_owned(),
        server_ca: None,
        data_dir: folder.path().to_owned(),
        key: KeySource::Unencrypted,
        profile: "default".to_owned(),
        device_name: "bench".to_owned(),
        demo: false,
    };
    let cache = Cache::open(&config, clock.clone())?;
    let started = clock.elapsed();
    let rows = clinic(date)?;
    let count = rows.len();
    cache.replace(snapshot(rows, date))?;
    let filled = clock.elapsed() - started;
    println!("filled with {count} rows in {:.2} s", filled.as_secs_f64());

    let raw = raw(folder.path(), &clock, date)?;
    println!(
        "raw select:                    {:>8.0} µs  ({} rows)",
        raw.plain, raw.rows
    );
    println!("raw select with patient names: {:>8.0} µs", raw.named);
    let sheet = time(&clock, || {
        let sheet = cache.day_sheet_unguarded(DaySheetQuery { date: Some(date) })?;
        Ok(sheet.columns.iter().map(|column| column.visits.len()).sum())
    })?;
    println!("day sheet:                     {sheet:>8.0} µs");
    println!("day sheet / raw with names:    {:>8.2}", sheet / raw.named);
    Ok(())
}

/// Mean time of one call, in microseconds, after a warm-up.
fn time(clock: &DeskClock, mut work: impl FnMut() -> anyhow::Result<usize>) -> anyhow::Result<f64> {
    for _ in 0..10 {
        black_box(work()?);
    }
    let started = clock.elapsed();
    for _ in 0..ROUNDS {
        black_box(work()?);
    }
    Ok((clock.elapsed() - started).as_secs_f64() * 1e6 / f64::from(ROUNDS))
}

struct Raw {
    rows: usize,
    plain: f64,
    named: f64,
}

fn raw(folder: &Path, clock: &DeskClock, date: NaiveDate) -> anyhow::Result<Raw> {
    let connection = Connection::open(folder.join("desk.sqlite"))?;
    connection.pragma_update(None, "cache_size", -65_536)?;
    let day = zone()?.day(date);
    let bounds = (
        day.starts_at.timestamp_micros(),
        day.ends_at.timestamp_micros(),
    );
    let plain = "select a.* from appointment a where a.starts_at >= ?1 and a.starts_at < ?2";
    let named = "select a.*, p.name from appointment a
                 left join patient p on p.patient_id = a.patient_id
                 where a.starts_at >= ?1 and a.starts_at < ?2";
    let select = |sql: &str| -> anyhow::Result<usize> {
        let mut statement = connection.prepare_cached(sql)?;
        let columns = statement.column_count();
        let mut rows = statement.query([bounds.0, bounds.1])?;
        let mut count = 0;
        while let Some(row) = rows.next()? {
            for column in 0..columns {
                black_box(row.get_ref(column)?);
            }
            count += 1;
        }
        Ok(count)
    };
    Ok(Raw {
        rows: select(plain)?,
        plain: time(clock, || select(plain))?,
        named: time(clock, || select(named))?,
    })
}

fn zone() -> anyhow::Result<ClinicZone> {
    Ok(ClinicZone::named("Europe/Berlin")?)
}

fn snapshot(rows: Vec<Row>, date: NaiveDate) -> Snapshot {
    let header = SnapshotHeader {
        id: Uuid::from_u128(1),
        epoch: Epoch(Uuid::from_u128(1)),
        seq: 1,
        schema: SCHEMA,
        since_date: date - Days::new(400),
        rows: rows.len() as u64,
    };
    Snapshot { header, rows }
}

/// 50 practitioners with visits of 30 minutes in 12 of 16 slots of each weekday, around the date.
fn clinic(date: NaiveDate) -> anyhow::Result<Vec<Row>> {
    let service_id = Uuid::from_u128(0x51).into();
    let mut rows = vec![
        Row::Clinic(Clinic {
            clinic_id: Uuid::from_u128(0xC).into(),
            name: "Reference".to_owned(),
            time_zone: "Europe/Berlin".to_owned(),
            grid_minutes: 30,
            version: 1,
        }),
        Row::Service(Service {
            service_id,
            name: "Physiotherapy".to_owned(),
            duration_minutes: 30,
            buffer_before_minutes: 0,
            buffer_after_minutes: 0,
            capacity: 1,
            needs_approval: false,
            overlap_policy: OverlapPolicy::Exclusive,
            active: true,
            version: 1,
        }),
    ];
    for column in 1..=COLUMNS {
        let practitioner_id = Uuid::from_u128(column).into();
        rows.push(Row::Practitioner(Practitioner {
            practitioner_id,
            name: format!("Practitioner {column:02}"),
            service_ids: vec![service_id],
            active: true,
            version: 1,
        }));
        rows.push(Row::Schedule(Schedule {
            schedule_id: Uuid::from_u128(column).into(),
            practitioner_id,
            valid_from: date - Days::new(800),
            valid_until: None,
            cycle_weeks: 1,
            blocks: (1..=5).map(block).collect::<anyhow::Result<_>>()?,
            version: 1,
        }));
    }
    for patient in 1..=PATIENTS {
        rows.push(Row::Patient(Patient {
            patient_id: Uuid::from_u128(patient << 64).into(),
            name: format!("Patient Number{patient}"),
            phone: Some(format!("+49 30 {patient:07}")),
            birth_date: None,
            notes: None,
            version: 1,
        }));
    }
    rows.extend(visits(date)?);
    Ok(rows)
}

fn block(weekday: u8) -> anyhow::Result<ScheduleBlock> {
    Ok(ScheduleBlock {
        week: 0,
        weekday,
        from: "09:00".parse()?,
        until: "17:00".parse()?,
        location_id: None,
        service_ids: None,
    })
}

fn visits(date: NaiveDate) -> anyhow::Result<Vec<Row>> {
    let zone = zone()?;
    let mut rows = Vec::new();
    let first = date - Days::new(DAYS / 2);
    let weekdays = first
        .iter_days()
        .filter(|date| date.weekday().number_from_monday() <= 5);
    let mut id = 0_u128;
    for day in weekdays.take(usize::try_from(DAYS)?) {
        for slot in 0..16 {
            let wall = day.and_time(NaiveTime::MIN) + TimeDelta::minutes(9 * 60 + slot * 30);
            let wall_start = WallDateTime(wall);
            let starts_at = resolve(wall_start, &zone).boundary();
            for column in 1..=COLUMNS {
                id += 1;
                // Every fourth slot stays free, at another hour in each column.
                if (id + column).is_multiple_of(4) {
                    continue;
                }
                rows.push(Row::Appointment(Appointment {
                    appointment_id: Uuid::from_u128((id << 32) | 7).into(),
                    practitioner_id: Uuid::from_u128(column).into(),
                    patient_id: Uuid::from_u128((1 + id * 7_919 % PATIENTS) << 64).into(),
                    service_id: Uuid::from_u128(0x51).into(),
                    location_id: None,
                    starts_at,
                    ends_at: starts_at + TimeDelta::minutes(30),
                    status: AppointmentStatus::Booked,
                    wall_start,
                    notes: None,
                    buffer_before_minutes: 0,
                    buffer_after_minutes: 0,
                    cancel_reason: None,
                    cancel_note: None,
                    status_path: Vec::new(),
                    series_id: None,
                    overridden: None,
                    taken_by: UserId(Uuid::from_u128(1)),
                    taken_by_name: "Reception".to_owned(),
                    taken_at: starts_at,
                    version: 1,
                }));
            }
        }
    }
    Ok(rows)
}
