//! The test world: a clinic with a real server, its desks, and what may go wrong between them.
//!
//! Everything waits for what it expects and never for time to pass. A world that cannot be built is
//! a failed test, so it panics with a sentence.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test world that cannot be built is a failed test"
)]

mod clinic;
mod clock;
mod desk;
mod device;
mod diary;
#[cfg(target_os = "linux")]
mod disk;
mod engine;
mod line;
mod program;
mod truth;
pub mod wish;

pub use clinic::{Clinic, SOUTH};
pub use clock::{Lag, Stopwatch, new_id};
pub use desk::{Home, TestDesk, offers};
pub use device::{Answer, Device, Number, Stream, envelope};
pub use diary::Diary;
#[cfg(target_os = "linux")]
pub use disk::{Disk, Lost, Moment};
pub use engine::Engine;
pub use line::Line;
pub use program::{Program, Ran, program};

/// Of every user of a demo clinic.
pub const PASSWORD: &str = "frontdesk-demo";

/// How long a story waits for something before it fails; passing never takes this long.
pub const PATIENCE: std::time::Duration = std::time::Duration::from_secs(30);

/// The answer of a future within [`PATIENCE`].
///
/// # Panics
/// When it does not come; the sentence says what was awaited.
pub async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    within(PATIENCE, what, future).await
}

/// The same within a time of the caller's choice.
///
/// # Panics
/// As [`soon`].
pub async fn within<T>(
    patience: std::time::Duration,
    what: &str,
    future: impl Future<Output = T>,
) -> T {
    match tokio::time::timeout(patience, future).await {
        Ok(answer) => answer,
        Err(_) => panic!("waited {patience:?} for {what}"),
    }
}

/// How often something random is tried: more with `FRONTDESK_LONG=1`.
#[must_use]
pub fn rounds(usual: usize, long: usize) -> usize {
    let is_long = std::env::var("FRONTDESK_LONG").is_ok_and(|value| value == "1");
    if is_long { long } else { usual }
}
