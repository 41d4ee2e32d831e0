//! A small clinic for the tests of this crate: one practitioner, one service, two patients, Berlin.

use std::path::Path;

use chrono::NaiveDate;
use frontdesk_domain::{
    Appointment, AppointmentId, AppointmentStatus, Clinic, ClinicId, ClinicZone, DeviceId, Epoch,
    Hold, HoldId, OverlapPolicy, Patient, PatientId, Practitioner, PractitionerId, Role, Row,
    Schedule, ScheduleBlock, ScheduleId, Service, ServiceId, Timestamp, UserId, WallDateTime,
};
use frontdesk_protocol::{
    ChangePage, DeviceState, SCHEMA, SessionClinic, SessionOpened, SessionUser, SnapshotHeader,
    Upsert,
};
use uuid::Uuid;

use crate::clock::DeskClock;
use crate::{Cache, DeskConfig, KeySource, Snapshot};

pub(crate) const EPOCH: Epoch = Epoch(Uuid::from_u128(0xE));
pub(crate) const CLINIC: ClinicId = ClinicId(Uuid::from_u128(0xC));
pub(crate) const ANNA: PractitionerId = PractitionerId(Uuid::from_u128(0xA1));
pub(crate) const MASSAGE: ServiceId = ServiceId(Uuid::from_u128(0x51));
pub(crate) const LEE: PatientId = PatientId(Uuid::from_u128(0xF1));
pub(crate) const ME: UserId = UserId(Uuid::from_u128(1));
pub(crate) const OTHER: UserId = UserId(Uuid::from_u128(2));

/// Monday 2026-11-23, 08:00 in Berlin.
pub(crate) fn monday() -> Timestamp {
    at("2026-11-23T08:00")
}

/// The instant at which Berlin's wall shows this.
pub(crate) fn at(wall: &str) -> Timestamp {
    let zone = ClinicZone::named("Europe/Berlin").unwrap();
    let wall: WallDateTime = wall.parse().unwrap();
    frontdesk_domain::resolve(wall, &zone).boundary()
}

pub(crate) fn config(folder: &Path, key: KeySource) -> DeskConfig {
    DeskConfig {
        server: "http://127.0.0.1:9".to_owned(),
        server_ca: None,
        data_dir: folder.to_owned(),
        key,
        profile: "default".to_owned(),
        device_name: "test".to_owned(),
        demo: false,
    }
}

/// A cache on Monday at eight, signed in as [`ME`], not filled yet.
pub(crate) fn empty(folder: &Path) -> Cache {
    let clock = DeskClock::standing_at(monday());
    let cache = Cache::open(&config(folder, KeySource::Unencrypted), clock).unwrap();
    cache.device_id().unwrap();
    cache.belong_to(CLINIC).unwrap();
    cache.sign_in("me", &session()).unwrap();
    cache
}

/// The same, filled at seq 10.
pub(crate) fn filled(folder: &Path) -> Cache {
    let cache = empty(folder);
    cache.replace(snapshot(10, directory())).unwrap();
    cache
}

pub(crate) fn session() -> SessionOpened {
    SessionOpened {
        token: "t".to_owned(),
        expires_at: monday(),
        user: SessionUser {
            id: ME,
            name: "Me".to_owned(),
            role: Role::Receptionist,
            practitioner_id: None,
        },
        clinic: SessionClinic {
            id: CLINIC,
            name: "Clinic".to_owned(),
            time_zone: "Europe/Berlin".to_owned(),
        },
        device: DeviceState {
            id: DeviceId(Uuid::from_u128(0xD)),
            expected_no: 1,
        },
    }
}

pub(crate) fn snapshot(seq: u64, rows: Vec<Row>) -> Snapshot {
    let header = SnapshotHeader {
        id: Uuid::from_u128(9),
        epoch: EPOCH,
        seq,
        schema: SCHEMA,
        since_date: NaiveDate::from_ymd_opt(2025, 10, 19).unwrap(),
        rows: rows.len().try_into().unwrap(),
    };
    Snapshot { header, rows }
}

