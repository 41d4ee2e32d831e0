//! What both demo clinics are drawn with.

use chrono::{Datelike, NaiveDate, NaiveTime, TimeDelta};
use frontdesk_domain::decide::Occupancy;
use frontdesk_domain::{
    Appointment, AppointmentStatus, CancelReason, ClinicId, ClinicZone, Interval, Patient,
    PatientId, Practitioner, PractitionerId, ResourceId, Row, Schedule, ScheduleBlock, Service,
    ServiceId, Timestamp, UserId, WallDateTime, WallTime, resolve,
};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng};
use rusqlite::Connection;
use uuid::Uuid;

use super::{ZONE, names};
use crate::clock;
use crate::store;

/// Draws names and ids; ids rise in the order of drawing.
pub(super) struct Draw {
    pub(super) random: StdRng,
    millis: u64,
}

impl Draw {
    pub(super) fn of(seed: u64, today: NaiveDate) -> Self {
        let midnight = today.and_time(NaiveTime::MIN).and_utc();
        Self {
            random: StdRng::seed_from_u64(seed),
            millis: u64::try_from(midnight.timestamp_millis()).unwrap_or(0),
        }
    }

    pub(super) fn id<T: From<Uuid>>(&mut self) -> T {
        self.millis += 1;
        clock::seeded_id(self.millis, &mut self.random).into()
    }

    pub(super) fn chance(&mut self, percent: u32) -> bool {
        self.random.random_range(0..100) < percent
    }

    pub(super) fn one_of<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        all.get(self.random.random_range(0..all.len().max(1)))
    }

    pub(super) fn patient(&mut self, today: NaiveDate) -> Patient {
        let given = self.one_of(&names::GIVEN).copied().unwrap_or_default();
        let family = self.one_of(&names::FAMILY).copied().unwrap_or_default();
        let days = self.random.random_range(2 * 365..92 * 365);
        let (area, number) = (
            self.random.random_range(151..180),
            self.random.random_range(1_000_000..10_000_000),
        );
        Patient {
            patient_id: self.id(),
            name: format!("{given} {family}"),
            phone: Some(format!("+49 {area} {number}")),
            birth_date: today.checked_sub_days(chrono::Days::new(days)),
            notes: None,
            version: 0,
        }
    }
}

/// A service that takes its practitioner alone.
pub(super) fn service(id: ServiceId, name: &str, minutes: u16, after_minutes: u16) -> Service {
    Service {
        service_id: id,
        name: name.to_owned(),
        duration_minutes: minutes,
        buffer_before_minutes: 0,
        buffer_after_minutes: after_minutes,
        capacity: 1,
        needs_approval: false,
        overlap_policy: frontdesk_domain::OverlapPolicy::Exclusive,
        active: true,
        version: 0,
    }
}

pub(super) fn practitioner(
    id: PractitionerId,
    name: &str,
    service_ids: Vec<ServiceId>,
) -> Practitioner {
    Practitioner {
        practitioner_id: id,
        name: name.to_owned(),
        service_ids,
        active: true,
        version: 0,
    }
}

/// Hours of every week since `valid_from`, in wall minutes since midnight.
pub(super) fn schedule(
    draw: &mut Draw,
    practitioner_id: PractitionerId,
    valid_from: NaiveDate,
    blocks: impl IntoIterator<Item = (u8, u16, u16)>,
) -> Schedule {
    let block = |(weekday, from, until): (u8, u16, u16)| {
        let wall = WallTime::from_minutes;
        Some(ScheduleBlock {
            week: 0,
            weekday,
            from: wall(from)?,
            until: wall(until)?,
            location_id: None,
            service_ids: None,
        })
    };
    Schedule {
        schedule_id: draw.id(),
        practitioner_id,
        valid_from,
        valid_until: None,
        cycle_weeks: 1,
        blocks: blocks.into_iter().filter_map(block).collect(),
        version: 0,
    }
}

