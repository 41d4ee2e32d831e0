//! Commands as a desk would make them.

use chrono::NaiveDate;
use frontdesk_domain::command::{
    BookAppointment, BookSeries, CancelAppointment, PutPatient, RescheduleAppointment, SeriesScope,
    SeriesVisit, StepAppointment, UpdateAppointment,
};
use frontdesk_domain::{
    AppointmentId, AppointmentStep, CancelReason, Command, Override, PatientId, Reason, Slot,
};

use crate::new_id;

/// Take that slot, with a new id.
#[must_use]
pub fn booking(slot: &Slot, patient_id: PatientId) -> BookAppointment {
    BookAppointment {
        appointment_id: new_id(),
        patient_id,
        practitioner_id: slot.practitioner_id,
        service_id: slot.service_id,
        location_id: slot.location_id,
        starts_at: slot.starts_at,
        ends_at: None,
        notes: None,
        overriding: None,
    }
}

/// Move a visit to that slot.
#[must_use]
pub fn moving(appointment_id: AppointmentId, to: &Slot) -> RescheduleAppointment {
    RescheduleAppointment {
        appointment_id,
        starts_at: to.starts_at,
        ends_at: None,
        practitioner_id: Some(to.practitioner_id),
        location_id: to.location_id,
        overriding: None,
        scope: SeriesScope::This,
    }
}

/// Give a visit up, as its patient asked.
#[must_use]
pub fn cancelling(appointment_id: AppointmentId) -> CancelAppointment {
    CancelAppointment {
        appointment_id,
        reason: CancelReason::Patient,
        note: None,
        scope: SeriesScope::This,
    }
}

/// Write something else into a visit's notes.
#[must_use]
pub fn noting(appointment_id: AppointmentId, notes: &str) -> UpdateAppointment {
    UpdateAppointment {
        appointment_id,
        notes: Some(notes.to_owned()),
        patient_id: None,
        service_id: None,
        scope: SeriesScope::This,
    }
}

/// A visit in each of these slots, for one patient.
///
/// # Panics
/// When there is no slot.
#[must_use]
pub fn series(slots: &[Slot], patient_id: PatientId) -> BookSeries {
    let visit = |slot: &Slot| SeriesVisit {
        appointment_id: new_id(),
        practitioner_id: slot.practitioner_id,
        starts_at: Some(slot.starts_at),
        wall_start: None,
        ends_at: None,
        location_id: slot.location_id,
    };
    BookSeries {
        series_id: new_id(),
        patient_id,
        service_id: slots[0].service_id,
        notes: None,
        overriding: None,
        visits: slots.iter().map(visit).collect(),
    }
}

/// A new patient without anything but a name.
#[must_use]
pub fn patient(name: &str) -> PutPatient {
    PutPatient {
        patient_id: new_id(),
        name: name.to_owned(),
        phone: None,
        birth_date: None::<NaiveDate>,
        notes: None,
    }
}

/// A step of a visit's status.
#[must_use]
pub fn step(step: AppointmentStep, appointment_id: AppointmentId) -> Command {
    let on = StepAppointment {
        appointment_id,
        reason: None,
    };
    match step {
        AppointmentStep::Approve => Command::ApproveAppointment(on),
        AppointmentStep::Reject => Command::RejectAppointment(on),
        AppointmentStep::Arrive => Command::ArriveAppointment(on),
        AppointmentStep::CheckIn => Command::CheckInAppointment(on),
        AppointmentStep::Complete => Command::CompleteAppointment(on),
        AppointmentStep::MarkNoShow => Command::MarkAppointmentNoShow(on),
        AppointmentStep::Cancel => Command::CancelAppointment(cancelling(appointment_id)),
        AppointmentStep::Undo => Command::UndoStatus(on),
    }
}

/// A reason, and the rules that it is for.
#[must_use]
pub fn overriding(rules: &[Reason]) -> Option<Override> {
    Some(Override {
        reason: "the patient came a long way".to_owned(),
        rules: rules.to_vec(),
    })
}
