//! Read models and requests of the command table. Wall-clock values are made here, in the clinic's
//! zone: a window converts no time. Offsets are elapsed minutes since the day's first instant, so
//! that days of 23 and 25 hours draw right.

mod board;
mod booking;
mod card;
mod error;
mod find;
mod navigate;
mod notice;
mod refusal;
mod series;
mod session;
mod set_aside;
mod visit;

pub use board::*;
pub use booking::*;
pub use card::*;
pub use error::*;
pub use find::*;
pub use navigate::*;
pub use notice::*;
pub use refusal::*;
pub use series::*;
pub use session::*;
pub use set_aside::*;
pub use visit::*;

use serde::{Deserialize, Serialize};

// Requests that are the server's own arguments travel unchanged.
pub use frontdesk_domain::command::{
    BookAppointment, CancelAppointment, PutPatient, RescheduleAppointment, SeriesScope,
    StepAppointment, UpdateAppointment,
};

/// Nothing to say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct NoArguments {}

/// The answer of a write: the value, and the generation of the `changed` event that shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Written<T> {
    /// What was written.
    pub value: T,
    /// Wait for this generation before telling the user.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub generation: u64,
}

/// An instant on the clinic's wall.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct WallInstant {
    /// Civil date, `YYYY-MM-DD`.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub date: chrono::NaiveDate,
    /// `HH:MM:SS`.
    pub time: String,
}
