//! Stories: what users rely on, told against a real server and real desks. One binary.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a story that cannot go on is a failed story"
)]

mod approval_story;
mod audit_story;
mod away_story;
mod backup_story;
mod bad_input_story;
mod cipher_story;
mod class_story;
mod cli_story;
mod cli_verbs_story;
mod crash_story;
mod dialog_story;
mod feed_story;
mod hold_story;
mod instances_story;
mod kill_story;
mod machine_story;
mod once_story;
mod override_story;
#[cfg(target_os = "linux")]
mod power_story;
mod protocol_story;
mod race_story;
mod refresh_audit;
mod refusal_story;
mod restore_story;
mod series_story;
mod session_story;
mod set_aside_story;
mod stale_story;
mod status_story;
mod tenants_story;
mod tidy;
mod tls_story;
mod two_desks_story;
mod watch_story;
