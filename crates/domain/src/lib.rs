//! The clinic's rules.
//!
//! One decision function per command: facts and `now` in, changes or a refusal out. The same code
//! runs on the desk (against its cache, for an instant answer) and on the server (for real), so two
//! desks with equal cursors show the same free slots.
//!
//! Never contains I/O, a clock, randomness, async or SQL; `tests/it/tidy.rs` checks the manifest.

pub mod alternatives;
pub mod availability;
pub mod command;
pub mod decide;
pub mod facts;
pub mod ids;
pub mod interval;
mod iso;
pub mod noun;
pub mod refusal;
pub mod series;
pub mod wall;
pub mod zone;

pub use command::Command;
pub use facts::{Actor, ClinicFacts, Needs, PlaceNeed, ResourceNeed, Role};
pub use ids::*;
pub use interval::Interval;
pub use noun::*;
pub use refusal::{Conflict, ConflictKind, Fate, Reason, Refusal, Slot};
pub use series::{SeriesDate, SeriesRule, SeriesUnit};
pub use wall::{WallDateTime, WallTime};
pub use zone::{ClinicZone, Resolved, resolve};

/// An instant in UTC. Civil dates and wall times always say so in their type.
pub type Timestamp = chrono::DateTime<chrono::Utc>;
