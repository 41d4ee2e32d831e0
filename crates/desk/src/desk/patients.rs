//! Writes on patients.

use frontdesk_domain::Command;
use frontdesk_domain::command::PutPatient;

use super::Desk;
use crate::cache;
use crate::error::DeskError;
use crate::view::{PatientMatch, Progress, Written};

impl Desk {
    /// Create or change a patient.
    ///
    /// # Errors
    /// `refused` for a wrong field, `offline`, `signed_out`; `server_error` when no answer came in
    /// time: trying again with the same id is safe.
    pub async fn put_patient(
        &self,
        command: PutPatient,
    ) -> Result<Written<PatientMatch>, DeskError> {
        let id = command.patient_id;
        let submitted = self
            .submit(Command::PutPatient(command), None, None)
            .await?;
        if submitted.progress == Progress::Waiting {
            return Err(DeskError::NoAnswer);
        }
        self.look(move |look| {
            let patient = cache::patient_of(look.tx, id)?.ok_or(DeskError::NotFound("patient"))?;
            let value = crate::read::patient_match(patient);
            Ok(Written {
                value,
                generation: submitted.generation,
            })
        })
        .await
    }
}