/// Anna works Mondays to Sundays 09:00–12:00 and 13:00–15:00 on a grid of 30 minutes.
pub(crate) fn directory() -> Vec<Row> {
    let block = |weekday, from: &str, until: &str| ScheduleBlock {
        week: 0,
        weekday,
        from: from.parse().unwrap(),
        until: until.parse().unwrap(),
        location_id: None,
        service_ids: None,
    };
    let days = 1..=7;
    let blocks = days
        .flat_map(|day| [block(day, "09:00", "12:00"), block(day, "13:00", "15:00")])
        .collect();
    vec![
        Row::Clinic(Clinic {
            clinic_id: CLINIC,
            name: "Clinic".to_owned(),
            time_zone: "Europe/Berlin".to_owned(),
            grid_minutes: 30,
            version: 1,
        }),
        Row::Service(Service {
            service_id: MASSAGE,
            name: "Massage".to_owned(),
            duration_minutes: 30,
            buffer_before_minutes: 0,
            buffer_after_minutes: 0,
            capacity: 1,
            needs_approval: false,
            overlap_policy: OverlapPolicy::Exclusive,
            active: true,
            version: 2,
        }),
        Row::Practitioner(Practitioner {
            practitioner_id: ANNA,
            name: "Anna Berg".to_owned(),
            service_ids: vec![MASSAGE],
            active: true,
            version: 3,
        }),
        Row::Schedule(Schedule {
            schedule_id: ScheduleId(Uuid::from_u128(0x71)),
            practitioner_id: ANNA,
            valid_from: NaiveDate::from_ymd_opt(2026, 1, 5).unwrap(),
            valid_until: None,
            cycle_weeks: 1,
            blocks,
            version: 4,
        }),
        patient(
            LEE,
            "Lee Planted",
            Some("+49 160 5550001"),
            Some("1970-12-31"),
            5,
        ),
    ]
}

pub(crate) fn patient(
    patient_id: PatientId,
    name: &str,
    phone: Option<&str>,
    born: Option<&str>,
    version: u64,
) -> Row {
    Row::Patient(Patient {
        patient_id,
        name: name.to_owned(),
        phone: phone.map(str::to_owned),
        birth_date: born.map(|date| date.parse().unwrap()),
        notes: None,
        version,
    })
}

/// Half an hour of massage for Lee with Anna, taken by [`OTHER`].
pub(crate) fn visit(id: u128, wall: &str) -> Appointment {
    let starts_at = at(wall);
    Appointment {
        appointment_id: AppointmentId(Uuid::from_u128(id)),
        practitioner_id: ANNA,
        patient_id: LEE,
        service_id: MASSAGE,
        location_id: None,
        starts_at,
        ends_at: starts_at + chrono::TimeDelta::minutes(30),
        status: AppointmentStatus::Booked,
        wall_start: wall.parse().unwrap(),
        notes: None,
        buffer_before_minutes: 0,
        buffer_after_minutes: 0,
        cancel_reason: None,
        cancel_note: None,
        status_path: Vec::new(),
        series_id: None,
        overridden: None,
        taken_by: OTHER,
        taken_by_name: "Other".to_owned(),
        taken_at: monday(),
        version: 0,
    }
}

/// Half an hour with Anna, held by that desk until three minutes past eight.
pub(crate) fn hold(id: u128, wall: &str, device_id: DeviceId) -> Hold {
    let starts_at = at(wall);
    Hold {
        hold_id: HoldId(Uuid::from_u128(id)),
        practitioner_id: ANNA,
        starts_at,
        ends_at: starts_at + chrono::TimeDelta::minutes(30),
        user_id: OTHER,
        user_name: "Other".to_owned(),
        device_id,
        expires_at: monday() + chrono::TimeDelta::minutes(3),
        version: 0,
    }
}

/// A page from a cursor to the seq of its last row; rows get rising seqs.
pub(crate) fn page(from: u64, rows: Vec<Row>) -> ChangePage {
    page_by(OTHER, from, rows)
}

pub(crate) fn page_by(actor: UserId, from: u64, rows: Vec<Row>) -> ChangePage {
    let upserts: Vec<Upsert> = (from + 1..)
        .zip(rows)
        .map(|(seq, row)| {
            let row = row.at_version(seq);
            let id = row.id();
            let device = DeviceId(Uuid::from_u128(0xD2));
            Upsert {
                row,
                id,
                actor,
                device,
                at: monday(),
                seq,
            }
        })
        .collect();
    let to = from + u64::try_from(upserts.len()).unwrap();
    ChangePage {
        epoch: EPOCH,
        from,
        to,
        head: to,
        upserts,
        removed: Vec::new(),
        device_ack: 0,
        more: false,
    }
}
