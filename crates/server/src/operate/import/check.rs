//! What a line must be by itself, and beside the lines before it.

use std::collections::HashMap;

use chrono::{Datelike, TimeDelta, Timelike};
use frontdesk_domain::{
    Appointment, ClinicId, ClinicZone, Kind, OverlapPolicy, Patient, Row, Service, Timestamp,
};
use uuid::Uuid;

use super::BadLine;

/// Seats beyond these are for overlaps that an override allows.
const MOST_SEATS: u16 = 999;

/// A seat is taken by the id of its resource alone.
const RESOURCES: [Kind; 3] = [Kind::Practitioner, Kind::Location, Kind::Patient];

/// Rows that can be taken over, and what cannot.
pub(super) struct Checked {
    pub(super) clinic: Option<ClinicId>,
    pub(super) rows: Vec<(usize, Row)>,
    pub(super) bad: Vec<BadLine>,
}

/// Looks at every row. Directories come first, so that what a row names is known by then.
pub(super) fn check(rows: Vec<(usize, Row)>, bad: Vec<BadLine>) -> Checked {
    let mut checked = Checked {
        clinic: None,
        rows: Vec::with_capacity(rows.len()),
        bad,
    };
    let mut known = Known::default();
    for (line, row) in rows {
        // A hold is over before anybody could use it.
        if matches!(row, Row::Hold(_)) {
            continue;
        }
        match known.look_at(line, &row) {
            Ok(()) => {
                known.ids.insert((row.kind(), row.id()), line);
                checked.rows.push((line, row));
            }
            Err(why) => checked.bad.push(BadLine { line, why }),
        }
    }
    checked.clinic = known.clinic;
    checked
}

#[derive(Default)]
struct Known {
    ids: HashMap<(Kind, Uuid), usize>,
    clinic: Option<ClinicId>,
    zone: Option<ClinicZone>,
}

impl Known {
    fn look_at(&mut self, line: usize, row: &Row) -> Result<(), String> {
        if let Some(before) = self.ids.get(&(row.kind(), row.id())) {
            return Err(format!(
                "it repeats the {} of line {before}",
                row.kind().name()
            ));
        }
        self.is_a_resource_of_its_own(row)?;
        match row {
            Row::Clinic(row) => {
                if self.clinic.is_some() {
                    return Err("a second clinic: an export is of one".to_owned());
                }
                let zone = ClinicZone::named(&row.time_zone);
                self.zone = Some(zone.map_err(|_| "its time zone is not known".to_owned())?);
                within("grid_minutes", row.grid_minutes, 1, 1_440)?;
                self.clinic = Some(row.clinic_id);
                named(&row.name)
            }
            Row::Location(row) => {
                within("capacity", row.capacity, 1, MOST_SEATS)?;
                named(&row.name)
            }
            Row::Practitioner(row) => named(&row.name),
            Row::Service(row) => service(row),
            Row::Patient(row) => patient(row),
            Row::Schedule(row) => {
                self.names(Kind::Practitioner, row.practitioner_id.0)?;
                within("cycle_weeks", row.cycle_weeks, 1, u16::MAX)
            }
            Row::Exception(row) => {
                if row.until <= row.from {
                    return Err("it ends before it begins".to_owned());
                }
                let of = row.practitioner_id;
                of.map_or(Ok(()), |id| self.names(Kind::Practitioner, id.0))
            }
            Row::Appointment(row) => self.visit(row),
            Row::Hold(_) => Ok(()),
        }
        .and_then(|()| match (line, self.clinic) {
            (_, None) => Err("the clinic's own line has to come first".to_owned()),
            (_, Some(_)) => Ok(()),
        })
    }

    fn visit(&self, visit: &Appointment) -> Result<(), String> {
        self.names(Kind::Practitioner, visit.practitioner_id.0)?;
        self.names(Kind::Patient, visit.patient_id.0)?;
        self.names(Kind::Service, visit.service_id.0)?;
        if let Some(location) = visit.location_id {
            self.names(Kind::Location, location.0)?;
        }
        instant("starts_at", visit.starts_at)?;
        instant("ends_at", visit.ends_at)?;
        instant("taken_at", visit.taken_at)?;
        let length = visit.ends_at - visit.starts_at;
        if length <= TimeDelta::zero() || length > TimeDelta::hours(24) {
            return Err("it does not last between a moment and 24 hours".to_owned());
        }
        within("buffer_before_minutes", visit.buffer_before_minutes, 0, 720)?;
        within("buffer_after_minutes", visit.buffer_after_minutes, 0, 720)?;
        let zone = self.zone.as_ref();
        if zone.is_some_and(|zone| zone.wall(visit.starts_at) != visit.wall_start) {
            return Err("its `wall_start` is not its `starts_at` on the clinic's wall".to_owned());
        }
        Ok(())
    }

    /// A therapist who is also a patient is two.
    fn is_a_resource_of_its_own(&self, row: &Row) -> Result<(), String> {
        if !RESOURCES.contains(&row.kind()) {
            return Ok(());
        }
        let same = |kind: Kind| Some((kind, self.ids.get(&(kind, row.id()))?));
        match RESOURCES.into_iter().find_map(same) {
            Some((kind, line)) => {
                let kind = kind.name();
                Err(format!("its id is that of the {kind} of line {line}"))
            }
            None => Ok(()),
        }
    }

    fn names(&self, kind: Kind, id: Uuid) -> Result<(), String> {
        if self.ids.contains_key(&(kind, id)) {
            return Ok(());
        }
        let kind = kind.name();
        Err(format!(
            "it names the {kind} {id}, which no line before it has"
        ))
    }
}

fn service(service: &Service) -> Result<(), String> {
    within("duration_minutes", service.duration_minutes, 1, 1_440)?;
    let (before, after) = (service.buffer_before_minutes, service.buffer_after_minutes);
    within("buffer_before_minutes", before, 0, 720)?;
    within("buffer_after_minutes", after, 0, 720)?;
    within("capacity", service.capacity, 1, MOST_SEATS)?;
    match service.overlap_policy {
        OverlapPolicy::UpTo(most) => within("overlap_policy", most, 0, MOST_SEATS)?,
        OverlapPolicy::Exclusive | OverlapPolicy::Warn => {}
    }
    named(&service.name)
}

fn patient(patient: &Patient) -> Result<(), String> {
    let year = patient.birth_date.map_or(1, |date| date.year());
    if !(1..=9_999).contains(&year) {
        return Err("its `birth_date` is not between the years 1 and 9999".to_owned());
    }
    named(&patient.name)
}

/// As commands have them: what is stored is what was said, and can be computed with.
fn instant(field: &str, at: Timestamp) -> Result<(), String> {
    if !(1_970..=2_999).contains(&at.year()) {
        return Err(format!("`{field}` is not between the years 1970 and 2999"));
    }
    let nanos = at.nanosecond();
    if nanos >= 1_000_000_000 || !nanos.is_multiple_of(1_000_000) {
        return Err(format!("`{field}` is not a whole millisecond"));
    }
    Ok(())
}

fn named(name: &str) -> Result<(), String> {
    if (1..=200).contains(&name.trim().chars().count()) {
        Ok(())
    } else {
        Err("a name has 1 to 200 characters".to_owned())
    }
}

fn within(field: &str, value: u16, least: u16, most: u16) -> Result<(), String> {
    if (least..=most).contains(&value) {
        Ok(())
    } else {
        Err(format!("`{field}` is {value}, not {least} to {most}"))
    }
}
