//! The desk without a window: cache, sync, watches. Never mentions the shell.

mod cache;
pub mod clock;
pub mod commands;
mod config;
mod desk;
mod error;
#[cfg(test)]
mod fixture;
mod key;
mod read;
pub mod sync;
pub mod topic;
pub mod view;

pub use cache::{Applied, AppliedChange, Cache, PatientFilter, ReplicaState, Snapshot};
pub use config::{DeskConfig, KeySource};
pub use desk::{CaughtUp, Desk, DeskEvent, RaisedNotice};
pub use error::{DeskError, KeyError, StorageError};
pub use topic::{Changed, Topic};
pub use view::Written;
