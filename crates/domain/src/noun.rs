//! The clinic's nouns (FHIR's names) as they travel and as they are stored: a row's fields are the
//! same in JSON, in SQL and here. `version` is the seq of the row's last change.

mod appointment;
mod clinic;
mod hold;
mod people;
mod row;
mod schedule;
mod service;

pub use appointment::{Appointment, AppointmentStatus, AppointmentStep, CancelReason, Override};
pub use clinic::{Clinic, Location, LocationKind};
pub use hold::Hold;
pub use people::{Patient, Practitioner};
pub use row::{Kind, Row};
pub use schedule::{Exception, ExceptionKind, Schedule, ScheduleBlock};
pub use service::{OverlapPolicy, Service};
