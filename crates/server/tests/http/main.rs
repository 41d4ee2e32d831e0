//! The server through its HTTP API, mostly without a socket.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a story that cannot go on is a failed story"
)]

mod any_batch;
mod bad_input;
mod commands;
mod events;
mod feed;
mod holds;
mod limits;
mod openapi;
mod overload;
mod pages;
mod race;
mod sessions;
mod world;
