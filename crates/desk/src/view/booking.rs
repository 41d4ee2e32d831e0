//! The booking dialog, the visit's card, and what their commands answer.

use chrono::NaiveDate;
use frontdesk_domain::{
    AppointmentId, AppointmentStatus, AppointmentStep, CancelReason, ConflictKind, LocationId,
    PatientId, PractitionerId, Reason, SeriesId, ServiceId, Timestamp,
};
use serde::{Deserialize, Serialize};

use super::{OverrideView, SeriesPlace, WallInstant};

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

/// A refusal as a person reads it. The sentence itself is the window's, by `reason`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct RefusalView {
    /// The code.
    pub reason: Reason,
    /// The wrong argument, if one is.
    pub field: Option<String>,
    /// What stands in the way.
    pub conflict: Option<ConflictView>,
    /// At most 3 with the same practitioner, then at most 3 with others; nearest first.
    pub alternatives: Vec<SlotOffer>,
    /// With `illegal_status`: the steps that are legal.
    pub steps: Vec<AppointmentStep>,
    /// With `stale_version`: the fields that somebody else has changed since.
    pub changed: Vec<String>,
    /// With a refused series: every visit with its fate, in the order of the plan.
    pub fates: Vec<FateView>,
    /// True when this user may break this rule with a reason (`override`).
    pub overridable: bool,
}

/// What would become of one visit of a refused series.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct FateView {
    /// Which visit.
    pub appointment_id: AppointmentId,
    /// Civil date.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub date: NaiveDate,
    /// `HH:MM`.
    pub wall_start: String,
    /// Why it cannot be; none when it can.
    pub reason: Option<Reason>,
    /// What stands in the way.
    pub conflict: Option<ConflictView>,
    /// At most 3 other slots.
    pub alternatives: Vec<SlotOffer>,
}

/// What stands in the way, on the clinic's wall.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ConflictView {
    /// Its kind.
    pub kind: ConflictKind,
    /// Civil date of its start.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub date: NaiveDate,
    /// `HH:MM`.
    pub wall_start: String,
    /// `HH:MM`.
    pub wall_end: String,
    /// Who put it there.
    pub by_name: Option<String>,
    /// When it was put there.
    pub at: Option<WallInstant>,
    /// True when it was this desk's own user.
    pub by_me: bool,
}

/// A free slot as a person reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct SlotOffer {
    /// With whom.
    pub practitioner_id: PractitionerId,
    /// Shown name.
    pub practitioner_name: String,
    /// What for.
    pub service_id: ServiceId,
    /// Where, if the schedule says so.
    pub location_id: Option<LocationId>,
    /// The instant to book.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub starts_at: Timestamp,
    /// First instant after.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub ends_at: Timestamp,
    /// Civil date.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub date: NaiveDate,
    /// `HH:MM`.
    pub wall_start: String,
    /// `HH:MM`.
    pub wall_end: String,
}

/// Which visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct AppointmentCardQuery {
    /// Its id.
    pub appointment_id: AppointmentId,
}

/// One visit with everything a receptionist says about it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct AppointmentCard {
    /// Its id.
    pub appointment_id: AppointmentId,
    /// For whom.
    pub patient: PatientMatch,
    /// With whom.
    pub practitioner_id: PractitionerId,
    /// Shown name.
    pub practitioner_name: String,
    /// What for.
    pub service_id: ServiceId,
    /// Shown name.
    pub service_name: String,
    /// Where.
    pub location_name: Option<String>,
    /// The instant it starts.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub starts_at: Timestamp,
    /// Civil date.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub date: NaiveDate,
    /// `HH:MM`.
    pub wall_start: String,
    /// `HH:MM`.
    pub wall_end: String,
    /// Where it stands.
    pub status: AppointmentStatus,
    /// Free text.
    pub notes: Option<String>,
    /// Who booked it or moved it here.
    pub taken_by_name: String,
    /// When.
    pub taken_at: WallInstant,
    /// Why it was cancelled, when it was.
    pub cancel_reason: Option<CancelReason>,
    /// What was said about the cancellation.
    pub cancel_note: Option<String>,
    /// Which rules its place breaks, and why.
    #[serde(rename = "override")]
    pub overridden: Option<OverrideView>,
    /// Its place in a series.
    pub series: Option<SeriesPlace>,
    /// The steps of its status that the user may take now, cancelling included, in the order of
    /// the day.
    pub steps: Vec<AppointmentStep>,
    /// False when its status or the user's rights do not allow it.
    pub can_update: bool,
    /// False when its status or the user's rights do not allow it.
    pub can_cancel: bool,
    /// False when its status or the user's rights do not allow it.
    pub can_reschedule: bool,
    /// Seq of the last change.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub version: u64,
}

impl std::fmt::Debug for AppointmentCard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AppointmentCard")
            .field("appointment_id", &self.appointment_id)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

/// Which free slots.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct FreeSlotsQuery {
    /// What for.
    pub service_id: ServiceId,
    /// With whom; anybody when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub practitioner_id: Option<PractitionerId>,
    /// First civil date.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub from: NaiveDate,
    /// Last civil date, included; at most 92 days in all.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub to: NaiveDate,
    /// A visit that is being moved: not in its own way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub moving: Option<AppointmentId>,
}

/// Free slots by start, then practitioner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct FreeSlots {
    /// The slots.
    pub slots: Vec<SlotOffer>,
}

/// Services that can be booked, by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ServiceList {
    /// The services.
    pub services: Vec<ServiceSummary>,
}

/// A service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ServiceSummary {
    /// Its id.
    pub service_id: ServiceId,
    /// Shown name.
    pub name: String,
    /// Length in minutes.
    pub duration_minutes: u16,
    /// Who offers it.
    pub practitioner_ids: Vec<PractitionerId>,
}

/// What was typed into the search box.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct PatientQuery {
    /// Bits of a name in any order, digits of a phone number, or a date of birth.
    pub text: String,
}

impl std::fmt::Debug for PatientQuery {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PatientQuery").finish_non_exhaustive()
    }
}

/// At most 20, best first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct PatientMatches {
    /// The patients.
    pub patients: Vec<PatientMatch>,
    /// True when more would match.
    pub more: bool,
}

/// A patient as the search shows them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct PatientMatch {
    /// Their id.
    pub patient_id: PatientId,
    /// Full name.
    pub name: String,
    /// As written.
    pub phone: Option<String>,
    /// Civil date.
    #[cfg_attr(feature = "ts", ts(type = "string | null"))]
    pub birth_date: Option<NaiveDate>,
}

impl std::fmt::Debug for PatientMatch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PatientMatch")
            .field("patient_id", &self.patient_id)
            .finish_non_exhaustive()
    }
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
