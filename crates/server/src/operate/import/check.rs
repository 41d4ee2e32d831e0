//! What a line must be beside the others: whose line it is, and whom it names.

use std::collections::HashMap;

use frontdesk_domain::{Appointment, Clinic, ClinicZone, Kind, Practitioner, Row, Schedule};
use uuid::Uuid;

use super::{BadLine, Rows, fields};

/// The header is line 1.
const CLINIC_LINE: usize = 2;

/// A seat is taken by the id of its resource alone.
const RESOURCES: [Kind; 3] = [Kind::Practitioner, Kind::Location, Kind::Patient];

/// Rows that can be taken over, and what cannot.
pub(super) struct Checked {
    /// None when the clinic's own line is bad: then there is nothing that the others could be of.
    pub(super) clinic: Option<Clinic>,
    pub(super) rows: Vec<(usize, Row)>,
    pub(super) bad: Vec<BadLine>,
}

/// Looks at every row. Directories come first, so that what a row names is known by then.
pub(super) fn check(read: Rows) -> Checked {
    let mut checked = Checked {
        clinic: None,
        rows: Vec::with_capacity(read.rows.len()),
        bad: read.bad,
    };
    let mut known = Known {
        bad: read.lost,
        ..Known::default()
    };
    for (line, row) in read.rows {
        // A hold is over before anybody could use it.
        if matches!(row, Row::Hold(_)) {
            continue;
        }
        let at = (row.kind(), row.id());
        match known.look_at(line, &row) {
            Ok(()) => {
                known.ids.insert(at, line);
                checked.rows.push((line, row));
            }
            Err(why) => {
                known.bad.entry(at).or_insert(line);
                checked.bad.push(BadLine { line, why });
            }
        }
    }
    if known.clinic.is_none() && checked.bad.iter().all(|bad| bad.line != CLINIC_LINE) {
        checked.bad.push(BadLine {
            line: CLINIC_LINE,
            why: "it is not the clinic's own line, which has to stand here".to_owned(),
        });
    }
    checked.clinic = known.clinic;
    checked
}

#[derive(Default)]
struct Known {
    ids: HashMap<(Kind, Uuid), usize>,
    /// What would be known, had its line been better.
    bad: HashMap<(Kind, Uuid), usize>,
    clinic: Option<Clinic>,
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
            Row::Clinic(row) => self.clinic(line, row),
            Row::Location(row) => fields::location(row),
            Row::Practitioner(row) => self.practitioner(row),
            Row::Service(row) => fields::service(row),
            Row::Patient(row) => fields::patient(row),
            Row::Schedule(row) => self.schedule(row),
            Row::Exception(row) => {
                fields::exception(row)?;
                let of = row.practitioner_id;
                of.map_or(Ok(()), |id| self.names(Kind::Practitioner, id.0))
            }
            Row::Appointment(row) => self.visit(row),
            Row::Hold(_) => Ok(()),
        }
    }

    fn clinic(&mut self, line: usize, row: &Clinic) -> Result<(), String> {
        if self.clinic.is_some() {
            return Err("a second clinic: an export is of one".to_owned());
        }
        if line != CLINIC_LINE {
            return Err(format!(
                "the clinic's own line has to be line {CLINIC_LINE}"
            ));
        }
        self.zone = Some(fields::clinic(row)?);
        self.clinic = Some(row.clone());
        Ok(())
    }

    fn practitioner(&self, row: &Practitioner) -> Result<(), String> {
        fields::named(&row.name)?;
        let mut services = row.service_ids.iter();
        services.try_for_each(|id| self.names(Kind::Service, id.0))
    }

    fn schedule(&self, row: &Schedule) -> Result<(), String> {
        self.names(Kind::Practitioner, row.practitioner_id.0)?;
        fields::schedule(row)?;
        for block in &row.blocks {
            if let Some(location) = block.location_id {
                self.names(Kind::Location, location.0)?;
            }
            for service in block.service_ids.iter().flatten() {
                self.names(Kind::Service, service.0)?;
            }
        }
        Ok(())
    }

    fn visit(&self, visit: &Appointment) -> Result<(), String> {
        self.names(Kind::Practitioner, visit.practitioner_id.0)?;
        self.names(Kind::Patient, visit.patient_id.0)?;
        self.names(Kind::Service, visit.service_id.0)?;
        if let Some(location) = visit.location_id {
            self.names(Kind::Location, location.0)?;
        }
        fields::visit(visit)?;
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
        let name = kind.name();
        Err(match self.bad.get(&(kind, id)) {
            Some(line) => format!("it names the {name} of line {line}, which is bad itself"),
            None => format!("it names the {name} {id}, which no line before it has"),
        })
    }
}