/// Monday = 1.
pub(super) fn weekday(date: NaiveDate) -> u8 {
    u8::try_from(date.weekday().number_from_monday()).unwrap_or(1)
}

/// A wall time of a civil date, in minutes since midnight.
pub(super) fn wall(date: NaiveDate, minutes: u16) -> WallDateTime {
    WallDateTime(date.and_time(NaiveTime::MIN) + TimeDelta::minutes(minutes.into()))
}

/// Who booked the demo's visits.
pub(super) struct Booker {
    pub(super) user: UserId,
    pub(super) name: String,
}

/// A visit to be drawn.
pub(super) struct Visit<'a> {
    pub(super) practitioner: PractitionerId,
    pub(super) patient: PatientId,
    pub(super) service: &'a Service,
    pub(super) at: WallDateTime,
}

/// The visit, booked some days before; what is over was fulfilled, missed or called off.
pub(super) fn appointment(
    draw: &mut Draw,
    visit: &Visit<'_>,
    by: &Booker,
    zone: &ClinicZone,
    now: Timestamp,
) -> Appointment {
    let starts_at = resolve(visit.at, zone).boundary();
    let ends_at = starts_at + TimeDelta::minutes(visit.service.duration_minutes.into());
    let status = status(draw, ends_at, now);
    let days_before = draw.random.random_range(1..30);
    let cancelled = status == AppointmentStatus::Cancelled;
    Appointment {
        appointment_id: draw.id(),
        practitioner_id: visit.practitioner,
        patient_id: visit.patient,
        service_id: visit.service.service_id,
        location_id: None,
        starts_at,
        ends_at,
        status,
        wall_start: visit.at,
        notes: draw
            .chance(8)
            .then(|| draw.one_of(&names::NOTES).copied())
            .flatten()
            .map(str::to_owned),
        buffer_before_minutes: visit.service.buffer_before_minutes,
        buffer_after_minutes: visit.service.buffer_after_minutes,
        cancel_reason: cancelled.then_some(CancelReason::Patient),
        cancel_note: None,
        status_path: Vec::new(),
        series_id: None,
        overridden: None,
        taken_by: by.user,
        taken_by_name: by.name.clone(),
        taken_at: starts_at.min(now) - TimeDelta::days(days_before),
        version: 0,
    }
}

fn status(draw: &mut Draw, ends_at: Timestamp, now: Timestamp) -> AppointmentStatus {
    let dice = draw.random.random_range(0..100);
    if ends_at > now {
        return AppointmentStatus::Booked;
    }
    match dice {
        0..4 => AppointmentStatus::NoShow,
        4..7 => AppointmentStatus::Cancelled,
        _ => AppointmentStatus::Fulfilled,
    }
}

/// The seats of a visit of a service that takes its practitioner alone.
pub(super) fn occupy(
    db: &Connection,
    clinic: ClinicId,
    visit: &Appointment,
) -> rusqlite::Result<()> {
    if !visit.status.occupies() {
        return Ok(());
    }
    let seat = |resource_id: ResourceId, share_key: Option<Uuid>, during: Interval| Occupancy {
        appointment_id: visit.appointment_id,
        resource_id,
        seat: 1,
        share_key,
        during,
    };
    let own_key = Some(visit.appointment_id.0);
    let practitioner = seat(visit.practitioner_id.into(), own_key, visit.occupied());
    let patient = seat(visit.patient_id.into(), None, visit.during());
    store::occupy(db, clinic, &practitioner)?;
    store::occupy(db, clinic, &patient)?;
    if let Some(location) = visit.location_id {
        store::occupy(db, clinic, &seat(location.into(), None, visit.occupied()))?;
    }
    Ok(())
}

/// The clinic's own row.
pub(super) fn clinic_row(id: ClinicId, name: &str) -> Row {
    Row::Clinic(frontdesk_domain::Clinic {
        clinic_id: id,
        name: name.to_owned(),
        time_zone: ZONE.to_owned(),
        grid_minutes: 30,
        version: 0,
    })
}
