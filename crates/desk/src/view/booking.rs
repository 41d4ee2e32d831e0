//! The booking dialog and the dialog that moves a visit, and what their commands answer.

use chrono::NaiveDate;
use frontdesk_domain::{
    AppointmentId, AppointmentStatus, PatientId, PractitionerId, Reason, SeriesId, ServiceId,
    Timestamp,
};
use serde::{Deserialize, Serialize};

use super::{RefusalView, SlotOffer};

/// A booking dialog's slot and what has been chosen so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct BookingFormQuery {
    /// With whom.
    pub practitioner_id: PractitionerId,
    /// When.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub starts_at: Timestamp,
    /// What for, once chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub service_id: Option<ServiceId>,
    /// For whom, once chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub patient_id: Option<PatientId>,
    /// The draft's own appointment: never in its own way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub appointment_id: Option<AppointmentId>,
}

/// What the dialog shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct BookingForm {
    /// With whom.
    pub practitioner_name: String,
    /// Civil date.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub date: NaiveDate,
    /// `HH:MM`.
    pub wall_start: String,
    /// What this practitioner offers, each with whether it fits here.
    pub services: Vec<ServiceChoice>,
    /// Why the chosen (or the shortest) service cannot be booked here now; none when it can.
    pub refusal: Option<RefusalView>,
    /// True when the start has passed: a warning, the server decides.
    pub in_past: bool,
}

/// A service in the dialog.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ServiceChoice {
    /// Its id.
    pub service_id: ServiceId,
    /// Shown name.
    pub name: String,
    /// Length in minutes.
    pub duration_minutes: u16,
    /// `HH:MM` of the end, were it booked here.
    pub wall_end: String,
    /// True when a booking starts as pending.
    pub needs_approval: bool,
    /// Why it does not fit here; none when it fits.
    pub refused: Option<Reason>,
}

/// A visit that is to be moved, and where to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct RescheduleFormQuery {
    /// Which visit.
    pub appointment_id: AppointmentId,
    /// To whom; unchanged when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub practitioner_id: Option<PractitionerId>,
    /// To when.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub starts_at: Timestamp,
}

/// What the move would be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct RescheduleForm {
    /// The new place.
    pub to: SlotOffer,
    /// Why it cannot be moved there now; none when it can.
    pub refusal: Option<RefusalView>,
}

/// A booking dialog opens on this slot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct OpenBooking {
    /// With whom.
    pub practitioner_id: PractitionerId,
    /// When.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub starts_at: Timestamp,
    /// First instant after: the visit's end as far as it is known, at least one grid step.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub ends_at: Timestamp,
    /// The dialog moves to another slot and keeps its ids.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub appointment_id: Option<AppointmentId>,
    /// What for, once that is known: of a class one seat is held, and others hold theirs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub service_id: Option<ServiceId>,
}

/// The ids of a dialog: sent with every try, so that all tries are one booking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct BookingDraft {
    /// For `book_appointment`.
    pub appointment_id: AppointmentId,
    /// For `put_patient`, when the patient is new.
    pub new_patient_id: PatientId,
    /// For `book_series`.
    pub series_id: SeriesId,
}

/// The dialog closes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct CloseBooking {
    /// The dialog's id.
    pub appointment_id: AppointmentId,
}

/// How far a command has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Progress {
    /// The server has decided, and this desk's calendar shows it.
    Confirmed,
    /// Saved on this desk and sent, but the answer is not here yet; it is asked for until it comes.
    Waiting,
}

/// A visit was booked or moved.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct VisitPlaced {
    /// Its id.
    pub appointment_id: AppointmentId,
    /// Confirmed, or waiting for the server's answer.
    pub progress: Progress,
    /// Where it stands; `pending` when it needs approval.
    pub status: AppointmentStatus,
    /// For whom.
    pub patient_name: String,
    /// With whom.
    pub practitioner_name: String,
    /// What for.
    pub service_name: String,
    /// Civil date.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub date: NaiveDate,
    /// `HH:MM`, the same as on the board.
    pub wall_start: String,
    /// `HH:MM`.
    pub wall_end: String,
}

impl std::fmt::Debug for VisitPlaced {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VisitPlaced")
            .field("appointment_id", &self.appointment_id)
            .field("progress", &self.progress)
            .finish_non_exhaustive()
    }
}

/// A visit was given up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct VisitCancelled {
    /// Its id.
    pub appointment_id: AppointmentId,
    /// Confirmed, or waiting for the server's answer.
    pub progress: Progress,
    /// Civil date of the freed time.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub date: NaiveDate,
    /// `HH:MM` of the freed time.
    pub wall_start: String,
    /// With whom.
    pub practitioner_name: String,
}
