//! What a line must be by itself, and beside the lines before it.

use std::collections::HashMap;

use chrono::TimeDelta;
use frontdesk_domain::{Appointment, ClinicId, ClinicZone, Kind, Row};
use uuid::Uuid;

use super::BadLine;

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
                within("capacity", row.capacity, 1, u16::MAX)?;
                named(&row.name)
            }
            Row::Practitioner(row) => named(&row.name),
            Row::Service(row) => {
                within("duration_minutes", row.duration_minutes, 1, 1_440)?;
                within("buffer_before_minutes", row.buffer_before_minutes, 0, 720)?;
                within("buffer_after_minutes", row.buffer_after_minutes, 0, 720)?;
                within("capacity", row.capacity, 1, u16::MAX)?;
                named(&row.name)
            }
            Row::Patient(row) => named(&row.name),
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
