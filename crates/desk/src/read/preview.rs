//! The decision that the server would make on what this desk knows.

use frontdesk_domain::decide::{self, Preview, Wanted};
use frontdesk_domain::{Appointment, ClinicFacts, Command, Needs, PatientId};

use super::Look;
use crate::cache;
use crate::error::DeskError;

impl Look<'_> {
    /// What would become of a command now.
    pub(crate) fn preview(
        &self,
        command: &Command,
        base_version: Option<u64>,
    ) -> Result<Preview, DeskError> {
        let facts = self.facts_for(command, base_version)?;
        Ok(self.preview_with(command, base_version, &facts))
    }

    pub(crate) fn preview_with(
        &self,
        command: &Command,
        base_version: Option<u64>,
        facts: &ClinicFacts,
    ) -> Preview {
        let wanted = Wanted {
            command,
            by: &self.me,
            base_version,
        };
        decide::preview(&wanted, facts, self.now)
    }

    /// Just the facts that this command needs: the rows that it names, then what they say can be in
    /// the way.
    pub(crate) fn facts_for(
        &self,
        command: &Command,
        base_version: Option<u64>,
    ) -> Result<ClinicFacts, DeskError> {
        let needs = decide::needs(command);
        let named = self.named(&needs)?;
        let mut facts = self.directory.facts.clone();
        self.know(&mut facts, &named, &needs.patients)?;
        let given = decide::needs_given(command, base_version, &facts);
        if given.places.is_empty() {
            return Ok(facts);
        }
        let spans: Vec<_> = given.places.iter().map(|place| place.during).collect();
        // What was asked for once is not in the way of being asked for again.
        let asked: Vec<_> = named.iter().map(|visit| visit.appointment_id).collect();
        let mut facts = self.facts_at(&spans, &[asked, needs.appointments].concat())?;
        self.know(&mut facts, &named, &needs.patients)?;
        Ok(facts)
    }

    /// The visits that are named, alone or as a series, whatever their status.
    pub(super) fn named(&self, needs: &Needs) -> Result<Vec<Appointment>, DeskError> {
        let mut visits = Vec::with_capacity(needs.appointments.len());
        for id in &needs.appointments {
            visits.extend(cache::visit(self.tx, *id)?);
        }
        let of_one = match needs.series_of {
            Some(id) => cache::visit(self.tx, id)?.and_then(|visit| visit.series_id),
            None => None,
        };
        for series in needs.series.into_iter().chain(of_one) {
            visits.extend(cache::series_visits(self.tx, series)?);
        }
        Ok(visits)
    }

    pub(super) fn know(
        &self,
        facts: &mut ClinicFacts,
        visits: &[Appointment],
        patients: &[PatientId],
    ) -> Result<(), DeskError> {
        for visit in visits {
            facts
                .appointments
                .insert(visit.appointment_id, visit.clone());
        }
        for id in patients {
            if let Some(patient) = cache::patient_of(self.tx, *id)? {
                facts.patients.insert(*id, patient);
            }
        }
        Ok(())
    }
}
