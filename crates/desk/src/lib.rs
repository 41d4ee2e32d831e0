//! The desk without a window: cache, sync, watches. Never mentions the shell.

pub mod commands;
pub mod topic;
pub mod view;

pub use topic::{Changed, Topic};
