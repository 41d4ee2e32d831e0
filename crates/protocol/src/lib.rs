//! What desk and server say to each other: commands, outcomes, changes, reasons, paths.
//!
//! JSON over HTTP below `/v1`, and one stream of events. The shapes are a contract with desks that
//! are older or newer than this server; `tests/it/protocol_story.rs` keeps one JSON of each.

pub mod availability;
pub mod change;
pub mod command;
pub mod event;
pub mod hold;
pub mod path;
pub mod problem;
pub mod session;
pub mod snapshot;

pub use availability::{AsOf, Availability};
pub use change::{Change, ChangePage, Feed, Gone, GoneReason, Removed, Upsert};
pub use command::{
    CommandBatch, Cursor, Envelope, Outcome, OutcomeKind, OutcomePage, parse_command,
};
pub use event::{Bye, Head};
pub use frontdesk_domain::{Conflict, ConflictKind, Fate, Hold, Reason, Refusal, Slot};
pub use hold::{HOLD_SECONDS, PutHold};
pub use problem::{Code, Problem};
pub use session::{DeviceState, SessionClinic, SessionDevice, SessionOpened, SessionUser, SignIn};
pub use snapshot::{SnapshotHeader, SnapshotRow, SnapshotTrailer};

/// Version of the row shapes. A desk with another one takes a new snapshot.
pub const SCHEMA: u32 = 2;

/// How many days back the cache of a desk reaches; nothing in the future is left out.
pub const HISTORY_DAYS: u64 = 400;

/// The most commands in one batch.
pub const MAX_BATCH: usize = 100;
