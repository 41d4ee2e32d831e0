//! Stories: what users rely on, told against a real server and real desks. One binary.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a story that cannot go on is a failed story"
)]

mod away_story;
mod bad_input_story;
mod cipher_story;
mod cli_story;
mod crash_story;
mod protocol_story;
mod race_story;
mod refresh_audit;
mod refusal_story;
mod session_story;
mod tidy;
mod two_desks_story;
mod watch_story;
