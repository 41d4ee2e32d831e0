//! The patient search.

use frontdesk_domain::Patient;

use super::Look;
use crate::cache::{self, PatientFilter};
use crate::error::DeskError;
use crate::view::{PatientMatch, PatientMatches, PatientQuery};

/// More than a person reads.
const MOST: usize = 20;

impl Look<'_> {
    /// Patients by bits of name, phone or date of birth.
    pub(crate) fn search_patients(
        &self,
        query: &PatientQuery,
    ) -> Result<PatientMatches, DeskError> {
        let today = self.directory.facts.zone.date(self.now);
        let filter = PatientFilter::parse(&query.text, today);
        let (found, more) = cache::search(self.tx, &filter, MOST)?;
        Ok(PatientMatches {
            patients: found.into_iter().map(patient_match).collect(),
            more,
        })
    }
}

/// A patient as the search shows them.
pub(crate) fn patient_match(patient: Patient) -> PatientMatch {
    PatientMatch {
        patient_id: patient.patient_id,
        name: patient.name,
        phone: patient.phone,
        birth_date: patient.birth_date,
    }
}
