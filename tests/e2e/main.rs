//! The real window, by hand: two desks with a driver each, under a display, a session bus and a
//! notification daemon of their own. `cargo xtask e2e` builds what they start.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a story that cannot go on is a failed story"
)]

mod book_journey;
mod colleague;
mod daemon;
mod hold_journey;
mod picture;
mod series_journey;
mod stage;
mod status_journey;
mod style_journey;
mod watch_journey;
mod window;
