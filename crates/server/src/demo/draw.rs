//! What both demo clinics are drawn with.

use std::collections::{HashMap, HashSet};

use chrono::{Datelike, NaiveDate, NaiveTime, TimeDelta};
use frontdesk_domain::decide::Occupancy;
use frontdesk_domain::{
    Appointment, AppointmentStatus, CancelReason, ClinicId, ClinicZone, Interval, Location,
    LocationId, LocationKind, Patient, PatientId, Practitioner, PractitionerId, ResourceId, Row,
    Schedule, ScheduleBlock, Service, ServiceId, Timestamp, UserId, WallDateTime, WallTime,
    resolve,
};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng};
use uuid::Uuid;

use super::{ZONE, names};
use crate::clock;

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

/// A room for so many visits at once.
pub(super) fn room(id: LocationId, name: &str, capacity: u16) -> Location {
    Location {
        location_id: id,
        name: name.to_owned(),
        kind: LocationKind::Room,
        capacity,
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

/// A block of every week, in wall minutes since midnight.
pub(super) struct Block {
    pub(super) weekday: u8,
    pub(super) from: u16,
    pub(super) until: u16,
    pub(super) location: Option<LocationId>,
    /// Only these; all that the practitioner offers when absent.
    pub(super) services: Option<Vec<ServiceId>>,
}

/// Hours of every week since `valid_from`.
pub(super) fn schedule(
    draw: &mut Draw,
    practitioner_id: PractitionerId,
    valid_from: NaiveDate,
    blocks: impl IntoIterator<Item = Block>,
) -> Schedule {
    let block = |block: Block| {
        let wall = WallTime::from_minutes;
        Some(ScheduleBlock {
            week: 0,
            weekday: block.weekday,
            from: wall(block.from)?,
            until: wall(block.until)?,
            location_id: block.location,
            service_ids: block.services,
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
    pub(super) location: Option<LocationId>,
    pub(super) at: WallDateTime,
}

/// The visit, booked some days before; what is over was fulfilled, missed or called off, and who is
/// due now has arrived.
pub(super) fn appointment(
    draw: &mut Draw,
    visit: &Visit<'_>,
    by: &Booker,
    zone: &ClinicZone,
    now: Timestamp,
) -> Appointment {
    let starts_at = resolve(visit.at, zone).boundary();
    let ends_at = starts_at + TimeDelta::minutes(visit.service.duration_minutes.into());
    let (status, status_path) = status(draw, visit.service, starts_at, ends_at, now);
    let days_before = draw.random.random_range(1..30);
    let cancelled = status == AppointmentStatus::Cancelled;
    Appointment {
        appointment_id: draw.id(),
        practitioner_id: visit.practitioner,
        patient_id: visit.patient,
        service_id: visit.service.service_id,
        location_id: visit.location,
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
        status_path,
        series_id: None,
        overridden: None,
        taken_by: by.user,
        taken_by_name: by.name.clone(),
        taken_at: starts_at.min(now) - TimeDelta::days(days_before),
        version: 0,
    }
}

/// A patient comes so many minutes before the visit.
const EARLY: TimeDelta = TimeDelta::minutes(20);

/// What lies further ahead has been approved already: a list that somebody works through is short.
const LONGEST_WAIT: TimeDelta = TimeDelta::days(5);

/// Where the visit stands, and where it stood before.
fn status(
    draw: &mut Draw,
    service: &Service,
    starts_at: Timestamp,
    ends_at: Timestamp,
    now: Timestamp,
) -> (AppointmentStatus, Vec<AppointmentStatus>) {
    use AppointmentStatus::{Arrived, Booked, Cancelled, CheckedIn, Fulfilled, NoShow, Pending};
    let dice = draw.random.random_range(0..100);
    let status = if ends_at <= now {
        match dice {
            0..4 => NoShow,
            4..7 => Cancelled,
            _ => Fulfilled,
        }
    } else if starts_at <= now {
        CheckedIn
    } else if starts_at - EARLY <= now && dice < 50 {
        Arrived
    } else if service.needs_approval && starts_at - LONGEST_WAIT <= now && dice < 50 {
        Pending
    } else {
        Booked
    };
    let before: &[AppointmentStatus] = match status {
        Pending | Booked => &[],
        Arrived | Cancelled | NoShow => &[Booked],
        CheckedIn => &[Booked, Arrived],
        Fulfilled => &[Booked, Arrived, CheckedIn],
    };
    (status, before.to_vec())
}

/// Seats in the order of drawing: visits of one resource either begin together or do not overlap.
#[derive(Default)]
pub(super) struct Seats {
    classes: HashSet<ServiceId>,
    taken: HashMap<(ResourceId, Timestamp), u16>,
}

impl Seats {
    /// A service whose visits share their practitioner is known before its visits.
    pub(super) fn know(&mut self, service: &Service) {
        if service.class_capacity().is_some() {
            self.classes.insert(service.service_id);
        }
    }

    /// What a visit takes.
    pub(super) fn of(&mut self, visit: &Appointment) -> Vec<Occupancy> {
        if !visit.status.occupies() {
            return Vec::new();
        }
        let is_class = self.classes.contains(&visit.service_id);
        let share_key = if is_class {
            visit.service_id.0
        } else {
            visit.appointment_id.0
        };
        let mut seats = vec![
            self.seat(
                visit,
                visit.practitioner_id,
                Some(share_key),
                visit.occupied(),
            ),
            self.seat(visit, visit.patient_id, None, visit.during()),
        ];
        if let Some(location) = visit.location_id {
            seats.push(self.seat(visit, location, None, visit.occupied()));
        }
        seats
    }

    fn seat(
        &mut self,
        visit: &Appointment,
        resource: impl Into<ResourceId>,
        share_key: Option<Uuid>,
        during: Interval,
    ) -> Occupancy {
        let resource_id = resource.into();
        let taken = self
            .taken
            .entry((resource_id, visit.starts_at))
            .or_default();
        *taken += 1;
        Occupancy {
            appointment_id: visit.appointment_id,
            resource_id,
            seat: *taken,
            share_key,
            during,
        }
    }
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
