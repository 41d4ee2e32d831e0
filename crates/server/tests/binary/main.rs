//! The program as an operator meets it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a story that cannot go on is a failed story"
)]

mod damage;
mod operate;
mod program;
mod start;
mod tls;
